"""Which operations a document offers to AI agents as tools (Model Context Protocol), by vendors' extensions.

Without a word from any vendor nobody knows; converters expose every operation unless told otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from apilint.openapi.node import Node

if TYPE_CHECKING:
    from apilint.openapi.api import Api
    from apilint.openapi.operation import Operation

# The beginnings of the extensions that speak of agents' tools, with the vendor that reads them.
_VENDORS = {
    "x-kong-mcp": "x-kong-mcp",
    "x-speakeasy-mcp": "x-speakeasy-mcp",
    "x-agentic-access": "x-agentic-access",
    "x-mcp": "x-mcp",
    "x-agent-tool": "x-agent-tool",
    "x-ai-tool": "x-ai-tool",
}
_HINTS = ("-mcp", "x-agent", "x-ai-tool")  # each extension above has one of them
_EXCLUDING = ("exclude", "excluded", "disabled", "hidden", "ignore", "skip")
_INCLUDING = ("enabled", "include", "included", "expose", "exposed", "allowed", "allow")
_CONFIRMATIONS = (
    "destructivehint",
    "destructive",
    "requiresconfirmation",
    "requireconfirmation",
    "confirmation",
    "confirm",
    "humanintheloop",
    "requiresapproval",
    "approval",
    "isconsequential",
    "x-openai-isconsequential",
)


class Exposure(NamedTuple):
    """What one vendor's extension at `key` says: the operation is a tool (True), or it is none (False)."""

    vendor: str
    key: str
    exposed: bool


def is_for_agents(api: Api) -> bool:
    """Whether an extension anywhere in the documents speaks of tools for agents."""
    # Rules ask again for each operation, and the answer takes a look at the whole text.
    known: bool | None = api.known.get("is_for_agents")
    if known is None:
        known = any(text.is_key and _vendor(str(text.value)) for text in api.search(_HINTS))
        api.known["is_for_agents"] = known
    return known


def exposures(node: Node) -> list[Exposure]:
    """What the extensions on a root, path item or operation say, one for each vendor that takes a stand."""
    found: dict[str, Exposure] = {}
    for key, value in node.extensions.items():
        vendor = _vendor(key)
        stand = _stand(key.lower(), value) if vendor else None
        if stand is None:
            continue
        known = found.get(vendor)
        # A refusal counts, whatever else is configured beside it.
        if known is None or known.exposed:
            found[vendor] = Exposure(vendor, key, stand)
    return list(found.values())


def is_exposed(operation: Operation) -> bool:
    """Whether an operation is a tool in an API that is for agents: unless it, its path or the root says otherwise."""
    if operation.kind != "path":
        return False
    for holder in (operation, operation.path_item, operation.api):
        said = exposures(holder)
        if said:
            return any(one.exposed for one in said)
    return True


def tool_name(operation: Operation) -> str:
    """The name of the tool as it is written: an extension's, else the operationId, else one from method and path."""
    for key, value in operation.extensions.items():
        if not _vendor(key):
            continue
        if isinstance(value, str) and key.lower().endswith(("-tool-name", "x-mcp-tool", "-mcp-name")):
            return value
        name = value.get("name", value.get("tool-name")) if isinstance(value, dict) else None
        if isinstance(name, str) and name:
            return name
    return operation.operation_id or f"{operation.method.lower()}_{operation.path_template.strip('/')}"


def asks_for_confirmation(operation: Operation) -> bool:
    """Whether an extension tells agents that the operation destroys something, or that a person must agree."""
    if operation.get("x-openai-isConsequential") is True:
        return True
    return any(
        _says_so(value) or (key.lower().replace("-", "").endswith(_CONFIRMATIONS) and value is True)
        for key, value in operation.extensions.items()
        if _vendor(key)
    )


def _says_so(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    around = value.get("annotations")
    merged = {**value, **around} if isinstance(around, dict) else value
    return any(
        str(key).lower().replace("-", "").replace("_", "") in _CONFIRMATIONS and said not in (False, None, "none")
        for key, said in merged.items()
    )


def _vendor(key: str) -> str:
    name = key.lower()
    return next((vendor for start, vendor in _VENDORS.items() if name == start or name.startswith(start + "-")), "")


def _stand(key: str, value: Any) -> bool | None:
    """What one extension says: that it is a tool, that it is none, or nothing (None)."""
    if any(key.endswith(("-" + word,)) for word in _EXCLUDING):
        return not value if isinstance(value, bool) else None
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value.strip().lower() not in ("none", "false", "no", "deny", "denied", "disabled", "off", "exclude")
    if isinstance(value, dict):
        for word in _EXCLUDING:
            if isinstance(value.get(word), bool):
                return not value[word]
        for word in _INCLUDING:
            if isinstance(value.get(word), bool):
                return bool(value[word])
        return True
    return None
