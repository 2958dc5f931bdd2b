from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Operation, Severity, rule


@rule(
    "unauthenticated-with-401",
    on=Operation,
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API2:2023", "CWE-1059", "RFC-9110"),
    gives_way_to=(
        "security-schemes-undefined",
        "security-undefined",
        "security-disabled",
        "unauthenticated-write",
        "unauthenticated-read",
    ),
)
def unauthenticated_with_401(operation: Operation) -> Iterator[Flag]:
    """An operation that is declared public answers `401`.

    `401` tells callers that their credentials are missing or wrong. An operation that needs none has no reason to
    say so: either the response or the statement that it is public is a leftover.

    Attack: reviewers skip the operation because it is public on purpose, while it hands out what was once protected.

    To fix: remove the response, or require the credentials that it speaks of.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - login: []
    paths:
      /prices:
        get:
          x-apilint-public: shown on the home page
          security: []
          responses:
            "200": {description: The prices}
            "401": {description: Not signed in}  # flagged
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
      /prices:
        get:
          x-apilint-public: shown on the home page
          security: []
          responses:
            "200": {description: The prices}
      /login:
        post:
          security: []
          responses:
            "200": {description: A token}
            "401": {description: Wrong password}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```
    """
    response = operation.responses.get("401")
    if response is None or operation.kind != "path" or operation.method == "OPTIONS":
        return
    # A response that all operations share says nothing about this one.
    if len(response.operations) > 1 or not _is_meant(operation):
        return
    if operation.security.source == "operation" and operation.security.is_anonymous:
        yield operation.flag(("responses", "401"), f"`{operation.name}` is declared public, but answers `401`")


def _is_meant(operation: Operation) -> bool:
    """Whether the author, and not its name, made it public: who signs in may get the password wrong."""
    if operation.public is None:
        return not operation.security.is_optional
    reason = operation.get("x-apilint-public", operation.path_item.get("x-apilint-public"))
    return isinstance(reason, str) and bool(reason.strip())
