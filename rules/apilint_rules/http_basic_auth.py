from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, SecurityScheme, Severity, rule


@rule(
    "http-basic-auth",
    on=SecurityScheme,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "CWE-522", "CWE-1390", "RFC-7617"),
    gives_way_to=("credentials-over-cleartext",),
    tags=("owasp",),
    needs=("basic",),
)
def http_basic_auth(scheme: SecurityScheme) -> Iterator[Flag]:
    """A security scheme uses HTTP Basic authentication.

    Basic sends the user's password with every request, merely encoded. It never expires, cannot be narrowed
    to some operations, and ends up in every log, proxy and client that sees a request.

    Attack: one leaked log line or one careless proxy gives the attacker the password itself, for good.

    To fix: use short-lived tokens (`type: oauth2`, `openIdConnect` or `http` with `scheme: bearer`).

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
          scheme: basic  # flagged
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
    if scheme.type != "http" or scheme.scheme != "basic":
        return
    used = bool(scheme.operations)
    yield scheme.flag(
        "type" if scheme.api.version == "2.0" else "scheme",
        f"security scheme `{scheme.name}` is HTTP Basic" + ("" if used else ", though no operation uses it"),
        severity=Severity.MEDIUM if used else Severity.INFO,
    )
