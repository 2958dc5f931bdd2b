"""One rule, one file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apilint.api import Confidence, Flag, Server, Severity, rule

_HOST = re.compile(r"[a-z][a-z0-9+.-]*://(?:[^/?#@]*@)?(\[[^]]*\]|[^/?#:]*)", re.IGNORECASE)


@rule(
    "acme/server-outside-acme",
    on=Server,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API9:2023", "CWE-1059"),
    since="1.0.0",
)
def server_outside_acme(server: Server) -> Iterator[Flag]:
    """The server is not one of Acme's hosts.

    Customers generate clients from our documents. A host of somebody else's in `servers`, left over from a tutorial or
    a contractor's test set-up, receives their requests and the tokens in them.

    Attack: whoever owns the host, or registers its name once it lapses, reads the requests.

    To fix: name a host under `acme.example`, or remove the server.

    ```yaml fail
    openapi: 3.1.0
    info: {title: Anvils, version: "1"}
    servers:
      - url: https://anvils.acme.example
      - url: https://anvils-demo.contractor.example  # flagged
    paths: {}
    ```

    ```yaml pass
    openapi: 3.1.0
    info: {title: Anvils, version: "1"}
    servers:
      - url: https://anvils.acme.example/v1
      - url: /v1
    paths: {}
    ```
    """
    for url, _ in server.expansions:
        found = _HOST.match(url)
        host = found[1].lower().rstrip(".") if found else ""
        if host and host != "acme.example" and not host.endswith(".acme.example"):
            yield server.flag("url", f"server `{host}` is not one of Acme's hosts")
            return
