from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, Severity, rule
from apilint.concepts.responses import described, undefined_response

_CHOOSERS = frozenset("format ext extension alt $format $alt output outputformat output_format".split())


@rule(
    "response-406-undefined",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-436", "RFC-9110"),
    fixable=True,
)
def response_406_undefined(api: Api) -> Iterator[Flag]:
    """Operations that offer several media types do not describe the answer where none is accepted.

    Where clients choose the media type with `Accept`, they can also ask for one that does not exist. A server
    without a plan for this may answer with HTML that holds the caller's input.

    Attack: an attacker makes a browser ask for `text/html`, and the error page that nobody designed runs a script.

    To fix: add a `406` response. A `4XX` or `default` response counts too. An operation with a single media type
    may ignore `Accept`, and needs none; so does one whose parameter `format` chooses.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:  # flagged
            "200":
              description: The orders
              content:
                application/json: {schema: {type: object}}
                text/csv: {schema: {type: string}}
    components:
      responses:
        NotAcceptable: {description: JSON and CSV are on offer}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200":
              description: The orders
              content:
                application/json: {schema: {type: object}}
                text/csv: {schema: {type: string}}
            "406":
              $ref: "#/components/responses/NotAcceptable"
    components:
      responses:
        NotAcceptable: {description: JSON and CSV are on offer}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200":
              description: The orders
              content:
                application/json: {schema: {type: object}}
                text/csv: {schema: {type: string}}
            "406": {description: JSON and CSV are on offer}
      /users:
        get:
          responses:
            "200":
              description: The users
              content:
                application/json: {schema: {type: object}}
    ```
    """
    concerned = [operation for operation in described(api) if operation.method != "HEAD" and _offers_several(operation)]
    lacking = [operation for operation in concerned if operation.response("406") is None]
    yield from undefined_response(api, "406", lacking, concerned)


def _is_chosen_otherwise(operation: Operation) -> bool:
    """Whether the address or a parameter chooses the media type, as in `/orders.{format}`."""
    names = {parameter.name.lower() for parameter in operation.parameters if parameter.location in ("path", "query")}
    return not names.isdisjoint(_CHOOSERS)


def _offers_several(operation: Operation) -> bool:
    if not operation.is_safe or _is_chosen_otherwise(operation):
        return False
    if operation.api.version == "2.0":
        produces = operation.get("produces", operation.api.get("produces"))
        with_body = any(response.content for code, response in operation.responses.items() if code[:1] == "2")
        return with_body and isinstance(produces, list) and len(produces) > 1
    return any(len(response.content) > 1 for code, response in operation.responses.items() if code[:1] == "2")
