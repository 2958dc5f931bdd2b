from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Severity, rule
from apilint.concepts.responses import by_response, errors


@rule(
    "error-schema-undefined",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-209", "CWE-1059"),
    tags=("owasp",),
)
def error_schema_undefined(api: Api) -> Iterator[Flag]:
    """An error response does not say what its body holds.

    Where nothing is promised, anything may be sent: a stack trace in one operation, a page of the framework in the
    next. Nothing can check that errors tell no more than they should.

    Attack: an attacker provokes errors until one of them names a table, a file or a host inside.

    To fix: give all error responses one schema, for instance that of RFC 9457 (`application/problem+json`). A
    response to `HEAD` has no body, and needs none.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
            "400":  # flagged
              description: The request is wrong
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
            "400":
              description: The request is wrong
              content:
                application/problem+json:
                  schema:
                    type: object
                    properties:
                      title: {type: string}
                      status: {type: integer}
        head:
          responses:
            "200": {description: There are orders}
            "404": {description: There are none}
    ```
    """
    concerned = errors(api)
    lacking = [
        use
        for use in concerned
        if not any("schema" in one.value or "itemSchema" in one.value for one in use.response.content.values())
    ]
    yield from by_response(api, lacking, concerned, None, "has no schema")
