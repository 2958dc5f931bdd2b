from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, SecurityScheme, Severity, rule


@rule(
    "api-key-in-cookie",
    on=SecurityScheme,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API2:2023", "CWE-352", "CWE-1275", "RFC-6265"),
    gives_way_to=("credentials-over-cleartext", "cookie-auth-without-csrf"),
)
def api_key_in_cookie(scheme: SecurityScheme) -> Iterator[Flag]:
    """Callers are recognised by a cookie.

    Browsers attach cookies to every request to the site, also to those that another site caused. OpenAPI cannot
    say whether the cookie is `Secure`, `HttpOnly` and `SameSite`, so nobody who reads the document knows.

    Attack: a page that the victim visits sends requests to the API, and the browser adds the victim's session.

    To fix: send the token in the `Authorization` header, or describe in the text how the cookie is protected
    (`SameSite=Strict`, the `__Host-` prefix, a token against forged requests).

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - session: []
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        session:
          type: apiKey
          in: cookie  # flagged
          name: sid
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
        login: {type: http, scheme: bearer}
    ```
    """
    if scheme.type != "apiKey" or scheme.location != "cookie" or not scheme.operations:
        return
    writes = [operation for operation in scheme.operations if operation.is_write]
    yield scheme.flag(
        "in",
        f"security scheme `{scheme.name}` recognises callers by a cookie, "
        + (f"also in {len(writes)} operations that change data" if len(writes) > 1 else "")
        + (f"also in `{writes[0].name}`" if len(writes) == 1 else "")
        + ("" if writes else "which other sites make browsers send"),
        severity=Severity.LOW if writes else Severity.INFO,
    )
