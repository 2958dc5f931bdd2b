from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Operation, Severity, rule
from apilint.concepts.agents import exposures, is_for_agents


@rule(
    "mcp-extension-conflict",
    on=Operation,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    refs=("OWASP-API9:2023", "CWE-436"),
    tags=("agents",),
    needs=("-mcp", "x-agent", "x-ai-tool"),
)
def mcp_extension_conflict(operation: Operation) -> Iterator[Flag]:
    """Two extensions disagree about whether AI agents may call the operation.

    Each converter reads its own extension. The operation is excluded in one and a tool in the other, and whoever
    reads the document believes the one that she knows.

    Attack: the team moves from one gateway to another, and what the first kept from agents becomes a tool.

    To fix: let all extensions say the same.

    ```yaml fail
    openapi: 3.1.0
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        delete:
          x-speakeasy-mcp: {disabled: true}
          x-mcp: true  # flagged
          responses:
            "204": {description: All gone}
    ```

    ```yaml pass
    openapi: 3.1.0
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        delete:
          x-speakeasy-mcp: {disabled: true}
          x-mcp: false
          responses:
            "204": {description: All gone}
    ```
    """
    if not is_for_agents(operation.api):
        return
    said = exposures(operation)
    tools = [one for one in said if one.exposed]
    others = [one for one in said if not one.exposed]
    if tools and others:
        yield operation.flag(
            tools[0].key,
            f"{operation.name}: a tool by `{tools[0].key}`, none by `{others[0].key}`",
            related=((operation.child(others[0].key), "says otherwise"),),
        )
