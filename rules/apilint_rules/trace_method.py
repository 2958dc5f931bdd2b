from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Operation, Severity, rule

_METHODS = frozenset(("TRACE", "TRACK", "CONNECT", "DEBUG"))


@rule(
    "trace-method",
    on=Operation,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-693", "RFC-9110"),
    needs=("trace", "additionaloperations"),
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
        yield operation.flag(None, f"{operation.name}: `{operation.method}` is for diagnosis, not for clients")
