from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, SecurityScheme, Severity, rule


@rule(
    "oauth-password-flow",
    on=SecurityScheme,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "CWE-522", "CWE-1390", "RFC-9700"),
    needs=("password",),
)
def oauth_password_flow(scheme: SecurityScheme) -> Iterator[Flag]:
    """A security scheme offers OAuth's password flow.

    Users type their password into the client, so each client can keep it, and users learn to type it anywhere. A
    second factor or a passkey has no place in the flow. RFC 9700 (section 2.4) forbids it. Where no operation requires
    the scheme, or it is marked as `deprecated`, the finding is low.

    Attack: a client, or whoever has taken it over, collects passwords; and a program that tries out stolen passwords
    finds a door without a second factor.

    To fix: offer the authorization code flow with PKCE to users, and client credentials to machines.

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
          type: oauth2
          flows:
            password:  # flagged
              tokenUrl: https://login.example.com/token
              scopes: {}
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
          type: oauth2
          flows:
            authorizationCode:
              authorizationUrl: https://login.example.com/authorize
              tokenUrl: https://login.example.com/token
              scopes: {}
    ```
    """
    for flow in scheme.flows:
        if flow.name == "password":
            current = scheme.operations and scheme.get("deprecated") is not True
            yield flow.flag(
                flow.name_key,
                f"security scheme `{scheme.name[:60]}` offers the password flow: clients see the users' passwords",
                severity=Severity.HIGH if current else Severity.LOW,
                operations=scheme.operations,
            )
