from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apilint.api import Confidence, Flag, Parameter, Severity, rule
from apilint.concepts.mends import bounded
from apilint.concepts.paging import is_offset, number_schemas


class Options(NamedTuple):
    """`fix`: the `maximum` that `apilint fix --unsafe-fixes` writes; 0 writes none."""

    fix: int = 0


@rule(
    "pagination-offset-unbounded",
    on=Parameter,
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API4:2023", "CWE-400"),
    tags=("owasp",),
    options=Options,
    fixable=True,
)
def pagination_offset_unbounded(parameter: Parameter, options: Options) -> Iterator[Flag]:
    """Clients may ask for any page, however far behind.

    To give the millionth page by its number, most databases read all those before it. A cursor, which says where the
    last page ended, costs the same for each page.

    Attack: a few requests with `offset=100000000` keep the database busy for minutes.

    To fix: page with a cursor, or add `maximum`.

    Options: `fix` (0): the `maximum` that `apilint fix --unsafe-fixes` writes; 0 writes none.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: offset
              in: query
              schema:  # flagged
                type: integer
                minimum: 0
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
            - name: offset
              in: query
              schema: {type: integer, minimum: 0, maximum: 10000}
            - name: cursor
              in: query
              schema: {type: string, maxLength: 40}
          responses:
            "200": {description: The orders}
    ```
    """
    if not is_offset(parameter):
        return
    for schema in number_schemas(parameter):
        if not schema.has_maximum and not schema.is_choice:
            yield schema.flag(
                None,
                f"{parameter.label} may name a page however far behind: it has no maximum",
                fix=bounded(schema, "maximum", options.fix, "minimum"),
            )
