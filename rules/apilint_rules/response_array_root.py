from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, Severity, rule
from apilint.concepts.grouping import some_of
from apilint.concepts.shape import json_schema

_FEW = 5


@rule(
    "response-array-root",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    refs=("OWASP-API3:2023", "CWE-1059"),
)
def response_array_root(api: Api) -> Iterator[Flag]:
    """A response is a bare JSON array.

    An array has no room for anything else: the next page, a total, a warning. What must be added later breaks
    all clients, so limits on the size of the answer never come.

    Attack: in browsers of old, an attacker's page read a bare array with the user's cookies, through a `<script>`
    element.

    To fix: answer with an object that holds the array under a name.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:  # flagged
            "200":
              description: The orders
              content:
                application/json:
                  schema: {type: array, items: {type: string}}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200":
              description: The orders
              content:
                application/json:
                  schema: {type: object, properties: {orders: {type: array, items: {type: string}}}}
    ```
    """
    reading = [operation for operation in api.operations if operation.is_safe and operation.method != "HEAD"]
    lacking = [operation for operation in reading if _answers_with_array(operation)]
    if len(lacking) <= _FEW:
        for operation in lacking:
            yield operation.flag("responses", f"{operation.name}: the answer is a bare JSON array")
        return
    # A convention of the API, and not a slip of each operation.
    yield api.flag(
        "paths",
        f"{len(lacking):,} operations answer with a bare JSON array: {some_of(lacking)}",
        related=tuple((operation, "here") for operation in lacking[:5]),
        operations=lacking,
    )


def _answers_with_array(operation: Operation) -> bool:
    for code, response in operation.responses.items():
        if code[:1] == "2":
            schema = json_schema(response)
            if schema is not None and any(part.types == {"array"} for part in schema.parts()):
                return True
    return False
