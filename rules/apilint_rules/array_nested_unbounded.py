from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apilint.analysis.json_schema import is_number, shown
from apilint.api import Confidence, Flag, InputSchema, Node, Severity, rule

_DEEPEST = 8


class Options(NamedTuple):
    """`most`: how many innermost items a request may carry in one array of arrays."""

    most: int = 1_000_000


@rule(
    "array-nested-unbounded",
    on=InputSchema,
    types=("array",),
    having=("maxItems",),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API4:2023", "CWE-770", "CWE-400"),
    options=Options,
)
def array_nested_unbounded(schema: InputSchema, options: Options) -> Iterator[Flag]:
    """Arrays in arrays are bounded one by one, but admit a huge number of items together.

    The bounds multiply: a thousand rows of ten thousand cells are ten million values, all within the limits.
    Where an array on the way has no bound at all, `array-max-items` flags it.

    Attack: one request that breaks no rule fills the memory of the server.

    To fix: lower `maxItems` of the outer or the inner array, so that the product stays reasonable.

    Options: `most` (1000000): the greatest product of the bounds.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /tables:
        post:
          requestBody:
            content:
              application/json:
                schema:
                  type: array
                  maxItems: 10000  # flagged
                  items:
                    type: array
                    maxItems: 10000
                    items: {type: number, minimum: 0, maximum: 1}
          responses:
            "201": {description: Stored}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /tables:
        post:
          requestBody:
            content:
              application/json:
                schema:
                  type: array
                  maxItems: 100
                  items:
                    type: array
                    maxItems: 100
                    items: {type: number, minimum: 0, maximum: 1}
          responses:
            "201": {description: Stored}
    ```
    """
    if schema.key == "items":
        return  # the outermost array speaks for those in it
    product, depth = _bound(schema) or 0, 1
    seen = {id(schema.value)}
    node = _items(schema)
    while node is not None and id(node.value) not in seen and depth < _DEEPEST and (bound := _bound(node)) is not None:
        seen.add(id(node.value))
        product, depth = product * bound, depth + 1
        node = _items(node)
    if depth > 1 and product > options.most:
        yield schema.flag(
            "maxItems",
            f"{schema.label} admits, with the arrays in it, {shown(product)} items",
            severity=Severity.MEDIUM if schema.is_input else Severity.LOW,
            confidence=min(schema.certainty, Confidence.MEDIUM),
        )


def _items(node: Node) -> Node | None:
    found = node.child("items")
    return node.api.follow(found) if isinstance(found.value, dict) else None


def _bound(node: Node) -> int | None:
    most = node.get("maxItems")
    return int(most) if is_number(most) and most >= 0 else None
