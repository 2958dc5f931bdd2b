from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.addresses import host_of, is_loopback, is_placeholder, registrable
from apilint.api import Api, Confidence, Flag, Node, Severity, rule


@rule(
    "link-server-external",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API10:2023", "CWE-346"),
)
def link_server_external(api: Api) -> Iterator[Flag]:
    """A link in a response leads to a server of another domain.

    Clients that follow the links of a document go there with what the response told them, and often with the token of
    the API too, without anybody having chosen the other domain.

    Attack: the other domain is given up, somebody registers it, and receives the identifiers and tokens.

    To fix: let the link's operation live on the API's own servers, or describe the other API by its own document.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: https://api.shop.com
    paths:
      /orders:
        post:
          responses:
            "201":
              description: Ordered
              links:
                invoice:
                  operationId: getInvoice
                  server:
                    url: https://invoices.billing.io  # flagged
      /invoices:
        get:
          operationId: getInvoice
          responses:
            "200": {description: The invoice}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: https://api.shop.com
    paths:
      /orders:
        post:
          responses:
            "201":
              description: Ordered
              links:
                invoice:
                  operationId: getInvoice
                  server:
                    url: https://invoices.shop.com
      /invoices:
        get:
          operationId: getInvoice
          responses:
            "200": {description: The invoice}
    ```
    """
    links = list(_links(api)) if api.version != "2.0" else []
    if not links:
        return
    own = {host_of(one.expansions[0][0]) for one in api.servers} - {""}
    if not own or any(is_placeholder(one) or is_loopback(one) for one in own):
        return
    domains = {registrable(one) for one in own}
    for link, url in links:
        host = host_of(url)
        if host and "{" not in host and not is_placeholder(host) and registrable(host) not in domains:
            yield link.flag(("server", "url"), f"the link leads to `{host[:80]}`, another domain than the API's")


def _links(api: Api) -> Iterator[tuple[Node, str]]:
    """The links that name a server, each once, and its URL."""
    seen: set[int] = set()
    for response in api.responses:
        for member in response.members("links") if "links" in response.value else ():
            link = api.follow(member)
            server = link.get("server") if link is not None else None
            url = server.get("url") if isinstance(server, dict) else None
            if link is not None and isinstance(url, str) and id(link.value) not in seen:
                seen.add(id(link.value))
                yield link, url
