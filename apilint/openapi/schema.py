"""Schemas: one view for each place where a schema is written, and what composition makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from apilint.analysis.words import words
from apilint.findings import Confidence
from apilint.openapi import bounds
from apilint.openapi.node import Key, Node

if TYPE_CHECKING:
    from apilint.openapi.api import Api
    from apilint.openapi.operation import Operation
    from apilint.reading.document import Document

INPUT, OUTPUT = 1, 2
NO_OPERATION = 1  # bit 0 of a mask: the direction is known although no operation is

_IMPLIED = {
    "properties": "object",
    "additionalProperties": "object",
    "patternProperties": "object",
    "maxProperties": "object",
    "minProperties": "object",
    "propertyNames": "object",
    "items": "array",
    "prefixItems": "array",
    "maxItems": "array",
    "minItems": "array",
    "uniqueItems": "array",
    "maxLength": "string",
    "minLength": "string",
    "pattern": "string",
    "minimum": "number",
    "maximum": "number",
    "exclusiveMinimum": "number",
    "exclusiveMaximum": "number",
    "multipleOf": "number",
}
# Whole names: a `creditLimit`, a `fontSize` or an `amount` of money asks for no work, and an offset has no natural
# maximum.
_COUNTS = frozenset(
    "limit size count quantity top topk topn first take depth pagesize perpage pagelimit batchsize chunksize"
    " maxresult maxitem maxrecord maxcount".split()
)
_LEAST = frozenset("min minimum least".split())
_NONE: tuple[Any, ...] = ()
_MOST_HOPS = 20
_MOST_VALUES = 64  # of one keyword across a composition: more add nothing but time


class Root:
    """A schema that others refer to or that a parameter, body, response or header holds.

    `inputs` and `outputs` are bit sets of the operations that reach it as input or output;
    `edges` lead to the roots that it refers to.
    """

    __slots__ = ("composed", "direct", "edges", "inputs", "outputs", "parameter", "schema")

    def __init__(self) -> None:
        self.schema: Schema | None = None
        self.inputs = 0
        self.outputs = 0
        self.direct = False
        self.composed = False
        self.parameter = False
        self.edges: list[tuple[Root, int]] = []


class Schema(Node):
    """A schema where it is written, judged together with what it is composed with.

    The same schema is one view, however many operations reach it.
    """

    __slots__ = ("_layers", "alternatives", "branches", "filter", "outer", "root", "target", "types")

    def __init__(
        self,
        api: Api,
        document: Document,
        parent: Node | None,
        key: Key,
        value: dict[str, Any],
        root: Root,
        filter: int,
    ) -> None:
        self.api = api
        self.document = document
        self.parent = parent
        self.key = key
        self.value = value
        self._path = None
        self.root = root
        self.filter = filter
        self.outer: Schema | None = None
        self.branches: list[Schema] | None = None
        self.alternatives: list[Schema] | None = None
        self.target: Root | None = None
        self._layers: dict[str, list[Any]] | None = None
        self.types: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The name of the property or parameter that the schema describes, or of the component, or an empty string."""
        node: Node | None = self
        while isinstance(node, Schema) and node.root.schema is not node:
            if isinstance(node.key, tuple) and node.key[:1] == ("properties",):
                return str(node.key[1])
            node = node.parent
        if node is None:
            return ""
        for holder in (node, node.parent):
            if holder is not None and isinstance(holder.get("in"), str) and isinstance(holder.get("name"), str):
                return str(holder.value["name"])
        last = node.path[-1:]
        return str(last[0]) if node.path[-2:-1] in (("schemas",), ("definitions",)) else ""

    @property
    def is_composed(self) -> bool:
        """Whether other schemas have a say: a reference, `allOf`, or a composition around this one."""
        return self.outer is not None or self.branches is not None or self.target is not None

    @property
    def is_input(self) -> bool:
        """Whether a request can carry it: reached from a request and not `readOnly`."""
        return bool(self.root.inputs and self.filter & INPUT)

    @property
    def is_output(self) -> bool:
        """Whether a response can carry it: reached from a response and not `writeOnly`."""
        return bool(self.root.outputs and self.filter & OUTPUT)

    @property
    def certainty(self) -> Confidence:
        """How sure it is that clients send it: high where a request reaches it, low where nothing does."""
        return Confidence.HIGH if self.is_input else Confidence.LOW

    @property
    def is_count(self) -> bool:
        """Whether its name says how many or how much, so that its value decides how much work there is."""
        parts = words(self.name)
        if not parts or not _LEAST.isdisjoint(parts):
            return False
        return "".join(parts) in _COUNTS or parts[-1] in ("count", "quantity")

    @property
    def has_range_format(self) -> bool:
        """Whether `int32` or `int64` bounds the number, if the server keeps to it (OAS format registry)."""
        return any(one in ("int32", "int64") for one in self.keyword("format"))

    @property
    def direction_unknown(self) -> bool:
        """Whether nothing in the document reaches it, so that it may be used either way."""
        return not self.root.inputs and not self.root.outputs

    @property
    def in_parameter(self) -> bool:
        """Whether a parameter (not a body) carries it."""
        return self.root.parameter

    @property
    def operation_count(self) -> int:
        """How many operations reach it in either direction."""
        return ((self.root.inputs | self.root.outputs) >> 1).bit_count()

    @property
    def operations(self) -> Sequence[Operation]:
        """The operations that reach it, in the order of the document."""
        return self.api.operations_in((self.root.inputs or self.root.outputs) >> 1)

    @property
    def is_allof_branch(self) -> bool:
        """Whether it is used inside an `allOf`, so that closing it would reject its siblings' properties."""
        if self.root.composed and self.root.schema is self:
            return True
        outer = self.outer
        return outer is not None and outer.branches is not None and any(branch is self for branch in outer.branches)

    @property
    def is_choice(self) -> bool:
        """Whether each branch of a `oneOf` or `anyOf` has a type or a list of values, so that it is judged instead."""
        choices = [part.alternatives for part in self.parts() if part.alternatives]
        return any(all(map(_is_typed, branches)) for branches in choices)

    @property
    def string_is_bounded(self) -> bool:
        """Whether a string has a greatest length, by itself or in each branch of its `oneOf` or `anyOf`."""
        return bounds.each_way(self, bounds.string_is_bounded)

    @property
    def has_minimum(self) -> bool:
        """Whether a number has a lower bound."""
        return bounds.each_way(self, bounds.number_has_minimum)

    @property
    def has_maximum(self) -> bool:
        """Whether a number has an upper bound."""
        return bounds.each_way(self, bounds.number_has_maximum)

    @property
    def array_is_bounded(self) -> bool:
        """Whether an array has a greatest number of items."""
        return bounds.each_way(self, bounds.array_is_bounded)

    @property
    def map_is_bounded(self) -> bool:
        """Whether an object has a greatest number of members."""
        return bounds.each_way(self, bounds.map_is_bounded)

    @property
    def map_schema_key(self) -> str | None:
        """The keyword by which the object takes any number of freely named members with a schema, if one does."""
        return bounds.map_schema_key(self)

    @property
    def accepts_unknown_properties(self) -> str | None:
        """How the object lets in properties that it does not name: "explicit", "implicit" or None."""
        return bounds.accepts_unknown_properties(self)

    @property
    def resolved(self) -> Schema:
        """The schema that a bare `$ref` leads to, which has the types and is judged for it; for others the schema."""
        schema, hops = self, 0
        while not schema.types and schema.target is not None and schema.target.schema is not None and hops < _MOST_HOPS:
            schema, hops = schema.target.schema, hops + 1
        return schema

    def keyword(self, name: str) -> Sequence[Any]:
        """The values of a keyword here and wherever composition says that they hold here too."""
        if self.outer is None and self.branches is None and self.target is None:
            return [self.value[name]] if name in self.value else _NONE
        return self.layers().get(name, _NONE)

    def lacks(self, keywords: frozenset[str]) -> bool:
        """Whether the schema stands alone and has none of the keywords: the quick answer for most."""
        alone = self.outer is None and self.branches is None and self.target is None
        return alone and keywords.isdisjoint(self.value)

    def layers(self) -> dict[str, list[Any]]:
        """Each keyword's values across the composition: this schema, what it refers to, `allOf` both ways."""
        if self._layers is None:
            merged: dict[str, list[Any]] = {}
            schema: Schema | None = self
            seen: set[int] = set()
            while schema is not None:
                _merge_down(schema, merged, seen)
                schema = schema.outer
            self._layers = merged
        return self._layers

    def parts(self) -> list[Schema]:
        """The schema and all that it refers to or combines by `allOf`, itself first, each once."""
        if self.branches is None and self.target is None:
            return [self]
        found: list[Schema] = []
        seen: set[int] = set()
        stack: list[Schema] = [self]
        while stack:
            part = stack.pop()
            if id(part) in seen:
                continue
            seen.add(id(part))
            found.append(part)
            if part.branches:
                stack.extend(reversed(part.branches))
            if part.target is not None and part.target.schema is not None:
                stack.append(part.target.schema)
        return found

    def owner(self, *keywords: str) -> Schema:
        """The schema of the composition that should be edited: the first that has one of the keywords."""
        if self.is_composed and not any(keyword in self.value for keyword in keywords):
            for part in self.parts():
                if any(keyword in part.value for keyword in keywords):
                    return part
        return self


class InputSchema(Schema):
    """The view for rules about what clients send: the schemas that a request carries, and those that nothing reaches.

    What nothing reaches may be an input; rules judge it with low confidence. An instance is any `Schema`
    that is one of those.
    """

    __slots__ = ()


def _is_typed(branch: Schema) -> bool:
    return bool(branch.types) or branch.value.get("type") == "null" or bounds.string_is_bounded(branch)


def _merge_down(schema: Schema, merged: dict[str, list[Any]], seen: set[int]) -> None:
    for part in schema.parts():
        if id(part) in seen:
            continue
        seen.add(id(part))
        for key, value in part.value.items():
            values = merged.setdefault(key, [])
            if len(values) < _MOST_VALUES:
                values.append(value)


def types_of(schema: Schema) -> frozenset[str]:
    """The types that a value of the schema may have, without null: declared, else implied by its keywords.

    All declarations across the composition apply; but a branch of `oneOf` or `anyOf` that says
    nothing about the type is left to the schema around it.
    """
    own: dict[str, list[Any]] = {}
    _merge_down(schema, own, set())
    types = _declared(own.get("type", ()))
    if types is None:
        types = frozenset(_IMPLIED[keyword] for keyword in own if keyword in _IMPLIED)
    if schema.outer is not None and types:
        around = _declared(schema.outer.keyword("type"))
        types = types if around is None else _narrow(types, around)
    return types - {"null"}


def _declared(values: Iterable[Any]) -> frozenset[str] | None:
    types: frozenset[str] | None = None
    for value in values:
        if isinstance(value, str):
            names = frozenset((value,))
        elif isinstance(value, list):
            names = frozenset(name for name in value if isinstance(name, str))
        else:
            continue
        types = names if types is None else _narrow(types, names)
    return types


def _narrow(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    both = one & other
    if ("number" in one and "integer" in other) or ("integer" in one and "number" in other):
        both |= {"integer"}
    return both
