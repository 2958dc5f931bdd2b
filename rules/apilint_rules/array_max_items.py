from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apilint.api import Confidence, Flag, InputSchema, Severity, rule
from apilint.concepts.mends import bounded
from apilint.concepts.paging import says_most_items


class Options(NamedTuple):
    """`fix`: the `maxItems` that `apilint fix --unsafe-fixes` writes; 0 writes none."""

    fix: int = 0


@rule(
    "array-max-items",
    on=InputSchema,
    types=("array",),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API4:2023", "CWE-770"),
    gives_way_to=("batch-size-unbounded", "multi-file-unbounded"),
    tags=("owasp",),
    options=Options,
    fixable=True,
)
def array_max_items(schema: InputSchema, options: Options) -> Iterator[Flag]:
    """An array that clients send has no greatest number of items.

    Each item costs the server something: memory, a query, a message, a row. Without a limit, one request can
    ask for as much work as a million.

    Attack: a single request with a million ids keeps the database busy for minutes.

    To fix: add `maxItems` with the greatest number that makes sense. A tuple that is closed with
    `items: false` needs none. Where each item is one of a few listed values, more of them cost little, so
    that the finding is less grave.

    Options: `fix` (0): the `maxItems` that `apilint fix --unsafe-fixes` writes; 0 writes none.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: ids
              in: query
              schema:  # flagged
                type: array
                items: {type: string, format: uuid}
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
            - name: ids
              in: query
              schema:
                type: array
                maxItems: 50
                items: {type: string, format: uuid}
          responses:
            "200": {description: The orders}
    ```
    """
    if not schema.array_is_bounded and not schema.is_choice:
        is_grave = schema.is_input and not _has_listed_items(schema) and not says_most_items(schema)
        # What is only wrapped to be described (`allOf: [$ref, description]`) is one cause with the other uses.
        owner = schema.owner("items", "type")
        yield owner.flag(
            None,
            f"{owner.label} has no greatest number of items",
            severity=Severity.MEDIUM if is_grave else Severity.LOW,
            confidence=schema.certainty,
            fix=bounded(owner, "maxItems", options.fix, "minItems"),
        )


def _has_listed_items(schema: InputSchema) -> bool:
    """Whether each item is one of a few values that the document lists: it can only be repeated."""
    for part in schema.parts():
        items = schema.api.follow(part.child("items")) if isinstance(part.get("items"), dict) else None
        if items is not None and ("const" in items.value or isinstance(items.value.get("enum"), list)):
            return True
    return False
