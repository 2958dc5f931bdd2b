from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Edit, Fix, Flag, SecurityScheme, Severity, rule


@rule(
    "security-scheme-unused",
    on=SecurityScheme,
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "CWE-1059"),
    tags=("owasp",),
    fixable=True,
)
def security_scheme_unused(scheme: SecurityScheme) -> Iterator[Flag]:
    """A security scheme is declared and no operation requires it.

    It looks as if callers could, or had to, authenticate this way. Often it is the rest of an older design, or the
    sign of a requirement that was forgotten.

    Attack: reviewers see the scheme and believe that the operations are protected, and nobody asks further.

    To fix: require the scheme where it belongs, or remove it.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security: [{token: []}]
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        token: {type: http, scheme: bearer}
        old: {type: http, scheme: digest}  # flagged
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security: [{token: []}]
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        token: {type: http, scheme: bearer}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security: [{token: []}]
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        token: {type: http, scheme: bearer}
    ```
    """
    api = scheme.api
    # A document of shared components is used by others, and one that requires nothing has a graver finding.
    if not api.all_operations or not any(operation.security.alternatives for operation in api.all_operations):
        return
    everywhere = [operation.security for operation in api.all_operations]
    if api.security is not None:
        everywhere.append(api.security)
    if any(scheme.name in alternative.schemes for one in everywhere for alternative in one.alternatives):
        return
    section = ("securityDefinitions",) if api.version == "2.0" else ("components", "securitySchemes")
    declared = api.child((*section, scheme.name))
    yield declared.flag(
        None,
        f"no operation requires the security scheme `{scheme.name}`",
        fix=Fix("Remove the scheme", True, (Edit(declared.pointer, "remove"),)),
    )
