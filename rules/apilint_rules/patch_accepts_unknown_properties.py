from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, Schema, Severity, rule
from apilint.concepts.shape import schemas_of

_OPENING = ("additionalProperties", "unevaluatedProperties")


@rule(
    "patch-accepts-unknown-properties",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API3:2023", "CWE-915", "RFC-7396"),
    needs=("patch",),
    tags=("owasp",),
)
def patch_accepts_unknown_properties(api: Api) -> Iterator[Flag]:
    """A `PATCH` may name properties that nobody has described.

    A patch names what is to change, and servers mostly write whatever it names into the stored object. That makes it
    the shortest way to the fields that clients were never meant to see.

    Attack: the attacker sends `{"owner_id": "mine"}` in a patch whose schema knows only `note`.

    To fix: set `additionalProperties: false` on the schema of the body. Where schemas are combined with `allOf`, set
    `unevaluatedProperties: false` (3.1 and later) on the outermost instead.

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
              application/merge-patch+json:
                schema:
                  type: object
                  additionalProperties: true  # flagged
                  properties:
                    note: {type: string, maxLength: 500}
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
              application/merge-patch+json:
                schema:
                  type: object
                  additionalProperties: false
                  properties:
                    note: {type: string, maxLength: 500}
          responses:
            "204": {description: Stored}
    ```
    """
    seen: set[tuple[int, str]] = set()
    for operation in api.operations:
        for schema in _patches(operation):
            place, key = _opening(schema)
            if place is None or (id(place.value), key) in seen:
                continue
            seen.add((id(place.value), key))
            yield place.flag(
                key or None,
                f"{operation.name} may name properties that are not described",
                confidence=Confidence.HIGH if key else Confidence.MEDIUM,
            )


def _patches(operation: Operation) -> Iterator[Schema]:
    """The schemas of the bodies that name what is to change; a JSON Patch has a rule of its own."""
    for name, schema in schemas_of(operation.request_body.content) if operation.request_body else ():
        media_type = name.partition(";")[0].strip().lower()
        if media_type == "application/json-patch+json" or media_type.startswith(
            ("multipart/", "application/x-www-form")
        ):
            continue
        if operation.method == "PATCH" or media_type.endswith("merge-patch+json"):
            yield schema


def _opening(schema: Schema) -> tuple[Schema | None, str]:
    """The schema that lets in unknown properties, and the keyword by which it does, or an empty one."""
    how = schema.accepts_unknown_properties
    parts = schema.parts()
    if how is None or not any(isinstance(part.get("properties"), dict) for part in parts):
        return None, ""
    if how == "explicit":
        places = [(part, one) for part in parts for one in _OPENING if part.get(one) in (True, {})]
        if places:
            return places[0]
    owner = next(part for part in parts if isinstance(part.get("properties"), dict))
    # Whoever combines schemas has to close the outermost.
    return (owner if not any(part.branches for part in parts) else schema), ""
