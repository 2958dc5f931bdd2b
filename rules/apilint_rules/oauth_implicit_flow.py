from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Fix, Flag, OAuthFlow, SecurityScheme, Severity, rule
from apilint.concepts.mends import together


@rule(
    "oauth-implicit-flow",
    on=SecurityScheme,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "CWE-522", "CWE-1390", "RFC-9700"),
    needs=("implicit",),
    tags=("owasp",),
    fixable=True,
)
def oauth_implicit_flow(scheme: SecurityScheme) -> Iterator[Flag]:
    """A security scheme offers OAuth's implicit flow.

    The access token comes back in the address of a page. It ends up in histories, in scripts of others on that page
    and in `Referer` headers, and nothing ties it to the client that asked for it. RFC 9700 (section 2.1.2) says not to
    use the flow. Where no operation requires the scheme, or it is marked as `deprecated`, the finding is low.

    Attack: a script on the page, or an open redirect, gets hold of the address, and with it of the token.

    To fix: offer the authorization code flow with PKCE, which pages and apps can use too, and drop `implicit`.

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
            implicit:  # flagged
              authorizationUrl: https://login.example.com/authorize
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
        if flow.name == "implicit":
            current = scheme.operations and scheme.get("deprecated") is not True
            yield flow.flag(
                flow.name_key,
                f"security scheme `{scheme.name[:60]}` offers the implicit flow{_instead(scheme)}",
                severity=Severity.MEDIUM if current else Severity.LOW,
                operations=scheme.operations,
                fix=_fix(scheme, flow),
            )


def _instead(scheme: SecurityScheme) -> str:
    """What to say about other flows with which a user can sign in, in this scheme or another one."""
    schemes = scheme.api.security_schemes.values()
    better = any(
        flow.name in ("authorizationCode", "deviceAuthorization") for one in schemes for flow in one.flows
    ) or any(one.type == "openIdConnect" for one in schemes)
    return "" if better else ", and no better one for users"


def _fix(scheme: SecurityScheme, flow: OAuthFlow) -> Fix | None:
    """Remove the flow beside one with codes, or make it one where the scheme names the address for tokens."""
    others = [one for one in scheme.flows if one is not flow]
    if flow.name_key or not others:
        return None
    if any(one.name == "authorizationCode" and set(flow.scopes) <= set(one.scopes) for one in others):
        return together(flow, "Remove the implicit flow", [(flow, "remove", None)])
    addresses = {one.text("tokenUrl") for one in others}
    if len(addresses) != 1 or "" in addresses or any(one.name == "authorizationCode" for one in others):
        return None
    places = [(flow.child("tokenUrl"), "set", addresses.pop()), (flow, "rename", "authorizationCode")]
    return together(flow, "Write `authorizationCode`, with the token URL of the other flow", places)
