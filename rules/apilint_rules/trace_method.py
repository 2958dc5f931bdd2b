from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Fix, Flag, Operation, Severity, rule
from apilint.concepts.mends import together

_METHODS = frozenset(("TRACE", "TRACK", "CONNECT", "DEBUG"))


@rule(
    "trace-method",
    on=Operation,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-693", "RFC-9110"),
    needs=("trace", "additionaloperations"),
    fixable=True,
)
def trace_method(operation: Operation) -> Iterator[Flag]:
    """The API answers `TRACE` or another method that is for diagnosis.

    `TRACE` sends back the request as the server received it, with what proxies on the way added: cookies,
    tokens, internal headers. `CONNECT`, `TRACK` and `DEBUG` have no place in an API either.

    Attack: a request with `TRACE` shows the header with which the gateway identifies itself.

    To fix: remove the operation, and switch the method off in the server.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        trace:  # flagged
          responses:
            "200": {description: The request}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths: {}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```
    """
    if operation.kind == "path" and operation.method.upper() in _METHODS:
        yield operation.flag(
            None, f"{operation.name}: `{operation.method}` is for diagnosis, not for clients", fix=_fix(operation)
        )


def _fix(operation: Operation) -> Fix | None:
    """Remove the operation, and a path that has no other."""
    item = operation.path_item
    if item.operations == [operation] and item.document is operation.document:
        return together(operation, "Remove the path, which has no other operation", [(item, "remove", None)])
    return together(operation, "Remove the operation", [(operation, "remove", None)])
