from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Severity, rule


@rule(
    "openapi-version-outdated",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    refs=("OWASP-API9:2023", "CWE-477"),
)
def openapi_version_outdated(api: Api) -> Iterator[Flag]:
    """The document is written in Swagger 2.0, which cannot say how the API is protected.

    It knows no bearer tokens, no OpenID Connect, no keys in cookies, no mutual TLS, no `oneOf`, and one host for
    all. What it cannot say, gateways and generators made from it cannot enforce. It has not changed since 2014.

    Attack: the token check that the document could not describe is missing in the gateway that was set up from it.

    To fix: convert the document to OpenAPI 3.1 or later; converters do most of it.

    ```yaml fail
    swagger: "2.0"  # flagged
    info: {title: Orders, version: "1"}
    paths: {}
    ```

    ```yaml pass
    openapi: 3.1.0
    info: {title: Orders, version: "1"}
    paths: {}
    ```
    """
    if api.version == "2.0":
        yield api.flag("swagger", "Swagger 2.0 cannot describe bearer tokens, OpenID Connect and mutual TLS")
