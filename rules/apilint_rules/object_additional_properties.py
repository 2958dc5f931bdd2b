from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, InputSchema, Severity, rule


@rule(
    "object-additional-properties",
    on=InputSchema,
    types=("object",),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API3:2023", "CWE-915", "CWE-1284"),
)
def object_additional_properties(schema: InputSchema) -> Iterator[Flag]:
    """An object that clients send may have properties that nobody has described.

    Properties outside the description pass every check made from it. Code that copies whole objects into a
    model or a database then writes fields that clients were never meant to write.

    Attack: the attacker adds `"role": "admin"` to the profile that he may edit.

    To fix: set `additionalProperties: false`. Where schemas are combined with `allOf`, set
    `unevaluatedProperties: false` (3.1 and later) on the outermost schema instead, never on a branch.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /profile:
        put:
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  additionalProperties: true  # flagged
                  properties:
                    name: {type: string, maxLength: 40}
          responses:
            "204": {description: Stored}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /profile:
        put:
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  additionalProperties: false
                  properties:
                    name: {type: string, maxLength: 40}
          responses:
            "204": {description: Stored}
    ```
    """
    known = schema.is_input
    if not isinstance(schema.get("properties"), dict):
        return
    how = schema.accepts_unknown_properties
    key = next((one for one in ("additionalProperties", "unevaluatedProperties") if one in schema.value), None)
    # An `allOf` branch that closes itself would reject the properties of the others.
    if how is None or (key is None and (how == "explicit" or schema.is_allof_branch)):
        return
    confidence = Confidence.HIGH if key is not None else Confidence.MEDIUM
    yield schema.flag(
        key,
        f"{schema.label} accepts properties that are not described",
        severity=Severity.MEDIUM if key is not None and known else Severity.LOW,
        confidence=confidence if known else Confidence.LOW,
    )
