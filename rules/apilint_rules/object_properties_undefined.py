from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, InputSchema, Severity, rule, words

_DESCRIBING = (
    "properties patternProperties additionalProperties unevaluatedProperties propertyNames oneOf anyOf "
    "enum const $dynamicRef if dependentSchemas"
).split()
# What holds any JSON by its nature, so that the free form is the intention.
_FREE = frozenset("schema json jsonschema parameter raw any metadata meta extra custom attribute property".split())
# Some converters keep the type `object` for a file.
_FILES = ("file", "binary", "byte")


@rule(
    "object-properties-undefined",
    on=InputSchema,
    types=("object",),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API3:2023", "OWASP-API8:2023", "CWE-1284", "CWE-915"),
    gives_way_to=("parameter-deep-object-free-form", "object-map-unbounded"),
)
def object_properties_undefined(schema: InputSchema) -> Iterator[Flag]:
    """An object that clients send has no described properties: any JSON will do.

    Nothing about it can be checked: neither the names nor the types, the sizes or the depth of nesting.
    Whatever reads the object later has to expect everything.

    Attack: the free part carries `{"$where": "…"}` into a document database, or names that the model has as well.

    To fix: describe the `properties`, or the values of a map with `additionalProperties` and `maxProperties`.
    If the object is always empty, say `additionalProperties: false`.

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
                    details: {type: object}  # flagged
          responses:
            "201": {description: Stored}
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
                    details:
                      type: object
                      additionalProperties: false
                      properties:
                        colour: {type: string, maxLength: 20}
          responses:
            "201": {description: Stored}
    ```
    """
    value = schema.value
    if "properties" in value or "additionalProperties" in value or not schema.keyword("type"):
        return
    if any(schema.keyword(one) for one in _DESCRIBING) or any(one in _FILES for one in schema.keyword("format")):
        return
    yield schema.flag(
        None,
        f"{schema.label} is an object without described properties",
        severity=Severity.MEDIUM if schema.is_input else Severity.LOW,
        confidence=schema.certainty if _FREE.isdisjoint(words(schema.name)) else Confidence.LOW,
    )
