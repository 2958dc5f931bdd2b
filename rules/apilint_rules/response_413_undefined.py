from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Severity, rule
from apilint.concepts.responses import described, undefined_response
from apilint.concepts.uploads import uploads


@rule(
    "response-413-undefined",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API4:2023", "CWE-770", "RFC-9110"),
    gives_way_to=("file-upload-size-undefined",),
    fixable=True,
)
def response_413_undefined(api: Api) -> Iterator[Flag]:
    """Operations that take files do not describe the answer to one that is too large.

    Every server has a greatest size, if only that of its disk. An API that does not say what happens beyond it
    has often not set one.

    Attack: an attacker sends a file of many gigabytes, and fills the disk.

    To fix: limit the size, say so in the description, and add a `413` response. A `4XX` or `default` response
    counts too.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /invoices:
        post:
          requestBody:
            content:
              application/pdf:
                schema: {type: string, format: binary}
          responses:  # flagged
            "201": {description: Created}
    components:
      responses:
        ContentTooLarge: {description: The file has more than 5 MB}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /invoices:
        post:
          requestBody:
            content:
              application/pdf:
                schema: {type: string, format: binary}
          responses:
            "201": {description: Created}
            "413":
              $ref: "#/components/responses/ContentTooLarge"
    components:
      responses:
        ContentTooLarge: {description: The file has more than 5 MB}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /invoices:
        post:
          requestBody:
            content:
              multipart/form-data:
                schema:
                  type: object
                  properties:
                    invoice: {type: string, format: binary}
          responses:
            "201": {description: Created}
            "413": {description: The file has more than 5 MB}
      /orders:
        post:
          requestBody:
            content:
              application/json:
                schema: {type: object}
          responses:
            "201": {description: Created}
    ```
    """
    concerned = [operation for operation in described(api) if uploads(operation)]
    lacking = [operation for operation in concerned if operation.response("413") is None]
    yield from undefined_response(api, "413", lacking, concerned)
