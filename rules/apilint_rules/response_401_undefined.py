from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Severity, rule
from apilint.concepts.responses import described, undefined_response


@rule(
    "response-401-undefined",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "OWASP-API2:2023", "CWE-391", "CWE-1059", "RFC-9110"),
    tags=("owasp",),
    fixable=True,
)
def response_401_undefined(api: Api) -> Iterator[Flag]:
    """Operations that need credentials do not describe the answer to missing or invalid ones.

    Clients that do not know the answer treat it as a failure of the server, and retry with the same bad
    credentials. Tests and gateways that check responses cannot tell a refusal from a leak.

    Attack: an attacker finds a response that nobody described and nobody tests, and learns from its text why a
    token was refused.

    To fix: add a `401` response; a shared one under `components.responses` serves all operations. A `4XX` or
    `default` response counts too.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - login: []
    paths:
      /orders:
        get:
          responses:  # flagged
            "200": {description: The orders}
    components:
      responses:
        Unauthorized: {description: The token is missing or invalid}
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - login: []
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
            "401":
              $ref: "#/components/responses/Unauthorized"
    components:
      responses:
        Unauthorized: {description: The token is missing or invalid}
      securitySchemes:
        login: {type: http, scheme: bearer}
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
            "401": {description: The token is missing or invalid}
      /status:
        get:
          security: []
          responses:
            "200": {description: It works}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```
    """
    concerned = [operation for operation in described(api) if not operation.security.is_anonymous]
    lacking = [operation for operation in concerned if operation.response("401") is None]
    yield from undefined_response(api, "401", lacking, concerned)
