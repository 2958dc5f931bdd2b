"""The shape of data as schemas write it: the properties of an object, the items of an array, references followed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from apilint.openapi.node import Node
from apilint.openapi.schema import Schema

if TYPE_CHECKING:
    from apilint.openapi.operation import MediaType, Response

_MOST_BRANCHES = 200


def properties(schema: Schema) -> dict[str, Node]:
    """The properties that a schema names, by itself, by reference or by `allOf`; the first of a name counts."""
    found: dict[str, Node] = {}
    for part in schema.parts():
        named = part.value.get("properties")
        if isinstance(named, dict) and not isinstance(named.get("$ref"), str):
            for name in named:
                found.setdefault(name, part.child(("properties", name)))
    return found


def node_properties(node: Node) -> dict[str, Node]:
    """The same for a schema that is known only by where it stands: its own, and those of its `allOf`."""
    found: dict[str, Node] = {}
    stack: list[Node | None] = [node.api.follow(node)]
    left = _MOST_BRANCHES
    while stack and left:
        left -= 1
        part = stack.pop()
        if part is None or not isinstance(part.value, dict):
            continue
        named = part.value.get("properties")
        for name in named if isinstance(named, dict) else ():
            found.setdefault(name, part.child(("properties", name)))
        branches = part.value.get("allOf")
        indices = range(len(branches)) if isinstance(branches, list) else ()
        stack.extend(node.api.follow(part.child(("allOf", index))) for index in indices)
    return found


def is_property(schema: Schema) -> bool:
    """Whether a schema stands as a property of an object."""
    return isinstance(schema.key, tuple) and schema.key[0:1] == ("properties",)


def judged(schema: Schema) -> Schema:
    """Where a schema that only refers to another leads: the one that has types and is judged."""
    seen = 0
    while not schema.types and schema.target is not None and schema.target.schema is not None and seen < _MOST_BRANCHES:
        schema = schema.target.schema
        seen += 1
    return schema


def ways(schema: Schema) -> list[Schema]:
    """The schema and the branches of its `oneOf` and `anyOf`, each once: what a body may look like."""
    found: list[Schema] = []
    stack, seen = [schema], set[int]()
    while stack and len(found) < _MOST_BRANCHES:
        one = stack.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        found.append(one)
        for part in one.parts():
            stack.extend(reversed(part.alternatives or ()))
    return found


def body_properties(schema: Schema) -> dict[str, Node]:
    """The properties of all the ways in which a body may look."""
    found: dict[str, Node] = {}
    for one in ways(schema):
        for name, node in properties(one).items():
            found.setdefault(name, node)
    return found


def target(node: Node) -> Node | None:
    """The schema object that a node is or refers to; None where there is none."""
    found = node.api.follow(node)
    return found if found is not None and isinstance(found.value, dict) else None


def has_type(node: Node, name: str) -> bool:
    """Whether a schema object declares a type, alone or in a list."""
    declared = node.get("type")
    return declared == name or (isinstance(declared, list) and name in declared)


def items(node: Node) -> Node | None:
    """The schema of the items of an array; None for what is no array of one kind of items."""
    array = target(node)
    if array is None or not (has_type(array, "array") or isinstance(array.get("items"), dict)):
        return None
    return target(array.child("items")) if isinstance(array.get("items"), dict) else None


def is_array(node: Node) -> bool:
    """Whether a schema, its reference followed, is an array."""
    found = target(node)
    return found is not None and (has_type(found, "array") or ("type" not in found.value and "items" in found.value))


def is_json(media_type: str) -> bool:
    """Whether content of a media type is JSON; in Swagger 2.0 a response's has no name and mostly is."""
    name = media_type.partition(";")[0].strip().lower()
    return name in ("", "*/*", "application/*") or name.endswith(("/json", "+json"))


def schemas_of(content: dict[str, MediaType]) -> Iterator[tuple[str, Schema]]:
    """Each media type's name and schema."""
    for name, media_type in content.items():
        for root in media_type.roots[:1]:
            if root.schema is not None:
                yield name, root.schema


def json_schema(holder: Response) -> Schema | None:
    """The schema of a response's JSON content, or None."""
    return next((schema for name, schema in schemas_of(holder.content) if is_json(name)), None)
