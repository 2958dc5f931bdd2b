from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.json_schema import LIMITED_TYPES
from apilint.api import Api, Confidence, Fix, Flag, InputSchema, Schema, Severity, rule
from apilint.concepts.mends import with_keyword

# Keywords that decide what a value may be without a type.
_DECIDING = (
    *("type", "enum", "const", "allOf", "oneOf", "anyOf", "$ref", "$dynamicRef", "$recursiveRef"),
    *("not", "if", "contentMediaType", "contentEncoding", "contentSchema"),
)
_IMPLYING = tuple(LIMITED_TYPES)
# Other rules look at what these hold: `array-items-undefined`, `object-additional-properties`.
_LEFT = ("items", "additionalProperties", "unevaluatedProperties")


@rule(
    "schema-type-undefined",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-1287"),
    gives_way_to=("schema-empty",),
    fixable=True,
)
def schema_type_undefined(api: Api) -> Iterator[Flag]:
    """A value that clients send has no type.

    Without `type`, any JSON is valid: a string, a number, a list, an object. Keywords such as `maxLength` or
    `properties` limit values of their own type only, and all others pass them by; such a schema is an `info`.

    Attack: the attacker sends `{"$ne": null}` where a password is expected, and the query matches every user.

    To fix: add the `type`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /login:
        post:
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  properties:
                    user: {description: The name}  # flagged
                    code: {maxLength: 6}  # flagged
          responses:
            "204": {description: Signed in}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /login:
        post:
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  properties:
                    user: {type: string, maxLength: 40}
                    code: {type: string, maxLength: 6}
                    kind: {enum: [app, web]}
          responses:
            "204": {description: Signed in}
    ```
    """
    for schema in api.views(InputSchema):
        if "type" in schema.value:
            continue
        implied = next((one for one in _IMPLYING if one in schema.value), None)
        if _is_elsewhere(schema) or any(schema.keyword(one) for one in _DECIDING):
            continue
        if implied is not None:
            what = f"has `{implied}`, but no type: values of other types pass"
        else:
            what = "has no type: any JSON is valid"
        yield schema.flag(
            None,
            f"{schema.label} {what}",
            fix=_fix(schema),
            severity=Severity.INFO if implied else Severity.LOW,
            confidence=schema.certainty,
        )


def _is_elsewhere(schema: Schema) -> bool:
    if schema.key in _LEFT or (schema.outer is not None and schema.outer.keyword("type")):
        return True
    if schema.root.schema is not schema:
        return False
    if "in" in schema.value and "name" in schema.value:
        return True  # a parameter of Swagger 2.0, and `parameter-schema-undefined`'s
    # The schema of a parameter or body as a whole: `schema-empty` has it, if nothing is said at all.
    return schema.key in ("schema", "itemSchema") and not any(one in schema.value for one in _IMPLYING)


def _fix(schema: Schema) -> Fix | None:
    """The type that has properties or items, if no keyword is for another one."""
    limited = [LIMITED_TYPES[key] for key in schema.value if key in LIMITED_TYPES]
    types = frozenset.intersection(*limited) if limited else frozenset()
    if types not in ({"object"}, {"array"}) or not any(key in schema.value for key in ("properties", "items")):
        return None
    (name,) = types
    if schema.api.version != "3.0" and (schema.get("nullable") or schema.get("x-nullable")):
        return None
    return with_keyword(schema, "type", name, safe=True)
