from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Severity, rule


@rule(
    "empty-paths",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    refs=("OWASP-API9:2023", "CWE-1059"),
)
def empty_paths(api: Api) -> Iterator[Flag]:
    """The document has `paths` and not one operation.

    A check of it finds hardly anything, because there is hardly anything: the empty answer is no good news. The API
    is described somewhere else, or not at all.

    Attack: the API runs without a description, so that nobody reviews what it offers.

    To fix: describe the operations; leave `paths` out (3.1 and later) in a document of shared components.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths: {}  # flagged
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
    shares = (
        any(isinstance(value, dict) and value for value in (api.get("components") or {}).values())
        if isinstance(api.get("components"), dict)
        else bool(api.get("definitions"))
    )
    if "paths" in api.value and not api.all_operations and not api.path_items and not shares:
        yield api.flag("paths", "the document describes no operation")
