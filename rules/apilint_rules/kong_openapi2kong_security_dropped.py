from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Node, Operation, Severity, rule
from apilint.concepts.grouping import some_of

_PREFIX = "x-kong-"
_PLUGINS = frozenset(
    f"x-kong-plugin-{name}"
    for name in (
        "key-auth key-auth-enc basic-auth jwt jwt-signer oauth2 oauth2-introspection openid-connect hmac-auth ldap-auth"
        " ldap-auth-advanced mtls-auth header-cert-auth saml session vault-auth upstream-oauth request-termination"
        " pre-function"
    ).split()
)


@rule(
    "kong-openapi2kong-security-dropped",
    on=Api,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API2:2023", "CWE-306", "CWE-1188"),
    tags=("gateway",),
    needs=("x-kong",),
)
def kong_openapi2kong_security_dropped(api: Api) -> Iterator[Flag]:
    """Kong's converter cannot turn the declared security into a plugin.

    The document carries `x-kong-` extensions, so it is converted with `deck file openapi2kong`. That knows a single
    `openIdConnect` scheme only. It fails for others, or, told to go on, makes routes without authentication.

    Attack: the converted routes go live, and answer whoever calls them.

    To fix: add the plugin that enforces the scheme (`x-kong-plugin-key-auth`, `x-kong-plugin-jwt`), or use one
    `openIdConnect` scheme.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    x-kong-service-defaults: {retries: 2}
    security:  # flagged
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

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    x-kong-plugin-jwt: {config: {claims_to_verify: [exp]}}
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
    if api.version == "2.0" or _enforces(api) or not _is_for_kong(api):
        return
    dropped = [one for one in api.operations if _is_dropped(one)]
    if not dropped:
        return
    place = dropped[0].security.place
    yield (place or dropped[0]).flag(
        None,
        f"`openapi2kong` cannot convert this security, and no plugin stands in for it: {some_of(dropped)}",
        related=tuple((one, "without authentication after the conversion") for one in dropped[:5]),
        operations=dropped,
    )


def _is_for_kong(api: Api) -> bool:
    holders: tuple[Node, ...] = (api, *api.path_items, *api.operations, api.child("components"))
    return any(key.startswith(_PREFIX) for holder in holders for key in holder.extensions)


def _enforces(holder: Node) -> bool:
    return any(
        key in _PLUGINS and not (isinstance(value, dict) and value.get("enabled") is False)
        for key, value in holder.extensions.items()
    )


def _is_dropped(operation: Operation) -> bool:
    security = operation.security
    if not operation.expects_credentials or security.is_anonymous:
        return False
    if _enforces(operation) or _enforces(operation.path_item):
        return False
    schemes = [scheme for one in security.alternatives for scheme, _ in one.schemes.values()]
    return len(schemes) != 1 or (schemes[0] is not None and schemes[0].type != "openIdConnect")
