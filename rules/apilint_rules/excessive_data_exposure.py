from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.sensitive import named
from apilint.api import Api, Confidence, Flag, Node, Operation, Schema, Severity, rule
from apilint.concepts.disclosure import sensitive_kind
from apilint.concepts.shape import json_schema

_KINDS = ("personal", "card")


@rule(
    "excessive-data-exposure",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API3:2023", "CWE-213"),
)
def excessive_data_exposure(api: Api) -> Iterator[Flag]:
    """A list returns the whole of each object, personal data included.

    The list and the single object have the same schema, and that has regulated personal data in it. A list is
    for choosing: it needs a name and an identifier. Whoever may see the list gets all of it by one request.

    Attack: an attacker with one ordinary account pages through the list, and has everybody's data.

    To fix: give the list a smaller schema of its own.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Users, version: "1"}
    paths:
      /users:
        get:
          responses:  # flagged
            "200":
              description: The users
              content:
                application/json:
                  schema: {type: array, items: {$ref: "#/components/schemas/User"}}
      /users/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string}}
        get:
          responses:
            "200":
              description: The user
              content: {application/json: {schema: {$ref: "#/components/schemas/User"}}}
    components:
      schemas:
        User:
          type: object
          properties:
            name: {type: string}
            date_of_birth: {type: string, format: date}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Users, version: "1"}
    paths:
      /users:
        get:
          responses:
            "200":
              description: The users
              content:
                application/json:
                  schema: {type: array, items: {type: object, properties: {name: {type: string}}}}
      /users/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string}}
        get:
          responses:
            "200":
              description: The user
              content: {application/json: {schema: {$ref: "#/components/schemas/User"}}}
    components:
      schemas:
        User:
          type: object
          properties:
            name: {type: string}
            date_of_birth: {type: string, format: date}
    ```
    """
    sensitive = _sensitive(api)
    if not sensitive:
        return
    items = {op.path_template.rstrip("/").rpartition("/")[0]: op for op in api.operations if _is_item(op)}
    for operation in api.operations:
        item = items.get(operation.path_template.rstrip("/"))
        if item is None or operation.method != "GET":
            continue
        shared = _listed(operation) & _returned(item)
        name = next((sensitive[one] for one in shared if one in sensitive), None)
        if name is not None:
            yield operation.flag(
                "responses",
                f"{operation.name} lists whole objects, `{name}` included, as {item.name} returns them",
                related=((item, "the same schema for one"),),
            )


def _is_item(operation: Operation) -> bool:
    return operation.method == "GET" and operation.path_template.rstrip("/").endswith("}")


def _sensitive(api: Api) -> dict[int, str]:
    """The objects that hold a sensitive property that a response can carry, by identity, and its name."""
    found: dict[int, str] = {}
    for schema in api.views(Schema, ("string",), (), named(*_KINDS)):
        if sensitive_kind(schema) in _KINDS and isinstance(schema.parent, Schema):
            found.setdefault(id(schema.parent.value), schema.name)
    return found


def _answers(operation: Operation) -> Iterator[Schema]:
    for code, response in operation.responses.items():
        schema = json_schema(response) if code[:1] == "2" else None
        if schema is not None:
            yield schema


def _returned(operation: Operation) -> set[int]:
    return {id(part.value) for schema in _answers(operation) for part in schema.parts()}


def _listed(operation: Operation) -> set[int]:
    """The objects in the array that is the answer, or that is a property of it."""
    arrays: list[Node] = []
    for schema in _answers(operation):
        for part in schema.parts():
            arrays.append(part)
            if isinstance(part.get("properties"), dict):
                arrays += [member for member in part.members("properties") if isinstance(member.value, dict)]
    items = [array.child("items") for array in arrays if isinstance(array.get("items"), dict)]
    targets = [operation.api.follow(item) for item in items]
    return {id(target.value) for target in targets if target is not None}
