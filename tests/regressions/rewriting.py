"""Rewrites of documents that change no meaning: each takes a value and a source of chance, and gives another value."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
SCHEMAS = "#/components/schemas/"
Rewrite = Callable[[Any, Random], Any]


def values(value: Any) -> Iterator[Any]:
    """All objects and lists of a value, itself included."""
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, dict | list):
            yield one
            pending += one.values() if isinstance(one, dict) else one


def operations(value: Any) -> Iterator[dict[str, Any]]:
    """The operations under `paths`."""
    for item in value.get("paths", {}).values():
        yield from (item[method] for method in METHODS if method in item)


def reordered(value: Any, chance: Random) -> Any:
    """The members of all objects in another order."""
    if isinstance(value, list):
        return [reordered(item, chance) for item in value]
    if not isinstance(value, dict):
        return value
    items = [(key, reordered(item, chance)) for key, item in value.items()]
    chance.shuffle(items)
    return dict(items)


def inlined(value: Any, chance: Random) -> Any:
    """Some references to components replaced by what they lead to."""
    value = copy.deepcopy(value)
    for one in list(values(value)):
        reference = one.get("$ref") if isinstance(one, dict) else None
        if isinstance(reference, str) and reference.startswith("#/components/") and chance.random() < 0.7:
            target: Any = value
            for key in reference[2:].split("/"):
                target = target[key]
            if f'"{reference}"' not in json.dumps(target) and len(one) == 1:
                one.clear()
                one.update(copy.deepcopy(target))
    return value


def extracted(value: Any, chance: Random) -> Any:
    """Some schemas moved into components of their own."""
    value = copy.deepcopy(value)
    if "swagger" in value:
        return value
    components = value.setdefault("components", {}).setdefault("schemas", {})
    for one in list(values(value)):
        schema = one.get("schema") if isinstance(one, dict) else None
        if isinstance(schema, dict) and "$ref" not in schema and chance.random() < 0.5:
            name = f"Part{len(components)}"
            components[name] = schema
            one["schema"] = {"$ref": SCHEMAS + name}
    return value


def renamed_components(value: Any, chance: Random) -> Any:
    """The components under other names."""
    text = json.dumps(value)
    for kind, members in value.get("components", {}).items():
        for name in members if kind != "securitySchemes" else ():
            text = text.replace(f'"#/components/{kind}/{name}"', f'"#/components/{kind}/Other{name}"')
    value = json.loads(text)
    for kind, members in value.get("components", {}).items():
        if kind != "securitySchemes":
            value["components"][kind] = {f"Other{name}": one for name, one in members.items()}
    return value


def renamed_schemes(value: Any, chance: Random) -> Any:
    """The security schemes under other names."""
    value = copy.deepcopy(value)
    holder, key = value.get("components", {}), "securitySchemes"
    if "swagger" in value:
        holder, key = value, "securityDefinitions"
    holder[key] = {f"{name}Renamed": one for name, one in holder.get(key, {}).items()}
    for one in [value, *operations(value)]:
        if "security" in one:
            one["security"] = [{f"{name}Renamed": scopes for name, scopes in each.items()} for each in one["security"]]
    return value


def renamed_parameters(value: Any, chance: Random) -> Any:
    """The parameters of paths under other names."""
    value = copy.deepcopy(value)
    names = {one["name"] for one in values(value) if isinstance(one, dict) and one.get("in") == "path"}
    for one in values(value):
        if isinstance(one, dict) and one.get("in") == "path":
            one["name"] = f"{one['name']}0"
    paths = {}
    for path, item in value.get("paths", {}).items():
        for name in names:
            path = path.replace(f"{{{name}}}", f"{{{name}0}}")
        paths[path] = item
    value["paths"] = paths
    return value


def security_moved(value: Any, chance: Random) -> Any:
    """The security of the root written at each operation that relied on it."""
    value = copy.deepcopy(value)
    if "security" in value:
        security = value.pop("security")
        for one in operations(value):
            one.setdefault("security", copy.deepcopy(security))
    return value


def servers_moved(value: Any, chance: Random) -> Any:
    """The servers of the root written at each path, and the path of the only one moved into the paths."""
    value = copy.deepcopy(value)
    servers = value.get("servers") or []
    if len(servers) == 1 and servers[0]["url"].endswith("/v1"):
        servers[0]["url"] = servers[0]["url"].removesuffix("/v1")
        value["paths"] = {f"/v1{path}": item for path, item in value["paths"].items()}
    return value


def composed(value: Any, chance: Random) -> Any:
    """Some schemas of components wrapped in `allOf`."""
    value = copy.deepcopy(value)
    for one in list(values(value)):
        schema = one.get("schema") if isinstance(one, dict) else None
        if isinstance(schema, dict) and chance.random() < 0.4:
            one["schema"] = {"allOf": [schema]}
    return value


ALL: tuple[Rewrite, ...] = (
    reordered,
    inlined,
    extracted,
    renamed_components,
    renamed_schemes,
    renamed_parameters,
    security_moved,
    servers_moved,
    composed,
)
