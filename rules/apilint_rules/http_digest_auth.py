from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, SecurityScheme, Severity, rule


@rule(
    "http-digest-auth",
    on=SecurityScheme,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "CWE-327", "CWE-1390", "RFC-7616"),
    gives_way_to=("credentials-over-cleartext",),
)
def http_digest_auth(scheme: SecurityScheme) -> Iterator[Flag]:
    """A security scheme uses HTTP Digest authentication.

    Digest proves knowledge of a password by a hash of it, in most deployments still MD5. The server has to
    keep a value that is as good as the password, and one recorded exchange is enough to guess it offline.

    Attack: the attacker records one request, tries billions of passwords against it, and then signs in.

    To fix: use short-lived tokens (`type: oauth2`, `openIdConnect` or `http` with `scheme: bearer`) over TLS.

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
          scheme: digest  # flagged
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
    if scheme.type != "http" or scheme.scheme != "digest":
        return
    used = bool(scheme.operations)
    yield scheme.flag(
        "scheme",
        f"security scheme `{scheme.name}` is HTTP Digest" + ("" if used else ", though no operation uses it"),
        severity=Severity.LOW if used else Severity.INFO,
    )
