from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Fix, Flag, Operation, Parameter, Severity, rule
from apilint.concepts.headers import header_parameters
from apilint.concepts.mends import without_parameters

_NAMES = frozenset(
    "connection keep-alive proxy-connection proxy-authorization te trailer transfer-encoding upgrade"
    " content-length".split()
)
_HANDSHAKE = frozenset(("connection", "upgrade"))


@rule(
    "hop-by-hop-header-parameter",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-444", "RFC-9110", "RFC-9112"),
    fixable=True,
)
def hop_by_hop_header_parameter(api: Api) -> Iterator[Flag]:
    """An operation takes a header that belongs to a connection and not to a request.

    `Connection`, `Transfer-Encoding`, `Content-Length` and the like are agreed between two neighbours; libraries and
    proxies set and remove them. A client that sets one by hand can make proxy and server disagree about where a
    request ends.

    Attack: an attacker sends `Content-Length` and `Transfer-Encoding` that contradict each other, and smuggles a
    second request past the gateway's checks.

    To fix: remove the parameter. A WebSocket handshake (a `101` response) may have `Connection` and `Upgrade`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        post:
          parameters:
            - name: Transfer-Encoding  # flagged
              in: header
              schema: {type: string}
          responses:
            "201": {description: Created}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        post:
          responses:
            "201": {description: Created}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders/live:
        get:
          parameters:
            - name: Upgrade
              in: header
              schema: {type: string, enum: [websocket]}
          responses:
            "101": {description: The orders as they come}
    ```
    """
    for parameter, operations in header_parameters(api, _NAMES):
        name = parameter.name.lower()
        if name in _HANDSHAKE and all("101" in operation.responses for operation in operations):
            continue
        yield parameter.flag(
            "name",
            f"{parameter.label} belongs to the connection, not to the request",
            # Uploads to a storage need the length, which the client's library sets: the document only says so.
            severity=Severity.INFO if name == "content-length" else Severity.LOW,
            confidence=Confidence.LOW if name == "content-length" else Confidence.HIGH,
            operations=operations,
            fix=_fix(parameter, operations),
        )


def _fix(first: Parameter, operations: list[Operation]) -> Fix | None:
    """Remove the parameter wherever the finding speaks of it."""
    found = {
        id(one.value): one
        for operation in operations
        for one in operation.parameters
        if one.location == "header" and one.name.lower() == first.name.lower()
    }
    places = list(found.values()) if len(operations) > len(first.operations) else [first]
    return without_parameters(first, places, "Remove the parameter")
