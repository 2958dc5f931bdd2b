"""What changed at one pair of schemas: the limits of requests, and what objects name, take and hide."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from apilint.analysis.managed import is_privilege
from apilint.analysis.words import words
from apilint.findings import Confidence, Severity
from apilint.openapi.node import Node
from apilint.regressions import schema_regression_rules as rules
from apilint.regressions.schema_arrivals import (
    matters,
    sensitive_grade,
    sensitive_kind,
    sensitive_words,
    writable_grade,
)
from apilint.regressions.schema_limits import (
    Loss,
    Number,
    Size,
    Text,
    member_losses,
    number_losses,
    size_losses,
    text_losses,
    weakest,
)
from apilint.regressions.schema_matching import match_ways
from apilint.regressions.schema_shapes import TYPES, Nodes, Shape, Way
from apilint.regressions.schema_walk import REQUEST, Event, State, Walk

_SCALARS = frozenset(("string", "number", "boolean"))
_PROOFS = frozenset("csrf xsrf signature hmac nonce captcha recaptcha hcaptcha idempotency otp totp".split())
_PROOF_NAMES = frozenset(("currentpassword", "oldpassword", "mfacode", "confirmationtoken"))


def is_proof(name: str) -> bool:
    """Whether a parameter or property of this name proves that a request is meant by who sends it."""
    parts = words(name)
    return not _PROOFS.isdisjoint(parts) or "".join(parts) in _PROOF_NAMES


def visit(walk: Walk, state: State) -> Iterator[Event]:
    """What changed at a pair of schemas; what is below is left to the walk."""
    if state.base is None:
        yield from _arrive(walk, state, walk.shape(state.head))
        return
    base, head = walk.shape(state.base), walk.shape(state.head)
    if not (base.is_whole and head.is_whole and base.ways and head.ways):
        return
    hiding = "readOnly" if state.direction == REQUEST else "writeOnly"
    if base.is_marked(hiding) and head.is_marked(hiding):
        return
    if state.direction == REQUEST:
        widened = [*_widened(base, head, improves=False), *_widened(head, base, improves=True)]
        yield from (one._replace(state=state.number) for one in widened)
        if not widened:
            for loss, improves in _limits(base, head, is_secret=state.is_secret):
                yield _event(loss, improves)._replace(state=state.number)
        if widened and "object" in base.types & head.types:
            return  # what its properties lost is lost with the names
        yield from (one._replace(state=state.number) for one in _items_freed(base, head))
    yield from (one._replace(state=state.number) for one in _marks(base, head))
    for one, other in match_ways(base.of("object"), head.of("object")):
        if one is None:
            yield from _arrive_at(walk, state, other)
            continue
        for event in _objects(walk, state, one, other):
            yield event._replace(state=state.number)
    walk.below(state, base, head)


def _event(loss: Loss, improves: bool) -> Event:
    if improves:
        return Event(loss.rule, loss.gained, loss.severity, loss.loose, loss.strict, loss.keyword, True)
    return Event(loss.rule, loss.lost, loss.severity, loss.strict, loss.loose, loss.at)


def _both(was: list[Any], now: list[Any], losses: Callable[[Any, Any], Iterator[Loss]]) -> Iterator[tuple[Loss, bool]]:
    if was and now and {one.key for one in was} != {one.key for one in now}:
        yield from ((loss, False) for loss in weakest(was, now, losses))
        yield from ((loss, True) for loss in weakest(now, was, losses))


def _limits(base: Shape, head: Shape, *, is_secret: bool) -> Iterator[tuple[Loss, bool]]:
    was, now = ([Text(way, is_secret=is_secret) for way in one.of("string")] for one in (base, head))
    yield from _both(was, now, text_losses)
    yield from _both([*map(Number, base.of("number"))], [*map(Number, head.of("number"))], number_losses)
    yield from _both([*map(Size, base.of("array"))], [*map(Size, head.of("array"))], size_losses)


def _widened(base: Shape, head: Shape, *, improves: bool) -> Iterator[Event]:
    """A type that a value could not have and that nothing restricts."""
    if base.types == TYPES or any(way.is_binary for way in base.ways):
        return
    if head.says_nothing:
        type_ = min(base.types)
        way = next(way for way in head.ways if way.says_nothing)
        lost = f"was {_type_words(base)} and may be anything now"
        gained = f"could be anything and must be {_type_words(base)} now"
    elif "string" not in base.types and base.types <= _SCALARS and any(Text(way).is_free for way in head.of("string")):
        type_, way = "string", next(way for way in head.of("string") if Text(way).is_free)
        lost = f"was {_type_words(base)} and may be any text now"
        gained = f"could be any text and must be {_type_words(base)} now"
    elif _names_objects(base) and any(map(_is_free_object, head.of("object"))):
        type_, way = "object", next(way for way in head.of("object") if _is_free_object(way))
        lost = f"was {_type_words(base)} and may be any object now"
        gained = f"could be any object and must be {_type_words(base)} now"
    else:
        return
    mine = type_ if type_ in base.types else min(base.types)
    places = base.of(mine)[0].place(mine), way.place(type_)
    said = gained if improves else lost
    before, now = reversed(places) if improves else places
    at = "type" if "type" in now.value else None
    yield Event(rules.TYPE_WIDENED.id, said, Severity.MEDIUM, before, now, at, improves)


def _type_words(shape: Shape) -> str:
    names = sorted("integer" if one == "number" and all(way.is_integer for way in shape.of(one)) else one
                   for one in shape.types)  # fmt: skip
    named = " with named properties"
    return " or ".join(f"{'an' if one[0] in 'aio' else 'a'} {one}{named if one == 'object' else ''}" for one in names)


def _names_objects(shape: Shape) -> bool:
    """Whether all objects that a shape allows, if any, have properties of their own."""
    return all(way.properties for way in shape.of("object"))


def _items_freed(base: Shape, head: Shape) -> Iterator[Event]:
    """Arrays whose items may be anything now, or no more."""
    for one, other in match_ways(base.of("array"), head.of("array")):
        if one is None or one.values("prefixItems") or other.values("prefixItems"):
            continue
        was, now = (bool(way.below("items")) for way in (one, other))
        if was is now or base.says_nothing or head.says_nothing:
            continue
        said = "each item has a schema now" if now else "the schema of the items was removed, so they may be anything"
        at = "items" if "items" in other.place("array").value else None
        places = one.place("array"), other.place("array")
        yield Event(rules.TYPE_WIDENED.id, said, Severity.MEDIUM, *places, at, now)


def _is_free_object(way: Way) -> bool:
    return not way.properties and not way.rest and way.closing is None and not way.has_listed_names


def _marks(base: Shape, head: Shape) -> Iterator[Event]:
    """`format: password`, which came or went."""
    was, now = (
        [(way, any(value == "password" for value, _ in way.values("format"))) for way in one.of("string")]
        for one in (base, head)
    )
    if not was or not now or base.says_nothing or head.says_nothing:
        return
    before, after = all(mark for _, mark in was), all(mark for _, mark in now)
    if before == after or head.is_marked("writeOnly"):
        return
    places = was[0][0].place("string"), now[0][0].place("string")
    said = "`format: password` was removed" if before else "`format: password` was added"
    at = None if before else "format"
    yield Event(rules.SECRET_UNMARKED.id, said, Severity.LOW, *places, at, after)


def _objects(walk: Walk, state: State, base: Way, head: Way) -> Iterator[Event]:
    yield from _closing(base, head, state.direction, improves=False)
    yield from _closing(head, base, state.direction, improves=True)
    if state.direction == REQUEST:
        for loss in member_losses(base, head):
            yield _event(loss, False)
        for loss in member_losses(head, base):
            yield _event(loss, True)
        yield from _writable(walk, base, head)
        yield from _proofs(walk, base, head)
    else:
        yield from _returned(walk, state, base, head)


def _closing(strict: Way, loose: Way, direction: str, *, improves: bool) -> Iterator[Event]:
    if loose.closing is not None or loose.has_listed_names:
        return
    is_request = direction == REQUEST
    place = loose.place("object")
    if strict.closing is not None:
        keyword, holder = strict.closing
        severity = Severity.MEDIUM if is_request else Severity.LOW
        verb = "accepted" if is_request else "let through"
        lost = f"`{keyword}: false` was removed, so properties that nobody described are {verb}"
        gained = f"`{keyword}: false` was added, so only the named properties are {verb}"
    elif is_request and strict.rest and not loose.rest and not loose.values("patternProperties"):
        keyword, holder = _rest_place(strict)
        severity = Severity.LOW if strict.properties else Severity.MEDIUM
        lost = f"the schema of `{keyword}` was removed, so other properties may be anything"
        gained = f"other properties must fit the schema of `{keyword}` now"
    else:
        return
    if improves:
        yield Event(rules.OBJECT_OPENED.id, gained, severity, place, holder, keyword, True)
        return
    at = next((key for key in ("additionalProperties", "unevaluatedProperties") if key in place.value), None)
    yield Event(rules.OBJECT_OPENED.id, lost, severity, holder, place, at)


def _rest_place(way: Way) -> tuple[str, Node]:
    for keyword in ("additionalProperties", "unevaluatedProperties"):
        for value, part in way.values(keyword):
            if isinstance(value, dict):
                return keyword, part
    return "additionalProperties", way.parts[0]


def _writable(walk: Walk, base: Way, head: Way) -> Iterator[Event]:
    """Properties that only the server could set, and those that decide what a user may do."""
    for name, nodes in head.properties.items():
        before = base.properties.get(name)
        if before is None:
            if is_privilege(words(name)) and not walk.is_hidden(nodes, REQUEST) and _is_scalar(walk.shape(nodes)):
                yield Event(rules.PROPERTY_WRITABLE.id,
                            "decides what a user may do, and clients may send it now",
                            Severity.MEDIUM, base.place("object"), nodes[0], confidence=Confidence.MEDIUM,
                            arrived=(name, frozenset(head.properties), False))  # fmt: skip
            continue
        if not walk.is_known(before) or not walk.is_known(nodes):
            continue
        was_hidden, is_hidden = (walk.is_hidden(one, REQUEST) for one in (before, nodes))
        if was_hidden and not is_hidden:
            yield Event(rules.PROPERTY_WRITABLE.id, "`readOnly: true` was removed, so clients may set it",
                        writable_grade(name), before[0], nodes[0])  # fmt: skip
        elif is_hidden and not was_hidden:
            yield Event(rules.PROPERTY_WRITABLE.id, "`readOnly: true` was added, so only the server sets it",
                        writable_grade(name), before[0], nodes[0], improves=True)  # fmt: skip


def _is_scalar(shape: Shape) -> bool:
    return bool(shape.types - {"object"})


def _proofs(walk: Walk, base: Way, head: Way) -> Iterator[Event]:
    for name in sorted(base.required ^ head.required):
        if not is_proof(name) or name not in base.properties or name not in head.properties:
            continue
        places = base.properties[name][0], head.properties[name][0]
        if any(walk.is_hidden((place,), REQUEST) for place in places):
            continue
        improves = name in head.required
        said = "had to be sent and may be left out now" if not improves else "may not be left out any more"
        yield Event(rules.PROTECTION_OPTIONAL.id, said, Severity.MEDIUM, *places, improves=improves)


def _returned(walk: Walk, state: State, base: Way, head: Way) -> Iterator[Event]:
    """Sensitive properties that came or went."""
    for name, nodes in head.properties.items():
        if walk.is_hidden(nodes, state.direction):
            continue
        before = base.properties.get(name)
        if before is None:
            yield from _joined(walk, name, nodes, head, base.place("object"))
            walk.go(state, None, nodes)
        elif walk.is_hidden(before, state.direction) and walk.is_known(nodes):
            yield from _joined(walk, name, nodes, head, before[0], was_hidden=True)
            walk.go(state, None, nodes)
    for name, nodes in base.properties.items():
        after = head.properties.get(name)
        if not matters(name) or walk.is_hidden(nodes, state.direction):
            continue
        if after is not None and not (walk.is_known(after) and walk.is_hidden(after, state.direction)):
            continue
        kind = sensitive_kind(name, nodes, walk.shape(nodes))
        if kind:
            place = head.place("object") if after is None else after[0]
            what = "is not returned any more" if after is None else "is `writeOnly` now, and not returned"
            yield Event(rules.SENSITIVE_JOINED.id, f"`{name}`, {sensitive_words(kind)}, {what}",
                        sensitive_grade(name, kind)[0], nodes[0], place, improves=True,
                        arrived=(name, frozenset(base.properties), after is not None))  # fmt: skip


def _joined(
    walk: Walk, name: str, nodes: Nodes, around: Way, before: Node, *, was_hidden: bool = False
) -> Iterator[Event]:
    if not matters(name):
        return
    what = "was `writeOnly` and is returned now" if was_hidden else "came to the response"
    kind = sensitive_kind(name, nodes, walk.shape(nodes))
    if kind:
        severity, confidence = sensitive_grade(name, kind)
        yield Event(rules.SENSITIVE_JOINED.id, f"{sensitive_words(kind)} {what}", severity, before, nodes[0],
                    confidence=confidence, arrived=(name, frozenset(around.properties), was_hidden))  # fmt: skip


def _arrive(walk: Walk, state: State, shape: Shape) -> Iterator[Event]:
    """What is new in a response, and below."""
    for way in shape.ways:
        yield from _arrive_at(walk, state, way)


def _arrive_at(walk: Walk, state: State, way: Way) -> Iterator[Event]:
    if state.direction == REQUEST:
        return
    for name, nodes in way.properties.items():
        if not walk.is_hidden(nodes, state.direction):
            for event in _joined(walk, name, nodes, way, way.parts[0]):
                by = f", by {state.origin.label}" if state.origin is not None else ""
                yield event._replace(state=state.number, base=None, said=event.said + by)
            walk.go(state, None, nodes)
    for nodes in (way.below("items"), way.rest):
        if nodes:
            walk.go(state, None, nodes)
