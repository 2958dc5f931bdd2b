from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Severity, rule
from apilint.concepts.agents import exposures, is_for_agents


@rule(
    "mcp-exposure-default-all",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API9:2023", "CWE-1188"),
    tags=("agents",),
    needs=("-mcp", "x-agent", "x-ai-tool"),
)
def mcp_exposure_default_all(api: Api) -> Iterator[Flag]:
    """Some operations say whether they are tools for AI agents, and nothing says what holds for the others.

    Converters take an operation without a word for one that may be a tool. So does each operation that is added
    tomorrow, until somebody remembers to exclude it.

    Attack: the new operation for refunds is a tool on the day it is merged.

    To fix: state the default at the root, best `x-mcp: {enabled: false}` with the tools named one by one.

    ```yaml fail
    openapi: 3.1.0
    info: {title: Orders, version: "1"}
    paths:  # flagged
      /orders:
        get:
          x-mcp: true
          responses:
            "200": {description: The orders}
        post:
          responses:
            "201": {description: The new order}
    ```

    ```yaml pass
    openapi: 3.1.0
    info: {title: Orders, version: "1"}
    x-mcp: {enabled: false}
    paths:
      /orders:
        get:
          x-mcp: true
          responses:
            "200": {description: The orders}
        post:
          responses:
            "201": {description: The new order}
    ```
    """
    if not is_for_agents(api) or exposures(api):
        return
    said = [one for one in api.operations if exposures(one) or exposures(one.path_item)]
    silent = [one for one in api.operations if not exposures(one) and not exposures(one.path_item)]
    if said and silent:
        key = (exposures(said[0]) or exposures(said[0].path_item))[0].key
        yield api.flag(
            "paths",
            f"`{key}` stands on {len(said):,} operations, and nothing says what holds for the other {len(silent):,}",
            related=tuple((one, "says nothing") for one in silent[:3]),
            operations=silent,
        )
