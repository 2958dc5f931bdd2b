from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Parameter, Schema, Severity, rule

_OPENING = ("additionalProperties", "unevaluatedProperties", "patternProperties")
_FORM = ("properties", "oneOf", "anyOf", "enum", "const")


@rule(
    "parameter-deep-object-free-form",
    on=Parameter,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API4:2023", "OWASP-API8:2023", "CWE-235", "CWE-1321"),
    tags=("owasp",),
)
def parameter_deep_object_free_form(parameter: Parameter) -> Iterator[Flag]:
    """A parameter holds a whole object, whose names the client may choose.

    With `style: deepObject`, JSON `content` or `in: querystring`, the URL becomes a tree. Parsers build nested
    objects from it, and where the names are open, clients write keys that the code never expected.

    Attack: `filter[__proto__][isAdmin]=1` changes every object of a JavaScript server, or a million names fill
    its memory.

    To fix: list the `properties` and set `additionalProperties: false`; a map needs `maxProperties` at least.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: filter
              in: query
              style: deepObject
              schema:
                type: object
                additionalProperties: {type: string, maxLength: 20}  # flagged
          responses:
            "200": {description: The orders}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: filter
              in: query
              style: deepObject
              schema:
                type: object
                additionalProperties: false
                properties:
                  state: {type: string, enum: [open, done]}
          responses:
            "200": {description: The orders}
    ```
    """
    how = _structured(parameter)
    if how is None or (parameter.operations and all(one.kind != "path" for one in parameter.operations)):
        return
    for schema in parameter.schemas:
        found = _open(schema.resolved)
        if found is not None:
            place, key, what = found
            yield place.flag(key, f"{parameter.label} ({how}) {what}", operations=parameter.operations)


def _structured(parameter: Parameter) -> str | None:
    """By what a parameter holds an object, if it does."""
    if parameter.location == "querystring":
        return "the whole query string"
    if parameter.get("style") == "deepObject":
        return "`deepObject`"
    content = parameter.get("content")
    return "JSON" if isinstance(content, dict) and any("json" in str(name).lower() for name in content) else None


def _open(schema: Schema) -> tuple[Schema, str | None, str] | None:
    """Where and how an object lets clients choose names. Described properties are enough for this rule."""
    if "object" not in schema.types or schema.map_is_bounded:
        return None
    owner = schema.owner(*_OPENING)
    if owner.map_schema_key is not None:
        return owner, owner.map_schema_key, "takes any number of names"
    how = schema.accepts_unknown_properties
    if how == "explicit":
        return owner, next((one for one in _OPENING if one in owner.value), None), "takes names that are not described"
    if how == "implicit" and not any(schema.keyword(one) for one in _FORM):
        return schema.owner("type"), None, "takes any names: no property is described"
    return None
