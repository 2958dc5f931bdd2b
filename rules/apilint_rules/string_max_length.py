from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apilint.api import Confidence, Flag, InputSchema, Severity, rule
from apilint.concepts.mends import bounded


class Options(NamedTuple):
    """`fix`: the `maxLength` that `apilint fix --unsafe-fixes` writes; 0 writes none."""

    fix: int = 0


@rule(
    "string-max-length",
    on=InputSchema,
    types=("string",),
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    refs=("OWASP-API4:2023", "CWE-770", "CWE-1284"),
    tags=("owasp",),
    gives_way_to=(
        "base64-string-unbounded",
        "regex-search-parameter",
    ),
    options=Options,
    fixable=True,
)
def string_max_length(schema: InputSchema, options: Options) -> Iterator[Flag]:
    """A string that clients send has no greatest length.

    The server has to receive, store and process whatever arrives. Without a limit, gateways and validators
    that follow the document let megabytes through where a few characters were meant.

    Attack: a handful of requests with huge values fills memory, the disk or the time of a regular expression.

    To fix: add `maxLength` with the greatest length that makes sense. `enum`, `const`, a format with a fixed
    form such as `uuid` or `date-time`, and an anchored `pattern` without open repetition limit a string too.

    Options: `fix` (0): the `maxLength` that `apilint fix --unsafe-fixes` writes; 0 writes none.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: customer
              in: query
              schema:  # flagged
                type: string
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
            - name: customer
              in: query
              schema:
                type: string
                maxLength: 40
            - name: day
              in: query
              schema: {type: string, format: date}
          responses:
            "200": {description: The orders}
    ```
    """
    # How large a file may be is for the rules about uploads to say.
    if not schema.string_is_bounded and not schema.is_choice and "binary" not in schema.keyword("format"):
        free = schema.in_parameter and not schema.keyword("pattern") and not schema.keyword("format")
        lacking = "no greatest length and no pattern" if free else "no greatest length"
        yield schema.flag(
            None,
            f"{schema.label} has {lacking}",
            confidence=schema.certainty,
            fix=bounded(schema, "maxLength", options.fix, "minLength"),
        )
