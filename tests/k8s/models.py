"""Fields and types of Kubernetes objects, as its own API describes them (the models of Debian's python3-kubernetes, API 1.22)."""
import re

from kubernetes.client import models

PLAIN = {"str": str, "int": int, "bool": bool, "object": object}


def compare(value, kind, path):
    """The problems of one value, as sentences; kind is a type as the models write it."""
    if found := re.fullmatch(r"list\[(.*)\]", kind):
        if not isinstance(value, list):
            yield f"{path}: must be a list"
            return
        for index, element in enumerate(value):
            name = element.get("name", index) if isinstance(element, dict) else index
            yield from compare(element, found[1], f"{path}[{name}]")
    elif found := re.fullmatch(r"dict\(str, (.*)\)", kind):
        if not isinstance(value, dict):
            yield f"{path}: must be an object"
            return
        for key, element in value.items():
            # Quantities and such are text or numbers to the API; settings and labels are text, and 8080 without quotes is an error.
            if found[1] == "str" and not isinstance(element, str) and not path.endswith((".requests", ".limits")):
                yield f"{path}.{key}: {element!r} must be text"
    elif kind in PLAIN:
        if not isinstance(value, PLAIN[kind]) or (isinstance(value, bool) and kind not in ("bool", "object")):
            yield f"{path}: {value!r} has the wrong type"
    elif kind != "datetime" and isinstance(value, dict):
        model = getattr(models, kind)
        names = {field: attribute for attribute, field in model.attribute_map.items()}
        for field, element in value.items():
            if field in names:
                yield from compare(element, model.openapi_types[names[field]], f"{path}.{field}")
            else:
                yield f"{path}: there is no field {field}"
        try:
            model(**{names[field]: element for field, element in value.items() if field in names})
        except ValueError as error:  # a required field is missing
            yield f"{path}: {error}"
    elif kind != "datetime":
        yield f"{path}: must be an object"


def problems_of(document):
    where = f"{document.get('kind')} {document.get('metadata', {}).get('name')}"
    version = document.get("apiVersion", "").split("/")[-1]
    kind = version.capitalize() + str(document.get("kind"))
    return list(compare(document, kind, where)) if hasattr(models, kind) else [f"{where}: unknown kind or version {document.get('apiVersion')}"]
