from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apilint.api import Confidence, Flag, Parameter, Severity, rule
from apilint.concepts.mends import bounded
from apilint.concepts.paging import is_size, number_schemas, says_maximum


class Options(NamedTuple):
    """`fix`: the `maximum` that `apilint fix --unsafe-fixes` writes; 0 writes none."""

    fix: int = 0


@rule(
    "pagination-limit-unbounded",
    on=Parameter,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API4:2023", "CWE-770", "CWE-1284"),
    tags=("owasp",),
    options=Options,
    fixable=True,
)
def pagination_limit_unbounded(parameter: Parameter, options: Options) -> Iterator[Flag]:
    """The client decides how many items a page has, without an upper bound.

    Pages protect only if they have a greatest size. Where the document names none, gateways and validators let any
    number through, and so does code that was made from the document.

    Attack: a request with `limit=1000000000` makes the server read the whole table, and hold it in memory.

    To fix: add `maximum` with the greatest page size.

    Options: `fix` (0): the `maximum` that `apilint fix --unsafe-fixes` writes; 0 writes none.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: per_page
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
            - name: per_page
              in: query
              schema: {type: integer, minimum: 1, maximum: 100}
          responses:
            "200": {description: The orders}
    ```
    """
    if not is_size(parameter):
        return
    for schema in number_schemas(parameter):
        if not schema.has_maximum and not schema.is_choice:
            yield schema.flag(
                None,
                f"{parameter.label} sets the size of a page and has no maximum",
                # Prose does not bind what gateways check, but the server most likely keeps to it.
                severity=Severity.LOW if says_maximum(parameter) else Severity.MEDIUM,
                fix=bounded(schema, "maximum", options.fix, "minimum"),
            )
