from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Operation, Severity, rule


@rule(
    "security-disabled",
    on=Operation,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "OWASP-API8:2023", "CWE-306"),
    tags=("owasp", "missing-authentication"),
    gives_way_to=(
        "sensitive-path-unauthenticated",
        "file-upload-unauthenticated",
        "path-trailing-slash-security-mismatch",
        "deprecated-operation-weaker",
    ),
)
def security_disabled(operation: Operation) -> Iterator[Flag]:
    """An operation switches off the authentication that the rest of the API requires.

    An empty `security` removes the requirement of the root for this one operation. Often it is a trick to
    quiet a tool, or a leftover from the days of development, and it looks like a decision that nobody took.

    Attack: an attacker looks for the operations without a lock in the published documentation and starts there.

    To fix: remove the empty `security`, so that the root's applies again. If the operation must be public,
    say why with `x-apilint-public: <reason>`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - login: []
    paths:
      /orders:
        post:
          security: []  # flagged
          responses:
            "201": {description: The new order}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - login: []
    paths:
      /orders:
        post:
          responses:
            "201": {description: The new order}
      /login:
        post:
          security: []
          responses:
            "200": {description: A token}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```
    """
    root = operation.api.security
    if root is None or all(one.is_empty for one in root.alternatives):
        return
    security = operation.security
    if security.source != "operation" or not operation.expects_credentials:
        return
    if security.is_anonymous and not security.is_optional:
        yield operation.flag(
            "security",
            f"`{operation.name}` switches off authentication",
            severity=Severity.HIGH if operation.is_write else Severity.LOW,
            related=((root.place, "required by default here"),) if root.place is not None else (),
            operations=[operation],
        )
