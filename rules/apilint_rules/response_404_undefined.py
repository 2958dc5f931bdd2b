from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, Severity, rule
from apilint.concepts.responses import described, undefined_response


@rule(
    "response-404-undefined",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-1059", "RFC-9110"),
    fixable=True,
)
def response_404_undefined(api: Api) -> Iterator[Flag]:
    """Operations on one thing do not describe the answer where there is no such thing.

    The answer for what does not exist should be the same as for what the caller may not see; otherwise it tells
    which ids are taken. An answer that is not described is not designed.

    Attack: an attacker tries ids, and learns from `403` and `404` which of them belong to other customers.

    To fix: add a `404` response, and give it for things of others as well. A `4XX` or `default` response counts
    too, and `410` does for what is gone.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders/{id}:
        parameters:
          - name: id
            in: path
            required: true
            schema: {type: string, format: uuid}
        get:
          responses:  # flagged
            "200": {description: The order}
    components:
      responses:
        NotFound: {description: No such thing}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders/{id}:
        parameters:
          - name: id
            in: path
            required: true
            schema: {type: string, format: uuid}
        get:
          responses:
            "200": {description: The order}
            "404":
              $ref: "#/components/responses/NotFound"
    components:
      responses:
        NotFound: {description: No such thing}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
      /orders/{id}:
        parameters:
          - name: id
            in: path
            required: true
            schema: {type: string, format: uuid}
        get:
          responses:
            "200": {description: The order}
            "404": {description: No such order}
        put:
          responses:
            "201": {description: Created}
            "204": {description: Replaced}
    ```
    """
    concerned = [operation for operation in described(api) if _names_a_thing(operation)]
    lacking = [operation for operation in concerned if not (operation.response("404") or operation.response("410"))]
    yield from undefined_response(api, "404", lacking, concerned)


def _names_a_thing(operation: Operation) -> bool:
    """Whether the address names something that may not exist; a `PUT` that creates it takes any."""
    template = operation.path_template.rstrip("/")
    creates = operation.method == "PUT" and "201" in operation.responses and template.endswith("}")
    return "{" in template and not creates
