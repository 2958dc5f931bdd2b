from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, PathItem, Severity, rule

_ANY = "x-amazon-apigateway-any-method"


@rule(
    "proxy-operation",
    on=PathItem,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API7:2023", "OWASP-API9:2023", "CWE-441", "CWE-306"),
    gives_way_to=("security-schemes-undefined", "security-undefined"),
    needs=("+", "*"),
    tags=("missing-authentication",),
)
def proxy_operation(path_item: PathItem) -> Iterator[Flag]:
    """A path takes everything below it, and nobody needs to authenticate.

    `{proxy+}` hands on whatever the client asks for to what lies behind. Operations that the document does not
    describe are open with it: administration, health data, old versions.

    Attack: an attacker asks for `/internal/config` or `/actuator/env`, and the gateway passes it on.

    To fix: describe the operations one by one; or demand authentication on the path, and let the service behind decide
    what it serves.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - login: []
    paths:
      /{proxy+}:  # flagged
        get:
          parameters:
            - {name: proxy+, in: path, required: true, schema: {type: string}}
          security: []
          responses:
            "200": {description: Whatever lies behind}
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
      /{proxy+}:
        get:
          parameters:
            - {name: proxy+, in: path, required: true, schema: {type: string}}
          responses:
            "200": {description: Whatever lies behind}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```
    """
    if path_item.kind != "path" or not _is_greedy(path_item.template):
        return
    anonymous = [one for one in path_item.operations if one.expects_credentials and one.security.is_anonymous]
    if anonymous:
        methods = ", ".join(one.method for one in anonymous[:4])
        yield path_item.flag(
            None,
            f"`{path_item.template}` hands on whatever is asked for, without authentication ({methods})",
            operations=anonymous,
        )
    elif _any_is_anonymous(path_item):
        yield path_item.flag(
            None, f"`{path_item.template}` hands on every method and path, without authentication", operations=()
        )


def _is_greedy(template: str) -> bool:
    """Whether the last segment takes slashes too: `{proxy+}`, `{path*}`, `{path}*`, `{+path}`, `{path:.*}`, `*`."""
    last = template.rpartition("/")[2] if "{" not in template else template[template.rindex("{") :]
    if not last.startswith(("{", "*")) or (last.startswith("{") and template[: -len(last)][-1:] != "/"):
        return False
    inside = last.strip("{}")
    return last.endswith(("+}", "*}", "}*", "}+", "*")) or inside.startswith(("+", "*")) or ":.*" in inside


def _any_is_anonymous(path_item: PathItem) -> bool:
    """Whether Amazon's operation for all methods has no security of its own nor the document's."""
    operation = path_item.get(_ANY)
    if not isinstance(operation, dict):
        return False
    security = operation.get("security", path_item.api.get("security"))
    return not security or (isinstance(security, list) and {} in security)
