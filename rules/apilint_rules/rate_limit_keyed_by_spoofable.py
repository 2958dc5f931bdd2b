from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apilint.api import Api, Confidence, Evidence, Flag, Node, Severity, rule

_KEYS = ("limit_by", "identifier", "key", "keyed_by", "by", "rateLimitBy", "header", "header_name")
_ADDRESS_HEADERS = (
    "x-forwarded-for",
    "x_forwarded_for",
    "x-real-ip",
    "x_real_ip",
    "x-client-ip",
    "true-client-ip",
    "forwarded",
)
# What gateways check before they count, or set themselves.
_PROVEN = ("authorization", "x-consumer-", "x-credential-", "x-authenticated-", "x-anonymous-consumer")


@rule(
    "rate-limit-keyed-by-spoofable",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API4:2023", "CWE-290", "CWE-799"),
)
def rate_limit_keyed_by_spoofable(api: Api) -> Iterator[Flag]:
    """A rate limit counts by a header that the client may set as it likes.

    Who sends another value gets another counter, so the limit stops only those who do not know about it.
    `X-Forwarded-For` is such a header, unless a proxy in front throws away what clients send.

    Attack: the attacker sends a random `X-Forwarded-For` with each request, and is never limited.

    To fix: count by what the gateway has verified: the consumer or credential, or the address of the connection.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          x-kong-plugin-rate-limiting:
            config:
              minute: 60
              limit_by: header  # flagged
              header_name: X-Client-Name
          responses:
            "200": {description: The orders}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          x-kong-plugin-rate-limiting:
            config:
              minute: 60
              limit_by: consumer
          responses:
            "200": {description: The orders}
    ```
    """
    seen: set[int] = set()
    for operation in api.operations:
        for limit in operation.rate_limit:
            if limit.kind == "extension" and id(limit.place.value) not in seen:
                seen.add(id(limit.place.value))
                yield from _spoofable(api, limit)


def _spoofable(api: Api, limit: Evidence) -> Iterator[Flag]:
    place = api.follow(limit.place)
    for holder in _holders(place) if place is not None else ():
        for key in _KEYS:
            value = holder.get(key)
            if not isinstance(value, str):
                continue
            header = _header(value, holder.value)
            if header and not header.startswith(_PROVEN) and header not in _credentials(api):
                message = f"`{limit.name}` counts by the header `{header}`, which clients may set as they like"
                yield holder.flag(key, message)
                return


def _holders(extension: Node) -> Iterator[Node]:
    """The objects of an extension that may say by what it counts."""
    yield extension
    keys = [("config",), ("limit-count",), ("limit-req",), ("limit-conn",)]
    yield from (extension.child(key) for key in keys if isinstance(extension.child(key).value, dict))
    protections = extension.child(("x-42c-strategy", "protections"))
    for index, one in enumerate(protections.value[:100] if isinstance(protections.value, list) else ()):
        for name in one if isinstance(one, dict) else ():
            yield protections.child((index, name))


def _header(value: str, holder: dict[str, Any]) -> str:
    """The header that a key names, in lower case, or an empty string for a key that is none."""
    text = value.strip().lower().lstrip("$")
    if text == "header":
        names = holder.get("header_name", holder.get("header"))
        return names.lower() if isinstance(names, str) else ""
    if text.startswith("http_"):  # a variable of nginx, as APISIX has them
        return text[5:].replace("_", "-")
    return next((name.replace("_", "-") for name in _ADDRESS_HEADERS if name in text), "")


def _credentials(api: Api) -> set[str]:
    return {scheme.parameter_name.lower() for scheme in api.security_schemes.values() if scheme.location == "header"}
