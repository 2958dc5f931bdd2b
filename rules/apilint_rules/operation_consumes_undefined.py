from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, Severity, by_operation, rule
from apilint.concepts.responses import BODILESS


@rule(
    "operation-consumes-undefined",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-20", "CWE-436"),
)
def operation_consumes_undefined(api: Api) -> Iterator[Flag]:
    """A Swagger 2.0 document does not say in which format bodies are sent.

    Without `consumes`, on the operation or at the root, servers guess the format from the request. A parser
    that nobody thought of then reads the body, and a filter in front may have read it differently. Missing
    `produces` is an `info`.

    Attack: the body goes to a JSON endpoint as XML, and the framework obligingly loads its external entities.

    To fix: add `consumes` and `produces` at the root, and to the operations that differ.

    ```yaml fail
    swagger: "2.0"
    info: {title: Orders, version: "1"}
    produces: [application/json]
    paths:
      /orders:
        post:  # flagged
          parameters:
            - name: order
              in: body
              schema: {type: object, properties: {id: {type: string, maxLength: 9}}}
          responses:
            "201": {description: Stored}
    ```

    ```yaml pass
    swagger: "2.0"
    info: {title: Orders, version: "1"}
    consumes: [application/json]
    produces: [application/json]
    paths:
      /orders:
        post:
          parameters:
            - name: order
              in: body
              schema: {type: object, properties: {id: {type: string, maxLength: 9}}}
          responses:
            "201": {description: Stored}
    ```
    """
    if api.version != "2.0":
        return
    sending = [one for one in api.operations if one.request_body is not None]
    lacking = [one for one in sending if not _declares(one, "consumes")]
    yield from by_operation(api, lacking, sending, None, "has a body, but no `consumes`")
    answering = [one for one in api.operations if _answers(one)]
    silent = [one for one in answering if not _declares(one, "produces") and one not in lacking]
    yield from by_operation(
        api, silent, answering, "responses", "answers with a body, but has no `produces`", severity=Severity.INFO
    )


def _declares(operation: Operation, key: str) -> bool:
    # An empty list on the operation replaces what the root says.
    return bool(operation.get(key, operation.api.get(key)))


def _answers(operation: Operation) -> bool:
    found = (response for code, response in operation.responses.items() if code not in BODILESS)
    return operation.method != "HEAD" and any(response.content for response in found)
