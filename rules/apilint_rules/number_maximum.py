from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apilint.api import Confidence, Fix, Flag, InputSchema, Schema, Severity, rule
from apilint.concepts.mends import admits_samples, range_of, together
from apilint.concepts.paging import prose_bounds


class Options(NamedTuple):
    """`fix`: the `maximum` that `apilint fix --unsafe-fixes` writes, with `least` as the `minimum`."""

    fix: int = 0
    least: int = -1


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
    options=Options,
    fixable=True,
)
def number_maximum(schema: InputSchema, options: Options) -> Iterator[Flag]:
    """A number that clients send has no upper bound.

    Numbers say how much work the server does: how many rows, how many pixels, how many items. Without an
    upper bound the client decides, and large values also overflow where the code expects small ones.

    Attack: a request with `limit=1000000000` makes the server read the whole table.

    To fix: add `maximum` (or `exclusiveMaximum`) with the greatest value that makes sense, or an `enum`.

    Options: `fix` (0): the `maximum` that `apilint fix --unsafe-fixes` writes; 0 writes none. `least` (-1): the
    `minimum` that it writes with it where that is missing, too; -1 writes none. The formats `int32` and `int16` name
    both themselves.

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
        fix=_fix(owner, options),
    )


def _fix(schema: Schema, options: Options) -> Fix | None:
    """The bounds that the options name, else those of the format."""
    least, most = range_of(schema) or (options.least if options.least >= 0 else None, options.fix)
    if options.fix > 0:
        most = options.fix
        least = options.least if options.least >= 0 else least
    lacks_minimum = not schema.has_minimum and least is not None
    least = least if lacks_minimum else None
    written = schema.get("minimum", least)
    if most <= 0 or (isinstance(written, int | float) and written > most) or not admits_samples(schema, most):
        return None
    places = [(schema.child("minimum"), "set", least)] if lacks_minimum else []
    shown = " and ".join(f"`{node.key}: {value}`" for node, _, value in (*places, (schema.child("maximum"), "", most)))
    if "$ref" in schema.value:
        return None
    return together(schema, f"Write {shown}", [*places, (schema.child("maximum"), "set", most)])
