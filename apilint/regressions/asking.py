"""Which rules a run asks: those about regressions in a comparison, and all others without one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from apilint.findings import Confidence, Flag, Severity
from apilint.openapi.api import Api
from apilint.policy.model import ConfigurationError
from apilint.policy.selection import suggest
from apilint.regressions.model import KNOWN, Compared
from apilint.rule import Rule

if TYPE_CHECKING:
    from apilint.regressions.compare import Comparison, Result


def asked(rules: Iterable[Rule], comparison: Comparison | None) -> tuple[Rule, ...]:
    """The rules that a run asks: all but those about regressions, or in a comparison those alone.

    Rules about policy and trust stay: who changes a document may have changed its judge.
    """
    if comparison is None:
        return tuple(rule for rule in rules if rule.view is not Compared)
    from apilint.policy import policy_rules, trust_rules

    about = {rule.id for rule in (*policy_rules.RULES, *trust_rules.RULES)}
    return tuple(
        rule._replace(view=Api, check=_check(rule.id), up_to=(Severity.CRITICAL, Confidence.HIGH))
        if rule.view is Compared
        else rule
        for rule in rules
        if rule.view is Compared or rule.id in about
    )


def require_sense(selected: Sequence[str], rules: Iterable[Rule], comparison: Comparison | None) -> None:
    """Raise `ConfigurationError` for a selected rule that the run would not ask."""
    if not selected:
        return
    about = {rule.id for rule in rules if rule.view is Compared}
    for id in selected:
        if comparison is None and id in about:
            raise ConfigurationError(f"{id} is about what a change takes away: apilint diff asks it, with two states")
        if comparison is not None and id not in about:
            said = f"{id} is not about regressions, and a comparison asks no other rule"
            raise ConfigurationError(f"{said}{suggest(id, about)}")


def _check(id: str) -> Callable[[Api], Iterator[Flag]]:
    def check(api: Api) -> Iterator[Flag]:
        result: Result | None = api.known.get(KNOWN)
        return iter(() if result is None else result.flags.get(id, ()))

    return check
