from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Edit, Fix, Flag, SecurityScheme, Severity, rule


@rule(
    "oauth-implicit-refresh-url",
    on=SecurityScheme,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "CWE-1390", "RFC-6749"),
    needs=("refreshurl",),
    fixable=True,
)
def oauth_implicit_refresh_url(scheme: SecurityScheme) -> Iterator[Flag]:
    """OAuth's implicit flow has an address for refresh tokens.

    RFC 6749 (section 4.2.2) forbids refresh tokens in this flow, because a page can neither keep them nor prove who it
    is. Either the key means nothing, or the server hands out what it must not.

    Attack: a script on the page takes a refresh token, and has access long after the user has signed out.

    To fix: remove `refreshUrl`. If clients need refresh tokens, offer the authorization code flow with PKCE.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths: {}
    components:
      securitySchemes:
        login:
          type: oauth2
          flows:
            implicit:
              authorizationUrl: https://login.example.com/authorize
              refreshUrl: https://login.example.com/refresh  # flagged
              scopes: {}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths: {}
    components:
      securitySchemes:
        login:
          type: oauth2
          flows:
            implicit:
              authorizationUrl: https://login.example.com/authorize
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
              authorizationUrl: https://login.example.com/authorize
              tokenUrl: https://login.example.com/token
              refreshUrl: https://login.example.com/refresh
              scopes: {}
    ```
    """
    for flow in scheme.flows:
        if flow.name == "implicit" and "refreshUrl" in flow.value:
            fix = Fix("Remove `refreshUrl`", True, (Edit(flow.child("refreshUrl").pointer, "remove"),))
            message = f"the implicit flow of security scheme `{scheme.name[:60]}` has a `refreshUrl`"
            yield flow.flag("refreshUrl", message, operations=scheme.operations, fix=fix)
