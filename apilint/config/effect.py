"""What settings come to for single findings of an API.

Settings hold for each operation by itself, the later one first. A finding about many is as grave and as sure as for
those that have it so most, and is off only where it is off for all: so what loosens needs all, and what tightens any.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from apilint.config.reach import Reach
from apilint.engine import Raised
from apilint.findings import Confidence, Severity, Suppression
from apilint.openapi.api import Api
from apilint.policy.model import Origin, Setting, Where
from apilint.policy.selectors import is_in

KIND = "configuration"


class Placed:
    """Settings by id of rule, the files and operations for which they are, and why.

    What is `public` is about the operations that stand in the files, everything else about findings there.
    """

    __slots__ = ("origin", "public", "reason", "rules", "where")

    def __init__(
        self, where: Where, rules: Mapping[str, Setting], reason: str, origin: Origin, public: bool = False
    ) -> None:
        self.where = where
        self.rules = rules
        self.reason = reason
        self.origin = origin
        self.public = public


class State(NamedTuple):
    """What holds for some of the operations: on, off, or as the preset has it (None). `off` is what turned it off."""

    severity: Severity
    confidence: Confidence
    enabled: bool | None = None
    off: Placed | None = None

    def after(self, placed: Placed, setting: Setting) -> State:
        """What holds after a later setting."""
        enabled = self.enabled if setting.enabled is None else setting.enabled
        return State(
            self.severity if setting.severity is None else setting.severity,
            self.confidence if setting.confidence is None else setting.confidence,
            enabled,
            placed if setting.enabled is False else None if enabled else self.off,
        )


# The levels of a finding, what turns it off, and whether it is shown whatever the preset says.
_Outcome = tuple[Severity, Confidence, Placed | None, bool]


class Effects:
    """What settings come to for the findings of one API."""

    def __init__(self, api: Api, placed: Sequence[Placed], base: Mapping[str, Setting], least: Confidence) -> None:
        """`placed` are in the order in which they hold; nothing below `least` is shown for being on."""
        self.reach = Reach(api)
        self._root = api.document.path
        self._every = (2 << len(api.all_operations)) - 1
        self._held: dict[tuple[str, State, str | None], dict[State, int]] = {}
        self._base = base
        self._least = least
        self._of: dict[str, list[tuple[Placed, int | None]]] = {}
        self._files: dict[tuple[Where, str | None], bool] = {}
        self._known: dict[tuple[str, Severity, Confidence, int, str | None], _Outcome] = {}
        self.public = 0
        self._publics: list[tuple[Placed, int]] = []
        for one in placed:
            mask = None
            if one.public:
                mask = self.reach.standing(one.where)
                self.public |= mask
                self._publics.append((one, mask))
            elif one.where.operations:
                mask = self.reach.selected(one.where.operations)
            for id in one.rules:
                self._of.setdefault(id, []).append((one, mask))

    def states(self, one: Raised) -> list[State]:
        """What holds for the operations that a finding concerns, each state once; for a finding about none, one."""
        return self._states(one, self.reach.concerned(one) if one.rule.id in self._of else 0)

    def _states(self, one: Raised, concerned: int) -> list[State]:
        base = self._base.get(one.rule.id, Setting())
        first = State(
            one.severity if base.severity is None else base.severity,
            one.confidence if base.confidence is None else base.confidence,
            base.enabled,
        )
        if not concerned:
            return list(self._groups(one, first, 0))
        # What holds for all operations, once: findings are many, and each asks for some of them only.
        key = (one.rule.id, first, one.document.path)
        if key not in self._held:
            self._held[key] = self._groups(one, first, self._every)
        return [state for state, operations in self._held[key].items() if operations & concerned]

    def _groups(self, one: Raised, first: State, operations: int) -> dict[State, int]:
        """Some operations by what holds for them, of a rule that stands at `first` without any of the settings."""
        groups = {first: operations}
        for other, mask in self._of.get(one.rule.id, ()):
            if mask is not None and not mask & operations:
                continue
            if other.public or self._holds(other.where, one.document.path):
                groups = _split(groups, other, mask, other.rules[one.rule.id])
        return groups

    def _holds(self, where: Where, path: str | None) -> bool:
        """Whether the root document or a file in which a finding stands is meant."""
        if not where.files:
            return True
        key = (where, path)
        if key not in self._files:
            self._files[key] = is_in(where, self._root) or is_in(where, path)
        return self._files[key]

    def is_asked(self, one: Raised) -> bool:
        """Whether a rule that is on in some places only is on in that of a finding, or was turned off there alone."""
        return any(state.enabled is not False or state.off for state in self.states(one))

    def settled(self, one: Raised) -> Raised:
        """A finding with its levels, and suppressed where it is off."""
        placed = one.rule.id in self._of
        if not placed and one.rule.id not in self._base:
            return one
        concerned = self.reach.concerned(one) if placed else 0
        key = (one.rule.id, one.severity, one.confidence, concerned, one.document.path if placed else None)
        outcome = self._known.get(key)
        if outcome is None:
            outcome = self._known[key] = self._outcome(self._states(one, concerned))
        severity, confidence, off, asked = outcome
        one = one.levelled(severity, confidence)
        if off is not None:
            return _suppressed(one, off)
        return one._replace(asked=True) if asked else one

    def _outcome(self, states: Sequence[State]) -> _Outcome:
        live = [state for state in states if state.enabled is not False]
        severity = max(state.severity for state in live or states)
        confidence = max(state.confidence for state in live or states)
        off = None if live else next((state.off for state in states if state.off is not None), None)
        return severity, confidence, off, confidence >= self._least and any(state.enabled for state in live)

    def set_aside(self, one: Raised) -> Raised:
        """A finding about public operations, suppressed for the reason of the first of them."""
        concerned = self.reach.concerned(one)
        return _suppressed(one, next(placed for placed, mask in self._publics if mask & concerned))


def _suppressed(one: Raised, off: Placed) -> Raised:
    return one._replace(suppression=Suppression(KIND, off.reason, str(off.origin)))


def _split(groups: Mapping[State, int], placed: Placed, mask: int | None, setting: Setting) -> dict[State, int]:
    """The operations by what holds for them after a setting for those in a bit set, or for all."""
    found: dict[State, int] = {}
    for state, operations in groups.items():
        inside = operations if mask is None else operations & mask
        if inside or mask is None:
            after = state.after(placed, setting)
            found[after] = found.get(after, 0) | inside
        if mask is not None and (operations & ~mask or not inside):
            found[state] = found.get(state, 0) | operations & ~mask
    return found
