from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, Severity, rule
from apilint.concepts.agents import is_exposed, is_for_agents, tool_name

_LONGEST = 64


@rule(
    "mcp-tool-name-collision",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API10:2023", "CWE-694"),
    gives_way_to=("operation-id-duplicate",),
    tags=("agents",),
    needs=("-mcp", "x-agent", "x-ai-tool"),
)
def mcp_tool_name_collision(api: Api) -> Iterator[Flag]:
    """Two tools for AI agents get the same name.

    Names of tools are cut to 64 characters, and other signs than letters, digits, `_` and `-` are replaced. One of two
    tools with the same name hides the other, and the agent calls what it did not mean.

    Attack: the agent wants to preview a payment and makes it, as both tools have the same first 64 letters.

    To fix: give the operations shorter names that differ.

    ```yaml fail
    openapi: 3.1.0
    info: {title: Orders, version: "1"}
    x-mcp: {enabled: true}
    paths:
      /orders:
        get:
          operationId: orders.get
          responses:
            "200": {description: The orders}
        delete:
          operationId: orders/get  # flagged
          responses:
            "204": {description: All gone}
    ```

    ```yaml pass
    openapi: 3.1.0
    info: {title: Orders, version: "1"}
    x-mcp: {enabled: true}
    paths:
      /orders:
        get:
          operationId: orders.get
          responses:
            "200": {description: The orders}
        delete:
          operationId: orders.delete
          responses:
            "204": {description: All gone}
    ```
    """
    if not is_for_agents(api):
        return
    known: dict[str, Operation] = {}
    for operation in api.operations:
        if not is_exposed(operation):
            continue
        name = _cleaned(tool_name(operation))
        first = known.setdefault(name, operation)
        if first is not operation:
            yield operation.flag(
                "operationId" if operation.operation_id else None,
                f"{operation.name}: the tool `{name}` has the name of another",
                related=((first, f"{first.name} is called the same"),),
            )


def _cleaned(name: str) -> str:
    return "".join(sign if sign.isascii() and (sign.isalnum() or sign in "_-") else "_" for sign in name[:_LONGEST])
