#!/usr/bin/env python3
"""Every container runs as nobody in particular, on a read-only root, without capabilities.   usage: confinement.py CONTAINER…"""
import json
import subprocess
import sys

problems = []
containers = json.loads(subprocess.run(["docker", "inspect", *sys.argv[1:]], check=True, capture_output=True).stdout)
for container in containers:
    name, host = container["Name"], container["HostConfig"]

    def must(holds, text):
        if not holds:
            problems.append(f"{name}: {text}")

    must(container["Config"]["User"].split(":")[0] not in ("", "0", "root"), "runs as root")
    must(host["ReadonlyRootfs"], "may write its root file system")
    must(host["CapDrop"] == ["ALL"] and not host["CapAdd"], f"keeps capabilities: drops {host['CapDrop']}, adds {host['CapAdd']}")
    must("no-new-privileges:true" in (host["SecurityOpt"] or []), "may gain privileges")
    must(not host["Privileged"], "is privileged")
    must(container["RestartCount"] == 0, f"had to be started {container['RestartCount'] + 1} times")
    for mount in container["Mounts"]:
        must(mount["Type"] != "bind" or not mount["RW"], f"may write the host's {mount['Source']}")
        must("docker.sock" not in mount["Source"], "holds the engine's socket")
    if container["State"]["Running"]:
        status = subprocess.run(["docker", "exec", container["Id"], "cat", "/proc/1/status"], capture_output=True, text=True).stdout
        fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        must(fields.get("CapEff", "").strip("0") == "" and "CapEff" in fields, f"has effective capabilities {fields.get('CapEff')}")
        must(fields.get("Uid", "0").split()[0] != "0", "its first process is root's")
print("\n".join(problems) if problems else f"    {len(containers)} containers: no root, no capabilities, read-only root, read-only secrets")
sys.exit(bool(problems))
