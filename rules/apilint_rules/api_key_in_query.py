from __future__ import annotations

import re
from collections.abc import Iterator

from apilint.api import Confidence, Fix, Flag, SecurityScheme, Severity, rule
from apilint.concepts.mends import with_keyword


@rule(
    "api-key-in-query",
    on=SecurityScheme,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "CWE-598"),
    gives_way_to=("credentials-over-cleartext",),
    tags=("owasp",),
    fixable=True,
)
def api_key_in_query(scheme: SecurityScheme) -> Iterator[Flag]:
    """The API key travels in the query string.

    Addresses are written down: in access logs, proxies, browser histories, analytics and `Referer` headers.
    A key that is part of the address lies in all of them, readable for people who need no key.

    Attack: an attacker who can read a log, or whose site is linked from a page, takes the key and uses it.

    To fix: send the key in a header (`in: header`), or use `type: http` with `scheme: bearer`, and let the
    old keys expire.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - key: []
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        key:
          type: apiKey
          in: query  # flagged
          name: api_key
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - key: []
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        key:
          type: apiKey
          in: header
          name: api_key
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - key: []
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        key:
          type: apiKey
          in: header
          name: X-API-Key
    ```
    """
    if scheme.type != "apiKey" or scheme.location != "query":
        return
    used = bool(scheme.operations)
    yield scheme.flag(
        "in",
        f"API key `{scheme.name}` is sent in the query string" + ("" if used else ", though no operation uses it"),
        severity=Severity.HIGH if used else Severity.LOW,
        fix=_fix(scheme),
    )


def _fix(scheme: SecurityScheme) -> Fix | None:
    """Send it in a header of its name, unless the same API has a header for keys already, which would do."""
    name = scheme.parameter_name
    others = [one for one in scheme.api.security_schemes.values() if one.type == "apiKey" and one.location == "header"]
    if others or not re.fullmatch(r"[\w!#$%&'*+.^`|~-]+", name, re.ASCII):
        return None
    return with_keyword(scheme, "in", "header", f"Send it in the header `{name[:60]}`")
