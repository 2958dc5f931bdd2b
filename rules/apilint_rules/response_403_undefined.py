from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, Severity, rule
from apilint.concepts.purpose import is_administrative
from apilint.concepts.responses import described, undefined_response


@rule(
    "response-403-undefined",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "OWASP-API5:2023", "CWE-1059", "RFC-9110"),
    fixable=True,
)
def response_403_undefined(api: Api) -> Iterator[Flag]:
    """Operations that need a permission do not describe the answer to callers who lack it.

    An operation that asks for a scope or a role, or that is for administrators, has to turn other signed-in
    callers away. Where no response says so, it is likely that no test tries it either.

    Attack: an attacker calls the operation with an ordinary account, and it answers, because nobody checked.

    To fix: add a `403` response, and a test that receives it. A `4XX` or `default` response counts too.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        delete:
          security:
            - login: [orders:delete]
          responses:  # flagged
            "204": {description: Gone}
    components:
      responses:
        Forbidden: {description: The scope is missing}
      securitySchemes:
        login: {type: openIdConnect, openIdConnectUrl: "https://login.example.com/.well-known/openid-configuration"}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        delete:
          security:
            - login: [orders:delete]
          responses:
            "204": {description: Gone}
            "403":
              $ref: "#/components/responses/Forbidden"
    components:
      responses:
        Forbidden: {description: The scope is missing}
      securitySchemes:
        login: {type: openIdConnect, openIdConnectUrl: "https://login.example.com/.well-known/openid-configuration"}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          security:
            - login: []
          responses:
            "200": {description: The orders}
        delete:
          security:
            - login: [orders:delete]
          responses:
            "204": {description: Gone}
            "403": {description: The scope is missing}
    components:
      securitySchemes:
        login: {type: openIdConnect, openIdConnectUrl: "https://login.example.com/.well-known/openid-configuration"}
    ```
    """
    concerned = [operation for operation in described(api) if _needs_permission(operation)]
    lacking = [operation for operation in concerned if operation.response("403") is None]
    yield from undefined_response(api, "403", lacking, concerned)


def _needs_permission(operation: Operation) -> bool:
    if operation.security.is_anonymous:
        return False
    alternatives = operation.security.alternatives
    asked = all(any(scheme.scopes for scheme in one.schemes.values()) for one in alternatives)
    return asked or is_administrative(operation)
