from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.json_schema import kind_of
from apilint.api import Confidence, Flag, Schema, Severity, rule

_KNOWN = frozenset(("string", "number", "integer", "boolean", "array", "object"))


@rule(
    "enum-type-mismatch",
    on=Schema,
    having=("enum",),
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-1287"),
)
def enum_type_mismatch(schema: Schema) -> Iterator[Flag]:
    """A listed value does not have the type of the schema, so it can never be sent.

    Validators refuse the value, and whoever needs it switches the validation off. Often the list stands on an
    array in place of its items, and limits nothing; or YAML has read an unquoted `no` or `1` as something else.

    Attack: the items of a list that looks restricted may be anything.

    To fix: quote the value, or move the `enum` to the schema that it belongs to.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: version
              in: query
              schema:
                type: string
                enum:
                  - "1.0"
                  - 2.0  # flagged
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
            - name: version
              in: query
              schema:
                type: string
                enum: ["1.0", "2.0"]
          responses:
            "200": {description: The orders}
    ```
    """
    listed, types = schema.value["enum"], schema.types
    if not isinstance(listed, list) or not types or not types <= _KNOWN:
        return
    if "string" in types and all(type(one) is str for one in listed):
        return
    for index, value in enumerate(listed):
        kind = kind_of(value)
        if kind in types or kind in ("null", "unknown") or (kind == "integer" and "number" in types):
            continue
        name = " or ".join(sorted(types))
        where = "; the `enum` of items belongs inside `items`" if types == {"array"} else ""
        yield schema.flag(
            ("enum", index),
            f"{schema.label}: `enum` lists a value of type {kind} where the type is {name}{where}",
            severity=Severity.LOW if schema.is_input or schema.direction_unknown else Severity.INFO,
        )
        return
