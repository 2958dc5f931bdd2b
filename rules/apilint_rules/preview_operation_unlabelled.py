from __future__ import annotations

import re
from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, Severity, by_operation, rule, words

_STAGES = frozenset("alpha beta experimental preview".split())
_LABELS = _STAGES | frozenset("stability status stage maturity lifecycle state availability release audience".split())


@rule(
    "preview-operation-unlabelled",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API9:2023", "CWE-1059"),
)
def preview_operation_unlabelled(api: Api) -> Iterator[Flag]:
    """The path of an operation says that it is a preview, and nothing else does.

    Previews have fewer controls and end without notice. Inventories, gateways and client generators do not read
    paths, so the operation is treated as finished.

    Attack: an attacker tries the preview operations first, because the limits and checks come last.

    To fix: label the operation with `x-stability: beta` (or what your tools read), and say so in its description.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /beta/forecasts:
        get:  # flagged
          responses:
            "200": {description: The forecasts}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /beta/forecasts:
        get:
          x-stability: beta
          responses:
            "200": {description: The forecasts}
    ```
    """
    info = api.child("info")
    if any(stage in f"{info.get('version')} {info.text('title')}".lower() for stage in _STAGES):
        return  # the whole is labelled
    previews = [operation for operation in api.operations if _is_preview(operation.path_template)]
    lacking = [operation for operation in previews if not _is_labelled(operation)]
    yield from by_operation(api, lacking, previews, None, "a preview by its path, but not labelled as one")


def _is_preview(template: str) -> bool:
    parts = template.lower().strip("/").split("/")
    if any(re.fullmatch(r"v\d+(?:p\d+)?(?:alpha|beta)\d*", part) for part in parts):
        return True
    before = [part for part in parts[:-1] if "{" not in part][:2]
    # At the end of a path a preview is something to look at, as in `/invoices/preview`.
    return any(part in _STAGES for part in before)


def _is_labelled(operation: Operation) -> bool:
    extensions = (*operation.extensions, *operation.path_item.extensions)
    if any(not _LABELS.isdisjoint(words(name)) for name in extensions):
        return True
    texts = (operation.summary, operation.description[:2_000], *operation.tags, operation.path_item.text("description"))
    return any(not _STAGES.isdisjoint(words(word)) for text in texts for word in text.split())
