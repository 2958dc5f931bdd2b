from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, SecurityScheme, Severity, rule

_SCHEMES = frozenset(("negotiate", "ntlm"))


@rule(
    "http-negotiate-auth",
    on=SecurityScheme,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "CWE-1390", "CWE-294", "RFC-4559"),
    gives_way_to=("credentials-over-cleartext",),
    tags=("owasp",),
)
def http_negotiate_auth(scheme: SecurityScheme) -> Iterator[Flag]:
    """A security scheme uses HTTP Negotiate or NTLM authentication.

    Both were made for browsers inside one company network. They authenticate the connection and not the
    request, which proxies and gateways that share connections mix up, and NTLM can be relayed to other servers.

    Attack: a page makes the victim's machine authenticate to the attacker, who passes the exchange on to the API.

    To fix: use short-lived tokens (`type: oauth2`, `openIdConnect` or `http` with `scheme: bearer`); the
    sign-in that issues them may still use the company's accounts.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - login: []
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        login:
          type: http
          scheme: negotiate  # flagged
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - login: []
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        login:
          type: http
          scheme: bearer
    ```
    """
    if scheme.type != "http" or scheme.scheme not in _SCHEMES:
        return
    used = bool(scheme.operations)
    yield scheme.flag(
        "scheme",
        f"security scheme `{scheme.name}` is HTTP {'NTLM' if scheme.scheme == 'ntlm' else 'Negotiate'}"
        + ("" if used else ", though no operation uses it"),
        severity=Severity.LOW if used else Severity.INFO,
    )
