from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Edit, Fix, Flag, Node, OAuthFlow, SecurityScheme, Severity, rule

_SWAGGER = ("implicit", "password", "application", "accessCode")
_OPENAPI = ("implicit", "password", "clientCredentials", "authorizationCode")
_SINCE_32 = (*_OPENAPI, "deviceAuthorization")
_KNOWN: dict[str, tuple[str, ...]] = {"2.0": _SWAGGER, "3.2": _SINCE_32}
_IN_SWAGGER = {"clientcredentials": "application", "authorizationcode": "accessCode", "code": "accessCode"}
_IN_OPENAPI = {
    "application": "clientCredentials",
    "accesscode": "authorizationCode",
    "code": "authorizationCode",
    "devicecode": "deviceAuthorization",
    "device": "deviceAuthorization",
}


@rule(
    "oauth-flow-unsupported",
    on=SecurityScheme,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "CWE-1188", "RFC-6749"),
    needs=("oauth2",),
    tags=("structure",),
    fixable=True,
)
def oauth_flow_unsupported(scheme: SecurityScheme) -> Iterator[Flag]:
    """An OAuth scheme has a flow that its version of OpenAPI does not know.

    Tools skip a flow whose name they do not know, mostly without a word. Swagger 2.0 says `accessCode` and
    `application`, OpenAPI 3 `authorizationCode` and `clientCredentials`; `deviceAuthorization` came with 3.2. Where
    the scheme has another flow that counts, the finding is medium.

    Attack: the scheme has no flow left, tools treat the API as if it needed no token, and nobody tests that it does.

    To fix: write the name that the version knows, with its exact case.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths: {}
    components:
      securitySchemes:
        login:
          type: oauth2
          flows:
            accessCode:  # flagged
              authorizationUrl: https://login.example.com/authorize
              tokenUrl: https://login.example.com/token
              scopes: {}
    ```

    ```yaml fixed
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
    known = _KNOWN.get(scheme.api.version, _OPENAPI)
    other = _IN_SWAGGER if scheme.api.version == "2.0" else _IN_OPENAPI
    for flow, name in _flows(scheme):
        if name in known or name.startswith("x-"):
            continue
        plain = "".join(sign for sign in name.lower() if sign.isalpha())
        meant = next((one for one in known if one.lower() in (plain, other.get(plain, "").lower())), None)
        hint = f"; write `{meant}`" if meant else ""
        if name in _SINCE_32:
            hint = "; OpenAPI 3.2 was the first to have it"
        has_other = any(one in known for _, one in _flows(scheme))
        yield flow.flag(
            flow.name_key,
            f"security scheme `{scheme.name[:40]}`: OpenAPI {scheme.api.version} knows no flow `{name[:40]}`{hint}",
            severity=Severity.MEDIUM if has_other else Severity.HIGH,
            operations=scheme.operations,
            fix=_fix(flow, meant) if meant else None,
        )


def _flows(scheme: SecurityScheme) -> Iterator[tuple[OAuthFlow, str]]:
    """The flows with their names as they are written."""
    for flow in scheme.flows:
        name = flow.text("flow").strip() if flow.name_key else flow.name
        if name:
            yield flow, name


def _fix(flow: OAuthFlow, meant: str) -> Fix | None:
    if flow.name_key:
        return Fix(f"Write `{meant}`", True, (Edit(flow.child(flow.name_key).pointer, "set", meant),))
    above: Node | None = flow.parent
    siblings = above.get("flows") if above is not None else None
    if not isinstance(siblings, dict) or meant in siblings:
        return None
    return Fix(f"Write `{meant}`", True, (Edit(flow.pointer, "rename", meant),))
