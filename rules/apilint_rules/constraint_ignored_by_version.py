from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from apilint.analysis.json_schema import is_number
from apilint.api import Api, Confidence, Edit, Fix, Flag, Schema, Severity, rule
from apilint.concepts.grouping import for_all

_FROM_31 = (
    *("const", "prefixItems", "unevaluatedProperties", "unevaluatedItems", "patternProperties", "propertyNames"),
    *("contains", "if", "dependentRequired", "dependentSchemas"),
)
_FROM_30 = ("oneOf", "anyOf", "not", "writeOnly")
_DROPPED = ("additionalItems", "$recursiveRef")
_EXCLUSIVE = ("exclusiveMinimum", "exclusiveMaximum")
_IGNORED = {"2.0": _FROM_31 + _FROM_30, "3.0": _FROM_31, "3.1": _DROPPED, "3.2": _DROPPED}
_FEW = 5


@rule(
    "constraint-ignored-by-version",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-1059", "CWE-1284"),
    fixable=True,
    tags=("structure",),
)
def constraint_ignored_by_version(api: Api) -> Iterator[Flag]:
    """A constraint is written in a form that the document's version of OpenAPI does not know.

    2.0 and 3.0 know neither `const` nor `prefixItems`, `patternProperties`, `unevaluatedProperties`, a list of
    types or a number as `exclusiveMinimum`; 2.0 has no `oneOf` either. Tools for these versions pass over them,
    and the protection is void. From 3.1 on `nullable` means nothing (an `info`). Where a keyword stands in more
    than five places, there is one finding for it.

    Attack: what the author thinks is refused gets through every gateway and every generated check.

    To fix: use what the version has (`enum` with one value for `const`), or declare the version that was meant.

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
                    currency:
                      type: string
                      const: EUR  # flagged
          responses:
            "201": {description: Stored}
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
                    currency:
                      type: string
                      enum: [EUR]
          responses:
            "201": {description: Stored}
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
                  type: object
                  properties:
                    currency:
                      type: string
                      const: EUR
          responses:
            "201": {description: Stored}
    ```
    """
    # Another dialect has other keywords.
    if api.version not in ("2.0", "3.0") and isinstance(api.get("jsonSchemaDialect"), str):
        return
    for key in _IGNORED[api.version]:
        yield from _report(api, key, f"`{key}`", api.views(Schema, (), (key,)))
    if api.version in ("2.0", "3.0"):
        for key in _EXCLUSIVE:
            numeric = [one for one in api.views(Schema, (), (key,)) if is_number(one.value[key])]
            yield from _report(api, key, f"a number as `{key}`", numeric)
        lists = [one for one in api.views(Schema) if type(one.value.get("type")) is list]
        yield from _report(api, "type", "a list of types", lists)
    else:
        yield from _report(api, "nullable", "`nullable`", api.views(Schema, (), ("nullable",)))


def _report(api: Api, key: str, what: str, schemas: Sequence[Schema]) -> Iterator[Flag]:
    what = f"{what} has no effect in OpenAPI {api.version}"
    if len(schemas) <= _FEW:
        for schema in schemas:
            yield schema.flag(key, f"{schema.label}: {what}", severity=_severity(key, (schema,)), fix=_fix(schema, key))
        return
    first = schemas[0]
    yield first.flag(
        key,
        f"{what}: in {len(schemas):,} places, the first in {first.label}",
        severity=_severity(key, schemas),
        related=tuple((one.child(key), "here too") for one in schemas[1:6]),
        operations=(),
        fix=for_all(first, schemas, lambda schema: _fix(schema, key)),
    )


def _severity(key: str, schemas: Sequence[Schema]) -> Severity:
    if key == "nullable":
        return Severity.INFO
    return Severity.MEDIUM if any(one.is_input for one in schemas) else Severity.LOW


def _fix(schema: Schema, key: str) -> Fix | None:
    """What says the same in the document's version, where it leaves no choice."""
    value: dict[str, Any] = schema.value
    pointer = schema.child(key).pointer
    if key == "const" and "enum" not in value:
        edits = (Edit(pointer, "remove"), Edit(schema.child("enum").pointer, "set", [value["const"]]))
        return Fix("Write `const` as an `enum` with one value", True, edits)
    if key == "type":
        return _with_nullable(schema)
    if key == "nullable":
        return _without_nullable(schema)
    base = key.removeprefix("exclusive").lower()
    if key in _EXCLUSIVE and base not in value:
        edits = (Edit(pointer, "set", True), Edit(schema.child(base).pointer, "set", value[key]))
        return Fix(f"Write the bound as `{base}`, and `{key}: true`", True, edits)
    return None


def _with_nullable(schema: Schema) -> Fix | None:
    """Before 3.1 a type stands alone; that it may be null is said by another keyword, which 2.0 does not have."""
    place = schema.child("type")
    types = [one for one in place.value if one != "null"]
    has_null = len(types) < len(place.value)
    if len(types) != 1 or not isinstance(types[0], str) or (has_null and schema.api.version == "2.0"):
        return None
    edits = [Edit(place.pointer, "set", types[0])]
    if has_null and "nullable" not in schema.value:
        edits.append(Edit(schema.child("nullable").pointer, "set", True))
    return Fix(f"Write `type: {types[0]}`" + (" and `nullable: true`" if has_null else ""), True, tuple(edits))


def _without_nullable(schema: Schema) -> Fix | None:
    """Since 3.1 null is a type; where it was not meant to be one, the keyword says nothing."""
    place, types = schema.child("nullable"), schema.get("type")
    remove = Edit(place.pointer, "remove")
    if place.value is not True:
        return Fix("Remove `nullable`", True, (remove,))
    if not isinstance(types, str) or types == "null" or "enum" in schema.value or "const" in schema.value:
        return None
    edit = Edit(schema.child("type").pointer, "set", [types, "null"])
    return Fix(f"Write `type: [{types}, null]`", False, (edit, remove))
