from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apilint.api import Api, Confidence, Flag, Node, Severity, rule

_OF_SCHEMES = ("x-amazon-apigateway-authorizer", "x-yc-apigateway-authorizer", "x-google-issuer", "x-google-auth")
_KONG = "x-kong-plugin-openid-connect"


@rule(
    "gateway-jwt-audience-missing",
    on=Api,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API2:2023", "CWE-287", "CWE-345", "RFC-8725"),
    needs=("x-",),
)
def gateway_jwt_audience_missing(api: Api) -> Iterator[Flag]:
    """A gateway takes tokens without looking for whom they were issued.

    One issuer serves many APIs. A gateway that checks only who signed a token takes those of all of them, also the
    token that a user gave to some other app (RFC 8725, 3.9). Google's gateways then ask for the name of the service,
    so that there it is a hint.

    Attack: an attacker runs an app with the same login, and uses the tokens of its users at your API.

    To fix: list the audiences: `jwtConfiguration.audience` (Amazon), `x-google-audiences` (Google), `audiences`
    (Yandex), `config.audience_required` (Kong).

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths: {}
    components:
      securitySchemes:
        login:
          type: oauth2
          flows: {}
          x-amazon-apigateway-authorizer:  # flagged
            type: jwt
            identitySource: $request.header.Authorization
            jwtConfiguration:
              issuer: https://login.example.com
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths: {}
    components:
      securitySchemes:
        login:
          type: oauth2
          flows: {}
          x-amazon-apigateway-authorizer:
            type: jwt
            identitySource: $request.header.Authorization
            jwtConfiguration:
              issuer: https://login.example.com
              audience: [orders]
    ```
    """
    for scheme in api.security_schemes.values():
        for name in _OF_SCHEMES:
            value = scheme.get(name)
            if value is not None and not _has_audience(name, value, scheme):
                is_google = name.startswith("x-google")
                yield scheme.flag(
                    name,
                    f"`{name}` of security scheme `{scheme.name[:60]}` names no audience",
                    severity=Severity.INFO if is_google else Severity.HIGH,
                    confidence=Confidence.LOW if is_google else Confidence.MEDIUM,
                )
    places: list[Node] = [api, *api.path_items, *api.operations]
    for place in places:
        plugin = place.get(_KONG)
        target = api.follow(place.child(_KONG)) if isinstance(plugin, dict) else None
        if target is not None and _takes_any(target):
            at: Any = "config"
            yield target.flag(at, f"`{_KONG}` names no audience that tokens must have", operations=place.operations)


def _has_audience(name: str, value: Any, scheme: Node) -> bool:
    """Whether an extension of a scheme checks no tokens, or names an audience."""
    if name == "x-google-issuer":
        return bool(scheme.get("x-google-audiences"))
    if not isinstance(value, dict):
        return True
    if name == "x-google-auth":
        return "issuer" not in value or bool(value.get("audiences"))
    if str(value.get("type", "")).lower() != "jwt":
        return True
    if name == "x-yc-apigateway-authorizer":
        return bool(value.get("audiences"))
    configuration = value.get("jwtConfiguration")
    return isinstance(configuration, dict) and bool(configuration.get("audience"))


def _takes_any(plugin: Node) -> bool:
    config = plugin.get("config")
    return isinstance(config, dict) and plugin.get("enabled") is not False and not config.get("audience_required")
