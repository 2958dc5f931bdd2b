from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.json_schema import NUMBER_FORMATS
from apilint.api import Confidence, Fix, Flag, InputSchema, Severity, rule
from apilint.concepts.mends import with_keyword


@rule(
    "number-format",
    on=InputSchema,
    types=("integer", "number"),
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    refs=("OWASP-API4:2023", "CWE-190", "CWE-1284"),
    gives_way_to=("number-maximum", "number-minimum"),
    tags=("owasp",),
    fixable=True,
)
def number_format(schema: InputSchema) -> Iterator[Flag]:
    """A number that clients send has neither bounds nor a format that says how large it may be.

    In JSON a number has as many digits as its sender likes. Without a format, each client and server picks
    its own type for it, and the same value is cut, rounded or refused depending on who reads it. Where
    `number-minimum` or `number-maximum` flag the same number, this rule says no more about it.

    Attack: a value above 2³¹ wraps around in one service after another has approved it.

    To fix: add `format: int32` or `int64` (`float` or `double` for fractions), or better, bounds.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: year
              in: query
              schema:  # flagged
                type: integer
          responses:
            "200": {description: The orders}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: year
              in: query
              schema:
                type: integer
                format: int64
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
            - name: year
              in: query
              schema: {type: integer, format: int32}
            - name: month
              in: query
              schema: {type: integer, minimum: 1, maximum: 12}
          responses:
            "200": {description: The orders}
    ```
    """
    if schema.has_maximum or schema.has_minimum or schema.is_choice:
        return
    if not any(isinstance(one, str) and one.lower() in NUMBER_FORMATS for one in schema.keyword("format")):
        yield schema.flag(
            None,
            f"{schema.label} has neither bounds nor a number format",
            fix=_fix(schema),
            confidence=schema.certainty,
        )


def _fix(schema: InputSchema) -> Fix | None:
    """The widest of the usual formats: integers of 64 bits, and the numbers of JSON as most read them (RFC 8259, 6)."""
    if schema.keyword("format") or schema.types not in ({"integer"}, {"number"}):
        return None
    return with_keyword(schema, "format", "int64" if schema.types == {"integer"} else "double")
