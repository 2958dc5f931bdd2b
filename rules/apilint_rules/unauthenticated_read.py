from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Operation, Severity, rule

_READS = frozenset(("GET", "HEAD", "QUERY"))


@rule(
    "unauthenticated-read",
    on=Operation,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API2:2023", "OWASP-API1:2023", "CWE-306"),
    gives_way_to=(
        "security-schemes-undefined",
        "security-undefined",
        "global-security-empty",
        "security-disabled",
        "sensitive-path-unauthenticated",
        "path-trailing-slash-security-mismatch",
        "deprecated-operation-weaker",
    ),
    tags=("owasp", "missing-authentication"),
)
def unauthenticated_read(operation: Operation) -> Iterator[Flag]:
    """An operation that reads data accepts requests without authentication.

    Neither the operation nor the root of the document requires credentials, or the operation says with an
    empty `security` that it needs none. That is right for public data only, and a reader of the document
    cannot tell whether it was meant.

    Attack: a crawler collects every record that the operation returns.

    To fix: require a scheme with `security` on the operation, or at the root. If the data is public, say so
    with `x-apilint-public: <reason>`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:  # flagged
          responses:
            "200": {description: The orders}
        post:
          security:
            - login: []
          responses:
            "201": {description: The new order}
    components:
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
      /health:
        get:
          responses:
            "200": {description: Up}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```
    """
    security = operation.security
    if operation.method not in _READS or not operation.expects_credentials:
        return
    if security.is_anonymous and not security.is_optional:
        at = "security" if security.source == "operation" else None
        yield operation.flag(at, f"`{operation.name}` answers without authentication", operations=[operation])
