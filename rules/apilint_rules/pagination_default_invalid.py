from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from apilint.api import Confidence, Flag, Parameter, Schema, Severity, rule
from apilint.concepts.mends import with_keyword
from apilint.concepts.paging import is_size, number_schemas


class Options(NamedTuple):
    """How large a page may be."""

    most: int = 1000


@rule(
    "pagination-default-invalid",
    on=Parameter,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    refs=("OWASP-API4:2023", "CWE-1284", "CWE-770"),
    options=Options,
    fixable=True,
)
def pagination_default_invalid(parameter: Parameter, options: Options) -> Iterator[Flag]:
    """The size of a page has a default that its own maximum forbids, or a maximum that bounds nothing.

    A default beyond the maximum tells that one of the two is not what the server does, and clients that are made
    from the document send it. A maximum of many thousands lets one request do the work of a whole export.

    Attack: a client asks for the largest page again and again, and each costs the server seconds.

    To fix: set a `default` of a few dozen, and a `maximum` of a few hundred.

    Options: `most` (1000): the largest `maximum` that is fine.

    ```yaml fail
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
                maximum: 100
                default: 500  # flagged
          responses:
            "200": {description: The orders}
      /customers:
        get:
          parameters:
            - name: limit
              in: query
              schema:
                type: integer
                default: 50
                maximum: 1000000  # flagged
          responses:
            "200": {description: The customers}
    ```

    ```yaml fixed
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
                maximum: 100
                default: 100
          responses:
            "200": {description: The orders}
      /customers:
        get:
          parameters:
            - name: limit
              in: query
              schema:
                type: integer
                default: 50
                maximum: 1000000
          responses:
            "200": {description: The customers}
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
              schema: {type: integer, minimum: 1, maximum: 100, default: 25}
          responses:
            "200": {description: The orders}
    ```
    """
    if not is_size(parameter):
        return
    for schema in number_schemas(parameter):
        default, maximum = _number(schema, "default"), _number(schema, "maximum")
        if maximum is None:
            continue
        if default is not None and default > maximum:
            place = schema.owner("default")
            message = f"{parameter.label}: the default {default:,} is beyond the maximum {maximum:,}"
            yield place.flag("default", message, fix=with_keyword(place, "default", maximum))
        if maximum > options.most:
            place = schema.owner("maximum")
            message = f"{parameter.label} allows pages of {maximum:,} items, more than {options.most:,}"
            yield place.flag("maximum", message, confidence=Confidence.MEDIUM)


def _number(schema: Schema, keyword: str) -> Any:
    found = [value for value in schema.keyword(keyword) if type(value) in (int, float)]
    return min(found) if found else None
