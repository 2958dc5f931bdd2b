from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from apilint.api import Api, Confidence, Flag, Operation, Severity, by_operation, rule, words

_HEADERS = frozenset(("sunset", "deprecation"))  # RFC 8594, RFC 9745
_ENDS = frozenset("sunset sunsetting removal removed remove retirement retire eol".split())
_DEPRECATION = frozenset(("deprecation", "deprecated", "deprecate"))


@rule(
    "operation-deprecated-without-sunset",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    refs=("OWASP-API9:2023", "CWE-1059", "CWE-477", "RFC-8594", "RFC-9745"),
)
def operation_deprecated_without_sunset(api: Api) -> Iterator[Flag]:
    """A deprecated operation does not say when it will be switched off.

    Without a date clients stay, the operation lives for ever, and it is the one that gets no security fixes and
    no attention any more.

    Attack: an attacker looks for operations marked as deprecated, because the newest checks are missing there.

    To fix: add an `x-sunset` date, name the date in the description, or describe the `Sunset` (RFC 8594) or
    `Deprecation` (RFC 9745) response header.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          deprecated: true  # flagged
          responses:
            "200": {description: The orders}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          deprecated: true
          x-sunset: "2027-06-30"
          responses:
            "200": {description: The orders}
    ```
    """
    deprecated = [operation for operation in api.operations if operation.is_deprecated]
    lacking = [operation for operation in deprecated if not _has_date(operation)]
    yield from by_operation(api, lacking, deprecated, "deprecated", "deprecated, and nothing says until when it works")


def _has_date(operation: Operation) -> bool:
    headers = {name for response in operation.responses.values() for name in response.headers}
    if not _HEADERS.isdisjoint(headers) or _is_date(f"{operation.summary} {operation.description}"):
        return True
    extensions = {**operation.path_item.extensions, **operation.extensions}
    members: dict[str, Any] = dict(extensions)
    for value in extensions.values():
        members.update(value if isinstance(value, dict) else {})
    return any(_ends(name, value) for name, value in members.items())


def _ends(name: str, value: Any) -> bool:
    said = set(words(str(name)))
    if not value or said.isdisjoint(_ENDS | _DEPRECATION):
        return False
    return not said.isdisjoint(_ENDS) or "date" in said or _is_date(str(value)[:500])


def _is_date(text: str) -> bool:
    """Whether a year of our time stands in the text."""
    return re.search(r"(?<!\d)20[2-9]\d(?!\d)", text[:10_000]) is not None
