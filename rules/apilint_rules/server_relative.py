from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.addresses import host_of
from apilint.api import Api, Confidence, Flag, Server, Severity, rule


@rule(
    "server-relative",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    refs=("OWASP-API9:2023", "CWE-1059"),
)
def server_relative(api: Api) -> Iterator[Flag]:
    """All addresses of servers are relative, so that nobody can tell where the API is.

    OpenAPI allows them, and they are handy where an API serves its own description. But a copy of the document
    leads to the host of the copy, and whether the connection is encrypted cannot be judged.

    Attack: somebody offers the document at an address of their own, and clients made from it send their
    credentials there.

    To fix: write the absolute address of the production server, with `https:`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: /v1  # flagged
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
      - url: https://api.example.com/v1
      - url: /v1
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```
    """
    if api.version == "2.0":
        return
    lists: dict[tuple[int, tuple[str | int, ...]], list[Server]] = {}
    for server in api.server_views:
        lists.setdefault((id(server.document), server.path[:-1]), []).append(server)
    relative = [servers[0] for servers in lists.values() if all(map(_is_relative, servers))]
    if relative:
        first, *others = relative
        yield first.flag(
            "url",
            f"relative server address `{first.url[:80] or '(empty)'}`: it depends on where the document was found",
            related=tuple((other.child("url"), "relative, too") for other in others),
            operations=[operation for server in relative for operation in server.operations],
        )


def _is_relative(server: Server) -> bool:
    url = server.expansions[0][0]
    # What begins with a variable may turn out to be anything.
    return not url.startswith("{") and "://" not in url and not host_of(url)
