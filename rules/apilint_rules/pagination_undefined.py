from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, Severity, by_operation, rule
from apilint.concepts.paging import collection, holds_objects, is_paged
from apilint.concepts.purpose import segments


@rule(
    "pagination-undefined",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API4:2023", "CWE-770", "CWE-400"),
)
def pagination_undefined(api: Api) -> Iterator[Flag]:
    """An operation answers with a whole collection, however large it is.

    Collections grow. Without pages, each call reads, writes out and sends everything there is: slow for the client,
    costly for the server, and a gift to whoever wants to copy all the data.

    Attack: a client creates a hundred thousand records, and then asks for all of them, a few times a second.

    To fix: answer in pages, and describe the parameters (`limit` and a cursor, or `page` and `per_page`). If the
    collection cannot grow, say so with `maxItems` on the array of the response.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:  # flagged
          responses:
            "200":
              description: The orders
              content:
                application/json:
                  schema:
                    type: array
                    items: {type: object}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - {name: limit, in: query, schema: {type: integer, maximum: 100}}
            - {name: cursor, in: query, schema: {type: string, maxLength: 40}}
          responses:
            "200":
              description: The orders
              content:
                application/json:
                  schema:
                    type: array
                    items: {type: object}
    ```
    """
    concerned = [operation for operation in api.operations if _lists(operation)]
    lacking = [operation for operation in concerned if not is_paged(operation)]
    yield from by_operation(api, lacking, concerned, None, "answers with a whole collection, and has no pages")


def _lists(operation: Operation) -> bool:
    """Whether an operation reads a collection of records that nothing bounds."""
    if operation.method not in ("GET", "QUERY") or "{" in "".join(segments(operation.path_template)[-1:]):
        return False
    array = collection(operation)
    return array is not None and "maxItems" not in array.value and holds_objects(array)
