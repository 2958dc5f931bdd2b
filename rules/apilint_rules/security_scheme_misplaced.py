from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Node, Severity, rule

_PLACES_3 = (
    ("securityDefinitions",), ("securitySchemes",), ("components", "securityDefinitions"), ("components", "security"),
    ("info", "security"), ("info", "securitySchemes"),
)  # fmt: skip
_PLACES_2 = (("securitySchemes",), ("components", "securitySchemes"), ("info", "security"))


@rule(
    "security-scheme-misplaced",
    on=Api,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    up_to=(Severity.CRITICAL, Confidence.HIGH),
    refs=("OWASP-API2:2023", "CWE-306", "CWE-1188"),
    tags=("structure", "owasp"),
)
def security_scheme_misplaced(api: Api) -> Iterator[Flag]:
    """Security is declared where nothing reads it.

    OpenAPI 3 reads schemes under `components.securitySchemes` and Swagger 2.0 under `securityDefinitions`; both read
    requirements at the root and in operations only. Anywhere else they are ignored, in silence. The finding is
    critical where operations are open for that reason.

    Attack: everybody believes that the paths are protected, and the gateway lets all callers through.

    To fix: move the declaration; a requirement on a path item belongs into each of its operations.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    securityDefinitions:  # flagged
      token: {type: apiKey, in: header, name: X-Token}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
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
        token: {type: apiKey, in: header, name: X-Token}
    ```
    """
    exposed = [op for op in api.operations if op.expects_credentials and op.security.is_anonymous]
    severity = Severity.CRITICAL if exposed else Severity.HIGH
    version = "Swagger 2.0" if api.version == "2.0" else "OpenAPI 3"
    for place in _PLACES_2 if api.version == "2.0" else _PLACES_3:
        node = api.child(place)
        if _declares(node):
            yield api.flag(place, f"{version} ignores `{'.'.join(place)}`", severity=severity, operations=exposed)
    for item in api.path_items:
        if item.kind == "path" and isinstance(item.get("security"), list) and item.get("security"):
            open_here = [op for op in item.operations if op in exposed]
            yield item.flag(
                "security",
                f"{item.template}: `security` on a path item is ignored",
                severity=Severity.CRITICAL if open_here else Severity.HIGH,
                operations=open_here,
            )


def _declares(node: Node) -> bool:
    return isinstance(node.value, dict | list) and bool(node.value)
