from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Node, Operation, Severity, rule
from apilint.concepts.grouping import some_of

_SKIPPING = frozenset(
    "x-42c-skipissues x-42c-no-authentication x-42c-accept-empty-security x-zally-ignore x-vacuum-ignore x-lint-ignore"
    " x-redocly-ignore x-spectral-ignore x-ms-azure-openapi-validator-suppressions".split()
)


@rule(
    "skip-extension-used",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-1059"),
    tags=("gateway",),
    needs=("x-",),
)
def skip_extension_used(api: Api) -> Iterator[Flag]:
    """The document tells another tool to look away.

    Extensions such as `x-42c-no-authentication` silence an audit for good, and nobody is reminded of the reason.
    apilint does not heed them.

    Attack: the operation that was silenced in the week of the release is the one without authentication.

    To fix: mend what was silenced, or state the reason beside it, and look at it again from time to time.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        post:
          x-42c-no-authentication: true  # flagged
          responses:
            "201": {description: The new order}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        post:
          x-internal: true
          responses:
            "201": {description: The new order}
    ```
    """
    found: dict[str, list[Node]] = {}
    for holder in (api, *api.path_items, *api.operations):
        if not isinstance(holder, Operation) or holder.is_write:
            for name, value in holder.extensions.items():
                if name.lower() in _SKIPPING and value not in (False, [], {}, None):
                    found.setdefault(name, []).append(holder)
    for name, (first, *others) in found.items():
        operations = [one for one in (first, *others) if isinstance(one, Operation)]
        where = f": {some_of(operations)}" if len(operations) == len(others) + 1 else " on the API or a path"
        yield first.flag(
            name,
            f"`{name}` keeps another tool from looking{where}",
            related=tuple((one, "here too") for one in others[:5]),
        )
