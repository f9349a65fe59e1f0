#!/usr/bin/python3
"""Validates rendered Kubernetes objects without a cluster: their fields, what they refer to, their probes and their confinement.

usage: validate.py RENDERED.yaml [--secrets-elsewhere]      (the base refers to Secrets that an overlay brings)
"""
import re
import sys

import yaml

import models

documents = [document for document in yaml.safe_load_all(open(sys.argv[1])) if document]
secrets_elsewhere = "--secrets-elsewhere" in sys.argv
problems = [problem for document in documents for problem in models.problems_of(document)]
if problems:
    sys.exit("\n".join(problems))


def of(*kinds):
    return [document for document in documents if document["kind"] in kinds]


def names(kind):
    return {document["metadata"]["name"] for document in of(kind)}


def matches(selector, labels):
    return all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items()) and \
        all(labels.get(e["key"]) in e["values"] for e in selector.get("matchExpressions", []))


def settings_of(name):
    return next((document["data"] for document in of("ConfigMap") if document["metadata"]["name"] == name), {})


def files_of(pod, container):
    """The files that mounted Secrets bring into a container."""
    data = {document["metadata"]["name"]: document["data"] for document in of("Secret")}
    secret = {volume["name"]: volume["secret"]["secretName"] for volume in pod.get("volumes", []) if "secret" in volume}
    return {f"{mount['mountPath']}/{key}" for mount in container.get("volumeMounts", []) for key in data.get(secret.get(mount["name"]), {})}


seen = set()
for document in documents:
    key = (document["kind"], document["metadata"]["name"])
    if key in seen:
        problems.append(f"{key[0]} {key[1]} stands there twice")
    seen.add(key)
    if document["kind"] != "Namespace" and document["metadata"].get("namespace") != "skybridge":
        problems.append(f"{key[0]} {key[1]} is not in the namespace")
    if not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", key[1]):
        problems.append(f"{key[0]} {key[1]}: no name for an object")

workloads = of("Deployment", "StatefulSet", "Job")
labels_of = {w["metadata"]["name"]: w["spec"]["template"]["metadata"]["labels"] for w in workloads}
ports_of = {}


def examine(workload):
    kind, name, spec = workload["kind"], workload["metadata"]["name"], workload["spec"]
    pod = spec["template"]["spec"]

    def must(holds, text):
        if not holds:
            problems.append(f"{kind} {name}: {text}")

    if kind != "Job":
        must(matches(spec["selector"], labels_of[name]), "its selector does not match its own pods")
    must(not pod["enableServiceLinks"], "enableServiceLinks must be off: unknown SKYBRIDGE_ variables stop the start")
    must(not pod["automountServiceAccountToken"], "holds a token for the cluster")
    must(pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["runAsUser"] > 0, "runs as root")
    volumes = {volume["name"] for volume in pod.get("volumes", [])} | {claim["metadata"]["name"] for claim in spec.get("volumeClaimTemplates", [])}
    for volume in pod.get("volumes", []):
        if "secret" in volume and not secrets_elsewhere:
            must(volume["secret"]["secretName"] in names("Secret"), f"there is no Secret {volume['secret']['secretName']}")
    for container in pod["containers"]:
        must(re.fullmatch(r"[\w./-]+:[\w.-]+", container["image"]) and not container["image"].endswith(":latest"), f"image {container['image']} has no tag")
        security = container["securityContext"]
        must(not security["allowPrivilegeEscalation"] and security["readOnlyRootFilesystem"] and security["capabilities"] == {"drop": ["ALL"]},
             "is not confined")
        must("memory" in container["resources"]["limits"] and {"cpu", "memory"} <= set(container["resources"]["requests"]), "has no resources")
        ports = {port["name"]: port["containerPort"] for port in container.get("ports", [])}
        ports_of[name] = ports
        must(all(number >= 1024 for number in ports.values()), "a port below 1024 needs a capability")
        for reference in container.get("envFrom", []):
            must(reference["configMapRef"]["name"] in names("ConfigMap"), f"there is no ConfigMap {reference['configMapRef']['name']}")
            for key, value in settings_of(reference["configMapRef"]["name"]).items():
                must(not value.startswith("/run/") or secrets_elsewhere or value in files_of(pod, container), f"{key}: no Secret brings {value}")
        must({mount["name"] for mount in container.get("volumeMounts", [])} == volumes, "volumes and mounts differ")
        if ports:
            for probe in ("livenessProbe", "readinessProbe"):
                must(probe in container, f"has no {probe}")
        if "health" in ports:
            for probe, path in (("startupProbe", "live"), ("livenessProbe", "live"), ("readinessProbe", "ready")):
                must(container.get(probe, {}).get("httpGet") == {"path": f"/healthz/{path}", "port": "health"}, f"{probe} does not ask /healthz/{path}")
            must(spec["template"]["metadata"].get("annotations", {}).get("prometheus.io/port") == str(ports["health"]), "metrics are at another port")
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            for how in ("httpGet", "tcpSocket"):
                port = container.get(probe, {}).get(how, {}).get("port")
                must(port is None or port in ports, f"{probe}: there is no port {port}")


for workload in workloads:
    try:
        examine(workload)
    except KeyError as missing:
        problems.append(f"{workload['kind']} {workload['metadata']['name']}: has no {missing.args[0]}")

for service in of("Service"):
    name = service["metadata"]["name"]
    chosen = [workload for workload, labels in labels_of.items() if matches({"matchLabels": service["spec"]["selector"]}, labels)]
    if chosen != [name]:
        problems.append(f"Service {name} chooses {chosen or 'no pods'}")
        continue
    for port in service["spec"]["ports"]:
        if port["targetPort"] not in ports_of[name]:
            problems.append(f"Service {name}: its pods have no port {port['targetPort']}")
for document in of("PodDisruptionBudget"):
    name = document["metadata"]["name"]
    replicas = [w["spec"].get("replicas", 1) for w in workloads if matches(document["spec"]["selector"], labels_of[w["metadata"]["name"]])]
    if len(replicas) != 1 or replicas[0] <= document["spec"].get("minAvailable", 0):
        problems.append(f"PodDisruptionBudget {name} chooses {len(replicas)} workloads, or allows no disruption at all")
for document in of("NetworkPolicy"):
    name = document["metadata"]["name"]
    chosen = [workload for workload, labels in labels_of.items() if matches(document["spec"]["podSelector"], labels)]
    if len(chosen) != 1:
        problems.append(f"NetworkPolicy {name} chooses {chosen or 'no pods'}")
        continue
    for rule in document["spec"].get("ingress", []):
        for port in rule.get("ports", []):
            if port["port"] not in ports_of[chosen[0]]:
                problems.append(f"NetworkPolicy {name}: its pods have no port {port['port']}")

if problems:
    sys.exit("\n".join(problems))
count = ", ".join(f"{len(of(kind))} {kind}" for kind in sorted({document["kind"] for document in documents}))
print(f"    {len(documents)} objects are sound: {count}")
