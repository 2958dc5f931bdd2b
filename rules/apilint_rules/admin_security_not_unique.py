from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, Severity, by_operation, rule
from apilint.concepts.purpose import is_administrative
from apilint.concepts.scoping import asks_for_administrator


@rule(
    "admin-security-not-unique",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API5:2023", "CWE-285"),
    tags=("owasp",),
)
def admin_security_not_unique(api: Api) -> Iterator[Flag]:
    """An operation for administrators asks for no more than an operation for everybody.

    The document knows administration by its path only. A gateway or a client that is generated from it cannot tell
    who may call what, and a check that the server forgets is missed by nobody.

    Attack: a user with an ordinary account tries the paths under `/admin`, and finds one without a check.

    To fix: give the operations for administrators a scope or a scheme of their own.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - oauth: [api]
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
      /admin/users:
        get:  # flagged
          responses:
            "200": {description: All users}
    components:
      securitySchemes:
        oauth:
          type: oauth2
          flows:
            clientCredentials:
              tokenUrl: https://login.example.com/token
              scopes: {api: Use the API}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - oauth: [api]
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
      /admin/users:
        get:
          security:
            - oauth: [admin]
          responses:
            "200": {description: All users}
    components:
      securitySchemes:
        oauth:
          type: oauth2
          flows:
            clientCredentials:
              tokenUrl: https://login.example.com/token
              scopes: {api: Use the API, admin: Administer the API}
    ```
    """
    administrative = [one for one in api.operations if is_administrative(one) and one.expects_credentials]
    if not administrative:
        return
    ordinary = {
        alternative
        for one in api.operations
        if not is_administrative(one) and not asks_for_administrator(one)
        for alternative in _alternatives(one)
    }
    shared = [
        one
        for one in administrative
        if not one.security.is_anonymous
        and not asks_for_administrator(one)
        and any(alternative in ordinary for alternative in _alternatives(one))
    ]
    yield from by_operation(api, shared, administrative, None, "asks for no more than operations for everybody")


def _alternatives(operation: Operation) -> Iterator[frozenset[tuple[str, frozenset[str]]]]:
    for one in operation.security.alternatives:
        yield frozenset((name, frozenset(required.scopes)) for name, required in one.schemes.items())
