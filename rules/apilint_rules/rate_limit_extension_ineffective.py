from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apilint.api import Api, Confidence, Edit, Fix, Flag, Node, Severity, rule

_KONG = ("x-kong-plugin-rate-limiting", "x-kong-plugin-rate-limiting-advanced", "x-kong-plugin-response-ratelimiting")
_OF_PLUGIN = frozenset(
    "name enabled config protocols tags ordering run_on id instance_name partials consumer service route".split()
)
_WINDOWS = frozenset("second minute hour day month year limit window_size limits".split())
_TIERS = ("x-wso2-throttling-tier", "x-throttling-tier")


@rule(
    "rate-limit-extension-ineffective",
    on=Api,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API4:2023", "CWE-770", "CWE-1188"),
    fixable=True,
    needs=("x-",),
)
def rate_limit_extension_ineffective(api: Api) -> Iterator[Flag]:
    """A rate limit is written in a way that its gateway ignores.

    Gateways pass over extensions that they do not know, and over settings in the wrong place, without a word. The
    limit then stands in the document, everybody believes in it, and nothing limits anything.

    Attack: the attacker does not need to do anything: the limit was never there.

    To fix: write what the gateway reads. Kong takes the settings of a plugin under `config`; Amazon API Gateway has
    no extension for throttling (set it in a usage plan or on the stage); Tyk needs `enabled: true` and a `rate`;
    the metrics in `x-google-quota` must be those of `quota.limits`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          x-kong-plugin-rate-limiting:
            minute: 60  # flagged
            policy: local
          responses:
            "200": {description: The orders}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          x-kong-plugin-rate-limiting:
            config:
              minute: 60
              policy: local
          responses:
            "200": {description: The orders}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          x-kong-plugin-rate-limiting:
            config:
              minute: 60
              policy: local
          responses:
            "200": {description: The orders}
    ```
    """
    seen: set[int] = set()
    metrics = _google_metrics(api)
    holders = [api, *api.path_items, *api.operations]
    for holder in holders:
        for name in holder.extensions:
            place = holder.child(name)
            yield from _check(place, name.lower(), seen, metrics)


def _check(place: Node, name: str, seen: set[int], metrics: set[str] | None) -> Iterator[Flag]:
    value = place.value
    if name.startswith("x-amazon-apigateway-throttl"):
        yield place.flag(None, f"{place.label}: Amazon API Gateway has no extension `{name}`, and ignores it")
    elif name in ("x-yc-apigateway-rate-limit", "x-yc-apigateway-rate-limits"):
        yield place.flag(None, f"{place.label}: Yandex API Gateway no longer reads `{name}`")
    elif name in _KONG:
        target = place.api.follow(place)
        if target is not None and id(target.value) not in seen:
            seen.add(id(target.value))
            yield from _kong(target, name)
    elif name in _TIERS and isinstance(value, str) and value.strip().lower() == "unlimited":
        message = f"{place.label}: the tier `{value}` is no limit"
        # Whoever writes it mostly means it.
        yield place.flag(None, message, severity=Severity.LOW, confidence=Confidence.MEDIUM)
    elif name == "x-tyk-api-gateway":
        yield from _tyk(place)
    elif name == "x-google-quota" and metrics is not None:
        costs = place.get("metricCosts")
        for metric in costs if isinstance(costs, dict) else ():
            if metric not in metrics:
                message = f"{place.label}: the metric `{metric}` has no limit in `quota.limits`"
                yield place.flag(("metricCosts", metric), message)


def _kong(plugin: Node, name: str) -> Iterator[Flag]:
    value = plugin.value
    if not isinstance(value, dict):
        return
    misplaced = [key for key in value if key in _WINDOWS]
    config = value.get("config")
    if value.get("enabled") is False:
        yield plugin.flag(
            "enabled", f"{plugin.label}: the plugin `{name[14:]}` is switched off", severity=Severity.MEDIUM
        )
    elif misplaced:
        message = f"{plugin.label}: Kong reads `{misplaced[0]}` only under `config`"
        yield plugin.flag(misplaced[0], message, fix=_nest(plugin))
    elif name != _KONG[2] and isinstance(config, dict) and "$ref" not in config and _WINDOWS.isdisjoint(config):
        yield plugin.flag("config", f"{plugin.label}: the plugin has no limit (`minute`, `hour`, …)")


def _nest(plugin: Node) -> Fix | None:
    """Move under `config` what Kong looks for there."""
    config = plugin.get("config", {})
    moved = {key: value for key, value in plugin.value.items() if key not in _OF_PLUGIN and not key.startswith("_")}
    if not isinstance(config, dict) or "$ref" in config or not moved.keys().isdisjoint(config):
        return None
    nested = Edit(plugin.child("config").pointer, "set", {**config, **moved})
    removed = (Edit(plugin.child(key).pointer, "remove") for key in moved)
    return Fix("Move the settings under `config`", True, (nested, *removed))


def _tyk(place: Node) -> Iterator[Flag]:
    known = {operation.operation_id for operation in place.api.operations}
    operations = place.child(("middleware", "operations")).value
    keys: list[tuple[str, ...]] = [("upstream",), ("middleware", "global")]
    keys += [("middleware", "operations", name) for name in operations] if isinstance(operations, dict) else []
    for key in keys:
        limit = place.child((*key, "rateLimit"))
        if not isinstance(limit.value, dict):
            continue
        if limit.get("enabled") is not True:
            yield limit.flag(
                "enabled" if "enabled" in limit.value else None,
                f"{limit.label}: the rate limit is switched off",
                severity=Severity.MEDIUM,
            )
        elif not _is_positive(limit.get("rate")):
            yield limit.flag(
                "rate" if "rate" in limit.value else None, f"{limit.label}: a rate limit without a rate is none"
            )
        elif key[0] == "middleware" and key[-1] not in known and len(key) == 3:
            yield limit.flag(None, f"{limit.label}: no operation has the `operationId` `{key[-1]}`")


def _is_positive(value: Any) -> bool:
    return type(value) in (int, float) and value > 0


def _google_metrics(api: Api) -> set[str] | None:
    """The metrics that have a limit; None where the document does not say anything about quotas at its root."""
    for name in ("x-google-management", "x-google-api-management"):
        root = api.child((name, "quota", "limits")).value
        if isinstance(api.get(name), dict):
            limits = root[:1000] if isinstance(root, list) else []
            return {
                limit["metric"] for limit in limits if isinstance(limit, dict) and isinstance(limit.get("metric"), str)
            }
    return set()
