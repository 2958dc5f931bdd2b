from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, OAuthFlow, SecurityScheme, Severity, rule
from apilint.concepts.scoping import granted_scopes

_URLS = {
    "implicit": ("authorizationUrl",),
    "password": ("tokenUrl",),
    "clientCredentials": ("tokenUrl",),
    "authorizationCode": ("authorizationUrl", "tokenUrl"),
    "deviceAuthorization": ("deviceAuthorizationUrl", "tokenUrl"),
}


@rule(
    "oauth-required-field-missing",
    on=SecurityScheme,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "CWE-1188", "RFC-6749"),
    needs=("oauth2",),
    tags=("structure",),
)
def oauth_required_field_missing(scheme: SecurityScheme) -> Iterator[Flag]:
    """An OAuth scheme lacks its flows, or a flow lacks an address or its scopes.

    Generators, gateways and test tools leave out a scheme or a flow that they cannot use, mostly without a word. The
    operations that require it are then called without a token, and tested without one. Missing `scopes` alone are
    reported as low: an empty map says that there are none.

    Attack: the gateway that was set up from the document enforces nothing, and nobody has noticed.

    To fix: add what is missing: `flows`, and in each flow `scopes` and `authorizationUrl` (implicit, authorization
    code), `tokenUrl` (all but implicit) and `deviceAuthorizationUrl` (device authorization).

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths: {}
    components:
      securitySchemes:
        old:  # flagged
          type: oauth2
        login:
          type: oauth2
          flows:
            authorizationCode:  # flagged
              authorizationUrl: https://login.example.com/authorize
              scopes: {}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths: {}
    components:
      securitySchemes:
        login:
          type: oauth2
          flows:
            authorizationCode:
              authorizationUrl: https://login.example.com/authorize
              tokenUrl: https://login.example.com/token
              scopes: {}
    ```
    """
    if scheme.type != "oauth2":
        return
    name = f"security scheme `{scheme.name[:60]}`"
    operations = scheme.operations
    if scheme.api.version == "2.0":
        if not scheme.text("flow").strip():
            hint = " (`flows` is OpenAPI 3)" if "flows" in scheme.value else ""
            yield scheme.flag(None, f"{name} has no `flow`{hint}", operations=operations)
    elif not scheme.flows:
        at = "flows" if "flows" in scheme.value else None
        hint = " (`flow` is Swagger 2.0)" if "flow" in scheme.value else ""
        yield scheme.flag(at, f"{name} has no flow in `flows`{hint}", operations=operations)
    for flow in scheme.flows:
        missing = _missing(flow)
        if missing and not (missing == ["scopes"] and _misses_scopes(scheme)):
            yield flow.flag(
                None,
                f"flow `{flow.name[:40]}` of {name} lacks {' and '.join(f'`{key}`' for key in missing)}",
                severity=Severity.LOW if missing == ["scopes"] else Severity.HIGH,
                operations=operations,
            )


def _missing(flow: OAuthFlow) -> list[str]:
    known = _URLS.get(flow.name)
    if known is None:
        return []  # Nobody can say what it needs.
    missing = [key for key in known if not flow.text(key).strip()]
    return missing if isinstance(flow.get("scopes"), dict) else [*missing, "scopes"]


def _misses_scopes(scheme: SecurityScheme) -> bool:
    """Whether operations require scopes and no flow has any: `oauth-flow-scopes-empty` speaks of that."""
    return not granted_scopes(scheme) and any(
        one.schemes[scheme.name].scopes
        for operation in scheme.operations
        for one in operation.security.alternatives
        if scheme.name in one.schemes
    )
