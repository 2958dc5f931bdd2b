from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Severity, rule


@rule(
    "global-security-empty",
    on=Api,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "CWE-306"),
    gives_way_to=("security-schemes-undefined",),
    tags=("owasp", "missing-authentication"),
)
def global_security_empty(api: Api) -> Iterator[Flag]:
    """The root `security` is empty, which makes open access the default.

    The document declares security schemes, yet its root says that none is required. Every operation without
    its own `security` is open, and so is every operation to come.

    Attack: an attacker calls an operation that relies on the default.

    To fix: name the scheme that callers must use in the root `security`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security: []  # flagged
    paths:
      /orders:
        get:
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
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```
    """
    root = api.security
    if root is None or not api.security_schemes or not all(one.is_empty for one in root.alternatives):
        return
    judged = [op for op in api.operations if op.expects_credentials]
    exposed = [op for op in judged if op.security.source == "root"]
    count = f"{len(exposed)} operation{'' if len(exposed) == 1 else 's'}"
    yield api.flag(
        "security",
        f"the root `security` requires nothing, which leaves {count} open"
        if exposed
        else "the root `security` requires nothing, so that each new operation starts open",
        severity=Severity.HIGH if exposed else Severity.LOW,
        operations=exposed,
    )
