#!/usr/bin/env bash
# vdirsyncer keeps a folder and a CalDAV account alike: created, changed and deleted on either side, seen on the other.
#   usage: SKYBRIDGE_ENDPOINTS=var/endpoints.json tests/interop/vdirsyncer.sh
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/local" "$work/status"
export VDIRSYNCER_CONFIG=$work/config
step() { printf '    vdirsyncer: %s\n' "$1"; }
fail() { printf 'vdirsyncer: %s\n' "$1" >&2; exit 1; }

python3 - "$work" <<'PY'
import json, os, sys
with open(os.environ["SKYBRIDGE_ENDPOINTS"]) as file:
    endpoints = json.load(file)
account = endpoints["accounts"][2]
work = sys.argv[1]
with open(f"{work}/config", "w") as out:
    out.write(f"""[general]
status_path = "{work}/status/"
[pair calendars]
a = "local"
b = "remote"
collections = ["from a", "from b"]
metadata = ["displayname", "color"]
conflict_resolution = "b wins"
[storage local]
type = "filesystem"
path = "{work}/local/"
fileext = ".ics"
[storage remote]
type = "caldav"
url = "{endpoints["dav"]["url"]}"
username = "{account["address"]}"
password = "{account["password"]}"
verify = "{endpoints["ca"]}"
""")
PY
sync() { vdirsyncer -v WARNING sync >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "sync failed"; }; }
event() {
  printf 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Skybridge//tests//EN\r\nBEGIN:VEVENT\r\nUID:%s\r\nDTSTAMP:20260101T000000Z\r\n' "$1"
  printf 'DTSTART:20260302T100000Z\r\nDTEND:20260302T110000Z\r\nSUMMARY:%s\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n' "$2"
}
remote() { # METHOD NAME [FILE]: straight to the server, past vdirsyncer
  python3 - "$@" "$collection" <<'PY'
import os, sys
sys.path.insert(0, "tests/protocol")
from dav_support import Client
client = Client(account=2)
method, name, *rest = sys.argv[1:]
path = f"{client.home()}{rest[-1]}/{name}"
body = open(rest[0], "rb").read() if len(rest) > 1 else None
answer = client.ask(method, path, body, **({"Content_Type": "text/calendar"} if body else {}))
if method == "GET" and answer.status == 200:
    sys.stdout.write(answer.body.decode())
sys.exit(0 if answer.status < 300 else 1)
PY
}
cd "$(dirname "$0")/../.."
collection=vdir-$$

step "discovers the account and makes a calendar there"
mkdir "$work/local/$collection"
vdirsyncer -v WARNING discover < <(yes) >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "discover failed"; }
[[ -d $work/local/default ]] || fail "the default calendar was not found"

step "what is new here appears there, and the other way round"
event local-1 "from the folder" >"$work/local/$collection/local-1.ics"
event remote-1 "from the server" >"$work/remote-1.ics"
remote PUT remote-1.ics "$work/remote-1.ics" || fail "the calendar was not made on the server"
sync
remote GET local-1.ics | grep -q "SUMMARY:from the folder" || fail "a local event did not reach the server"
grep -rq "SUMMARY:from the server" "$work/local/$collection" || fail "an event of the server did not reach the folder"

step "changes travel in both directions"
event local-1 "changed in the folder" >"$work/local/$collection/local-1.ics"
event remote-1 "changed on the server" >"$work/remote-1.ics"
remote PUT remote-1.ics "$work/remote-1.ics"
sync
remote GET local-1.ics | grep -q "changed in the folder" || fail "a local change did not reach the server"
grep -rq "changed on the server" "$work/local/$collection" || fail "a change on the server did not reach the folder"

step "deletions travel in both directions"
event keep "stays" >"$work/local/$collection/keep.ics"
sync
rm "$work/local/$collection/local-1.ics"
remote DELETE remote-1.ics
sync
remote GET local-1.ics && fail "a local deletion did not reach the server"
grep -rq "UID:remote-1" "$work/local/$collection" && fail "a deletion on the server did not reach the folder"
remote GET keep.ics >/dev/null || fail "too much was deleted"

step "five hundred events, and nothing to do the second time"
for number in $(seq 500); do event "many-$number" "number $number" >"$work/local/$collection/many-$number.ics"; done
sync
count=$(remote_count=$(find "$work/local/$collection" -name '*.ics' | wc -l); echo "$remote_count")
[[ $count == 501 ]] || fail "$count of 501 events in the folder"
vdirsyncer sync >"$work/log" 2>&1 || fail "second sync failed"
grep -qE "Copying|Deleting" "$work/log" && fail "the second sync found work to do"

step "colour and name travel"
printf '#FF0000' >"$work/local/$collection/color"
printf 'Renamed' >"$work/local/$collection/displayname"
vdirsyncer -v WARNING metasync >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "metasync failed"; }

remote DELETE "" || fail "the calendar could not be removed"
printf '    vdirsyncer: ok\n'
