# Shared by up, down and tests/run: progress, packages, building. Sourced, never run.
# shellcheck shell=bash
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

say() { printf '\033[1m==>\033[0m %s\n' "$*"; }
note() { printf '    %s\n' "$*"; }
fail() {
  printf '\033[1;31m==> %s\033[0m\n' "$*" >&2
  exit 1
}

# install_packages LIST…: what is missing of deploy/local/packages/LIST.
install_packages() {
  local wanted=() missing=() list package
  for list in "$@"; do
    while read -r package; do
      [[ -z $package || $package == \#* ]] || wanted+=("$package")
    done <"$root/deploy/local/packages/$list"
  done
  mapfile -t missing < <(comm -23 <(printf '%s\n' "${wanted[@]}" | sort -u) \
    <(dpkg-query -W -f '${Package} ${db:Status-Status}\n' 2>/dev/null | awk '$2 == "installed" {print $1}' | sort -u))
  if ((${#missing[@]} == 0)); then
    note "all ${#wanted[@]} packages are there"
    return
  fi
  [[ $EUID == 0 ]] || fail "these packages are missing, and only root can install them: ${missing[*]}"
  note "installing ${#missing[@]} packages: ${missing[*]}"
  local log
  log=$(mktemp)
  # Debian's postgresql package would start a cluster of its own; ours is private.
  mkdir -p /etc/postgresql-common
  [[ -e /etc/postgresql-common/createcluster.conf ]] || echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
  if ! { apt-get update -qq -o APT::Update::Error-Mode=any && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } \
    >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    fail "apt could not install the packages (the whole output: $log)"
  fi
  rm -f "$log"
}

# build PRESET [TARGET…]: configures and builds, with a line of progress now and then.
build() {
  local preset=$1 log=$root/build/$1.log
  shift
  mkdir -p "$root/build"
  if ! (cd "$root" && cmake --preset "$preset") >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    fail "cmake could not configure the build (the whole output: $log)"
  fi
  {
    NINJA_STATUS='%p %f/%t ' ninja -C "$root/build/$preset" -j "$(nproc)" "$@" 2>&1 || echo "ninja failed"
  } | tee -a "$log" |
    awk '/^ *[0-9]+% /{sub("%", "", $1); if ($1 + 0 >= next_line) {printf "    built %s%% (%s)\n", $1, $2; fflush(); next_line = $1 - $1 % 10 + 10}}
         /FAILED|error:/{print "    " $0; fflush()}'
  [[ $(tail -n 1 "$log") != "ninja failed" ]] || fail "the build failed (the whole output: $log)"
}
