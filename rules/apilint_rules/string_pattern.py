from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apilint.api import Confidence, Flag, InputSchema, Severity, rule


class Options(NamedTuple):
    """`bodies`: also flag strings in request bodies, and not only in parameters."""

    bodies: bool = False


@rule(
    "string-pattern",
    on=InputSchema,
    types=("string",),
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API8:2023", "CWE-20"),
    # Each asks for a pattern too, and says which.
    gives_way_to=(
        "path-traversal-parameter",
        "file-upload-filename-parameter",
        "redirect-parameter-unrestricted",
        "host-parameter-unrestricted",
        "parameter-free-form-expression",
        "regex-search-parameter",
        "password-format-missing",
        "string-max-length",
    ),
    tags=("owasp",),
    options=Options,
)
def string_pattern(schema: InputSchema, options: Options) -> Iterator[Flag]:
    """A string parameter may hold any characters.

    Parameters end up in queries, file names, headers, log lines and commands. Where the description says which
    characters are possible, gateways and servers can refuse the rest before any code sees it.

    Attack: a value with quotes, line breaks or `../` reaches code that builds a query, a header or a path from it.

    To fix: add a `pattern` that begins with `^` and ends with `$`, an `enum`, or a `format`.

    Options: `bodies` (false): also flag strings in request bodies, not only in parameters.

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
                maxLength: 20
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
                maxLength: 20
                pattern: "^[A-Za-z0-9-]+$"
          responses:
            "200": {description: The orders}
    ```
    """
    if not (schema.in_parameter or options.bodies) or not schema.is_input:
        return
    if any(schema.keyword(one) for one in ("pattern", "format", "enum", "const")) or schema.is_choice:
        return
    yield schema.flag(None, f"{schema.label} has no pattern, format or list of values")
