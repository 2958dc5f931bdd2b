from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Severity, rule
from apilint.concepts.headers import header_parameters

_NAMES = frozenset(
    "host forwarded x-forwarded-for x-forwarded-host x-forwarded-proto x-forwarded-port x-forwarded-prefix"
    " x-forwarded-server x-real-ip true-client-ip x-client-ip x-cluster-client-ip cf-connecting-ip"
    " fastly-client-ip x-original-url x-rewrite-url x-original-host x-host".split()
)


@rule(
    "forwarded-header-parameter",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-290", "CWE-444", "CWE-807", "RFC-7239"),
    needs=("forwarded", "real-ip", "client-ip", "connecting-ip", "original-", "rewrite-url", "host"),
)
def forwarded_header_parameter(api: Api) -> Iterator[Flag]:
    """An operation takes a header that only proxies should set.

    `X-Forwarded-For` and the like say where a request came from, and `X-Original-URL` where it goes. A server
    that lets clients write them believes whatever they say.

    Attack: an attacker sends `X-Forwarded-For: 127.0.0.1`, and passes the limit, the block list or the check for
    the internal network.

    To fix: remove the parameter, have the gateway overwrite the header, and trust it from the gateway alone.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: X-Forwarded-For  # flagged
              in: header
              schema: {type: string}
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
            - name: X-Request-Id
              in: header
              schema: {type: string, format: uuid}
            - name: host
              in: query
              schema: {type: string}
          responses:
            "200": {description: The orders}
    ```
    """
    for parameter, operations in header_parameters(api, _NAMES):
        yield parameter.flag(
            "name",
            f"{parameter.label} is for proxies to set, and clients can forge it",
            operations=operations,
        )
