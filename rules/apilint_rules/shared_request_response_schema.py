from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.managed import is_identity, is_managed
from apilint.api import Api, Confidence, Flag, Node, Schema, Severity, rule, words
from apilint.concepts.shape import properties, schemas_of


@rule(
    "shared-request-response-schema",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API3:2023", "CWE-915", "CWE-213"),
)
def shared_request_response_schema(api: Api) -> Iterator[Flag]:
    """One schema serves for requests and responses, and nothing in it is read-only or write-only.

    What the server returns is more than what clients may set: ids, times, owners. If both are described by one schema
    without a mark, clients may send all of it, and code that copies the whole object stores it.

    Attack: the attacker sends the object back that he got, with another `created_by` and `id`.

    To fix: mark what the server sets with `readOnly: true` and secrets with `writeOnly: true`, or use a schema of its
    own for requests.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        post:
          requestBody:
            content:
              application/json:
                schema: {$ref: "#/components/schemas/Order"}
          responses:
            "201":
              description: The new order
              content:
                application/json:
                  schema: {$ref: "#/components/schemas/Order"}
    components:
      schemas:
        Order:  # flagged
          type: object
          properties:
            id: {type: string}
            created_at: {type: string, format: date-time}
            note: {type: string}
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
                schema: {$ref: "#/components/schemas/Order"}
          responses:
            "201":
              description: The new order
              content:
                application/json:
                  schema: {$ref: "#/components/schemas/Order"}
    components:
      schemas:
        Order:
          type: object
          properties:
            id: {type: string, readOnly: true}
            created_at: {type: string, format: date-time, readOnly: true}
            note: {type: string}
    ```
    """
    seen: set[int] = set()
    for body in api.request_bodies:
        if not any(operation.kind == "path" and operation.is_write for operation in body.operations):
            continue
        for _, schema in schemas_of(body.content):
            shared = _shared(schema)
            if shared is not None and id(shared) not in seen:
                seen.add(id(shared))
                yield from _check(shared)


def _shared(schema: Schema) -> Schema | None:
    """The named schema that a body refers to and that responses hold too."""
    for _ in range(20):
        if (
            schema.target is None
            or schema.target.schema is None
            or set(schema.value) - {"$ref", "description", "title"}
        ):
            break
        schema = schema.target.schema
    return schema if schema.root.schema is schema and schema.root.inputs > 1 and schema.root.outputs > 1 else None


def _check(schema: Schema) -> Iterator[Flag]:
    found = {name: schema.api.follow(node) for name, node in properties(schema).items()}
    if any(_is_marked(node) for node in found.values()):
        return
    managed = [name for name in found if is_managed(words(name))]
    named = [*managed, *(name for name in found if is_identity(words(name)))]
    if len(found) > 1 and managed:
        some = ", ".join(f"`{name}`" for name in named[:3])
        marked = "are not `readOnly`" if len(named) > 1 else "is not `readOnly`"
        places = [node for name in managed[:3] if (node := found[name]) is not None]
        yield schema.flag(
            None,
            f"{schema.label} serves for requests and responses, and {some} {marked}",
            related=tuple((node, "set by the server") for node in places),
        )


def _is_marked(node: Node | None) -> bool:
    return node is not None and (node.get("readOnly") is True or node.get("writeOnly") is True)
