from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Fix, Flag, InputSchema, Schema, Severity, rule
from apilint.concepts.inputs import holds_json_schema
from apilint.concepts.mends import together, with_keyword

_OPENING = ("additionalProperties", "unevaluatedProperties")


@rule(
    "object-additional-properties",
    on=InputSchema,
    types=("object",),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API3:2023", "CWE-915", "CWE-1284"),
    tags=("owasp",),
    gives_way_to=(
        "parameter-deep-object-free-form",
        "patch-accepts-unknown-properties",
    ),
    fixable=True,
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

    ```yaml fixed
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
    how = schema.accepts_unknown_properties
    owner: Schema = schema
    key = None
    if how == "explicit" and schema.keyword("properties"):
        places = [(part, one) for part in schema.parts() for one in _OPENING if part.get(one) in (True, {})]
        if not places:
            return
        owner, key = places[0]
        if _is_opened_for_others(owner):
            return
    # An `allOf` branch that closes itself would reject the properties of the others.
    elif how != "implicit" or not isinstance(schema.get("properties"), dict) or schema.is_allof_branch:
        return
    yield owner.flag(
        key,
        f"{owner.label} accepts properties that are not described",
        fix=_fix(schema, owner, key),
        severity=Severity.MEDIUM if key is not None and schema.is_input else Severity.LOW,
        confidence=_confidence(schema, key),
    )


def _is_opened_for_others(branch: Schema) -> bool:
    """Whether it is a branch that must let in the properties which the schema around it describes."""
    around = branch.outer
    return around is not None and bool(around.alternatives) and isinstance(around.value.get("properties"), dict)


def _confidence(schema: Schema, key: str | None) -> Confidence:
    if key is None:
        return min(schema.certainty, Confidence.MEDIUM)
    return Confidence.LOW if holds_json_schema(schema) else schema.certainty


def _fix(schema: Schema, owner: Schema, key: str | None) -> Fix | None:
    """Close the object, if nothing else describes its properties; from 3.1 on one keyword sees what others describe."""
    if owner is not schema or schema.outer is not None or schema.root.composed or schema.get("discriminator"):
        return None
    if schema.branches is None and schema.alternatives is None and schema.target is None:
        return with_keyword(schema, key or "additionalProperties", False)
    if schema.api.version in ("2.0", "3.0"):
        return None
    if key == "additionalProperties":
        place = schema.child(key)
        edits = [(place, "set", False), (place, "rename", "unevaluatedProperties")]
        return together(
            schema, "Write `unevaluatedProperties: false`", edits if "unevaluatedProperties" not in schema.value else []
        )
    return with_keyword(schema, "unevaluatedProperties", False)
