from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, InputSchema, Severity, rule
from apilint.concepts.paging import prose_bounds


@rule(
    "number-maximum",
    on=InputSchema,
    types=("integer", "number"),
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    up_to=(Severity.MEDIUM, Confidence.HIGH),
    refs=("OWASP-API4:2023", "CWE-770", "CWE-1284"),
    tags=("owasp",),
    gives_way_to=(
        "pagination-limit-unbounded",
        "pagination-offset-unbounded",
        "long-running-op-no-limit",
    ),
)
def number_maximum(schema: InputSchema) -> Iterator[Flag]:
    """A number that clients send has no upper bound.

    Numbers say how much work the server does: how many rows, how many pixels, how many items. Without an
    upper bound the client decides, and large values also overflow where the code expects small ones.

    Attack: a request with `limit=1000000000` makes the server read the whole table.

    To fix: add `maximum` (or `exclusiveMaximum`) with the greatest value that makes sense, or an `enum`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: limit
              in: query
              schema:  # flagged
                type: integer
                minimum: 1
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
            - name: limit
              in: query
              schema:
                type: integer
                minimum: 1
                maximum: 100
          responses:
            "200": {description: The orders}
    ```
    """
    if schema.has_maximum or schema.is_choice:
        return
    # Prose does not bind what gateways check, but the server most likely keeps to it.
    is_grave = schema.is_input and schema.is_count and not prose_bounds(schema)
    missing = "maximum" if schema.has_minimum else "minimum and no maximum"
    # What is only wrapped to be described (`allOf: [$ref, description]`) is one cause with the other uses.
    owner = schema.owner("type")
    owner = owner if owner.is_count else schema
    yield owner.flag(
        None,
        f"{owner.label} has no {missing}",
        severity=Severity.MEDIUM if is_grave else Severity.LOW,
        confidence=min(schema.certainty, Confidence.MEDIUM) if schema.has_range_format else schema.certainty,
    )
