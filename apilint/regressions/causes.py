"""What was seen at operations, put together by cause: one change for what one edit did to many of them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import NamedTuple

from apilint.concepts.grouping import some_of
from apilint.findings import Confidence, Severity
from apilint.openapi.api import Api
from apilint.openapi.node import Key, Node
from apilint.openapi.operation import Operation
from apilint.regressions.model import Change

_FEW = 5  # of the same kind that stand each for itself
_MANY = 25  # of whatever kind
_MOST_PARTS = 3  # of a message about several things at one place


class Seen(NamedTuple):
    """What one comparison of two operations, or of what they share, showed.

    `said` follows on the operations' names, unless `subject` says what else it is about. Where `cause` and `said` are
    the same, one edit did it. `base` and `head` are the places, `at` the key below `head`. `roughly` is
    what to say where very many operations show the like.
    """

    rule: str
    cause: Hashable
    said: str
    base: Node | None
    head: Node
    severity: Severity
    operations: tuple[Operation, ...] = ()
    at: Key | None = None
    subject: str = ""
    confidence: Confidence | None = None
    improves: bool = False
    roughly: str = ""


def gathered(seen: Iterable[Seen], base: Api, head: Api) -> Iterator[Change]:
    """The changes behind what was seen: one for each cause, and one for a rule and a place."""
    by_cause: dict[Hashable, list[Seen]] = {}
    for one in seen:
        key = (one.rule, one.improves, one.subject, one.said, one.cause)
        by_cause.setdefault(key, []).append(one)
    causes = [_joined(group) for group in by_cause.values()]
    by_place: dict[Hashable, list[Seen]] = {}
    for one in _collapsed(causes, base, head):
        by_place.setdefault((one.rule, one.improves, id(one.head.document), one.head.path, one.at), []).append(one)
    for group in by_place.values():
        yield _change(group)


def _joined(group: list[Seen]) -> Seen:
    first = group[0]
    if len(group) == 1:
        return first
    operations = {id(operation): operation for one in group for operation in one.operations}
    return first._replace(
        operations=tuple(operations.values()),
        severity=max(one.severity for one in group),
        confidence=_surest(group),
    )


def _collapsed(causes: list[Seen], base: Api, head: Api) -> Iterator[Seen]:
    """The causes, where many operations of their own show the same: once for all of them, at `paths`.

    Where very many still differ in what they lost, it is said roughly.
    """
    alike: dict[Hashable, list[Seen]] = {}
    for one in causes:
        alike.setdefault((one.rule, one.improves, one.said) if not one.subject else id(one), []).append(one)
    kinds: dict[Hashable, list[Seen]] = {}
    for group in alike.values():
        for one in [_whole(group, base, head)] if len(group) > _FEW else group:
            kinds.setdefault((one.rule, one.improves, one.roughly) if one.roughly else id(one), []).append(one)
    for group in kinds.values():
        if len(group) > _MANY:
            yield _whole(group, base, head)._replace(said=group[0].roughly)
        else:
            yield from group


def _whole(group: list[Seen], base: Api, head: Api) -> Seen:
    return _joined(group)._replace(base=base.child("paths"), head=head, at="paths")


def _change(group: list[Seen]) -> Change:
    """The change at one place, which may be about several things: the gravest of them first."""
    ordered = sorted(group, key=lambda one: -one.severity)
    joined, first = _joined(ordered), ordered[0]
    said = [f"{one.subject or _subject(one.operations)} {one.said}" for one in ordered[:_MOST_PARTS]]
    more = f"; and {len(ordered) - _MOST_PARTS:,} more" if len(ordered) > _MOST_PARTS else ""
    return Change(
        first.rule,
        "; ".join(said) + more,
        first.base,
        first.head,
        joined.severity,
        joined.confidence,
        first.at,
        joined.operations,
        first.improves,
    )


def _subject(operations: tuple[Operation, ...]) -> str:
    some = some_of(operations)
    return some if len(operations) == 1 else f"{len(operations):,} operations ({some})"


def _surest(group: list[Seen]) -> Confidence | None:
    """The greatest confidence; None, which is that of the rule, where one of them says nothing of its own."""
    own = [one.confidence for one in group if one.confidence is not None]
    return max(own) if len(own) == len(group) else None
