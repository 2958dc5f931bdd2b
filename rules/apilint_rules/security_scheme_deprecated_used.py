from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, SecurityScheme, Severity, rule
from apilint.concepts.grouping import some_of


@rule(
    "security-scheme-deprecated-used",
    on=SecurityScheme,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "OWASP-API9:2023", "CWE-477"),
)
def security_scheme_deprecated_used(scheme: SecurityScheme) -> Iterator[Flag]:
    """A deprecated security scheme is the only way to authenticate.

    OpenAPI 3.2 lets authors mark a scheme as deprecated. While operations accept nothing else, nobody can
    move away from it, and the day on which it can be switched off does not come.

    Attack: the old keys, which were to be replaced for a reason, go on working.

    To fix: add the scheme that replaces it as an alternative to these operations.

    ```yaml fail
    openapi: 3.2.0
    info: {title: Orders, version: "1"}
    security:
      - key: []
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        key:
          type: apiKey
          in: header
          name: X-API-Key
          deprecated: true  # flagged
    ```

    ```yaml pass
    openapi: 3.2.0
    info: {title: Orders, version: "1"}
    security:
      - login: []
      - key: []
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
        key: {type: apiKey, in: header, name: X-API-Key, deprecated: true}
    ```
    """
    # Older versions have no such key, so that nothing says what it means there.
    if scheme.api.version != "3.2" or scheme.get("deprecated") is not True:
        return
    stuck = [
        operation
        for operation in scheme.operations
        if all(scheme.name in alternative.schemes for alternative in operation.security.alternatives)
    ]
    if stuck:
        yield scheme.flag(
            "deprecated",
            f"security scheme `{scheme.name}` is deprecated, but {some_of(stuck)}"
            f" accept{'s' if len(stuck) == 1 else ''} nothing else",
            operations=stuck,
        )
