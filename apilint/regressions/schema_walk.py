"""Walking the schemas of two states side by side, each pair of them once, however many operations share it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from apilint.analysis.sensitive import kind_of
from apilint.findings import Confidence, Severity
from apilint.openapi.api import Api
from apilint.openapi.node import Key, Node
from apilint.regressions.schema_matching import MOST_FITS, match_ways
from apilint.regressions.schema_shapes import MOST_WAYS, Nodes, Shape, shape_of, target

REQUEST, RESPONSE = "request", "response"
_MOST_STATES = 150_000
_MOST_WORK = 3_000_000  # alternatives held against each other, in one comparison of two APIs
_MOST_FORMS = 400_000  # alternatives of all schemas together
_COMPOSING = frozenset(("allOf", "anyOf", "oneOf"))
_MAPS = ("properties", "patternProperties")
_SINGLE = ("items", "additionalProperties", "unevaluatedProperties")
_HIDING = {REQUEST: "readOnly", RESPONSE: "writeOnly"}


class Event(NamedTuple):
    """Something that changed: `said` of `head`, where `at` is a key below it, and `base`.

    It concerns the operations of a pair of schemas, whose number `state` is, or those of the bits `operations`.
    `arrived` is the name of a property that came (or went), the names beside it, and whether it was hidden before:
    such an event is none for operations that have it elsewhere in their other state.
    """

    rule: str
    said: str
    severity: Severity
    base: Node | None
    head: Node
    at: Key | None = None
    improves: bool = False
    confidence: Confidence | None = None
    state: int = -1
    operations: int = 0
    arrived: tuple[str, frozenset[str], bool] | None = None


class State:
    """A pair of places to compare, each with the schemas that hold there; `base` is None for what is new.

    `is_secret` tells that the value is a password or the like, `origin` by which property or body something new came.
    """

    __slots__ = ("base", "direction", "edges", "head", "is_secret", "number", "operations", "origin")

    def __init__(self, number: int, direction: str, base: Nodes | None, head: Nodes, *, is_secret: bool) -> None:
        self.number = number
        self.direction = direction
        self.base = base
        self.head = head
        self.is_secret = is_secret
        self.operations = 0
        self.origin: Node | None = None
        self.edges: list[int] = []


class Walk:
    """The pairs that are to be compared and those that were; `visit` gives what changed at a pair."""

    def __init__(self, base: Api, head: Api) -> None:
        self.base, self.head = base, head
        # Through 3.0 the same text may mean something else than from 3.1 on.
        self._same_language = (base.version in ("2.0", "3.0")) is (head.version in ("2.0", "3.0"))
        self.states: list[State] = []
        self._known: dict[tuple[Any, ...], int] = {}
        self._pending: deque[State] = deque()
        self._work = _MOST_WORK
        self._forms = _MOST_FORMS
        self._shapes: dict[tuple[int, ...], tuple[Nodes, Shape]] = {}
        self._entries: dict[tuple[int, str], list[tuple[str | int, ...]]] = {}

    def start(self, direction: str, base: Nodes | None, head: Nodes, operation: int) -> None:
        """Compare what an operation, a bit, carries in one direction."""
        number = self._state(direction, base, head, None, is_secret=False)
        if number is not None:
            self.states[number].operations |= operation

    def go(self, state: State, base: Nodes | None, head: Nodes, *, is_secret: bool = False) -> None:
        """Compare what is below a pair."""
        number = self._state(state.direction, base, head, state.origin, is_secret=is_secret)
        if number is not None:
            state.edges.append(number)

    def _state(
        self, direction: str, base: Nodes | None, head: Nodes, origin: Node | None, *, is_secret: bool
    ) -> int | None:
        first = _targets(base) if base is not None else None
        second = _targets(head)
        if second is None or (base is not None and first is None):
            return None  # a reference leads nowhere: nothing can be told
        ids = None if first is None else tuple(id(node.value) for node in first)
        key = (direction, ids, tuple(id(node.value) for node in second), is_secret)
        number = self._known.get(key)
        if number is None:
            if len(self.states) >= _MOST_STATES:
                self._give_up()
                return None
            number = self._known[key] = len(self.states)
            state = State(number, direction, first, second, is_secret=is_secret)
            if base is None:
                state.origin = origin or (head[0] if head else None)
            self.states.append(state)
            self._pending.append(state)
        return number

    def pending(self) -> Iterator[State]:
        """The pairs to visit, until none is left; those of equal text are passed over for what they refer to."""
        while self._pending:
            state = self._pending.popleft()
            if self._is_same_text(state):
                continue
            before = len(self.shape(state.base).ways) if state.base is not None else 1
            after = len(self.shape(state.head).ways)
            self._work -= before + after + min(before * after, MOST_FITS)
            if self._work < 0:
                self._give_up()
                return
            yield state

    def _give_up(self) -> None:
        self.head.give_up(self.head, "too many schemas to compare with those of before: the rest was not compared")

    def _is_same_text(self, state: State) -> bool:
        base, head = state.base, state.head
        if base is None or len(base) != 1 or len(head) != 1 or not self._same_language:
            return False
        one, other = base[0], head[0]
        if not isinstance(other.value, dict) or not _COMPOSING.isdisjoint(other.value) or "$ref" in other.value:
            return False
        if not _is_same(one.value, other.value):
            return False
        for path in self._entries_of(other, state.direction):
            self.go(state, (one.child(path),), (other.child(path),))
        return True

    def _entries_of(self, node: Node, direction: str) -> list[tuple[str | int, ...]]:
        """The paths below a schema at which its text alone does not say all."""
        key = (id(node.value), direction)
        known = self._entries.get(key)
        if known is None:
            known = self._entries[key] = list(_entries(node.value, _HIDING[direction]))
        return known

    def shape(self, nodes: Nodes) -> Shape:
        """What schemas mean that hold together."""
        key = tuple(id(node.value) for node in nodes)
        known = self._shapes.get(key)
        if known is None:
            known = self._shapes[key] = (nodes, shape_of(nodes, min(MOST_WAYS, max(self._forms, 2))))
            self._forms -= len(known[1].ways)
            if not known[1].is_whole and nodes and all(way.is_known for way in known[1].ways):
                api = nodes[0].api
                self.head.give_up(self.head, f"{nodes[0].label}: too many alternatives to compare them all"
                                  + (" (before)" if api is self.base else ""))  # fmt: skip
        return known[1]

    def is_known(self, nodes: Nodes) -> bool:
        """Whether all references of a property lead somewhere, so that its marks can be told."""
        return not any(map(_may_refer, nodes)) or self.shape(nodes).is_whole

    def is_hidden(self, nodes: Nodes, direction: str) -> bool:
        """Whether a property is none in this direction: `readOnly` in requests, `writeOnly` in responses."""
        keyword = _HIDING[direction]
        if not any(keyword in node.value or _may_refer(node) for node in nodes):
            return False
        return self.shape(nodes).is_marked(keyword)

    def below(self, state: State, base: Shape, head: Shape) -> None:
        """Go on with the items of arrays and the properties of objects."""
        for one, other in match_ways(base.of("array"), head.of("array")):
            if one is not None:
                self._both(state, one.below("items"), other.below("items"))
                for left, right in zip(_items(one.parts), _items(other.parts), strict=False):
                    self.go(state, (left,), (right,))
        for one, other in match_ways(base.of("object"), head.of("object")):
            if one is None:
                continue
            names = one.properties
            for name, nodes in other.properties.items():
                before = names.get(name)
                if before is None or self.is_hidden(nodes, state.direction) or self.is_hidden(before, state.direction):
                    continue
                self.go(state, before, nodes, is_secret=kind_of(name) == "password")
            self._both(state, one.rest, other.rest)
            for pattern, nodes in _patterns(other.parts).items():
                before = _patterns(one.parts).get(pattern)
                if before:
                    self.go(state, before, nodes)

    def _both(self, state: State, base: Nodes, head: Nodes) -> None:
        if base and head:
            self.go(state, base, head)

    def spread(self) -> None:
        """Carry the operations along, until nothing changes: their sets only grow, so it ends."""
        work = deque(state.number for state in self.states if state.operations)
        queued = set(work)
        while work:
            number = work.popleft()
            queued.discard(number)
            state = self.states[number]
            for following in state.edges:
                other = self.states[following]
                if other.operations | state.operations != other.operations:
                    other.operations |= state.operations
                    if following not in queued:
                        queued.add(following)
                        work.append(following)


def _may_refer(node: Node) -> bool:
    value = node.value
    return "$ref" in value or "$dynamicRef" in value or not _COMPOSING.isdisjoint(value)


def _targets(nodes: Nodes) -> Nodes | None:
    """Where schemas lead, each once."""
    found: dict[int, Node] = {}
    for node in nodes:
        led = target(node)
        if led is None:
            return None
        found.setdefault(id(led.value), led)
    return tuple(found.values())


def _is_same(one: Any, other: Any) -> bool:
    try:
        return bool(one == other)
    except RecursionError:
        return False


def _entries(value: dict[str, Any], hiding: str) -> Iterator[tuple[str | int, ...]]:
    stack: list[tuple[tuple[str | int, ...], dict[str, Any]]] = [((), value)]
    while stack:
        path, schema = stack.pop()
        if path:
            if "$ref" in schema or "$dynamicRef" in schema or not _COMPOSING.isdisjoint(schema):
                yield path
                continue
            if schema.get(hiding) is True:
                continue
        stack.extend(((*path, *steps), member) for steps, member in _members(schema))


def _members(schema: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    for key in _MAPS:
        members = schema.get(key)
        for name, member in members.items() if isinstance(members, dict) else ():
            if isinstance(member, dict):
                yield (key, name), member
    for key in _SINGLE:
        member = schema.get(key)
        if isinstance(member, dict):
            yield (key,), member
    tuples = schema.get("prefixItems")
    for index, member in enumerate(tuples if isinstance(tuples, list) else ()):
        if isinstance(member, dict):
            yield ("prefixItems", index), member


def _items(parts: Sequence[Node]) -> list[Node]:
    """The schemas of the first items of arrays, each for one."""
    for part in parts:
        tuples = part.value.get("prefixItems")
        if isinstance(tuples, list):
            return [part.child(("prefixItems", index)) for index, one in enumerate(tuples) if isinstance(one, dict)]
    return []


def _patterns(parts: Sequence[Node]) -> dict[str, Nodes]:
    found: dict[str, Nodes] = {}
    for part in parts:
        named = part.value.get("patternProperties")
        for pattern, one in named.items() if isinstance(named, dict) else ():
            if isinstance(one, dict):
                found[pattern] = (*found.get(pattern, ()), part.child(("patternProperties", pattern)))
    return found
