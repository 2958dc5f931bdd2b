from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, SecurityScheme, Severity, rule
from apilint.concepts.scoping import granted_scopes

_MANY = 20


@rule(
    "oauth-flow-scopes-empty",
    on=SecurityScheme,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API5:2023", "CWE-862", "RFC-6749"),
)
def oauth_flow_scopes_empty(scheme: SecurityScheme) -> Iterator[Flag]:
    """An OAuth scheme on which many operations depend declares no scopes.

    Without scopes a token is a master key: each application that a user lets in can do all that the user can.

    Attack: a token that leaks from a reporting tool deletes the data that the tool was meant to count.

    To fix: declare scopes by what applications need, at least one for reading and one for writing, and
    require them in the operations.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - oauth: ["orders:read"]
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        oauth:
          type: oauth2
          flows:
            clientCredentials:
              tokenUrl: https://login.example.com/token
              scopes: {}  # flagged
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - oauth: ["orders:read"]
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        oauth:
          type: oauth2
          flows:
            clientCredentials:
              tokenUrl: https://login.example.com/token
              scopes: {"orders:read": Read the orders}
    ```
    """
    if scheme.type != "oauth2" or not scheme.flows or granted_scopes(scheme):
        return
    operations = scheme.operations
    names = {
        scope
        for operation in operations
        for one in operation.security.alternatives
        if scheme.name in one.schemes
        for scope in one.schemes[scheme.name].scopes
    }
    if names:
        some = ", ".join(f"`{name[:40]}`" for name in sorted(names)[:3])
        message = f"`{scheme.name}` declares no scopes, yet operations require {some}"
    elif len(operations) > _MANY:
        message = f"`{scheme.name}` declares no scopes: any token opens all {len(operations):,} operations"
    else:
        return
    first, *others = scheme.flows
    related = tuple((flow, "declares none either") for flow in others)
    yield first.flag("scopes" if "scopes" in first.value else None, message, related=related, operations=operations)
