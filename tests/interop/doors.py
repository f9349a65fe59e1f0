"""What the client scripts need of endpoints.json, as shell assignments.   eval "$(python3 tests/interop/doors.py)" """
import json
import os
import shlex

with open(os.environ["SKYBRIDGE_ENDPOINTS"]) as file:
    endpoints = json.load(file)
values = {"CA": endpoints["ca"], "DAV_URL": endpoints["dav"]["url"]}
for name in ("smtp", "submission", "submissions", "imap", "imaps", "pop3", "pop3s"):
    values[f"{name.upper()}_PORT"] = endpoints[name]["port"]
for number, account in enumerate(endpoints["accounts"][:3], 1):
    values[f"USER{number}"], values[f"PASSWORD{number}"] = account["address"], account["password"]
for key, value in values.items():
    print(f"{key}={shlex.quote(str(value))}")
