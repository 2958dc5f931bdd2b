from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apilint.analysis.json_schema import says_nothing
from apilint.api import Confidence, Flag, InputSchema, Severity, rule


@rule(
    "array-items-undefined",
    on=InputSchema,
    types=("array",),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-1287"),
)
def array_items_undefined(schema: InputSchema) -> Iterator[Flag]:
    """An array that clients send says nothing about its items.

    Whatever the array holds passes: strings, objects, arrays in arrays, of any size. Every limit that the
    description puts on single values can be passed by in it.

    Attack: a list of names turns out to be a list of objects, which the database takes for query operators.

    To fix: describe the items with `items`, or each position with `prefixItems` and `items: false`.

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
                  type: array
                  maxItems: 10
                  items: {}  # flagged
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
                  type: array
                  maxItems: 10
                  items: {type: string, format: uuid}
          responses:
            "201": {description: Stored}
    ```
    """
    if any(map(_describes, schema.keyword("items"))) or schema.keyword("prefixItems"):
        return
    if schema.keyword("enum") or schema.keyword("const") or _is_empty(schema) or schema.is_choice:
        return
    if any(part.alternatives for part in schema.parts()) and "items" not in schema.value:
        return
    yield schema.flag(
        "items" if "items" in schema.value else None,
        f"{schema.label} does not say what its items are",
        severity=Severity.MEDIUM if schema.is_input else Severity.LOW,
        confidence=schema.certainty,
    )


def _describes(items: Any) -> bool:
    return items is False or (isinstance(items, (dict, list)) and not says_nothing(items))


def _is_empty(schema: InputSchema) -> bool:
    return any(type(most) is int and most == 0 for most in schema.keyword("maxItems"))
