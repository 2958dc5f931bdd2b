"""What schemas mean that hold together at a place: references followed, `allOf` merged, alternatives told apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from apilint.analysis.json_schema import is_number, kind_of
from apilint.openapi.node import Node

if TYPE_CHECKING:
    from apilint.openapi.operation import Operation, Parameter

Nodes = tuple[Node, ...]

TYPES = frozenset(("string", "number", "boolean", "array", "object"))
MOST_WAYS = 600  # of one value: more than any API has forms of an event
_MOST_PARTS = 2_000  # of one way
_MOST_HOPS = 100
_IMPLIED = {
    **dict.fromkeys(("properties", "additionalProperties", "patternProperties", "maxProperties"), "object"),
    **dict.fromkeys(("minProperties", "propertyNames", "unevaluatedProperties"), "object"),
    **dict.fromkeys(("items", "prefixItems", "maxItems", "minItems", "uniqueItems"), "array"),
    **dict.fromkeys(("maxLength", "minLength", "pattern"), "string"),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), "number"),
}
_DECLARED = {"file": "string", "integer": "number"}
# Keywords of a branch that tell no values apart but by which properties there must be.
_ABOUT_PRESENCE = frozenset("required not title description $comment".split())
_ANNOTATIONS = frozenset("$ref $dynamicRef description summary title deprecated example examples $comment".split())


class Way:
    """One way in which a value may look: schemas that all hold, without alternatives.

    `parts` are their objects, `name` the last step of the reference that led to it, `is_known` tells that every
    reference led somewhere.
    """

    def __init__(self, parts: Nodes, name: str, *, is_known: bool) -> None:
        self.parts = parts
        self.name = name
        self.is_known = is_known

    @cached_property
    def keywords(self) -> Mapping[str, Sequence[tuple[Any, Node]]]:
        """The values of each keyword, each with the schema that has it."""
        found: dict[str, list[tuple[Any, Node]]] = {}
        for part in self.parts:
            for key, value in part.value.items():
                found.setdefault(key, []).append((value, part))
        return found

    def values(self, keyword: str) -> Sequence[tuple[Any, Node]]:
        """The values of one keyword."""
        return self.keywords.get(keyword, ())

    def least(self, keyword: str) -> tuple[float, Node] | None:
        """The smallest number that a keyword has, which is the one that holds; None without any."""
        numbers = [(value, part) for value, part in self.values(keyword) if is_number(value)]
        return min(numbers, key=lambda one: one[0]) if numbers else None

    def is_true(self, keyword: str) -> bool:
        """Whether a keyword is `true` in one of the schemas."""
        return any(value is True for value, _ in self.values(keyword))

    @cached_property
    def types(self) -> frozenset[str]:
        """The types of the values but null; `integer` counts as `number`. All of them where nothing is said."""
        declared: frozenset[str] | None = None
        for value, _ in self.values("type"):
            names = (value,) if isinstance(value, str) else value if isinstance(value, list) else ()
            types = frozenset(_DECLARED.get(one, one) for one in names if isinstance(one, str)) - {"null"}
            declared = types if declared is None else declared & types
        if declared is not None:
            return declared & TYPES
        if self.listed is not None:
            kinds = {kind_of(value) for value in self.listed}
            return frozenset(_DECLARED.get(kind, kind) for kind in kinds) & TYPES
        implied = frozenset(_IMPLIED[key] for key in self.keywords if key in _IMPLIED)
        return implied or TYPES

    @cached_property
    def listed(self) -> tuple[Any, ...] | None:
        """The only values that are allowed, by `enum` or `const`, without null; None where they are not listed."""
        found: tuple[Any, ...] | None = None
        for values in self._lists():
            kept = tuple(value for value in values if value is not None)
            if found is None:
                found = kept
            else:
                known = {_plain(value) for value in kept}
                found = tuple(value for value in found if _plain(value) in known)
        return found

    def _lists(self) -> Iterator[Iterable[Any]]:
        for value, _ in self.values("enum"):
            if isinstance(value, list):
                yield value
        for value, _ in self.values("const"):
            yield (value,)

    @cached_property
    def is_integer(self) -> bool:
        """Whether a number must be an integer."""
        return any(value == "integer" or (isinstance(value, list) and "integer" in value and "number" not in value)
                   for value, _ in self.values("type"))  # fmt: skip

    @property
    def is_binary(self) -> bool:
        """Whether the value is bytes, as any version of OpenAPI says it."""
        formats = {value for value, _ in self.values("format") if isinstance(value, str)}
        is_file = any(value == "file" for value, _ in self.values("type"))
        return is_file or "binary" in formats or bool(self.values("contentMediaType"))

    @property
    def says_nothing(self) -> bool:
        """Whether every value is allowed."""
        return self.types == TYPES and not self.values("not") and not self.values("if") and not self.is_binary

    def place(self, type_: str) -> Node:
        """The schema to point at for what is not said about values of a type: the one that says most about it."""
        keys = {key for key, implied in _IMPLIED.items() if implied == type_}
        for part in self.parts:
            if "type" in part.value or not keys.isdisjoint(part.value):
                return part
        return self.parts[0]

    @cached_property
    def properties(self) -> Mapping[str, Nodes]:
        """The schemas that hold for each property, by its name."""
        found: dict[str, Nodes] = {}
        for part in self.parts:
            named = part.value.get("properties")
            if isinstance(named, dict) and not isinstance(named.get("$ref"), str):
                for name, value in named.items():
                    if isinstance(value, dict):
                        found[name] = (*found.get(name, ()), part.child(("properties", name)))
            elif isinstance(named, dict):
                self._far(part.api.led(named), found)
        return found

    def _far(self, holder: Node | None, found: dict[str, Nodes]) -> None:
        for name, value in holder.value.items() if holder is not None and isinstance(holder.value, dict) else ():
            if isinstance(value, dict) and holder is not None:
                found[name] = (*found.get(name, ()), holder.child(name))

    @cached_property
    def required(self) -> frozenset[str]:
        """The properties that must be there."""
        lists = [value for value, _ in self.values("required") if isinstance(value, list)]
        return frozenset(name for names in lists for name in names if isinstance(name, str))

    def below(self, keyword: str) -> Nodes:
        """The schemas that hold for what is below a keyword such as `items`."""
        return tuple(part.child(keyword) for value, part in self.values(keyword) if isinstance(value, dict))

    @cached_property
    def rest(self) -> Nodes:
        """The schemas that hold for properties without a name of their own."""
        keys = ("additionalProperties", "unevaluatedProperties")
        return tuple(node for key in keys for node in self.below(key) if node.value)

    @cached_property
    def closing(self) -> tuple[str, Node] | None:
        """By what an object takes no properties but those that it names: the keyword and the schema that has it."""
        for keyword in ("additionalProperties", "unevaluatedProperties"):
            for value, part in self.values(keyword):
                if value is False:
                    return keyword, part
        return None

    @property
    def has_listed_names(self) -> bool:
        """Whether `propertyNames`, or a list of whole values, says what properties may be called."""
        return bool(self.values("propertyNames")) or self.listed is not None


def _plain(value: Any) -> str:
    return repr(value)[:500]


class Shape:
    """The ways in which a value may look that schemas describe together; `is_whole` where all of them are known."""

    def __init__(self, ways: tuple[Way, ...], *, is_whole: bool) -> None:
        self.ways = ways
        self.is_whole = is_whole and all(way.is_known for way in ways)

    @cached_property
    def types(self) -> frozenset[str]:
        """The types of the values."""
        return frozenset(one for way in self.ways for one in way.types)

    @property
    def says_nothing(self) -> bool:
        """Whether one of the ways allows every value."""
        return any(way.says_nothing for way in self.ways)

    def of(self, type_: str) -> list[Way]:
        """The ways that allow values of a type."""
        return [way for way in self.ways if type_ in way.types]

    def is_marked(self, keyword: str) -> bool:
        """Whether `readOnly` or `writeOnly` holds whichever way it looks."""
        return bool(self.ways) and all(way.is_true(keyword) for way in self.ways)


class Form(Node):
    """The form that the `formData` parameters of Swagger 2.0 make, as a schema: its properties are the parameters."""

    __slots__ = ("_fields",)

    def __init__(self, operation: Operation, fields: Sequence[Parameter]) -> None:
        self._fields: dict[str, Node] = {field.name: field for field in fields}
        value = {
            "type": "object",
            "properties": {name: field.value for name, field in self._fields.items()},
            "required": [field.name for field in fields if field.required],
        }
        super().__init__(operation.api, operation.document, operation.parent, operation.key, value)

    def child(self, key: Any) -> Node:
        """The parameter, for a property."""
        if isinstance(key, tuple) and len(key) > 1 and key[0] == "properties" and key[1] in self._fields:
            field = self._fields[key[1]]
            return field.child(key[2:]) if key[2:] else field
        return super().child(key)


def target(node: Node) -> Node | None:
    """Where a schema leads that is nothing but a reference; itself for others, None where it leads nowhere."""
    for _ in range(_MOST_HOPS):
        value = node.value
        if not is_reference(node):
            return node
        found = node.api.led(value)
        if found is None or not isinstance(found.value, (dict, bool)):
            return None
        node = found
    return None


def is_reference(node: Node) -> bool:
    """Whether a schema is a reference and says nothing of its own."""
    value = node.value
    if not isinstance(value, dict) or ("$ref" not in value and "$dynamicRef" not in value):
        return False
    return node.api.version in ("2.0", "3.0") or _ANNOTATIONS.issuperset(value)


class _Draft:
    """A way that is being put together."""

    __slots__ = ("choices", "is_known", "is_possible", "name", "opened", "parts", "seen")

    def __init__(self) -> None:
        self.parts: list[Node] = []
        self.choices: list[list[Node]] = []
        self.seen: set[int] = set()
        self.opened: set[int] = set()
        self.name = ""
        self.is_known = self.is_possible = True

    def copy(self) -> _Draft:
        other = _Draft()
        other.parts, other.choices = list(self.parts), list(self.choices)
        other.seen, other.opened = set(self.seen), set(self.opened)
        other.name, other.is_known = self.name, self.is_known
        return other

    def add(self, node: Node) -> None:
        """Add a schema with all that it refers to or combines by `allOf`."""
        stack = [node]
        while stack:
            node = stack.pop()
            found = target(node)
            if found is None:
                self.is_known = False
                continue
            if found is not node:
                self.name = self.name or str(found.path[-1]) if found.path else self.name
            if found.value is False:
                self.is_possible = False
            if not isinstance(found.value, dict) or id(found.value) in self.seen:
                continue
            if len(self.parts) >= _MOST_PARTS:
                self.is_known = False
                return
            self.seen.add(id(found.value))
            self.parts.append(found)
            stack.extend(reversed(self._combined(found)))

    def _combined(self, node: Node) -> list[Node]:
        value = node.value
        found: list[Node] = []
        if "$ref" in value or "$dynamicRef" in value:
            led = node.api.led(value)
            if led is None:
                self.is_known = False
            else:
                self.name = self.name or str(led.path[-1]) if led.path else self.name
                found.append(led)
        branches = value.get("allOf")
        if isinstance(branches, list):
            found += [node.child(("allOf", index)) for index in range(len(branches))]
        for key in ("oneOf", "anyOf"):
            choices = value.get(key)
            if isinstance(choices, list) and choices and not all(map(_is_about_presence, choices)):
                self.choices.append([node.child((key, index)) for index in range(len(choices))])
                self.opened.add(id(value))
        return found


def _is_about_presence(branch: Any) -> bool:
    return isinstance(branch, dict) and _ABOUT_PRESENCE.issuperset(branch)


def shape_of(nodes: Nodes, most: int = MOST_WAYS) -> Shape:
    """What schemas mean that hold together, in `most` ways."""
    first = _Draft()
    for node in nodes:
        first.add(node)
    ways: list[Way] = []
    drafts, is_whole = [first], True
    while drafts:
        draft = drafts.pop()
        if not draft.is_possible:
            continue
        if len(ways) + len(drafts) >= most:
            is_whole = False
            break
        if draft.choices:
            for choice in reversed(draft.choices.pop()):
                led = target(choice)
                if led is not None and id(led.value) in draft.opened:
                    continue  # a schema as its own alternative adds nothing
                other = draft.copy()
                # What the branch is called tells it from others; what is around them does not.
                other.name = ""
                other.add(choice)
                other.name = other.name or draft.name
                drafts.append(other)
            continue
        parts = tuple(draft.parts) or nodes[:1]
        if parts and isinstance(parts[0].value, dict):
            way = Way(parts, draft.name, is_known=draft.is_known)
            if way.types or not draft.is_known:
                ways.append(way)
    return Shape(tuple(ways), is_whole=is_whole)
