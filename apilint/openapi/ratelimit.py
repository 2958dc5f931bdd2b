"""How real documents declare that calls are limited: response headers, vendor extensions, a 429."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from apilint.openapi.node import Node

if TYPE_CHECKING:
    from apilint.openapi.api import Api
    from apilint.openapi.operation import Operation

# The families in use: IETF draft RateLimit and RateLimit-Policy with its older trio, X-RateLimit-*, X-Rate-Limit-*
# and what single vendors send. Field names are case-insensitive (RFC 9110, 5.1): compare in lower case.
_HEADERS = re.compile(
    r"(?:x-)?rate-?limit(?:-.+)?|x-(?:app|method)-rate-limit(?:-.+)?|x-quota-.+|x-daily-requests-left|x-shopify-shop-api-call-limit"
)
_RESETS = re.compile(r"(?:x-)?rate-?limit-reset(?:-.+)?|ratelimit")
_KONG = frozenset(
    f"x-kong-plugin-{name}"
    for name in ("rate-limiting", "rate-limiting-advanced", "response-ratelimiting", "ai-rate-limiting-advanced")
)
_TIERS = frozenset(("x-wso2-throttling-tier", "x-throttling-tier"))
_FREE_FORM = frozenset("ratelimit ratelimits throttling throttle quota limits sla sla4oai".split())
_GRAVITEE = frozenset(("rate-limit", "quota", "spike-arrest"))
_OFF = frozenset(("", "unlimited", "none", "off", "disabled", "false", "no", "0"))
_MOST_NODES = 5_000


class Evidence(NamedTuple):
    """One declaration of a limit: `kind` is "extension", "header" or "response", `name` what is written at `place`."""

    kind: str
    name: str
    place: Node


def is_rate_limit_header(name: str) -> bool:
    """Whether a response header belongs to a family that tells callers about their limit."""
    return _HEADERS.fullmatch(name.lower()) is not None


def is_reset_header(name: str) -> bool:
    """Whether a response header says when the limit is renewed, as Retry-After would."""
    return _RESETS.fullmatch(name.lower()) is not None


def evidence_for(operation: Operation) -> tuple[Evidence, ...]:
    """All that declares a limit for an operation, its own extensions first, then path, root, headers and a 429."""
    found = [*extensions(operation, operation.operation_id), *extensions(operation.path_item, operation.operation_id)]
    found += operation.api.root_rate_limits(operation)
    for code, response in operation.responses.items():
        found += [
            Evidence("header", header.name, header)
            for header in response.headers.values()
            if is_rate_limit_header(header.name)
        ]
        if code == "429":
            found.append(Evidence("response", code, response))
    return tuple(found)


def extensions(node: Node, operation_id: str) -> Iterator[Evidence]:
    """The vendor extensions on a root, path item or operation that limit calls to the operation with this id."""
    if isinstance(node.value, dict):
        for name in node.value:
            if name.startswith("x-") and _limits(node, name.lower(), node.child(name), operation_id):
                yield Evidence("extension", name, node.child(name))


def _limits(node: Node, name: str, extension: Node, operation_id: str) -> bool:
    value = extension.value
    if name in _KONG:
        target = node.api.follow(extension) if isinstance(value, dict) and "$ref" in value else extension
        return target is not None and _kong(target.value)
    if name in _TIERS:
        return isinstance(value, str) and value.strip().lower() not in _OFF
    if name == "x-tyk-api-gateway":
        return _tyk(value, operation_id)
    if name == "x-zuplo-route":
        names = _at(value, "policies", "inbound")
        return isinstance(names, list) and any(
            "rate-limit" in str(one) or "ratelimit" in str(one).lower() for one in names[:100]
        )
    if name == "x-apigateway-ratelimit":
        return isinstance(value, str) and bool(value.strip())
    if name == "x-42c-local-strategy":
        protections = _at(value, "x-42c-strategy", "protections")
        return isinstance(protections, list) and any(
            key.startswith("x-42c-request-limiter") for one in protections[:100] if isinstance(one, dict) for key in one
        )
    if name == "x-graviteeio-definition":
        return _mentions(value, _GRAVITEE)
    if name == "x-apisix-plugins":
        return any(isinstance(_at(value, plugin), dict) for plugin in ("limit-count", "limit-req", "limit-conn"))
    return name[2:].replace("-", "").replace("_", "") in _FREE_FORM and _states_a_limit(value)


def google_quota(api: Api, operation: Operation) -> Iterator[Evidence]:
    """Google's two halves: a metric with a limit at the root, and its cost at the operation."""
    costs = _at(operation.value, "x-google-quota", "metricCosts")
    for name in ("x-google-management", "x-google-api-management"):
        limits = _at(api.value, name, "quota", "limits")
        if isinstance(costs, dict) and isinstance(limits, list):
            limited = {
                limit.get("metric")
                for limit in limits[:1000]
                if isinstance(limit, dict) and isinstance(limit.get("metric"), str)
            }
            if any(metric in limited for metric in costs):
                yield Evidence("extension", name, api.child(name))


def _kong(value: Any) -> bool:
    """Kong reads only what stands under `config`, and only while the plugin is enabled."""
    config = _at(value, "config")
    return isinstance(config, dict) and bool(config) and value.get("enabled") is not False


def _tyk(value: Any, operation_id: str) -> bool:
    places = [_at(value, "upstream", "rateLimit"), _at(value, "middleware", "global", "rateLimit")]
    if operation_id:
        places.append(_at(value, "middleware", "operations", operation_id, "rateLimit"))
    return any(
        isinstance(limit, dict)
        and limit.get("enabled") is True
        and isinstance(limit.get("rate"), (int, float))
        and limit["rate"] > 0
        for limit in places
    )


def _states_a_limit(value: Any) -> bool:
    if isinstance(value, str):
        return value.strip().lower() not in _OFF
    if isinstance(value, dict):
        return bool(value) and value.get("enabled") is not False
    return bool(value)


def _at(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _mentions(value: Any, names: frozenset[str]) -> bool:
    stack, left = [value], _MOST_NODES
    while stack and left:
        left -= 1
        one = stack.pop()
        if isinstance(one, str) and one in names:
            return True
        if isinstance(one, dict):
            stack.extend(one.values())
        elif isinstance(one, list):
            stack.extend(one)
    return False
