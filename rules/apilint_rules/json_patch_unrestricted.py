from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Node, RequestBody, Schema, Severity, rule
from apilint.concepts.shape import node_properties, schemas_of, ways

_RESTRICTING = ("enum", "const", "pattern")


@rule(
    "json-patch-unrestricted",
    on=RequestBody,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API3:2023", "CWE-915", "RFC-6902"),
)
def json_patch_unrestricted(body: RequestBody) -> Iterator[Flag]:
    """A JSON Patch may change any part of the object.

    A JSON Patch is a list of steps, each with a path into the stored object. If the schema does not say which paths
    are allowed, the whole object is writable: owner, role, price, and what no client has ever seen.

    Attack: the attacker sends `[{"op": "replace", "path": "/owner", "value": "mine"}]`.

    To fix: list the paths with `enum` (or describe them with a `pattern`), and the steps with an `enum` on `op`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders/{id}:
        patch:
          parameters:
            - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
          requestBody:
            content:
              application/json-patch+json:  # flagged
                schema:
                  type: array
                  items:
                    type: object
                    properties:
                      op: {type: string}
                      path: {type: string}
                      value: {}
          responses:
            "204": {description: Stored}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders/{id}:
        patch:
          parameters:
            - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
          requestBody:
            content:
              application/json-patch+json:
                schema:
                  type: array
                  maxItems: 10
                  items:
                    type: object
                    properties:
                      op: {type: string, enum: [replace]}
                      path: {type: string, enum: [/note, /address]}
                      value: {type: string, maxLength: 500}
          responses:
            "204": {description: Stored}
    ```
    """
    operations = [one for one in body.operations if one.kind == "path" and one.method == "PATCH"]
    if not operations:
        return  # generators offer the media type for whatever takes JSON
    for name, media_type in body.content.items():
        if name.partition(";")[0].strip().lower() == "application/json-patch+json":
            schemas = [schema for _, schema in schemas_of({name: media_type})]
            if not any(_is_restricted(schema) or _is_no_patch(schema) for schema in schemas):
                place = media_type if body.api.version != "2.0" else body
                yield place.flag(None, f"{operations[0].name}: the JSON Patch may change any part of the object")


def _is_restricted(schema: Schema) -> bool:
    """Whether the schema of the steps says which paths are allowed, in each of its forms."""
    steps: list[Node] = [part.child("items") for one in ways(schema) for part in one.parts() if "items" in part.value]
    forms: list[Node] = []
    for step in steps:
        found = step.api.follow(step)
        if found is None:
            continue
        branches = [(key, index) for key in ("oneOf", "anyOf") for index in range(_length(found.get(key)))]
        forms += [found.child(branch) for branch in branches] or [found]
    return bool(forms) and all(_is_listed(node_properties(form).get("path")) for form in forms)


def _is_no_patch(schema: Schema) -> bool:
    """Whether the schema describes something else than a list of steps."""
    types = {
        kind for one in ways(schema) for part in one.parts() for kind in [part.get("type")] if isinstance(kind, str)
    }
    return bool(types) and "array" not in types


def _length(value: object) -> int:
    return len(value) if isinstance(value, list) else 0


def _is_listed(path: Node | None) -> bool:
    found = path.api.follow(path) if path is not None else None
    return found is not None and any(found.get(key) is not None for key in _RESTRICTING)
