"""What schemas and parameters lost between two states: each change once, where it was made."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence

from apilint.analysis.sensitive import kind_of
from apilint.concepts.purpose import is_administrative
from apilint.concepts.scoping import asks_for_administrator
from apilint.findings import Confidence
from apilint.openapi.api import Api
from apilint.openapi.node import Node
from apilint.openapi.operation import Operation, Parameter
from apilint.openapi.schema import Root
from apilint.regressions import schema_starts as starts
from apilint.regressions.model import Change, Pair
from apilint.regressions.schema_arrivals import Holdings, is_told
from apilint.regressions.schema_changes import is_proof, visit
from apilint.regressions.schema_holders import (
    Content,
    Forms,
    contents,
    directions,
    pair_contents,
    pair_parameters,
    pair_responses,
    parameter_nodes,
)
from apilint.regressions.schema_shapes import Nodes
from apilint.regressions.schema_walk import REQUEST, RESPONSE, Event, Walk

_MOST_PARTS = 4  # of a message about several things at one place
_FEW, _MANY = 5, 25  # places at which the same is told for each


def compare_schemas(base: Api, head: Api, pairs: Sequence[Pair], gone: Sequence[Operation] = ()) -> Iterable[Change]:
    """What the operations of a head take and return that those of its base did not, and the other way round.

    `gone` are operations of the base that the head lacks: with them nothing is lost.
    """
    return _Comparison(base, head, pairs).changes()


class _Comparison:
    def __init__(self, base: Api, head: Api, pairs: Sequence[Pair]) -> None:
        self._walk = Walk(base, head)
        self._forms = Forms()
        self._pairs = [(pair.base, pair.head) for pair in pairs if pair.base is not None]
        self._before, self._after = Holdings(base), Holdings(head)

    def changes(self) -> Iterator[Change]:
        """The changes, those of one rule at one place together."""
        events: list[Event] = []
        for index, (before, head) in enumerate(self._pairs):
            found = self._start(before, head, 1 << index)
            events += (event._replace(operations=1 << index) for event in found)
        for state in self._walk.pending():
            events += visit(self._walk, state)
        if not events:
            return
        self._walk.spread()
        groups: dict[Hashable, list[tuple[Event, int]]] = {}
        for event in events:
            mask = self._concerned(event)
            if mask:
                key = (event.rule, event.improves, id(event.head.document), event.head.path)
                groups.setdefault(key, []).append((event, mask))
        yield from _once([self._change(group) for group in groups.values()])

    def _start(self, before: Operation, head: Operation, bit: int) -> Iterator[Event]:
        sent, received = directions(head)
        kept: set[int] = set()
        for one, other in pair_parameters(before, head):
            if one is not None:
                kept.add(id(one))
                yield from self._parameter(one, other, sent, bit)
        old, new = self._forms.body(before), self._forms.body(head)
        for left, right in pair_contents(old, new):
            yield from self._body(left, right, sent, bit)
        if sent == REQUEST:
            yield from starts.proofs_gone(before, head, kept)
            yield from starts.any_type(old, new)
            yield from starts.uploads(before, head)
        for was, now in pair_responses(before, head):
            for left, right in pair_contents(contents(was.content) if was else (), contents(now.content)):
                yield from self._body(left, right, received, bit)
            for name, header in now.headers.items():
                known = was.headers.get(name) if was is not None else None
                if known is not None:
                    self._go(received, _first(known.roots), _first(header.roots), bit)

    def _parameter(self, base: Parameter, head: Parameter, direction: str, bit: int) -> Iterator[Event]:
        self._go(direction, parameter_nodes(base), parameter_nodes(head), bit)
        if base.required != head.required and direction == REQUEST and is_proof(head.name):
            yield starts.proof(base, head, improves=head.required)

    def _go(self, direction: str, base: Nodes, head: Nodes, bit: int) -> None:
        if base and head:
            self._walk.start(direction, base, head, bit)

    def _body(self, base: Content | None, head: Content, direction: str, bit: int) -> Iterator[Event]:
        if base is None:
            if direction == RESPONSE and head.nodes:
                self._walk.start(direction, None, head.nodes, bit)
            return
        was, now = self._describes(base), self._describes(head)
        if was and now:
            self._go(direction, base.nodes, head.nodes, bit)
        elif was is not now and not self._is_bytes(base if was else head):
            yield from starts.undescribed(base, head, direction, improves=now)

    def _describes(self, content: Content) -> bool:
        """Whether a body has a schema that says something, or that cannot be followed."""
        if not content.nodes:
            return False
        shape = self._walk.shape(content.nodes)
        return not shape.is_whole or not shape.says_nothing

    def _is_bytes(self, content: Content) -> bool:
        return bool(content.nodes) and any(way.is_binary for way in self._walk.shape(content.nodes).ways)

    def _concerned(self, event: Event) -> int:
        """The operations that an event concerns, as bits."""
        if event.state < 0:
            return event.operations
        state = self._walk.states[event.state]
        if event.arrived is None:
            return state.operations
        found = 0
        for index, (before, head) in enumerate(self._pairs):
            if state.operations >> index & 1 and self._is_news(event, before, head, state.direction):
                found |= 1 << index
        return found

    def _is_news(self, event: Event, before: Operation, head: Operation, direction: str) -> bool:
        """Whether a property is really new to an operation: none that it merely has elsewhere now, or must have."""
        assert event.arrived is not None
        name, names, was_hidden = event.arrived
        here, other = (before, head) if event.improves else (head, before)
        if direction == REQUEST:
            if is_administrative(here) or asks_for_administrator(here):
                return False
        elif is_told(kind_of(name), here):
            return False
        # What `writeOnly` hides stands in the schema, and yet nobody gets it.
        holdings = self._after if event.improves else self._before
        return was_hidden or not holdings.has(other, direction, name, names)

    def _change(self, group: list[tuple[Event, int]]) -> Change:
        """The change at one place, the gravest part of it first."""
        group.sort(key=lambda one: -one[0].severity)
        first, mask = group[0]
        for _, other in group[1:]:
            mask |= other
        operations = tuple(head for index, (_, head) in enumerate(self._pairs) if mask >> index & 1)
        said = list(dict.fromkeys(event.said for event, _ in group))
        more = f"; and {len(said) - _MOST_PARTS:,} more" if len(said) > _MOST_PARTS else ""
        return Change(
            first.rule,
            f"{_subject(first.head, operations)}: {'; '.join(said[:_MOST_PARTS])}{more}",
            first.base,
            first.head,
            first.severity,
            _surest([event.confidence for event, _ in group]),
            first.at,
            operations,
            first.improves,
        )


def _once(changes: list[Change]) -> Iterator[Change]:
    """The changes, what is the same at many places told once: one edit did it, of a generator or by search and replace.

    The places are very many, or those of a property or parameter of one name.
    """
    for name, most in ((_anything, _MANY), (_ending, _FEW)):
        alike: dict[Hashable, list[Change]] = {}
        for change in changes:
            said = change.message.removeprefix(change.head.label)
            key = (change.rule, change.improves, said.partition(": ")[2], name(change.head))
            alike.setdefault(key, []).append(change)
        changes = [one for group in alike.values() for one in ([_joined(group)] if len(group) > most else group)]
    yield from changes


def _ending(place: Node) -> str:
    """What a place is called inside what it belongs to: "property `name`"."""
    return place.label.rpartition(": ")[2].rpartition(", ")[2]


def _anything(place: Node) -> str:
    return ""


def _joined(group: list[Change]) -> Change:
    first = max(group, key=lambda change: change.severity or 0)
    operations = {id(operation): operation for change in group for operation in change.operations}
    message = f"{first.message}; the same at {len(group) - 1:,} more places"
    return first._replace(message=message, operations=tuple(operations.values()))


def _subject(place: Node, operations: Sequence[Operation]) -> str:
    """What a change is about: a place in an operation, or one in a component and the operations that use it."""
    label = place.label
    if any(label.startswith(operation.name) for operation in operations):
        return label
    more = f" and {len(operations) - 1:,} more" if len(operations) > 1 else ""
    return f"{label} (`{operations[0].name}`{more})"


def _surest(found: Sequence[Confidence | None]) -> Confidence | None:
    known = [one for one in found if one is not None]
    return max(known) if len(known) == len(found) else None


def _first(roots: Sequence[Root]) -> Nodes:
    return tuple(root.schema for root in roots[:1] if root.schema is not None)
