# The ground of skyctl's tests, to be sourced: a database of its own, certificates, and functions that expect. start_auth runs a real auth with
# cheap hashes on it. Wants the folder of the binaries as $1 and runs itself under tests/support/scratch when needed.
root=$(cd "$(dirname "$0")/../../.." && pwd)
bin=$(realpath "${1:?which folder with binaries}")
if [[ -z ${SKYBRIDGE_TEST_PG:-} ]]; then exec "$root/tests/support/scratch" run "$0" "$bin"; fi

work=$(mktemp -d)
auth_pid=
databases=()
cleanup() {
  [[ -n ${KEEP_LOG:-} ]] && cp "$work/auth.log" "$KEEP_LOG"
  [[ -n $auth_pid ]] && kill "$auth_pid" 2>/dev/null && wait "$auth_pid" 2>/dev/null
  for one in "${databases[@]}"; do
    psql -qX "$SKYBRIDGE_TEST_PG" -c "drop database if exists $one with (force)" >/dev/null 2>&1
  done
  rm -rf "$work"
}
trap cleanup EXIT

failures=0
problem() {
  printf 'FAILED: %s\n' "$*"
  sed 's/^/    /' "$work/out" "$work/err" 2>/dev/null
  failures=$((failures + 1))
}
# expect CODE TEXT skyctl-arguments…: exit code, and a text that stdout or stderr must hold.
expect() {
  local code=$1 text=$2
  shift 2
  "$bin/skyctl" "$@" >"$work/out" 2>"$work/err" </dev/null
  local got=$?
  [[ $got == "$code" ]] || problem "skyctl $*: exit code $got, not $code"
  grep -qF -- "$text" "$work/out" "$work/err" || problem "skyctl $*: no \"$text\" in what it says"
}
with_password() { # PASSWORD CODE TEXT arguments…
  local password=$1 code=$2 text=$3
  shift 3
  printf '%s\n' "$password" | "$bin/skyctl" "$@" >"$work/out" 2>"$work/err"
  local got=${PIPESTATUS[1]}
  [[ $got == "$code" ]] || problem "skyctl $*: exit code $got, not $code"
  grep -qF -- "$text" "$work/out" "$work/err" || problem "skyctl $*: no \"$text\" in what it says"
  grep -qF -- "$password" "$work/out" "$work/err" && problem "skyctl $*: shows the password"
}
sql() { psql -qAtX -v ON_ERROR_STOP=1 "$dsn" -c "$1"; }
python() { python3 -c "$1" <"$work/out" || problem "not the JSON expected: $1"; }

# An empty database, for what is started from now on.
new_database() {
  local name=skyctl_$$_${#databases[@]}
  psql -qX "$SKYBRIDGE_TEST_PG" -c "create database $name" || exit 1
  databases+=("$name")
  dsn=${SKYBRIDGE_TEST_PG%/*}/$name
}
new_database
"$root/deploy/local/certificates" "$work/tls"

port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
start_auth() {
  rpc_port=$(port) health_port=$(port)
  env SKYBRIDGE_AUTH_PG_DSN="${dsn/postgres@/sky_auth:test@}" SKYBRIDGE_AUTH_REDIS="$SKYBRIDGE_TEST_REDIS" SKYBRIDGE_AUTH_RPC_PORT="$rpc_port" \
    SKYBRIDGE_AUTH_SEAL_KEY="$(openssl rand -hex 32)" \
    SKYBRIDGE_AUTH_HEALTH_PORT="$health_port" SKYBRIDGE_AUTH_ARGON2_MEMORY=8K SKYBRIDGE_AUTH_ARGON2_OPERATIONS=1 \
    SKYBRIDGE_AUTH_RPC_CERT="$work/tls/rpc/auth.pem" SKYBRIDGE_AUTH_RPC_KEY="$work/tls/rpc/auth.key" SKYBRIDGE_AUTH_RPC_CA="$work/tls/rpc/ca.pem" \
    "$bin/skybridge-auth" >"$work/auth.log" 2>&1 &
  auth_pid=$!
  for _ in $(seq 200); do
    curl -fs "http://127.0.0.1:$health_port/healthz/ready" >/dev/null && break
    kill -0 "$auth_pid" 2>/dev/null || break
    sleep 0.1
  done
  curl -fs "http://127.0.0.1:$health_port/healthz/ready" >/dev/null || { cat "$work/auth.log"; exit 1; }
}
use_auth() { # skyctl speaks to it as the operator
  export SKYBRIDGE_SKYCTL_AUTH_ADDRESS=127.0.0.1:$rpc_port SKYBRIDGE_SKYCTL_RPC_CERT=$work/tls/rpc/skyctl.pem \
    SKYBRIDGE_SKYCTL_RPC_KEY=$work/tls/rpc/skyctl.key SKYBRIDGE_SKYCTL_RPC_CA=$work/tls/rpc/ca.pem
}
stop_auth() {
  kill "$auth_pid"
  wait "$auth_pid" || { cat "$work/auth.log"; problem "auth ended with $?"; }
  auth_pid=
  grep -E 'ERROR: AddressSanitizer|runtime error' "$work/auth.log" && problem 'a sanitizer line in the log'
}
