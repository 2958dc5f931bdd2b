from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, SecurityScheme, Severity, rule

_FLOWS = ("authorizationCode", "password")
_OFFLINE = frozenset(("offline_access", "offline", "refresh_token"))


@rule(
    "oauth-refresh-url-undefined",
    on=SecurityScheme,
    severity=Severity.INFO,
    confidence=Confidence.LOW,
    refs=("OWASP-API2:2023", "CWE-613", "RFC-6749"),
    needs=("offline", "refresh_token"),
    tags=("owasp",),
)
def oauth_refresh_url_undefined(scheme: SecurityScheme) -> Iterator[Flag]:
    """An OAuth flow grants refresh tokens and does not say where to use them.

    Refresh tokens let access tokens be short-lived. Clients whose authors do not find out how to refresh ask for
    tokens that live long instead. By RFC 6749 the token endpoint answers, and many documents rely on that; so this is
    a reminder, for flows with a scope such as `offline_access`.

    Attack: an access token that was made to live for a year leaks, and opens the API for the rest of that year.

    To fix: write `refreshUrl`, even if it is that of `tokenUrl`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths: {}
    components:
      securitySchemes:
        login:
          type: oauth2
          flows:
            authorizationCode:  # flagged
              authorizationUrl: https://login.example.com/authorize
              tokenUrl: https://login.example.com/token
              scopes: {offline_access: Stay signed in}
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
              authorizationUrl: https://login.example.com/authorize
              tokenUrl: https://login.example.com/token
              refreshUrl: https://login.example.com/token
              scopes: {offline_access: Stay signed in}
    ```
    """
    if scheme.api.version == "2.0":
        return  # Swagger 2.0 has no such key.
    for flow in scheme.flows:
        offline = next((scope for scope in flow.scopes if scope in _OFFLINE), None)
        if flow.name in _FLOWS and offline is not None and not flow.text("refreshUrl"):
            what = f"flow `{flow.name}` of security scheme `{scheme.name[:60]}`"
            message = f"{what} has the scope `{offline}` and no `refreshUrl`"
            yield flow.flag(None, message, operations=scheme.operations)
