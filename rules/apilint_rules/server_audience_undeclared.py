from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Severity, rule

_AUDIENCE = "x-audience"


@rule(
    "server-audience-undeclared",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.LOW,
    refs=("OWASP-API9:2023", "CWE-1059"),
    tags=("owasp",),
)
def server_audience_undeclared(api: Api) -> Iterator[Flag]:
    """Nothing says for whom the API is: for everybody, for partners, or for the inside.

    Some organisations keep an inventory from marks in the documents. This rule is for them: with a preset
    that shows it, each document says its audience, and an internal one that is published stands out.

    Attack: an API made for the inside is opened to the internet, because nobody knew that it never was meant to be.

    To fix: write `x-audience` into `info` (such as `external-public` or `company-internal`), or `x-internal: true`
    or `false` on each server.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:  # flagged
      - url: https://api.example.com
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1", x-audience: external-public}
    servers:
      - url: https://api.example.com
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```
    """
    info = api.child("info")
    if info.get(_AUDIENCE) or info.get("x-api-audience") or api.get(_AUDIENCE):
        return
    if api.version == "2.0":
        if api.text("host") and "x-internal" not in api.value:
            yield api.flag("host", "nothing says for whom the API is (`x-audience`, `x-internal`)")
    elif any("x-internal" not in server.extensions for server in api.servers):
        yield api.flag("servers", "nothing says for whom the servers are (`x-audience`, `x-internal`)")
