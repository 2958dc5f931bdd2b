from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, InputSchema, Severity, rule


@rule(
    "array-max-items",
    on=InputSchema,
    types=("array",),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API4:2023", "CWE-770"),
)
def array_max_items(schema: InputSchema) -> Iterator[Flag]:
    """An array that clients send has no greatest number of items.

    Each item costs the server something: memory, a query, a message, a row. Without a limit, one request can
    ask for as much work as a million.

    Attack: a single request with a million ids keeps the database busy for minutes.

    To fix: add `maxItems` with the greatest number that makes sense. A tuple that is closed with
    `items: false` needs none.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: ids
              in: query
              schema:  # flagged
                type: array
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
                maxItems: 50
                items: {type: string, format: uuid}
          responses:
            "200": {description: The orders}
    ```
    """
    if not schema.array_is_bounded and not schema.is_choice:
        yield schema.flag(
            None,
            f"{schema.label} has no greatest number of items",
            severity=Severity.MEDIUM if schema.is_input else Severity.LOW,
            confidence=schema.certainty,
        )
