from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Fix, Flag, Node, PathItem, Severity, rule
from apilint.concepts.mends import together

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
    fixable=True,
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

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        token:
          type: apiKey
          in: header
          name: X-Token
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
            yield api.flag(
                place,
                f"{version} ignores `{'.'.join(place)}`",
                severity=severity,
                operations=exposed,
                fix=_fix(api, place),
            )
    for item in api.path_items:
        if item.kind == "path" and isinstance(item.get("security"), list) and item.get("security"):
            open_here = [op for op in item.operations if op in exposed]
            yield item.flag(
                "security",
                f"{item.template}: `security` on a path item is ignored",
                severity=Severity.CRITICAL if open_here else Severity.HIGH,
                operations=open_here,
                fix=_into_operations(item),
            )


def _declares(node: Node) -> bool:
    return isinstance(node.value, dict | list) and bool(node.value)


def _into_operations(item: PathItem) -> Fix | None:
    """Give each operation that has none of its own the requirements of its path."""
    written = item.get("security")
    places = [(one.child("security"), "set", written) for one in item.operations if "security" not in one.value]
    return together(item, "Move `security` into each operation", [(item.child("security"), "remove", None), *places])


def _fix(api: Api, place: tuple[str, ...]) -> Fix | None:
    """Move the declaration to where it counts, if it is one that the version knows and nothing is in its way."""
    written = api.child(place).value
    if place == ("info", "security"):
        if not isinstance(written, list) or "security" in api.value:
            return None
        places = [(api.child(place), "remove", None), (api.child("security"), "set", written)]
        return together(api, "Move `security` to the root", places)
    target = ("securityDefinitions",) if api.version == "2.0" else ("components", "securitySchemes")
    kinds = ("basic", "apiKey") if api.version == "2.0" else ("apiKey", "http", "openIdConnect", "mutualTLS")
    schemes = written.values() if isinstance(written, dict) else ()
    known = all(isinstance(one, dict) and (one.get("type") in kinds or "flows" in one) for one in schemes)
    if not schemes or not known or api.child(target).value is not None:
        return None
    summary = f"Move the schemes to `{'.'.join(target)}`"
    if place[:-1] == target[:-1]:
        return together(api, summary, [(api.child(place), "rename", target[-1])])
    above = api.child(target[:-1])
    if above.value is None:
        return together(api, summary, [(api.child(place), "remove", None), (above, "set", {target[-1]: written})])
    return together(api, summary, [(api.child(place), "remove", None), (api.child(target), "set", written)])
