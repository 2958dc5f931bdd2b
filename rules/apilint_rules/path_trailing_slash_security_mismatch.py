from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, Severity, rule
from apilint.concepts.templates import canonical, folded, is_easier, is_same_security


@rule(
    "path-trailing-slash-security-mismatch",
    on=Api,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API5:2023", "CWE-436", "CWE-863"),
    tags=("owasp",),
)
def path_trailing_slash_security_mismatch(api: Api) -> Iterator[Flag]:
    """Two spellings of one path, with a slash at the end or in other letter case, ask for different credentials.

    Many servers answer both in the same way, so the weaker of the two decides who gets in.

    Attack: an attacker adds a slash to the URL, and the request passes without the credentials.

    To fix: describe one spelling and redirect the other to it, or require the same of both.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - login: []
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
      /orders/:
        get:
          security: []  # flagged
          responses:
            "200": {description: The orders}
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
        get:
          responses:
            "200": {description: The orders}
      /orders/:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```
    """
    first: dict[tuple[str, str], Operation] = {}
    for operation in api.operations:
        other = first.setdefault((operation.method, folded(operation.path_template)), operation)
        names_only = canonical(other.path_template) == canonical(operation.path_template)
        if other is operation or names_only or is_same_security(operation.security, other.security):
            continue
        weak, strong = (other, operation) if is_easier(other.security, operation.security) else (operation, other)
        yield weak.flag(
            "security" if "security" in weak.value else None,
            f"{weak.name} asks for other credentials than {strong.name}, which is the same for many servers",
            related=((strong, "the same path for many servers"),),
            operations=(weak, strong),
        )
