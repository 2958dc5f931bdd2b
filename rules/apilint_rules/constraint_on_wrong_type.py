from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.json_schema import LIMITED_TYPES, is_number
from apilint.api import Api, Confidence, Flag, Schema, Severity, rule

_LIMITS = (
    *("maxLength", "minLength", "pattern", "maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum"),
    *("maxItems", "minItems", "maxProperties", "minProperties"),
)
_NUMERIC = tuple(one for one in _LIMITS if one != "pattern" and not one.startswith("exclusive"))
_KNOWN = frozenset(("string", "number", "integer", "boolean", "array", "object"))
_MEANT = {
    ("array", "maxLength"): "maxItems",
    ("array", "minLength"): "minItems",
    ("string", "maximum"): "maxLength",
    ("string", "maxItems"): "maxLength",
    ("object", "maxItems"): "maxProperties",
    ("object", "maxLength"): "maxProperties",
    ("integer", "maxLength"): "maximum",
    ("number", "maxLength"): "maximum",
}


@rule(
    "constraint-on-wrong-type",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-1284"),
)
def constraint_on_wrong_type(api: Api) -> Iterator[Flag]:
    """A limit stands on a type that it says nothing about, so it limits nothing.

    JSON Schema applies `maxLength` to strings, `maximum` to numbers and `maxItems` to arrays; on other types
    each of them is silently passed over. The same goes for a bound that is no number, such as `"10"`.

    Attack: the limit that everybody sees in the document does not exist, and huge values pass.

    To fix: use the keyword of the type, or correct the type.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: ids
              in: query
              schema:
                type: array
                maxLength: 20  # flagged
                items: {type: string, format: uuid}
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
            - name: ids
              in: query
              schema:
                type: array
                maxItems: 20
                items: {type: string, format: uuid}
          responses:
            "200": {description: The orders}
    ```
    """
    for key in _LIMITS:
        for schema in api.views(Schema, (), (key,)):
            if schema.branches is None and _is_void(key, schema.types):
                yield from _wrong(schema, key, schema)
            elif key in _NUMERIC and not is_number(schema.value[key]) and schema.value[key] is not None:
                what = f"{schema.label}: `{key}` is no number, so it has no effect"
                yield schema.flag(key, what, severity=_severity(schema, key))
    for schema in api.views(Schema, (), ("allOf",)):
        for part in schema.parts():
            for key in part.value:
                if key in _LIMITS and _is_void(key, schema.types):
                    yield from _wrong(part, key, schema)


def _is_void(key: str, types: frozenset[str]) -> bool:
    """Whether a limit says nothing about any of the types."""
    return LIMITED_TYPES[key].isdisjoint(types) and bool(types) and types <= _KNOWN


def _wrong(part: Schema, key: str, schema: Schema) -> Iterator[Flag]:
    # A least size of nothing never meant anything.
    if key in ("minLength", "minItems", "minProperties") and part.value[key] == 0:
        return
    meant = next((_MEANT[one, key] for one in sorted(schema.types) if (one, key) in _MEANT), None)
    hint = f"; `{meant}` would" if meant and meant not in part.value else ""
    yield part.flag(
        key,
        f"{part.label}: `{key}` has no effect on type {' or '.join(sorted(schema.types))}{hint}",
        severity=Severity.LOW if schema.types == {"boolean"} else _severity(schema, key),
    )


def _severity(schema: Schema, key: str) -> Severity:
    """A least size that is void lets in nothing large."""
    is_upper = not key.startswith(("min", "exclusiveMin"))
    return Severity.MEDIUM if is_upper and schema.is_input else Severity.LOW
