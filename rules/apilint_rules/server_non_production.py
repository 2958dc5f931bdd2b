from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.addresses import environment, is_internal_name, is_loopback, is_private
from apilint.api import Api, Confidence, Flag, Server, Severity, WrittenHost, rule, written_hosts

_BEFORE_PRODUCTION = frozenset(("staging", "test", "development", "preview"))


@rule(
    "server-non-production",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API9:2023", "CWE-489", "CWE-1059"),
)
def server_non_production(api: Api) -> Iterator[Flag]:
    """A server for development or tests stands beside the production server.

    Such servers run newer code with fewer controls: no rate limits, debug answers, test accounts, often with
    copies of real data. Who reads the published document learns where they are.

    Attack: an attacker guesses passwords on the staging server, where nothing limits the attempts, and uses them
    in production.

    To fix: publish only the servers meant for the readers, and keep the others in a file for developers. A
    sandbox for customers is none of them; it may be marked with `x-sandbox: true`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: https://api.example.com
      - url: https://staging.example.com  # flagged
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: https://api.example.com
      - url: https://sandbox.example.com
        description: Sandbox for customers
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```
    """
    found = [(written, _environment(written)) for written in written_hosts(api) if _is_public(written.host)]
    if not any(name in ("production", "") for _, name in found):
        return
    for written, name in found:
        if name in _BEFORE_PRODUCTION:
            message = f"the {name} server `{written.host}` stands beside the production server"
            yield written.place.flag(written.key, message, related=written.related)


def _environment(written: WrittenHost) -> str:
    """What the host says, else its path, else the description."""
    server = written.place
    if isinstance(server, Server) and server.is_sandbox:
        return "sandbox"
    described = f"{server.text('name')} {server.text('description')}"
    # Some endings of domains are such words: `.dev`, `.live`.
    host = written.host.rpartition(".")[0]
    return environment(host) or environment(written.url.partition(written.host)[2]) or environment(described)


def _is_public(host: str) -> bool:
    return not (is_loopback(host) or is_private(host) or is_internal_name(host))
