from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, InputSchema, Severity, rule


@rule(
    "object-map-unbounded",
    on=InputSchema,
    types=("object",),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API4:2023", "CWE-770"),
)
def object_map_unbounded(schema: InputSchema) -> Iterator[Flag]:
    """A map that clients send has no greatest number of entries.

    With a schema for `additionalProperties` an object becomes a map: the client chooses the names, and as
    many of them as it likes. Each entry costs memory, and the names end up as keys in tables and caches.

    Attack: a request with a million entries exhausts memory, or the index in which the names are stored.

    To fix: add `maxProperties`, or list the permitted names with `propertyNames` and `enum`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /labels:
        put:
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  additionalProperties: {type: string, maxLength: 40}  # flagged
          responses:
            "204": {description: Stored}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /labels:
        put:
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  maxProperties: 20
                  additionalProperties: {type: string, maxLength: 40}
          responses:
            "204": {description: Stored}
    ```
    """
    owner = schema.owner("additionalProperties", "unevaluatedProperties", "patternProperties")
    key = owner.map_schema_key
    if key is None and schema.accepts_unknown_properties == "explicit" and not schema.keyword("properties"):
        # Without a schema, it counts if nothing else is described.
        key = next((one for one in ("additionalProperties", "unevaluatedProperties") if one in owner.value), None)
    if key is not None and not schema.map_is_bounded:
        yield owner.flag(
            key,
            f"{owner.label} takes any number of entries",
            severity=Severity.MEDIUM if schema.is_input else Severity.LOW,
            confidence=schema.certainty,
        )
