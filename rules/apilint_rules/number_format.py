from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.json_schema import NUMBER_FORMATS
from apilint.api import Confidence, Flag, InputSchema, Severity, rule


@rule(
    "number-format",
    on=InputSchema,
    types=("integer", "number"),
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    refs=("OWASP-API4:2023", "CWE-190", "CWE-1284"),
    gives_way_to=("number-maximum", "number-minimum"),
    tags=("owasp",),
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
            confidence=schema.certainty,
        )
