from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Node, Operation, Severity, by_operation, rule
from apilint.concepts.shape import properties, schemas_of
from apilint.concepts.uploads import files, limits_size

_SMALL = ("integer", "number", "boolean")
_BOUNDS = ("maxLength", "maxItems", "enum", "const")


@rule(
    "request-size-undefined",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API4:2023", "CWE-770", "RFC-9110"),
)
def request_size_undefined(api: Api) -> Iterator[Flag]:
    """Nothing says how large the body of a request may be.

    The server has to receive and parse a body before it can look at it. A limit on the size, best in the gateway,
    costs nothing and stops the requests that bounds in a schema come too late for.

    Attack: a few clients send bodies of a gigabyte each, slowly, and the memory of the server is full.

    To fix: limit the size in the gateway, and describe the `413` response; or write the gateway's extension
    (`x-kong-plugin-request-size-limiting`, …) into the document.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        post:
          requestBody:  # flagged
            content:
              application/json:
                schema:
                  type: object
                  properties:
                    note: {type: string}
          responses:
            "201": {description: The new order}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        post:
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  properties:
                    note: {type: string}
          responses:
            "201": {description: The new order}
            "413": {description: The body is too large}
    ```
    """
    concerned = [operation for operation in api.operations if _is_open(operation)]
    lacking = [operation for operation in concerned if not limits_size(operation)]
    at = "parameters" if api.version == "2.0" else "requestBody"
    yield from by_operation(api, lacking, concerned, at, "nothing says how large the body may be")


def _is_open(operation: Operation) -> bool:
    """Whether an operation takes a body that is more than a few small values, and no file."""
    body = operation.request_body
    if body is None or operation.is_safe or files(body):
        return False
    members = [node for _, schema in schemas_of(body.content) for node in properties(schema).values()]
    return not members or not all(map(_is_small, members))


def _is_small(node: Node) -> bool:
    found = node.api.follow(node)
    value = found.value if found is not None else None
    if not isinstance(value, dict):
        return False
    return value.get("type") in _SMALL or any(bound in value for bound in _BOUNDS)
