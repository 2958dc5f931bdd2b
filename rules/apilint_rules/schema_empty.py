from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.json_schema import says_nothing
from apilint.api import Api, Confidence, Flag, Node, Severity, rule

# Types of content whose form a schema can describe; images and archives have none to describe.
_DESCRIBABLE = ("application/json", "+json", "/x-www-form-urlencoded", "multipart/", "/xml", "+xml", "yaml", "*/*")


@rule(
    "schema-empty",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-20"),
)
def schema_empty(api: Api) -> Iterator[Flag]:
    """The schema of a parameter or request body is empty, so that anything is valid.

    `schema: {}` looks like a description and says nothing. Gateways, generated servers and reviewers take the
    input for described, and nobody checks it.

    Attack: the attacker sends an object where the code expects a word, or a body as large as he likes.

    To fix: give the schema a `type` and limits.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        post:
          requestBody:
            content:
              application/json:
                schema: {description: An order}  # flagged
          responses:
            "201": {description: Stored}
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
                schema:
                  type: object
                  additionalProperties: false
                  properties:
                    quantity: {type: integer, minimum: 1, maximum: 100}
          responses:
            "201": {description: Stored}
    ```
    """
    for holder, operations in _holders(api):
        written = holder.get("schema")
        if written is None or (isinstance(written, dict) and "type" in written):
            continue
        target = api.follow(holder.child("schema"))
        if target is not None and says_nothing(target.value) and _is_sent(operations):
            is_shared = target.value is not written
            place = (target, None) if is_shared and isinstance(target.value, dict) else (holder, "schema")
            yield place[0].flag(
                place[1],
                f"{holder.label} has an empty schema: any value is valid",
                operations=operations,
            )


def _holders(api: Api) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    """What holds the schema of an input, and the operations that it belongs to."""
    for parameter in api.parameters:
        yield parameter, tuple(parameter.operations)
        for media_type in parameter.members("content") if "content" in parameter.value else ():
            if isinstance(media_type.value, dict):
                yield media_type, tuple(parameter.operations)
    for body in api.request_bodies:
        for name, found in body.content.items():
            if any(part in name.lower() for part in _DESCRIBABLE):
                yield found, tuple(body.operations)


def _is_sent(operations: tuple[Node, ...]) -> bool:
    """Whether clients send it: what no operation uses may be sent, what only the API itself calls is not."""
    return not operations or any(getattr(one, "kind", "path") == "path" for one in operations)
