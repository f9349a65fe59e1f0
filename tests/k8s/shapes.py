"""The fields of the Kubernetes kinds that deploy/k8s uses: a field that is not here is a typing error or wants a row. "!" marks required ones.

A shape is a type, a tuple of types, [shape] for a list, {field: shape} for an object, or MAP for text to text.
"""
MAP = "text to text"
TEXT, NUMBER, FLAG = str, int, bool
EITHER = (str, int)  # a port by name or number, a quantity

metadata = {"name!": TEXT, "namespace": TEXT, "labels": MAP, "annotations": MAP, "creationTimestamp": type(None)}
selector = {"matchLabels": MAP, "matchExpressions": [{"key!": TEXT, "operator!": TEXT, "values": [TEXT]}]}
probe = {"httpGet": {"path!": TEXT, "port!": EITHER}, "exec": {"command!": [TEXT]}, "tcpSocket": {"port!": EITHER}, "periodSeconds": NUMBER,
         "timeoutSeconds": NUMBER, "failureThreshold": NUMBER, "initialDelaySeconds": NUMBER}
container = {
    "name!": TEXT, "image!": TEXT, "command": [TEXT], "args": [TEXT],
    "envFrom": [{"configMapRef": {"name!": TEXT}}],
    "ports": [{"name!": TEXT, "containerPort!": NUMBER, "protocol": TEXT}],
    "startupProbe": probe, "livenessProbe": probe, "readinessProbe": probe,
    "lifecycle": {"preStop": {"exec": {"command!": [TEXT]}}},
    "resources!": {"requests!": {"cpu!": EITHER, "memory!": EITHER}, "limits!": {"cpu": EITHER, "memory!": EITHER}},
    "securityContext!": {"allowPrivilegeEscalation!": FLAG, "readOnlyRootFilesystem!": FLAG, "capabilities!": {"drop!": [TEXT], "add": [TEXT]}},
    "volumeMounts": [{"name!": TEXT, "mountPath!": TEXT, "readOnly": FLAG}],
}
volume = {"name!": TEXT, "secret": {"secretName!": TEXT, "defaultMode": NUMBER}, "emptyDir": {"medium": TEXT, "sizeLimit": EITHER}}
pod = {
    "automountServiceAccountToken!": FLAG, "enableServiceLinks!": FLAG, "terminationGracePeriodSeconds": NUMBER, "restartPolicy": TEXT,
    "securityContext!": {"runAsNonRoot!": FLAG, "runAsUser!": NUMBER, "runAsGroup": NUMBER, "fsGroup": NUMBER, "seccompProfile!": {"type!": TEXT}},
    "topologySpreadConstraints": [{"maxSkew!": NUMBER, "topologyKey!": TEXT, "whenUnsatisfiable!": TEXT, "labelSelector!": selector}],
    "containers!": [container], "volumes": [volume],
}
template = {"metadata!": {"labels!": MAP, "annotations": MAP, "creationTimestamp": type(None)}, "spec!": pod}
claim = {"metadata!": {"name!": TEXT}, "spec!": {"accessModes!": [TEXT], "storageClassName": TEXT, "resources!": {"requests!": {"storage!": EITHER}}}}
policy_ports = [{"port!": EITHER, "protocol": TEXT}]

KINDS = {
    ("v1", "Namespace"): {},
    ("v1", "ConfigMap"): {"data!": MAP},
    ("v1", "Secret"): {"type": TEXT, "data!": MAP},
    ("v1", "Service"): {"spec!": {"type": TEXT, "externalTrafficPolicy": TEXT, "selector!": MAP,
                                  "ports!": [{"name!": TEXT, "port!": NUMBER, "targetPort!": EITHER, "protocol": TEXT}]}},
    ("apps/v1", "Deployment"): {"spec!": {"replicas!": NUMBER, "selector!": selector, "template!": template,
                                          "strategy": {"type": TEXT, "rollingUpdate": {"maxUnavailable": EITHER, "maxSurge": EITHER}}}},
    ("apps/v1", "StatefulSet"): {"spec!": {"replicas!": NUMBER, "serviceName!": TEXT, "selector!": selector, "template!": template,
                                           "volumeClaimTemplates": [claim]}},
    ("batch/v1", "Job"): {"spec!": {"backoffLimit": NUMBER, "ttlSecondsAfterFinished": NUMBER, "template!": template}},
    ("policy/v1", "PodDisruptionBudget"): {"spec!": {"minAvailable": EITHER, "maxUnavailable": EITHER, "selector!": selector}},
    ("networking.k8s.io/v1", "NetworkPolicy"): {"spec!": {
        "podSelector!": selector, "policyTypes!": [TEXT], "ingress": [{"from": [{"podSelector": selector}], "ports": policy_ports}]}},
}


def compare(value, shape, path):
    """The problems of one value, as sentences."""
    if shape is MAP:
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            yield f"{path}: must map text to text"
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield f"{path}: must be a list"
            return
        for index, element in enumerate(value):
            name = element.get("name", index) if isinstance(element, dict) else index
            yield from compare(element, shape[0], f"{path}[{name}]")
    elif isinstance(shape, dict):
        if not isinstance(value, dict):
            yield f"{path}: must be an object"
            return
        fields = {field.rstrip("!"): inner for field, inner in shape.items()}
        for field in (field[:-1] for field in shape if field.endswith("!")):
            if field not in value:
                yield f"{path}: {field} is missing"
        for field, inner in value.items():
            if field in fields:
                yield from compare(inner, fields[field], f"{path}.{field}")
            else:
                yield f"{path}: no field {field} is known here"
    elif not isinstance(value, shape) or (isinstance(value, bool) and shape is not bool):
        yield f"{path}: {value!r} has the wrong type"


def problems_of(document):
    where = f"{document.get('kind')} {document.get('metadata', {}).get('name')}"
    shape = KINDS.get((document.get("apiVersion"), document.get("kind")))
    if shape is None:
        return [f"{where}: unknown kind or version {document.get('apiVersion')}"]
    return list(compare(document, {"apiVersion!": TEXT, "kind!": TEXT, "metadata!": metadata, **shape}, where))
