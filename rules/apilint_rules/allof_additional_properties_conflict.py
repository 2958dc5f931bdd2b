from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Schema, Severity, rule

_SHOWN = 3


@rule(
    "allof-additional-properties-conflict",
    on=Schema,
    having=("allOf",),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API3:2023", "CWE-1059"),
)
def allof_additional_properties_conflict(schema: Schema) -> Iterator[Flag]:
    """A closed schema in an `allOf` forbids the properties that the rest of it describes.

    `additionalProperties: false` looks only at the properties that stand beside it. In an `allOf` it refuses those of
    the other schemas, so no complete object is valid. Whoever meets that turns validation off, or opens everything.

    Attack: validation is switched off because it refuses good requests, and so bad ones pass as well.

    To fix: from 3.1 on, remove it and set `unevaluatedProperties: false` on the outermost schema, which looks at all of
    them. Before that, write the closed object out in one schema.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        post:
          requestBody:
            content:
              application/json:
                schema:
                  allOf:
                    - type: object
                      additionalProperties: false  # flagged
                      properties:
                        id: {type: string, format: uuid}
                    - type: object
                      properties:
                        note: {type: string, maxLength: 500}
          responses:
            "201": {description: The new order}
    ```

    ```yaml pass
    openapi: 3.1.0
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        post:
          requestBody:
            content:
              application/json:
                schema:
                  unevaluatedProperties: false
                  allOf:
                    - type: object
                      properties:
                        id: {type: string, format: uuid}
                    - type: object
                      properties:
                        note: {type: string, maxLength: 500}
          responses:
            "201": {description: The new order}
    ```
    """
    parts = schema.parts()
    named = {id(part): _names(part) for part in parts}
    everything = {name for names in named.values() for name in names}
    for part in parts:
        if part.value.get("additionalProperties") is not False or _has_patterns(part):
            continue
        refused = sorted(everything - named[id(part)])
        if refused:
            some = ", ".join(f"`{name}`" for name in refused[:_SHOWN]) + (", …" if len(refused) > _SHOWN else "")
            yield part.flag(
                "additionalProperties",
                f"{part.label} is closed, and so forbids {some} of the same `allOf`",
                related=((schema, "the `allOf`"),) if part is not schema else (),
            )


def _names(part: Schema) -> frozenset[str]:
    found = part.value.get("properties")
    return frozenset(found) if isinstance(found, dict) else frozenset()


def _has_patterns(part: Schema) -> bool:
    return isinstance(part.value.get("patternProperties"), dict)
