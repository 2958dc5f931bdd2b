from __future__ import annotations

import re
from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, Severity, rule
from apilint.concepts.strength import is_weaker
from apilint.concepts.templates import canonical, split_version


@rule(
    "deprecated-operation-weaker",
    on=Api,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API9:2023", "OWASP-API2:2023", "CWE-477", "CWE-306"),
    needs=("deprecated",),
    tags=("owasp",),
)
def deprecated_operation_weaker(api: Api) -> Iterator[Flag]:
    """A deprecated operation is easier to call than the one that replaces it.

    The new version got better protection, and the old one still does the same without it. As long as it answers,
    the new protection protects nothing.

    Attack: an attacker finds the old operation in the document, and takes the data through it.

    To fix: require for the old operation what the new one requires, or switch it off.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /v1/orders:
        get:  # flagged
          deprecated: true
          responses:
            "200": {description: The orders}
      /v2/orders:
        get:
          security:
            - login: []
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - login: []
    paths:
      /v1/orders:
        get:
          deprecated: true
          responses:
            "200": {description: The orders}
      /v2/orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```
    """
    deprecated = [operation for operation in api.operations if operation.is_deprecated and operation.public is None]
    current = [operation for operation in api.operations if not operation.is_deprecated]
    if not deprecated or not current:
        return
    newer = _by_resource(current)
    named = {operation.operation_id: operation for operation in current if len(operation.operation_id) > 5}
    at = {(operation.method, canonical(operation.path_template)): operation for operation in current}
    for operation in deprecated:
        for successor in (*_versions(operation, newer), *_mentioned(operation, named, at)):
            if is_weaker(operation.security, successor.security):
                yield operation.flag(
                    "security" if "security" in operation.value else None,
                    f"{operation.name} is deprecated, and asks for less than {successor.name}, which replaces it",
                    related=((successor, "its successor"),),
                )
                break


def _by_resource(operations: list[Operation]) -> dict[tuple[str, str], list[tuple[int, Operation]]]:
    found: dict[tuple[str, str], list[tuple[int, Operation]]] = {}
    for operation in operations:
        version = split_version(operation.path_template)
        if version:
            found.setdefault((operation.method, version[1]), []).append((version[0], operation))
    return found


def _versions(operation: Operation, newer: dict[tuple[str, str], list[tuple[int, Operation]]]) -> Iterator[Operation]:
    """The same operation in later versions."""
    version = split_version(operation.path_template)
    if version:
        yield from (one for major, one in newer.get((operation.method, version[1]), ()) if major > version[0])


def _mentioned(
    operation: Operation, named: dict[str, Operation], at: dict[tuple[str, str], Operation]
) -> Iterator[Operation]:
    """The operations that the text names, by operationId or by path, as those to use instead."""
    text = f"{operation.summary} {operation.description}"[:5_000]
    for token in re.findall(r"[^\s`'\"()<>\[\],]+", text):
        token = token.rstrip(".;:")
        found = named.get(token) or (at.get((operation.method, canonical(token))) if token.startswith("/") else None)
        if found is not None:
            yield found
