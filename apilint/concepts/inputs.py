"""What a request carries in a schema, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apilint.analysis.words import words
from apilint.openapi.schema import Schema

if TYPE_CHECKING:
    from apilint.openapi.node import Node


def holds_json_schema(schema: Schema) -> bool:
    """Whether the value is a JSON Schema or its `properties`, by name, description or form: its members are free."""
    if "json schema" in schema.text("description").lower() or _describes_schema(schema):
        return True
    holder = _property_of(schema)
    if holder is not None and isinstance(holder.parent, Schema) and schema.name == "properties":
        return _describes_schema(holder.parent)
    parts = words(schema.name)
    # Components are often named for being schemas: `OrderSchema`.
    is_schema = parts[-1:] in (("schema",), ("jsonschema",)) and holder is not None
    return is_schema or any(parts[start : start + 2] == ("json", "schema") for start in range(len(parts)))


def _describes_schema(schema: Schema) -> bool:
    described = schema.get("properties")
    return isinstance(described, dict) and "properties" in described and "required" in described


def _property_of(schema: Schema) -> Schema | None:
    """The property that a schema is the value of, or a branch of."""
    node: Node | None = schema
    while isinstance(node, Schema) and node.root.schema is not node:
        if isinstance(node.key, tuple) and node.key[:1] == ("properties",):
            return node
        node = node.parent
    return None


def input_location(schema: Schema) -> str:
    """Where the value travels: path, query, header, cookie, querystring, formData, or body for all else."""
    node: Node | None = schema
    while isinstance(node, Schema) and node.root.schema is not node:
        node = node.parent
    for holder in (node, node.parent if node is not None else None):
        if holder is not None and isinstance(holder.get("in"), str) and isinstance(holder.get("name"), str):
            return str(holder.value["in"])
    return "body"
