"""How real documents declare that calls are limited: response headers, vendor extensions, a 429."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from apilint.openapi.node import Node

if TYPE_CHECKING:
    from apilint.analysis.rates import Rate
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
_UNREADABLE = ""  # a limit is in effect, and its numbers stand elsewhere


class Evidence(NamedTuple):
    """One declaration of a limit: `kind` is "extension", "header" or "response", `name` what is written at `place`.

    `rate` is what it says in numbers, None where that cannot be read.
    """

    kind: str
    name: str
    place: Node
    rate: Rate | None = None


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
        if code == "429" or (code[:1] == "4" and _is_of_a_limit(response.text("description"))):
            found.append(Evidence("response", code, response))
    return tuple(found)


def _is_of_a_limit(description: str) -> bool:
    """Whether an error is that of too many calls under another code, such as Amazon's `ThrottlingException`."""
    text = description[:80].lower().replace(" ", "").replace("-", "")
    return text.startswith(("throttl", "toomanyrequest", "ratelimit", "ratelimitexceeded"))


def extensions(node: Node, operation_id: str) -> Iterator[Evidence]:
    """The vendor extensions on a root, path item or operation that limit calls to the operation with this id."""
    if isinstance(node.value, dict):
        for name in node.value:
            if not name.startswith("x-"):
                continue
            extension = node.child(name)
            stated = _limits(extension, name.lower(), operation_id)
            if stated is not None:
                from apilint.analysis.rates import parse

                yield Evidence("extension", name, extension, parse(stated))


def _limits(extension: Node, name: str, operation_id: str) -> Any:
    """What states the limit in an extension that is in effect; None where nothing does."""
    value = extension.value
    if name in _KONG:
        return _kong(extension)
    if name in _TIERS:
        return value if isinstance(value, str) and value.strip().lower() not in _OFF else None
    if name == "x-tyk-api-gateway":
        return _tyk(value, operation_id)
    if name == "x-zuplo-route":
        names = _at(value, "policies", "inbound")
        limiting = isinstance(names, list) and any(
            "rate-limit" in str(one) or "ratelimit" in str(one).lower() for one in names[:100]
        )
        return _UNREADABLE if limiting else None
    if name == "x-apigateway-ratelimit":
        return _UNREADABLE if isinstance(value, str) and value.strip() else None
    if name == "x-42c-local-strategy":
        return _protections(_at(value, "x-42c-strategy", "protections"))
    if name == "x-graviteeio-definition":
        return _UNREADABLE if _mentions(value, _GRAVITEE) else None
    if name == "x-apisix-plugins":
        limits = [_at(value, plugin) for plugin in ("limit-count", "limit-req", "limit-conn")]
        return next((limit for limit in limits if isinstance(limit, dict)), None)
    if name[2:].replace("-", "").replace("_", "") in _FREE_FORM and _states_a_limit(value):
        return value
    return None


def google_quota(api: Api, operation: Operation) -> Iterator[Evidence]:
    """Google's two halves: a metric with a limit at the root, and its cost at the operation."""
    costs = _at(operation.value, "x-google-quota", "metricCosts")
    for name in ("x-google-management", "x-google-api-management"):
        limits = _at(api.value, name, "quota", "limits")
        if not isinstance(costs, dict) or not isinstance(limits, list):
            continue
        spent = [limit for limit in limits[:1000] if isinstance(_at(limit, "metric"), str) and limit["metric"] in costs]
        if spent:
            yield Evidence("extension", name, api.child(name), _google_rate(spent[0], costs[spent[0]["metric"]]))


def _google_rate(limit: dict[str, Any], cost: Any) -> Rate | None:
    from apilint.analysis.rates import parse

    rate, units = parse(limit.get("unit")), _at(limit, "values", "STANDARD")
    if rate is None or type(units) not in (int, float) or type(cost) not in (int, float) or cost <= 0:
        return None
    return rate._replace(requests=rate.requests * units / cost)


def _kong(extension: Node) -> Any:
    """Kong reads only what stands under `config`, and only while the plugin is enabled."""
    value = extension.value
    if isinstance(value, dict) and "$ref" in value:
        target = extension.api.follow(extension)
        value = target.value if target is not None else None
    config = _at(value, "config")
    return config if isinstance(config, dict) and config and value.get("enabled") is not False else None


def _tyk(value: Any, operation_id: str) -> Any:
    places = [_at(value, "upstream", "rateLimit"), _at(value, "middleware", "global", "rateLimit")]
    if operation_id:
        places.insert(0, _at(value, "middleware", "operations", operation_id, "rateLimit"))
    for limit in places:
        rate = _at(limit, "rate")
        if isinstance(limit, dict) and limit.get("enabled") is True and isinstance(rate, (int, float)) and rate > 0:
            return limit
    return None


def _protections(protections: Any) -> Any:
    found = [
        limiter
        for one in (protections[:100] if isinstance(protections, list) else ())
        for key, limiter in (one.items() if isinstance(one, dict) else ())
        if isinstance(key, str) and key.startswith("x-42c-request-limiter")
    ]
    return found or None


def strictest(operation: Operation) -> Evidence | None:
    """The evidence with the lowest rate that an operation has; None where no rate can be read."""
    read = [(one.rate.per_minute, number) for number, one in enumerate(operation.rate_limit) if one.rate is not None]
    return operation.rate_limit[min(read)[1]] if read else None


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
