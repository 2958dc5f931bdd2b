from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Severity, rule
from apilint.concepts.responses import described, undefined_response


@rule(
    "response-415-undefined",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-436", "RFC-9110"),
    fixable=True,
)
def response_415_undefined(api: Api) -> Iterator[Flag]:
    """Operations with a request body do not describe the answer to a media type that they do not take.

    A server that does not look at `Content-Type` parses whatever comes: XML with entities where JSON was meant, or
    a form that a foreign page may send without asking the browser's leave.

    Attack: an attacker's page sends JSON as `text/plain`, for which browsers ask no permission, and the server
    takes it.

    To fix: refuse other media types, and add a `415` response. A `4XX` or `default` response counts too.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        post:
          requestBody:
            content:
              application/json:
                schema: {type: object}
          responses:  # flagged
            "201": {description: Created}
    components:
      responses:
        UnsupportedMediaType: {description: Only JSON is taken}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        post:
          requestBody:
            content:
              application/json:
                schema: {type: object}
          responses:
            "201": {description: Created}
            "415":
              $ref: "#/components/responses/UnsupportedMediaType"
    components:
      responses:
        UnsupportedMediaType: {description: Only JSON is taken}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        post:
          requestBody:
            content:
              application/json:
                schema: {type: object}
          responses:
            "201": {description: Created}
            "415": {description: Only JSON is taken}
        get:
          responses:
            "200": {description: The orders}
    ```
    """
    concerned = [operation for operation in described(api) if operation.request_body is not None]
    lacking = [operation for operation in concerned if operation.response("415") is None]
    yield from undefined_response(api, "415", lacking, concerned)
