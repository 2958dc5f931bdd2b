from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, SecurityScheme, Severity, rule
from apilint.concepts.grouping import some_of
from apilint.concepts.purpose import is_administrative, is_destructive


@rule(
    "oauth-device-flow-review",
    on=SecurityScheme,
    severity=Severity.INFO,
    confidence=Confidence.LOW,
    refs=("OWASP-API2:2023", "CWE-1390", "RFC-8628"),
    needs=("deviceauthorization",),
)
def oauth_device_flow_review(scheme: SecurityScheme) -> Iterator[Flag]:
    """Tokens from OAuth's device flow open operations that destroy or administrate.

    The flow is for devices without a keyboard: the user types a code on another device. The user cannot see which
    device asked, so a code that comes by e-mail or telephone works as well (RFC 8628, section 5.4). Tokens that are
    so easy to talk somebody out of should not delete anything.

    Attack: the attacker starts the flow, sends the code to an administrator "to confirm your account", and gets the
    administrator's token.

    To fix: use another scheme for these operations, or scopes that the device flow cannot grant.

    ```yaml fail
    openapi: 3.2.0
    info: {title: Orders, version: "1"}
    paths:
      /orders/{id}:
        delete:
          security:
            - login: []
          parameters:
            - {name: id, in: path, required: true, schema: {type: string}}
          responses:
            "204": {description: Deleted}
    components:
      securitySchemes:
        login:
          type: oauth2
          flows:
            deviceAuthorization:  # flagged
              deviceAuthorizationUrl: https://login.example.com/device
              tokenUrl: https://login.example.com/token
              scopes: {}
    ```

    ```yaml pass
    openapi: 3.2.0
    info: {title: Orders, version: "1"}
    paths:
      /orders/{id}:
        get:
          security:
            - login: []
          parameters:
            - {name: id, in: path, required: true, schema: {type: string}}
          responses:
            "200": {description: The order}
    components:
      securitySchemes:
        login:
          type: oauth2
          flows:
            deviceAuthorization:
              deviceAuthorizationUrl: https://login.example.com/device
              tokenUrl: https://login.example.com/token
              scopes: {}
    ```
    """
    for flow in scheme.flows:
        if flow.name != "deviceAuthorization":
            continue
        granted = set(flow.scopes)
        concerned = [
            operation
            for operation in scheme.operations
            if (is_destructive(operation) or is_administrative(operation))
            and any(
                set(one.schemes[scheme.name].scopes) <= granted
                for one in operation.security.alternatives
                if scheme.name in one.schemes
            )
        ]
        if concerned:
            message = f"tokens from the device flow of `{scheme.name[:40]}` open {some_of(concerned)}"
            yield flow.flag(None, message, operations=concerned)
