from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.addresses import host_of, is_loopback, registrable
from apilint.api import Confidence, Flag, Node, SecurityScheme, Severity, rule

_SHORTEST_NAME = 4
_TOKENS = "tokenUrl"


@rule(
    "oauth-url-host-mismatch",
    on=SecurityScheme,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API2:2023", "OWASP-API10:2023", "CWE-346", "CWE-345", "RFC-9700"),
    needs=("oauth2",),
)
def oauth_url_host_mismatch(scheme: SecurityScheme) -> Iterator[Flag]:
    """The addresses of one OAuth scheme belong to different domains.

    Users sign in at one domain, and the code, the client's secret and the refresh token go to another. That is rarely
    meant: a typing error, a forgotten test system, or an address that somebody slipped in. The parts of the domains
    that somebody registered are compared; `dropbox.com` and `dropboxapi.com` count as one, and where one of them is
    the API's own server, the finding is not sure.

    Attack: a change to the document moves `tokenUrl` to the attacker's machine. Each client that is generated from it
    sends codes and secrets there.

    To fix: use addresses of one authorization server, or, if both domains are yours, accept the finding.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths: {}
    components:
      securitySchemes:
        login:
          type: oauth2
          flows:
            authorizationCode:
              authorizationUrl: https://login.orders.example/authorize  # flagged
              tokenUrl: https://login.odrers.example/token
              scopes: {}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths: {}
    components:
      securitySchemes:
        login:
          type: oauth2
          flows:
            authorizationCode:
              authorizationUrl: https://www.orders.example/authorize
              tokenUrl: https://api.orders.example/token
              scopes: {}
    ```
    """
    found = list(_domains(scheme))
    if len({domain for _, _, domain in found}) < 2:
        return
    # Secrets go to the token endpoint, so the others are compared with it.
    main = next((one for one in found if one[1] == _TOKENS), found[0])
    odd = next((one for one in found if not _is_same(one[2], main[2])), None)
    if odd is None:
        return
    place, key, domain = odd
    yield place.flag(
        key,
        f"`{key}` of security scheme `{scheme.name[:40]}` is at `{domain[:60]}`, `{main[1]}` at `{main[2][:60]}`",
        confidence=Confidence.LOW if _is_plausible(scheme, domain, main[2]) else Confidence.MEDIUM,
        related=((main[0].child(main[1]), f"`{main[1]}`"),),
        operations=scheme.operations,
    )


def _domains(scheme: SecurityScheme) -> Iterator[tuple[Node, str, str]]:
    for place, key, url in scheme.urls:
        host = host_of(url.strip())
        if host and not is_loopback(host) and not any(sign in host for sign in "{}<>$"):
            yield place, key, registrable(host)


def _is_same(one: str, other: str) -> bool:
    """Whether two domains are the same, or the name of one is that of the other with something added."""
    if one == other:
        return True
    for name, labels in ((_name(one), other.split(".")[:-1]), (_name(other), one.split(".")[:-1])):
        # Of a suffix that is shared, as `googleapis.com`, the name is the second label.
        if len(name) >= _SHORTEST_NAME and any(label.startswith(name) and label != name for label in labels):
            return True
    return False


def _is_plausible(scheme: SecurityScheme, one: str, other: str) -> bool:
    """Whether one of the domains is that of a server of the API, or both have the same name under another ending."""
    own = {registrable(host_of(url)) for server in scheme.api.servers for url, _ in server.expansions[:1]}
    return bool(own & {one, other}) or _name(one) == _name(other)


def _name(domain: str) -> str:
    return domain.partition(".")[0]
