from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, SecurityScheme, Severity, is_cleartext, rule
from apilint.concepts.mends import with_encryption

_CARRY_SECRETS = frozenset(("tokenUrl", "refreshUrl"))


@rule(
    "oauth-url-cleartext",
    on=SecurityScheme,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    up_to=(Severity.CRITICAL, Confidence.HIGH),
    refs=("OWASP-API2:2023", "OWASP-API8:2023", "CWE-319", "CWE-523", "RFC-6749"),
    needs=("oauth2",),
    fixable=True,
)
def oauth_url_cleartext(scheme: SecurityScheme) -> Iterator[Flag]:
    """An OAuth address is unencrypted.

    Passwords, client secrets, codes and tokens pass through these addresses. RFC 6749 requires TLS for all of
    them, because whoever listens can take the token, and whoever answers can send users anywhere.

    Attack: someone on the way copies the authorization code or the token, or replaces the sign-in page.

    To fix: write `https:` in the URL.

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
              authorizationUrl: https://login.example.com/authorize
              tokenUrl: http://login.example.com/token  # flagged
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
            authorizationCode:
              authorizationUrl: https://login.example.com/authorize
              tokenUrl: https://login.example.com/token
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
              refreshUrl: /refresh
              scopes: {}
    ```
    """
    for flow in scheme.flows:
        for key, address in flow.urls.items():
            if is_cleartext(address):
                yield flow.flag(
                    key,
                    f"`{key}` of security scheme `{scheme.name}` is unencrypted",
                    severity=Severity.CRITICAL if key in _CARRY_SECRETS else Severity.HIGH,
                    operations=scheme.operations,
                    fix=with_encryption(flow, [flow.child(key)]),
                )
    if is_cleartext(scheme.text("oauth2MetadataUrl")):
        yield scheme.flag(
            "oauth2MetadataUrl",
            f"`oauth2MetadataUrl` of security scheme `{scheme.name}` is unencrypted",
            fix=with_encryption(scheme, [scheme.child("oauth2MetadataUrl")]),
        )
