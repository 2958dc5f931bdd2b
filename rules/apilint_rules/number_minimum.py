from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apilint.api import Confidence, Fix, Flag, InputSchema, Schema, Severity, rule
from apilint.concepts.mends import range_of, with_keyword
from apilint.concepts.paging import prose_bounds


class Options(NamedTuple):
    """`fix`: the `minimum` that `apilint fix --unsafe-fixes` writes; -1 writes none."""

    fix: int = -1


@rule(
    "number-minimum",
    on=InputSchema,
    types=("integer", "number"),
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    up_to=(Severity.MEDIUM, Confidence.HIGH),
    refs=("OWASP-API4:2023", "CWE-770", "CWE-1284"),
    gives_way_to=(
        "number-maximum",
        "pagination-limit-unbounded",
        "pagination-offset-unbounded",
        "long-running-op-no-limit",
    ),
    tags=("owasp",),
    options=Options,
    fixable=True,
)
def number_minimum(schema: InputSchema, options: Options) -> Iterator[Flag]:
    """A number that clients send has no lower bound.

    Most numbers make sense from zero or one upwards. Where nothing says so, zero and negative values reach
    code that divides, subtracts, allocates or pays.

    Attack: an order of -3 items credits the attacker's account; a page size of 0 or -1 returns everything.

    To fix: add `minimum` (or `exclusiveMinimum`) with the least value that makes sense, or an `enum`.

    Options: `fix` (-1): the `minimum` that `apilint fix --unsafe-fixes` writes; -1 writes none. The formats
    `int32` and `int16` name one themselves.

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
                maximum: 100
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
    if schema.has_minimum or schema.is_choice:
        return
    # Where the maximum is missing as well, `number-maximum` says how grave that is.
    is_grave = schema.is_input and schema.is_count and schema.has_maximum and not prose_bounds(schema)
    yield schema.flag(
        None,
        f"{schema.label} has no minimum",
        severity=Severity.MEDIUM if is_grave else Severity.LOW,
        confidence=min(schema.certainty, Confidence.MEDIUM) if schema.has_range_format else schema.certainty,
        fix=_fix(schema, options.fix),
    )


def _fix(schema: Schema, least: int) -> Fix | None:
    """The minimum that the option names, else that of the format."""
    if least < 0:
        bounds = range_of(schema)
        return with_keyword(schema, "minimum", bounds[0]) if bounds else None
    most = [one for one in schema.keyword("maximum") if isinstance(one, int | float)]
    return with_keyword(schema, "minimum", least) if not most or min(most) >= least else None
