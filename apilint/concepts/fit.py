"""Whether a value that a document gives (a default, an example) is one that its schema admits.

Only what is cheap and certain is compared: types, listed values, bounds, required members, item by item.
Patterns are never run, and formats are left alone. What cannot be decided fits.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apilint.analysis.json_schema import is_number, is_same, kind_of
from apilint.openapi.node import Node
from apilint.openapi.schema import Schema

_MOST_STEPS = 400  # of one comparison: values and schemas are the document's choice
_DEEPEST = 12
_MOST_PARTS = 40
_SIZES = (
    ("string", "maxLength", "minLength", "characters"),
    ("array", "maxItems", "minItems", "items"),
    ("object", "maxProperties", "minProperties", "properties"),
)


def misfit(schema: Schema, value: Any, steps: int = _MOST_STEPS) -> str:
    """How a value departs from a schema, in a few words ("is no integer"); an empty string if it fits.

    After so many `steps` the rest fits unseen.
    """
    parts: list[Node] = []
    around: Schema | None = schema
    while around is not None and len(parts) < _MOST_PARTS:
        parts += around.parts()
        around = around.outer
    return _Comparison(steps).all(parts, value, 0)


class _Comparison:
    def __init__(self, steps: int) -> None:
        self.left = steps

    def all(self, parts: list[Node], value: Any, depth: int) -> str:
        """What is wrong with a value for which each of the parts must hold."""
        values = [part.value for part in parts if isinstance(part.value, dict)]
        if value is None and any(one.get("nullable") is True for one in values):
            return ""
        for part in parts:
            self.left -= 1
            if self.left < 0 or depth > _DEEPEST:
                return ""
            if isinstance(part.value, dict) and (found := self._one(part, value, depth)):
                return found
        return ""

    def _one(self, part: Node, value: Any, depth: int) -> str:
        schema = part.value
        return (
            _wrong_type(schema, value)
            or _not_listed(schema, value)
            or _out_of_bounds(schema, value)
            or self._inside(part, value, depth)
            or self._no_choice(part, value, depth)
        )

    def _inside(self, part: Node, value: Any, depth: int) -> str:
        if isinstance(value, list) and isinstance(part.get("items"), dict):
            items = part.child("items")
            for index, item in enumerate(value[:_MOST_PARTS]):
                if found := self._at(items, item, depth):
                    return f"has an item (number {index + 1}) that {found}"
        if isinstance(value, dict):
            required, properties = part.get("required"), part.get("properties")
            for name in required if isinstance(required, list) else ():
                if isinstance(name, str) and name not in value and not _one_way(properties, name):
                    return f"lacks the required `{name[:60]}`"
            for name in list(value)[:_MOST_PARTS] if isinstance(properties, dict) else ():
                if name in properties and (found := self._at(part.child(("properties", name)), value[name], depth)):
                    return f"has a `{name[:60]}` that {found}"
        return ""

    def _no_choice(self, part: Node, value: Any, depth: int) -> str:
        for key in ("oneOf", "anyOf"):
            branches = part.get(key)
            if not isinstance(branches, list) or not 0 < len(branches) <= _MOST_PARTS:
                continue
            if all(self._at(part.child((key, index)), value, depth) for index in range(len(branches))):
                return f"fits no alternative of `{key}`"
        return ""

    def _at(self, node: Node, value: Any, depth: int) -> str:
        return self.all(list(_parts(node)), value, depth + 1)


def _one_way(properties: Any, name: str) -> bool:
    """Whether a property is required in one direction only, and a value may be meant for the other."""
    schema = properties.get(name) if isinstance(properties, dict) else None
    return isinstance(schema, dict) and (schema.get("readOnly") is True or schema.get("writeOnly") is True)


def _parts(node: Node) -> Iterator[Node]:
    """What holds at a place: the schema, what it refers to, and the branches of `allOf`."""
    stack, seen = [node], 0
    while stack and seen < _MOST_PARTS:
        seen += 1
        part = stack.pop()
        if not isinstance(part.value, dict):
            continue
        if isinstance(part.value.get("$ref"), str):
            target = part.api.follow(part)
            if target is not None and target.value is not part.value:
                stack.append(target)
            if part.api.version in ("2.0", "3.0"):
                continue
        yield part
        branches = part.value.get("allOf")
        if isinstance(branches, list):
            stack += [part.child(("allOf", index)) for index in range(min(len(branches), _MOST_PARTS))]


def _wrong_type(schema: dict[str, Any], value: Any) -> str:
    declared = schema.get("type")
    types = [declared] if isinstance(declared, str) else declared if isinstance(declared, list) else []
    names = [one for one in types if isinstance(one, str) and one]
    kind = kind_of(value)
    if not names or "file" in names or kind in names or kind == "unknown" or (kind == "integer" and "number" in names):
        return ""
    return f"is {_article(kind)}, not {_article(names[0])}"


def _article(kind: str) -> str:
    return kind if kind == "null" else f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _not_listed(schema: dict[str, Any], value: Any) -> str:
    listed = schema.get("enum")
    if isinstance(listed, list) and listed and not any(is_same(one, value) for one in listed):
        return "is not in `enum`"
    if "const" in schema and not is_same(schema["const"], value):
        return "is not the `const`"
    return ""


def _out_of_bounds(schema: dict[str, Any], value: Any) -> str:
    if is_number(value):
        most, least = schema.get("maximum"), schema.get("minimum")
        if is_number(most) and value > most:
            return "is above the `maximum`"
        return "is below the `minimum`" if is_number(least) and value < least else ""
    kind = kind_of(value)
    for type_, most, least, what in _SIZES:
        if kind == type_:
            if is_number(schema.get(most)) and len(value) > schema[most]:
                return f"has more {what} than `{most}`"
            if is_number(schema.get(least)) and len(value) < schema[least]:
                return f"has fewer {what} than `{least}`"
    return ""
