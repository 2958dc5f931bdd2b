from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Edit, Fix, Flag, Node, Severity, rule

_PREFIX = "x-kong-plugin-"
# What Kong itself reads of a plugin; all else belongs to the plugin's `config`.
_OF_KONG = frozenset(
    "name config enabled protocols tags id instance_name ordering run_on created_at updated_at consumer consumer_group"
    " route service condition partials foreign_keys $ref _comment _ignore".split()
)
# The windows of limits: what matters most among the settings of a plugin.
_LIMITS = frozenset("second minute hour day month year limit limits".split())


@rule(
    "kong-plugin-config-misplaced",
    on=Api,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API4:2023", "OWASP-API8:2023", "CWE-1188"),
    gives_way_to=("rate-limit-extension-ineffective",),
    tags=("gateway",),
    fixable=True,
    needs=("x-kong",),
)
def kong_plugin_config_misplaced(api: Api) -> Iterator[Flag]:
    """The settings of a Kong plugin stand where Kong does not read them.

    Kong reads a plugin's settings under `config`. Written beside it, they are rejected or lost, and the limit or
    the check that they describe does not exist.

    Attack: the limit of five requests a minute was never set up, so the attacker tries passwords at full speed.

    To fix: move the settings under `config`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    x-kong-plugin-rate-limiting:
      minute: 5  # flagged
      policy: local
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    x-kong-plugin-rate-limiting:
      config:
        minute: 5
        policy: local
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    x-kong-plugin-rate-limiting:
      enabled: true
      config:
        minute: 5
        policy: local
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```
    """
    for plugin, name in _plugins(api):
        misplaced = [key for key in plugin.value if key not in _OF_KONG and not key.startswith("x-")]
        if misplaced:
            names = ", ".join(f"`{key}`" for key in misplaced[:3]) + (", …" if len(misplaced) > 3 else "")
            yield plugin.flag(
                next((key for key in misplaced if key in _LIMITS), misplaced[0]),
                f"`{name}`: Kong does not read {names} here, but under `config`",
                fix=_fix(plugin, misplaced),
            )


def _plugins(api: Api) -> Iterator[tuple[Node, str]]:
    """Each object that holds a plugin, with the extension's name: on the API, paths, operations, and shared ones."""
    seen = set()
    shared = api.child(("components", "x-kong", "plugins"))
    found = [(shared.child(key), str(key)) for key in (shared.value if isinstance(shared.value, dict) else ())]
    for holder in (api, *api.path_items, *api.operations):
        found += [(holder.child(key), key) for key in holder.extensions if key.startswith(_PREFIX)]
    for node, name in found:
        plugin = api.follow(node) if isinstance(node.value, dict) and "$ref" in node.value else node
        if plugin is not None and isinstance(plugin.value, dict) and id(plugin.value) not in seen:
            seen.add(id(plugin.value))
            yield plugin, name


def _fix(plugin: Node, misplaced: list[str]) -> Fix | None:
    """Move the settings, unless `config` has others of the same names."""
    config = plugin.get("config", {})
    if not isinstance(config, dict) or any(key in config for key in misplaced):
        return None
    moved = {**config, **{key: plugin.value[key] for key in misplaced}}
    removals = tuple(Edit(plugin.child(key).pointer, "remove") for key in misplaced)
    return Fix(
        "Move the settings under `config`", True, (Edit(plugin.child("config").pointer, "set", moved), *removals)
    )
