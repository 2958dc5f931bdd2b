from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, Severity, rule
from apilint.concepts.responses import described, undefined_response


@rule(
    "response-validation-error-undefined",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-391", "CWE-1059", "RFC-9110"),
    tags=("owasp",),
    fixable=True,
)
def response_validation_error_undefined(api: Api) -> Iterator[Flag]:
    """Operations that take input do not describe the answer to invalid input.

    An operation that says nothing about invalid input often does not check it, or lets a framework answer with
    whatever an exception holds.

    Attack: an attacker sends a text where a number belongs, and reads the stack trace that comes back.

    To fix: add a `400` or `422` response that says which part of the input is wrong, and no more. A `4XX` or
    `default` response counts too. An operation whose only input is its address needs none: see
    `response-404-undefined`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: limit
              in: query
              schema: {type: integer, minimum: 1, maximum: 100}
          responses:  # flagged
            "200": {description: The orders}
    components:
      responses:
        BadRequest: {description: A parameter is invalid}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: limit
              in: query
              schema: {type: integer, minimum: 1, maximum: 100}
          responses:
            "200": {description: The orders}
            "400":
              $ref: "#/components/responses/BadRequest"
    components:
      responses:
        BadRequest: {description: A parameter is invalid}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
        post:
          requestBody:
            content:
              application/json:
                schema: {type: object}
          responses:
            "201": {description: Created}
            "422": {description: The order is invalid}
    ```
    """
    concerned = [operation for operation in described(api) if _takes_input(operation)]
    lacking = [one for one in concerned if not (one.response("400") or one.response("422"))]
    for flag in undefined_response(api, "400", lacking, concerned):
        has_body = any(operation.request_body is not None for operation in flag.operations)
        # Servers often mend or ignore what is wrong in a query.
        yield flag._replace(confidence=Confidence.HIGH if has_body else Confidence.MEDIUM)


def _takes_input(operation: Operation) -> bool:
    """Whether more than the address comes in: about what that names, `response-404-undefined` has its say."""
    return operation.request_body is not None or any(one.location != "path" for one in operation.parameters)
