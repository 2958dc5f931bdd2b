from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Severity, rule
from apilint.concepts.responses import described, undefined_response


@rule(
    "response-500-undefined",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-391", "RFC-9110"),
    tags=("owasp",),
    fixable=True,
)
def response_500_undefined(api: Api) -> Iterator[Flag]:
    """Operations do not describe the answer when something breaks inside.

    An answer that nobody described is made by the framework: a page with the exception, the file and the line.

    Attack: an attacker breaks an operation on purpose, and reads in the answer what the server is made of.

    To fix: describe one general error without details, as a `500`, `5XX` or `default` response, and let the
    server send nothing else.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:  # flagged
            "200": {description: The orders}
    components:
      responses:
        InternalServerError: {description: Something broke}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
            "500":
              $ref: "#/components/responses/InternalServerError"
    components:
      responses:
        InternalServerError: {description: Something broke}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
            "5XX": {description: Something broke}
    ```
    """
    concerned = described(api)
    lacking = [operation for operation in concerned if operation.response("500") is None]
    yield from undefined_response(api, "500", lacking, concerned)
