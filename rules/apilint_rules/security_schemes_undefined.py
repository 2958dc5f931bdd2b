from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Severity, rule


@rule(
    "security-schemes-undefined",
    on=Api,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "CWE-306"),
    gives_way_to=("security-scheme-misplaced",),
    tags=("owasp", "missing-authentication"),
)
def security_schemes_undefined(api: Api) -> Iterator[Flag]:
    """No security scheme is declared, so no operation can require authentication.

    Clients, gateways, generators and tests read from the document how callers prove who they are.
    A document without a single scheme tells all of them that anyone may call everything.

    Attack: whoever finds the API calls it; nothing that was generated from the document asks for credentials.

    To fix: declare how callers authenticate under `components.securitySchemes` (`securityDefinitions` in
    Swagger 2.0) and require it with `security`. If every operation is meant for the public, mark each with
    `x-apilint-public: <reason>`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:  # flagged
      /orders:
        get:
          responses:
            "200": {description: The orders}
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
    exposed = [op for op in api.operations if op.expects_credentials]
    if api.security_schemes or not exposed:
        return
    if any(scheme for op in exposed for one in op.security.alternatives for scheme, _ in one.schemes.values()):
        return
    yield api.flag("paths", "the API declares no security scheme", operations=exposed)
