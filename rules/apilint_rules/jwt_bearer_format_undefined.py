from __future__ import annotations

import re
from collections.abc import Iterator

from apilint.api import Confidence, Edit, Fix, Flag, SecurityScheme, Severity, rule, words

_JWT = r"\bjwts?\b|\bjson web tokens?\b"
_OTHER = r"\bopaque\b|\breference tokens?\b|\b(?:no|not an?|isn't an?|neither) (?:jwt|json web token)"


@rule(
    "jwt-bearer-format-undefined",
    on=SecurityScheme,
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API2:2023", "CWE-1059", "RFC-7519"),
    fixable=True,
)
def jwt_bearer_format_undefined(scheme: SecurityScheme) -> Iterator[Flag]:
    """A bearer scheme takes JSON Web Tokens, and does not declare it.

    Gateways, generators and test tools look at `bearerFormat` to know whether they can check signature, expiry and
    audience. Prose tells them nothing.

    Attack: a gateway that could refuse an expired or forged token passes it on, because to it the token is just a text.

    To fix: add `bearerFormat: JWT`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths: {}
    components:
      securitySchemes:
        login:  # flagged
          type: http
          scheme: bearer
          description: A JWT from our login
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths: {}
    components:
      securitySchemes:
        login:
          type: http
          scheme: bearer
          description: A JWT from our login
          bearerFormat: JWT
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths: {}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer, bearerFormat: JWT, description: A JWT from our login}
        other: {type: http, scheme: bearer, description: An opaque token}
    ```
    """
    if scheme.type != "http" or scheme.scheme != "bearer" or "bearerFormat" in scheme.value:
        return
    text = scheme.text("description")[:10_000].lower()
    if re.search(_OTHER, text) or not (re.search(_JWT, text) or "jwt" in words(scheme.name)):
        return
    pointer = scheme.child("bearerFormat").pointer
    fix = Fix("Declare the format", True, (Edit(pointer, "set", "JWT"),)) if re.search(_JWT, text) else None
    yield scheme.flag(
        None,
        f"security scheme `{scheme.name[:60]}` takes JSON Web Tokens, and does not declare `bearerFormat`",
        fix=fix,
    )
