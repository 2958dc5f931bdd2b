from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.addresses import environment
from apilint.api import Api, Confidence, Flag, Server, Severity, rule


@rule(
    "server-environment-undeclared",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API9:2023", "CWE-1059"),
    tags=("owasp",),
)
def server_environment_undeclared(api: Api) -> Iterator[Flag]:
    """Several servers are listed, and the document does not say what each is for.

    Somebody who picks one may send real data to a test system, or tests to production. And whoever takes stock
    of the servers cannot tell which of them needs which protection.

    Attack: a forgotten test server stays in the list for years; nobody notices that it still has real data.

    To fix: give each server a `description` (from OpenAPI 3.2 on a `name`) such as "Production".

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: https://api.example.com
        description: Production
      - url: https://api2.example.com  # flagged
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
        description: Production
      - url: https://staging.example.com
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```
    """
    # The same address by another scheme is no other environment.
    addresses = {server.url.partition("//")[2] or server.url for server in api.servers}
    if api.version == "2.0" or len(addresses) < 2:
        return
    silent = [server for server in api.servers if not _says_what_for(server)]
    if silent:
        first, *others = silent
        few = f"{len(silent)} of {len(api.servers)} servers do" if others else f"server `{first.url[:80]}` does"
        yield first.flag(
            "url",
            f"{few} not say which environment this is",
            related=tuple((other.child("url"), "nor does this one") for other in others),
        )


def _says_what_for(server: Server) -> bool:
    said = server.text("description") or server.text("name") or ("sandbox" if server.is_sandbox else "")
    return bool(said.strip() or environment(server.expansions[0][0]))
