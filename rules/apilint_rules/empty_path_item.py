from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, PathItem, Severity, rule


@rule(
    "empty-path-item",
    on=PathItem,
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    refs=("OWASP-API9:2023", "CWE-1059"),
)
def empty_path_item(item: PathItem) -> Iterator[Flag]:
    """A path has no operation.

    The document says that the path exists and not what it does: which methods there are, who may call them, what
    they take. Nothing about it can be checked.

    Attack: whoever probes the path finds operations that no review has seen.

    To fix: describe the operations, or remove the path.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders: {}  # flagged
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```
    """
    if not item.operations and item.kind == "path":
        yield item.flag(None, f"the path `{item.template}` has no operation")
