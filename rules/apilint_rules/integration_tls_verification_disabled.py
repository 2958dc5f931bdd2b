from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apilint.api import Api, Confidence, Edit, Fix, Flag, Severity, Text, rule

# The value with which each switch turns the check off.
_SWITCHES = {
    "insecureskipverification": True,  # AWS
    "insecureskipverify": True,  # Tyk, and what else is written in Go
    "ssl_insecure_skip_verify": True,  # Tyk, older
    "insecure_skip_verify": True,
    "tls_verify": False,  # Kong services
    "ssl_verify": False,  # Kong and APISIX plugins
}
_HINTS = ("insecureskipverif", "insecure_skip_verify", "tls_verify", "ssl_verify")  # in each of them is one


@rule(
    "integration-tls-verification-disabled",
    on=Api,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API10:2023", "OWASP-API8:2023", "CWE-295"),
    tags=("gateway",),
    needs=("x-",),
    fixable=True,
)
def integration_tls_verification_disabled(api: Api) -> Iterator[Flag]:
    """A gateway does not check the certificate of its backend.

    The connection is encrypted, but to anybody: without the check nothing shows that the other side is the
    backend. The switch is meant for a first try with a self-made certificate, and stays.

    Attack: someone between gateway and backend answers in its place, and receives the tokens of all users.

    To fix: remove the switch, and make the backend's certificate or its authority known to the gateway.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
          x-amazon-apigateway-integration:
            type: http_proxy
            httpMethod: GET
            uri: https://orders.example.com
            tlsConfig:
              insecureSkipVerification: true  # flagged
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
          x-amazon-apigateway-integration:
            type: http_proxy
            httpMethod: GET
            uri: https://orders.example.com
            tlsConfig:
              insecureSkipVerification: false
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
          x-amazon-apigateway-integration:
            type: http_proxy
            httpMethod: GET
            uri: https://orders.example.com
    ```
    """
    for text in api.search(_HINTS):
        key = text.value.lower()
        if text.is_key and text.role == "extension" and key in _SWITCHES and text.member is _SWITCHES[key]:
            yield text.flag(
                None,
                f"`{text.value}` lets the gateway accept any certificate from its backend",
                fix=_fix(text, not _SWITCHES[key]),
                severity=Severity.MEDIUM if _is_private_link(text) else Severity.HIGH,
            )


def _is_private_link(text: Text) -> bool:
    """Whether the integration around AWS's `tlsConfig` stays inside a private network."""
    value: Any = text.document.value
    for step in text.path[:-2]:
        value = value[step]
    return isinstance(value, dict) and value.get("connectionType") == "VPC_LINK"


def _fix(text: Text, value: bool) -> Fix:
    return Fix(f"Write `{text.value}: {str(value).lower()}`", False, (Edit(text.pointer, "set", value),))
