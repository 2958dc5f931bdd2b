from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.addresses import host_of, is_loopback, is_placeholder, registrable
from apilint.api import Api, Confidence, Flag, Operation, Server, Severity, rule
from apilint.concepts.grouping import some_of

_LONGEST_SUFFIX = 4  # letters before the last dot of `co.uk`, `com.au`, `gouv.fr`


@rule(
    "third-party-server-in-operation",
    on=Api,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API10:2023", "OWASP-API2:2023", "CWE-522", "CWE-346"),
    needs=("servers",),
)
def third_party_server_in_operation(api: Api) -> Iterator[Flag]:
    """An operation goes to another domain with the credentials of the API.

    Clients that are made from the document send the same token to every operation. The owner of the other domain
    receives it, and can use it against the API.

    Attack: the analytics provider, or whoever breaks into it, collects the bearer tokens of all users.

    To fix: give the operation a `security` with a scheme of its own, or route the call through your own domain. Where
    both domains are yours, suppress the finding and say so.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: https://api.shop.com
    security:
      - login: []
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
      /events:
        servers:
          - url: https://collector.tracking.io  # flagged
        post:
          responses:
            "202": {description: Noted}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: https://api.shop.com
    security:
      - login: []
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
      /events:
        servers:
          - url: https://collector.tracking.io
        post:
          security:
            - tracking: []
          responses:
            "202": {description: Noted}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
        tracking: {type: apiKey, in: header, name: X-Tracking-Key}
    ```
    """
    own = {host_of(one.expansions[0][0]) for one in api.servers} - {""}
    if api.version == "2.0" or not own or any(is_placeholder(one) or is_loopback(one) for one in own):
        return
    at_home: set[str] | None = None
    for server, host in _elsewhere(api, own):
        if at_home is None:
            at_home = {name for one in api.operations if one.servers is api.servers for name in _schemes(one)}
        concerned = [one for one in server.operations if _schemes(one) & at_home]
        if concerned and not any(_is_same_domain(host, one) for one in own):
            yield server.flag(
                "url",
                f"credentials of the API go to `{host[:60]}`: {some_of(concerned)}",
                operations=concerned,
            )


def _elsewhere(api: Api, own: set[str]) -> Iterator[tuple[Server, str]]:
    """The servers of path items and operations with another host than the API's own."""
    for server in api.server_views:
        host = host_of(server.expansions[0][0])
        if host and host not in own and not is_loopback(host) and not is_placeholder(host):
            yield server, host


def _is_same_domain(host: str, other: str) -> bool:
    one, two = host.split("."), other.split(".")
    # The list of public suffixes takes longer to read than most documents, and `stripe.com` is plain enough.
    if one[-2:] == two[-2:] and len(one) > 1 and len(one[-2]) > _LONGEST_SUFFIX:
        return True
    return registrable(host) == registrable(other)


def _schemes(operation: Operation) -> set[str]:
    """The schemes whose credential travels with each request; a certificate proves without giving anything away."""
    return {
        name
        for alternative in operation.security.alternatives
        for name, (scheme, _) in alternative.schemes.items()
        if scheme is None or scheme.type != "mutualTLS"
    }
