from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.addresses import host_of, is_placeholder
from apilint.api import Api, Confidence, Flag, Server, Severity, rule, written_hosts


@rule(
    "server-placeholder",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    refs=("OWASP-API9:2023", "CWE-1059"),
)
def server_placeholder(api: Api) -> Iterator[Flag]:
    """A server is a placeholder that somebody forgot to replace.

    Hosts such as `api.example.com` and `your-domain.com`, and the server of the well-known pet store, come from
    templates and generators. Whoever takes stock of the organisation's APIs does not find this one.

    Attack: an attacker registers the domain that stands in the document, and receives what clients send.

    To fix: write the real address of the API.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: https://api.your-domain.com  # flagged
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
      - url: https://orders.initech.com
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```
    """
    for written in written_hosts(api):
        place, key = written.place, written.key
        # What a variable stands for is for the client to fill in, so that its default may be a placeholder.
        host = host_of(place.url) if isinstance(place, Server) else written.host
        if is_placeholder(host):
            yield place.flag(key, f"the server `{host}` is a placeholder", related=written.related)
        elif api.version == "2.0" and "{" in host:
            yield place.flag(key, f"`host` is `{host[:80]}`, but Swagger 2.0 has no variables")
