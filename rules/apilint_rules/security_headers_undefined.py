from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apilint.api import Api, Confidence, Flag, Severity, rule
from apilint.concepts.responses import described

_FIREWALL = "x-42c-security-headers_0.1"


class Options(NamedTuple):
    """The headers that some response should have."""

    headers: tuple[str, ...] = ("Strict-Transport-Security", "X-Content-Type-Options", "Cache-Control")


@rule(
    "security-headers-undefined",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.LOW,
    refs=("OWASP-API8:2023", "CWE-693", "CWE-1021", "RFC-6797"),
    options=Options,
)
def security_headers_undefined(api: Api, options: Options) -> Iterator[Flag]:
    """No response describes the headers that tell browsers to be careful.

    `Strict-Transport-Security` keeps browsers to encrypted connections, `X-Content-Type-Options: nosniff` keeps them
    from running data as a script, `Cache-Control: no-store` keeps answers out of caches. Servers and gateways
    often send them without the document saying so; so this is a reminder.

    Attack: an attacker uploads a file that a browser takes for a page, and runs a script in the API's origin.

    To fix: have the gateway send the headers, and describe them in one shared response.

    Options: `headers` (`Strict-Transport-Security`, `X-Content-Type-Options`, `Cache-Control`): the headers that
    some response should have.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:  # flagged
      /orders:
        get:
          responses:
            "200": {description: The orders}
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
              headers:
                strict-transport-security: {schema: {type: string}}
                x-content-type-options: {schema: {type: string, enum: [nosniff]}}
                cache-control: {schema: {type: string, enum: [no-store]}}
    ```
    """
    operations = described(api)
    known = {name for operation in operations for response in operation.responses.values() for name in response.headers}
    missing = [name for name in options.headers if name.lower() not in known]
    if missing and operations and not _has_firewall(api):
        names = ", ".join(f"`{name[:60]}`" for name in missing[:5])
        yield api.flag("paths", f"no response describes {names}", operations=operations)


def _has_firewall(api: Api) -> bool:
    """Whether 42Crunch's firewall is told to add the headers."""
    strategy = api.get("x-42c-local-strategy")
    inner = strategy.get("x-42c-strategy") if isinstance(strategy, dict) else None
    protections = inner.get("protections") if isinstance(inner, dict) else None
    items = protections[:100] if isinstance(protections, list) else ()
    return any(isinstance(one, dict) and _FIREWALL in one for one in items)
