"""What callers must present: gone, optional, joined by an easier way in, or asking for fewer scopes."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import NamedTuple

from apilint.findings import Confidence, Severity
from apilint.openapi.api import Api
from apilint.openapi.node import Node
from apilint.openapi.operation import Operation
from apilint.openapi.security import EffectiveSecurity
from apilint.regressions import regression_rules as rules
from apilint.regressions.alternatives import (
    Lock,
    is_at_least,
    is_wide,
    lock_words,
    locks_of,
    missing,
    nearest,
    rank,
    same,
    scope_words,
    words,
)
from apilint.regressions.causes import Seen
from apilint.regressions.gateways import authenticators
from apilint.regressions.model import Pair
from apilint.regressions.schemes import PASSWORD, TOKEN, Schemes
from apilint.regressions.scopes import renamed_scopes

_MOST_STEPS = 50_000  # comparisons of two alternatives in one comparison of two APIs
_SHORTENED = 80


_ROUGHLY = {
    (rules.AUTHENTICATION_REMOVED.id, False): "required credentials and can now be called by anybody",
    (rules.AUTHENTICATION_REMOVED.id, True): "could be called by anybody; callers now need credentials",
    (rules.AUTHENTICATION_OPTIONAL.id, False): "required credentials, which are optional now",
    (rules.AUTHENTICATION_OPTIONAL.id, True): "could be called without credentials, which callers now need",
    (rules.AUTHENTICATION_WEAKER.id, False): "can now be called with less than before",
    (rules.AUTHENTICATION_WEAKER.id, True): "could be called with less than callers need now",
    (rules.SCOPE_DROPPED.id, False): "can now be called without some scope that was required",
    (rules.SCOPE_DROPPED.id, True): "could be called without some scope that is required now",
}


class _Verdict(NamedTuple):
    """How one `security` is easier than another: the rule, and both ways to say it."""

    rule: str
    lost: str
    gained: str
    severity: Severity


class Authentication:
    """The comparison of what two states ask callers for.

    `removed` are the head's operations, by id, that anybody may call now: what else shows the same is no news.
    """

    def __init__(self, base: Api, head: Api, pairs: Sequence[Pair], schemes: Schemes) -> None:
        self._base, self._head = base, head
        self._pairs = [pair for pair in pairs if pair.base is not None and pair.head.kind == "path"]
        self._schemes = schemes
        self._renamed: Mapping[str, str] = renamed_scopes(base, head, self._pairs)
        self._locks: dict[int, tuple[Lock, ...]] = {}
        self._known: dict[tuple[int, int], _Verdict | None] = {}
        self._steps = _MOST_STEPS
        self.removed: set[int] = set()

    def seen(self) -> Iterator[Seen]:
        """What was lost, and what was gained."""
        for before, head in self._pairs:
            if before is None:
                continue
            old, new = before.security, head.security
            verdict, improves = self._verdict(old, new), False
            if verdict is None:
                verdict, improves = self._verdict(new, old), True
            if verdict is None:
                yield from _declared_public(before, head)
                continue
            weak, strong = (before, head) if improves else (head, before)
            if verdict.severity is Severity.CRITICAL:
                # Where a gateway's extension took over, the way in has not become easier.
                if authenticators(weak) - authenticators(strong):
                    continue
                if not improves:
                    self.removed.add(id(head))
            yield self._at(before, head, verdict, improves)

    def _at(self, before: Operation, head: Operation, verdict: _Verdict, improves: bool) -> Seen:
        old, new = before.security, head.security
        cause, place, at = _cause(old, new, head)
        severity, confidence = (verdict.severity, None) if improves else _graded(verdict, head)
        said = verdict.gained if improves else verdict.lost
        if head.marked_public and not before.marked_public and not improves:
            said += f" (declared public: {head.marked_public[:_SHORTENED]})"
        return Seen(
            verdict.rule,
            cause,
            said,
            old.place or before,
            place,
            severity,
            (head,),
            at,
            confidence=confidence,
            improves=improves,
            roughly=_ROUGHLY[verdict.rule, improves],
        )

    def _verdict(self, strong: EffectiveSecurity, weak: EffectiveSecurity) -> _Verdict | None:
        """What makes the second easier than the first, or None."""
        key = (_value(strong), _value(weak))
        if key not in self._known:
            self._known[key] = self._compared(self._locks_of(strong), self._locks_of(weak))
        return self._known[key]

    def _locks_of(self, security: EffectiveSecurity) -> tuple[Lock, ...]:
        key = _value(security)
        if key not in self._locks:
            is_base = security.place is not None and security.place.api is self._base
            ids = self._schemes.base_ids if is_base else self._schemes.head_ids
            self._locks[key] = locks_of(security, ids, self._renamed if is_base else {}, self._schemes.changed)
        return self._locks[key]

    def _compared(self, strong: tuple[Lock, ...], weak: tuple[Lock, ...]) -> _Verdict | None:
        if not strong or () in strong:
            return None
        asked = words(strong)
        if not any(weak):
            return _Verdict(
                rules.AUTHENTICATION_REMOVED.id,
                f"required {asked} and can now be called by anybody",
                f"could be called by anybody; callers now need {asked}",
                Severity.CRITICAL,
            )
        if () in weak:
            return _Verdict(
                rules.AUTHENTICATION_OPTIONAL.id,
                f"required {asked}, which is optional now: anybody can call without it",
                f"could be called without credentials; callers now need {asked}",
                Severity.CRITICAL,
            )
        known = {same(lock) for lock in strong}
        easier = [lock for lock in weak if same(lock) not in known and not self._is_matched(lock, strong)]
        return _easier(strong, easier) if easier else None

    def _is_matched(self, lock: Lock, others: tuple[Lock, ...]) -> bool:
        """Whether an alternative is as strong as one of others."""
        for other in others:
            self._steps -= 1
            if self._steps < 0:
                self._head.give_up(self._head, "too many alternatives of `security` to compare: the rest was not")
                return True
            if is_at_least(lock, other):
                return True
        return False


def _easier(strong: tuple[Lock, ...], easier: list[Lock]) -> _Verdict:
    """The verdict about alternatives that are easier than all those of before."""
    pairs = [(lock, nearest(lock, strong)) for lock in easier]
    here = {identity for lock in easier for identity in _ids(lock)}
    if all(_ids(lock) == _ids(near) for lock, near in pairs):
        return _scopes(pairs)
    # Two schemes of a kind are told apart by their names alone.
    named = not {key.words for lock in easier for key in lock}.isdisjoint(
        key.words for lock in strong for key in lock if key.identity not in here
    )
    alone = (" alone" if _ids(lock) < _ids(near) else "" for lock, near in pairs)
    shown = " or ".join(lock_words(lock, named=named) + rest for lock, rest in zip(easier[:3], alone, strict=False))
    if len(easier) > 3:
        shown += f" or one of {len(easier) - 3:,} more"
    asked = words(strong, named=named)
    least = min(max(key.force for key in one) for one in easier)
    most = min(max(key.force for key in one) for one in strong)
    return _Verdict(
        rules.AUTHENTICATION_WEAKER.id,
        f"required {asked} and can now be called with {shown}",
        f"could be called with {shown}; callers now need {asked}",
        Severity.HIGH if most >= TOKEN and least <= PASSWORD else Severity.MEDIUM,
    )


def _ids(lock: Lock) -> set[int | str]:
    return {key.identity for key in lock}


def _scopes(pairs: list[tuple[Lock, Lock]]) -> _Verdict:
    """The verdict about alternatives that name the same schemes as before, with fewer scopes."""
    gone: set[str] = set()
    come: set[str] = set()
    of = ""
    for lock, near in pairs:
        here = {key.identity: key for key in lock}
        for key in near:
            less = missing(here[key.identity], key)
            gone |= less
            come |= here[key.identity].scopes - key.scopes if less else frozenset()
            of = of or (key.words if less else "")
    plural, it = ("s", "them") if len(gone) > 1 else ("", "it")
    instead = f"with {scope_words(come)}" if come else f"without {it}"
    asked = f"scope{plural} {scope_words(gone)} of {of}"
    return _Verdict(
        rules.SCOPE_DROPPED.id,
        f"required {asked} and can now be called {instead}{' instead' if come else ''}",
        f"could be called {instead if come else f'without {asked}'}; callers now need {asked if come else it}",
        Severity.MEDIUM if come and rank(come) == rank(gone) and not any(map(is_wide, come)) else Severity.HIGH,
    )


def _graded(verdict: _Verdict, head: Operation) -> tuple[Severity, Confidence | None]:
    """How grave a loss is at an operation: reads are less so, and what is meant to be public may be set right."""
    severity = verdict.severity
    if verdict.rule == rules.SCOPE_DROPPED.id:
        return severity, None
    if verdict.rule == rules.AUTHENTICATION_WEAKER.id:
        return (max(severity, Severity.HIGH) if head.is_write else severity), None
    if head.method.upper() == "OPTIONS":
        return Severity.LOW, Confidence.MEDIUM
    if head.public is not None and not head.marked_public:
        return Severity.MEDIUM, Confidence.MEDIUM
    if verdict.rule == rules.AUTHENTICATION_REMOVED.id and head.is_safe:
        return Severity.HIGH, None
    return severity, None


def _cause(old: EffectiveSecurity, new: EffectiveSecurity, head: Operation) -> tuple[Hashable, Node, str | None]:
    """What did it, and where that stands now: the root's `security` where that counts in both states."""
    if new.source == "operation" or old.source == "operation":
        written = new.source == "operation"
        return ("operation", id(head.document), head.path), head, "security" if written else None
    return "root", head.api, "security" if new.source == "root" else None


def _value(security: EffectiveSecurity) -> int:
    """The same number for `security` that is written once and used in several places."""
    return 0 if security.place is None else id(security.place.value)


def _declared_public(before: Operation, head: Operation) -> Iterator[Seen]:
    """An operation that was merely open, or asks for credentials still, and is declared public now."""
    if head.marked_public and not before.marked_public:
        yield Seen(
            rules.DECLARED_PUBLIC.id,
            ("public", head.marked_public),
            f"got a declaration to be public: {head.marked_public[:_SHORTENED]}",
            before,
            head,
            Severity.LOW,
            (head,),
        )
