from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Severity, by_operation, rule
from apilint.concepts.responses import described, reusable, with_response


@rule(
    "response-default-undefined",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.LOW,
    refs=("OWASP-API8:2023", "CWE-391"),
    fixable=True,
)
def response_default_undefined(api: Api) -> Iterator[Flag]:
    """Operations have no `default` response for what they do not list.

    A `default` response gives every error the same shape, those that nobody thought of included. An API that lists
    each status code does without, so this is a matter of house style.

    Attack: an attacker provokes an answer that is not described, and that no gateway checks.

    To fix: add a `default` response with the general error.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:  # flagged
            "200": {description: The orders}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
            default: {description: Something is wrong}
      /users:
        get:
          responses:
            "200": {description: The users}
            "4XX": {description: The request is wrong}
            "5XX": {description: Something broke}
    ```
    """
    concerned = described(api)
    lacking = [
        operation for operation in concerned if operation.response("4XX") is None or operation.response("5XX") is None
    ]
    component = reusable(api, "default") if lacking else None
    yield from by_operation(
        api,
        lacking,
        concerned,
        "responses",
        "no `default` response",
        fix=lambda operation: with_response(operation, "default", component),
    )
