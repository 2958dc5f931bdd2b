from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apilint.api import Confidence, Flag, InputSchema, Operation, Severity, rule, words
from apilint.concepts.mends import bounded
from apilint.concepts.paging import says_most_items
from apilint.concepts.purpose import segments
from apilint.concepts.shape import is_property, properties, schemas_of

_BATCHES = frozenset("batch bulk batched multi mass".split())
_LISTS = frozenset("operation request command action mutation id record row event item object entry document".split())
_WRAPPERS = ("data", "batch", "body", "payload")
_MOST_OPERATIONS = 50


class Options(NamedTuple):
    """`fix`: the `maxItems` that `apilint fix --unsafe-fixes` writes; 0 writes none."""

    fix: int = 0


@rule(
    "batch-size-unbounded",
    on=InputSchema,
    types=("array",),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API4:2023", "CWE-770"),
    tags=("owasp",),
    options=Options,
    fixable=True,
)
def batch_size_unbounded(schema: InputSchema, options: Options) -> Iterator[Flag]:
    """One request may carry any number of operations.

    Rate limits count requests. Where one request holds a list of things to do, each of its items is a request of its
    own, and the limit is worth nothing without a greatest number of items.

    Attack: a single call with a hundred thousand items passes every rate limit, and tries as many passwords or codes.

    To fix: add `maxItems` to the array, and count its items against the limit.

    Options: `fix` (0): the `maxItems` that `apilint fix --unsafe-fixes` writes; 0 writes none.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders/batch:
        post:
          requestBody:
            content:
              application/json:
                schema:  # flagged
                  type: array
                  items: {type: object}
          responses:
            "200": {description: Done}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders/batch:
        post:
          requestBody:
            content:
              application/json:
                schema:
                  type: array
                  maxItems: 100
                  items: {type: object}
          responses:
            "200": {description: Done}
    ```
    """
    # Most arrays are no batch by their name alone, so that is asked first.
    if is_property(schema) and not _is_named(schema.name):
        return
    if schema.in_parameter or not schema.is_input or schema.array_is_bounded or schema.is_choice:
        return
    for operation in schema.operations[:_MOST_OPERATIONS]:
        if operation.kind == "path" and _is_batch(operation) and _is_list_of(schema, operation):
            yield schema.flag(
                None,
                f"{schema.label}: the batch has no greatest number of items",
                # Prose does not bind what gateways check, but the server most likely keeps to it.
                severity=Severity.LOW if says_most_items(schema) else Severity.HIGH,
                fix=bounded(schema, "maxItems", options.fix, "minItems"),
            )
            return


def _is_list_of(schema: InputSchema, operation: Operation) -> bool:
    """Whether the array is the body of a batch, or a list of things to do at its top or below `data`."""
    bodies = schemas_of(operation.request_body.content) if operation.request_body else ()
    # The same body under several media types is one cause.
    for _, body in list(bodies)[:1]:
        tops = [part.value for part in body.parts()]
        if any(top is schema.value for top in tops):
            return True
        wrapped = [node.api.follow(node) for name, node in properties(body).items() if name in _WRAPPERS]
        tops += [node.value for node in wrapped if node is not None]
        if is_property(schema) and schema.parent is not None and any(top is schema.parent.value for top in tops):
            return True
    return False


def _is_named(name: str) -> bool:
    found = words(name) if name.endswith(("s", "S")) else ()
    return len(found) == 1 and found[0] in _LISTS


def _is_batch(operation: Operation) -> bool:
    found = {word for segment in segments(operation.path_template)[-2:] for word in words(segment)}
    found |= set(words(operation.operation_id))
    return not _BATCHES.isdisjoint(found) or "import" in words(operation.path_template.rpartition("/")[2])
