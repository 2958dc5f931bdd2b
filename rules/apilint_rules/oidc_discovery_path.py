from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, SecurityScheme, Severity, rule

_OPENID = "/.well-known/openid-configuration"
_OAUTH = "/.well-known/oauth-authorization-server"
_PATHS = {"openIdConnectUrl": (_OPENID,), "oauth2MetadataUrl": (_OAUTH, _OPENID)}


@rule(
    "oidc-discovery-path",
    on=SecurityScheme,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API2:2023", "CWE-1188", "RFC-8414"),
    needs=("openidconnecturl", "oauth2metadataurl"),
)
def oidc_discovery_path(scheme: SecurityScheme) -> Iterator[Flag]:
    """A metadata address of OpenID Connect or OAuth is not where the metadata stands.

    Clients read issuer, addresses and keys at `/.well-known/openid-configuration`, or for OAuth alone at
    `/.well-known/oauth-authorization-server` (RFC 8414). With the address of a sign-in page or of the issuer they find
    nothing, and what they need is then configured by hand, often without checking issuer and keys.

    Attack: a client that found no keys was made to accept tokens unchecked; the attacker writes one.

    To fix: write the address of the metadata document as a whole.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths: {}
    components:
      securitySchemes:
        login:
          type: openIdConnect
          openIdConnectUrl: https://login.example.com/authorize  # flagged
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths: {}
    components:
      securitySchemes:
        login:
          type: openIdConnect
          openIdConnectUrl: https://login.example.com/tenant/.well-known/openid-configuration
    ```
    """
    for place, key, url in scheme.urls:
        known = _PATHS.get(key)
        if known is None:
            continue
        path = url.strip().partition("#")[0].partition("?")[0].rstrip("/") + "/"
        # RFC 8414 puts the issuer's path after the well-known one, OpenID Connect before it.
        if not any(f"{one}/" in path for one in known):
            yield place.flag(
                key,
                f"`{key}` of security scheme `{scheme.name[:60]}` does not end in `{known[0]}`",
                operations=scheme.operations,
            )
