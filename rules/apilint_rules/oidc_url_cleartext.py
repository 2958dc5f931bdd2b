from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, SecurityScheme, Severity, is_cleartext, rule
from apilint.concepts.mends import with_encryption


@rule(
    "oidc-url-cleartext",
    on=SecurityScheme,
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "OWASP-API8:2023", "CWE-319", "CWE-345"),
    needs=("openidconnect",),
    fixable=True,
)
def oidc_url_cleartext(scheme: SecurityScheme) -> Iterator[Flag]:
    """The address of OpenID Connect's metadata is unencrypted.

    The metadata names the issuer, the pages where users sign in, and the keys with which tokens are checked. OpenID
    Connect Discovery requires TLS for it, because whoever can change it is the issuer.

    Attack: someone on the way answers with keys of their own, signs tokens for anybody, and the API accepts them.

    To fix: write `https:` in the URL.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths: {}
    components:
      securitySchemes:
        login:
          type: openIdConnect
          openIdConnectUrl: http://login.example.com/.well-known/openid-configuration  # flagged
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths: {}
    components:
      securitySchemes:
        login:
          type: openIdConnect
          openIdConnectUrl: https://login.example.com/.well-known/openid-configuration
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths: {}
    components:
      securitySchemes:
        login:
          type: openIdConnect
          openIdConnectUrl: https://login.example.com/.well-known/openid-configuration
    ```
    """
    if scheme.type == "openIdConnect" and is_cleartext(scheme.text("openIdConnectUrl")):
        yield scheme.flag(
            "openIdConnectUrl",
            f"`openIdConnectUrl` of security scheme `{scheme.name[:60]}` is unencrypted",
            operations=scheme.operations,
            fix=with_encryption(scheme, [scheme.child("openIdConnectUrl")]),
        )
