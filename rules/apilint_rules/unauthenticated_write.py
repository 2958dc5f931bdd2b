from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Operation, Severity, rule
from apilint.concepts.purpose import is_destructive, is_search


@rule(
    "unauthenticated-write",
    on=Operation,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "OWASP-API5:2023", "CWE-306"),
    gives_way_to=(
        "security-schemes-undefined",
        "security-undefined",
        "global-security-empty",
        "security-disabled",
        "sensitive-path-unauthenticated",
        "path-trailing-slash-security-mismatch",
        "deprecated-operation-weaker",
        "file-upload-unauthenticated",
        "authorization-header-parameter",
    ),
    tags=("owasp", "missing-authentication"),
)
def unauthenticated_write(operation: Operation) -> Iterator[Flag]:
    """An operation that changes data accepts requests without authentication.

    Neither the operation nor the root of the document requires credentials, or the operation says with an
    empty `security` that it needs none. Whoever reaches the server can create, change or delete.

    Attack: an anonymous script deletes every order, one request at a time.

    To fix: require a scheme with `security` on the operation, or at the root. If the operation must be
    public, say why with `x-apilint-public: <reason>`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
        get:
          security:
            - login: []
          responses:
            "200": {description: The order}
        delete:  # flagged
          responses:
            "204": {description: Gone}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
        delete:
          security:
            - login: []
          responses:
            "204": {description: Gone}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```
    """
    security = operation.security
    if not operation.is_write or not operation.expects_credentials:
        return
    if security.is_anonymous and not security.is_optional:
        at = "security" if security.source == "operation" else None
        # A search sends a body only because it is long, and what it finds is often public.
        is_reading = is_search(operation) and not is_destructive(operation)
        yield operation.flag(
            at,
            f"`{operation.name}` accepts requests without authentication",
            severity=Severity.MEDIUM if is_reading else Severity.HIGH,
            confidence=Confidence.MEDIUM if is_reading else Confidence.HIGH,
            operations=[operation],
        )
