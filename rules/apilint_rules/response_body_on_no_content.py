from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Edit, Fix, Flag, Severity, rule
from apilint.concepts.responses import BODILESS, uses


@rule(
    "response-body-on-no-content",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-1059", "RFC-9110"),
    fixable=True,
)
def response_body_on_no_content(api: Api) -> Iterator[Flag]:
    """A response that cannot have a body is described with one.

    Answers with 1xx, 204, 205 and 304, and every answer to `HEAD`, end after their headers. Software that
    believes the description waits for a body, or takes the next response on the connection for it.

    Attack: an attacker uses the difference between proxy and server about where a response ends, and poisons the
    next.

    To fix: remove the content, or use the status code that fits, such as `200`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string}}
        delete:
          responses:
            "204":
              description: Deleted
              content:  # flagged
                application/json:
                  schema: {type: object}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string}}
        delete:
          responses:
            "204":
              description: Deleted
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string}}
        delete:
          responses:
            "204": {description: Deleted}
        head:
          responses:
            "200": {description: It exists}
    ```
    """
    key = "schema" if api.version == "2.0" else "content"
    for use in uses(api):
        described = use.response.get(key)
        if not isinstance(described, dict) or not described:
            continue
        why = ""
        if use.codes and all(code in BODILESS or code[:1] == "1" for code in use.codes):
            why = f"with {use.codes[0]}"
        elif all(operation.method == "HEAD" for operation in use.operations):
            why = "to HEAD"
        if why:
            edit = Edit(use.response.child(key).pointer, "remove")
            yield use.response.flag(
                key,
                f"{use.response.label}: an answer {why} has no body, but one is described",
                fix=Fix(f"Remove `{key}`", True, (edit,)),
            )
