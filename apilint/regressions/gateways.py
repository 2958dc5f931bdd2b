"""What gateways are told by vendors' extensions: to authenticate, to check requests, or to let everything through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apilint.findings import Severity
from apilint.openapi.node import Node
from apilint.openapi.operation import Operation
from apilint.openapi.security import SecurityScheme
from apilint.regressions import guard_regression_rules as rules
from apilint.regressions.causes import Seen

_KONG = "x-kong-plugin-"
_KONG_AUTHENTICATORS = frozenset(
    "key-auth key-auth-enc basic-auth jwt jwt-signer oauth2 oauth2-introspection openid-connect hmac-auth ldap-auth"
    " ldap-auth-advanced mtls-auth header-cert-auth saml session vault-auth".split()
)
_KONG_CHECKS = frozenset(
    "acl ip-restriction bot-detection request-validator oas-validation request-size-limiting opa injection-protection"
    " json-threat-protection xml-threat-protection".split()
)
_APISIX_AUTHENTICATORS = frozenset(
    "key-auth jwt-auth basic-auth openid-connect hmac-auth ldap-auth authz-keycloak forward-auth cas-auth".split()
)
_AWS_AUTH, _AWS_VALIDATOR = "x-amazon-apigateway-auth", "x-amazon-apigateway-request-validator"
_WSO2_TYPE, _WSO2_OFF = "x-auth-type", "x-wso2-disable-security"
_ALLOW, _BACKEND = "x-google-allow", "x-google-backend"
_OF_SCHEMES = (
    "x-amazon-apigateway-authorizer",
    "x-amazon-apigateway-authtype",
    "x-yc-apigateway-authorizer",
    "x-google-auth",
    "x-google-issuer",
    "x-google-jwks_uri",
    "x-google-audiences",
)


def compare_gateways(before: Operation, head: Operation) -> Iterator[Seen]:
    """What extensions guarded an operation and do not any more, what opens it now, and the other way round."""
    holders = (before, head, before.path_item, head.path_item, before.api, head.api)
    if not any(holder.extensions for holder in holders):
        return
    old, new = _guards(before), _guards(head)
    for weak, strong, improves in ((new, old, False), (old, new, True)):
        for name, (place, is_authenticator) in strong.items():
            if name not in weak:
                yield _seen(before, head, name, place, is_authenticator, improves)
    opened, open_now = _openings(before), _openings(head)
    for open_, shut, improves in ((open_now, opened, False), (opened, open_now, True)):
        for name, place in open_.items():
            if name not in shut:
                yield Seen(
                    rules.GATEWAY_GUARD_REMOVED.id,
                    (name, place.path),
                    f"could pass the gateway unchecked by `{name}`, which is gone"
                    if improves
                    else f"can now pass the gateway unchecked: `{name}`",
                    place if improves else _same_holder(place, head, before),
                    _same_holder(place, before, head) if improves else place,
                    Severity.HIGH,
                    (head,),
                    None if improves else name.partition(":")[0].partition(".")[0],
                    improves=improves,
                )


def _seen(before: Operation, head: Operation, name: str, place: Node, authenticates: bool, improves: bool) -> Seen:
    does = "authenticated" if authenticates else "checked"
    return Seen(
        rules.GATEWAY_GUARD_REMOVED.id,
        (name, place.path),
        f"can now be called past `{name}`, which is gone: the gateway {does} callers by it"
        if not improves
        else f"could be called without `{name}`, by which the gateway now {does.removesuffix('d')}s callers",
        _same_holder(place, head, before) if improves else place,
        place if improves else _same_holder(place, before, head),
        Severity.HIGH if authenticates else Severity.MEDIUM,
        (head,),
        name.partition(".")[0] if improves else None,
        improves=improves,
    )


def _same_holder(place: Node, here: Operation, there: Operation) -> Node:
    """The place in the other state that corresponds to a holder of extensions."""
    if place is here.api:
        return there.api
    return there if place is here else there.path_item


def authenticators(operation: Operation) -> frozenset[str]:
    """The extensions by which a gateway authenticates the callers of an operation."""
    return frozenset(name for name, (_, authenticates) in _guards(operation).items() if authenticates)


def compare_scheme(old: SecurityScheme, new: SecurityScheme) -> list[str]:
    """The extensions that tell a gateway how to enforce a scheme, and that the second has no more."""
    return [name for name in _OF_SCHEMES if name in old.extensions and name not in new.extensions]


def _guards(operation: Operation) -> dict[str, tuple[Node, bool]]:
    """What a gateway does for an operation by extension, where it is written, and whether it authenticates."""
    found: dict[str, tuple[Node, bool]] = {}
    for holder in (operation, operation.path_item, operation.api):
        for name, value in holder.extensions.items():
            for one, authenticates in _guarding(name, value):
                found.setdefault(one, (holder, authenticates))
    return found


def _guarding(name: str, value: Any) -> Iterator[tuple[str, bool]]:
    if name.startswith(_KONG):
        plugin = name.removeprefix(_KONG)
        is_on = not (isinstance(value, dict) and value.get("enabled") is False)
        if is_on and (plugin in _KONG_AUTHENTICATORS or plugin in _KONG_CHECKS):
            yield name, plugin in _KONG_AUTHENTICATORS
    elif name == _AWS_AUTH:
        if isinstance(value, dict) and str(value.get("type", "none")).lower() != "none":
            yield name, True
    elif name == _AWS_VALIDATOR:
        yield name, False
    else:
        for one in _listed(name, value):
            yield one, True


def _listed(name: str, value: Any) -> Iterator[str]:
    """The authenticators that an extension for all sorts of things has inside."""
    if name == "x-apisix-plugins" and isinstance(value, dict):
        yield from (f"{name}.{plugin}" for plugin in value if plugin in _APISIX_AUTHENTICATORS)
    elif name == "x-tyk-api-gateway" and _at(value, "server", "authentication", "enabled") is True:
        yield name
    elif name == "x-zuplo-route":
        inbound = _at(value, "policies", "inbound")
        for policy in inbound[:100] if isinstance(inbound, list) else ():
            if any(word in str(policy).lower() for word in ("auth", "jwt", "api-key")):
                yield f"{name}.{policy}"[:120]


def _openings(operation: Operation) -> dict[str, Node]:
    """The extensions that tell a gateway to let callers through, and where they are written."""
    found: dict[str, Node] = {}
    own = operation.get(_AWS_AUTH)
    if isinstance(own, dict) and str(own.get("type", "")).lower() == "none":
        found[f"{_AWS_AUTH}: NONE"] = operation
    for holder in (operation, operation.path_item, operation.api):
        if str(holder.get(_WSO2_TYPE)).strip().lower() == "none" and isinstance(holder.get(_WSO2_TYPE), str):
            found.setdefault(f"{_WSO2_TYPE}: None", holder)
        if str(holder.get(_WSO2_OFF)).strip().lower() == "true":
            found.setdefault(_WSO2_OFF, holder)
        if str(_at(holder.get(_BACKEND), "disable_auth")).lower() == "true":
            found.setdefault(f"{_BACKEND}.disable_auth", holder)
    if str(operation.api.get(_ALLOW)).strip().lower() == "all":
        found[f"{_ALLOW}: all"] = operation.api
    return found


def _at(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value
