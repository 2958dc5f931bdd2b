from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apilint.api import Confidence, Fix, Flag, Reference, Schema, Severity, rule
from apilint.concepts.mends import together

# Keywords of schemas that limit, or say who may read and write; notes and defaults are no loss.
_LIMITING = frozenset(
    "maxLength minLength pattern maximum minimum exclusiveMaximum exclusiveMinimum maxItems minItems uniqueItems "
    "maxProperties minProperties additionalProperties unevaluatedProperties properties required enum const format "
    "items allOf oneOf anyOf not readOnly writeOnly".split()
)
_PARTS = frozenset(("parameters", "responses", "headers", "requestBodies", "securitySchemes"))
_MEMBERS = frozenset(("properties", "required", "additionalProperties", "items"))
_ALLOWED = frozenset(("$ref", "summary", "description"))


@rule(
    "ref-siblings-ignored",
    on=Reference,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-1284"),
    fixable=True,
)
def ref_siblings_ignored(reference: Reference) -> Iterator[Flag]:
    """A constraint stands beside a `$ref`, where it is ignored.

    In 2.0 and 3.0 everything beside a `$ref` is passed over: the limit, `readOnly`, the required properties.
    From 3.1 on schemas may have both, but references to parameters, responses, headers and bodies still take
    nothing but a `summary` and a `description`.

    Attack: a property that looks read-only is written by anyone who sends it.

    To fix: wrap the reference: `allOf: [{$ref: …}]` with the constraints beside it, or put them into the target.

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
                  type: object
                  properties:
                    state:
                      $ref: "#/components/schemas/State"
                      readOnly: true  # flagged
          responses:
            "201": {description: Stored}
    components:
      schemas:
        State: {type: string, maxLength: 20}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        post:
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  properties:
                    state:
                      allOf:
                        - $ref: "#/components/schemas/State"
                      readOnly: true
          responses:
            "201": {description: Stored}
    components:
      schemas:
        State: {type: string, maxLength: 20}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        post:
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  properties:
                    state:
                      allOf: [{$ref: "#/components/schemas/State"}]
                      readOnly: true
          responses:
            "201": {description: Stored}
    components:
      schemas:
        State: {type: string, maxLength: 20}
    ```
    """
    if len(reference.value) < 2 or reference.unresolved is not None:
        return
    if _is_schema(reference):
        if reference.api.version not in ("2.0", "3.0"):
            return
        lost = [key for key in reference.value if key in _LIMITING]
    elif _is_part(reference.key):
        lost = [key for key in reference.value if key not in _ALLOWED and not key.startswith("x-")]
    else:
        return
    target = reference.api.follow(reference)
    lost = [key for key in lost if not _has(target, key, reference.value[key])]
    if lost:
        named = ", ".join(f"`{key}`" for key in lost[:4])
        yield reference.flag(
            lost[0],
            f"{reference.label}: {named} beside `$ref` {'has' if len(lost) == 1 else 'have'} no effect",
            severity=Severity.LOW if _is_output(reference) else Severity.MEDIUM,
            fix=_fix(reference) if _is_schema(reference) else None,
        )


def _is_schema(reference: Reference) -> bool:
    key = reference.key
    if isinstance(reference.parent, Schema) or key in ("schema", "itemSchema"):
        return True
    return isinstance(key, tuple) and key[:1] in (("schemas",), ("definitions",))


def _is_part(key: Any) -> bool:
    return key == "requestBody" or (isinstance(key, tuple) and len(key) == 2 and key[0] in _PARTS)


def _has(target: Any, key: str, value: Any) -> bool:
    """Whether the target says the same, so that nothing is lost."""
    return target is not None and isinstance(target.value, dict) and key in target.value and target.value[key] == value


def _is_output(reference: Reference) -> bool:
    holder = reference.parent
    return isinstance(holder, Schema) and not holder.is_input and not holder.direction_unknown


def _fix(reference: Reference) -> Fix | None:
    """Wrap the reference, so that what stands beside it counts; not properties, which the target may not let in."""
    value = reference.value
    if "allOf" in value or not _MEMBERS.isdisjoint(value):
        return None
    place = reference.child("$ref")
    edits = [(place, "set", [{"$ref": value["$ref"]}]), (place, "rename", "allOf")]
    return together(reference, "Put the reference into `allOf`", edits)
