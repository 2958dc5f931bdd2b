from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, SecurityScheme, Severity, rule


@rule(
    "http-oauth1-scheme",
    on=SecurityScheme,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "CWE-477", "RFC-5849", "RFC-6749"),
    gives_way_to=("credentials-over-cleartext",),
    tags=("owasp",),
)
def http_oauth1_scheme(scheme: SecurityScheme) -> Iterator[Flag]:
    """A security scheme uses OAuth 1.0.

    OAuth 1.0 was replaced in 2012. Its tokens have no scopes and seldom an end, its signatures are mostly
    HMAC-SHA1, and hardly any library for it is still looked after. Some authors write it and mean OAuth 2.0.

    Attack: a token that leaked years ago still opens everything that its user may do.

    To fix: declare OAuth 2.0 (`type: oauth2` with its flows), or `scheme: bearer` for tokens from elsewhere.

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
          scheme: oauth  # flagged
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
    if scheme.type != "http" or scheme.scheme != "oauth":
        return
    used = bool(scheme.operations)
    yield scheme.flag(
        "scheme",
        f"security scheme `{scheme.name}` is OAuth 1.0" + ("" if used else ", though no operation uses it"),
        severity=Severity.LOW if used else Severity.INFO,
    )
