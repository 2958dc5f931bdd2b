"""What a policy locks, held against findings and against what would suppress them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from apilint.config.overrides import Overrides
from apilint.config.patterns import MISSING_AUTHENTICATION, meant
from apilint.findings import Confidence, Finding, Severity
from apilint.policy.model import Lock, Notice, Origin, Policy
from apilint.policy.policy_rules import SUPPRESSION_REFUSED
from apilint.policy.presets import PRESETS, shows
from apilint.rule import Rule

if TYPE_CHECKING:
    from apilint.engine import Raised
    from apilint.openapi.api import Api

_WORDS = {"waiver": "waivers", "inline": "suppressions in documents", "baseline": "baselines"}


class Locks:
    """The locks of a policy.

    `held` are the ids of the rules that are locked and on, `rules` those rules with the policy's options, which it set
    as `options`. `asked` are the ids of the rules that run whatever the preset shows.
    """

    def __init__(self, policy: Policy, rules: Sequence[Rule], path: str | None = None) -> None:
        """`path` is the root document. Raises `ConfigurationError` for a pattern that fits no rule."""
        self._terms = policy.terms
        self._baselines = policy.baselines
        self._trusts_marks = policy.public
        self._name = policy.name
        self._own = Overrides(policy.configuration, rules, path=path)
        # What the policy turns off itself is nothing that it holds others to.
        locks = {id: lock for id, lock in locked(policy, rules).items() if id not in self._own.off}
        self._locks = locks
        self.held = frozenset(locks)
        self.rules: Mapping[str, Rule] = {rule.id: rule for rule in self._own.rules if rule.id in locks}
        self.options = tuple(one for one in self._own.options if one[0] in locks)
        self.asked = frozenset(id for id, rule in self.rules.items() if self._shown(rule, *rule.most)) | (
            self._own.asked & self.held
        )

    def heard(
        self, api: Api, raised: Sequence[Raised], rules: Iterable[Rule], running: frozenset[str]
    ) -> tuple[list[Raised], list[Raised]]:
        """What the rules say where the policy does not believe `x-apilint-public`, and what is to be said about that.

        `rules` are all with their options, `running` the ids of those that were asked.
        """
        wanted = self.held if self._trusts_marks else running
        chosen = {
            rule.id: rule for rule in rules if MISSING_AUTHENTICATION in rule.tags and rule.id in wanted & running
        }
        if not chosen:
            return list(raised), []
        from apilint.config.marks import unmarked

        first = next((self._locks[id].origin for id in chosen if id in self.held), None)
        why = f"the policy locks what is public ({first or self._name})"
        return unmarked(api, raised, chosen, why)

    def apply(self, api: Api, raised: Sequence[Raised], asked: Overrides) -> list[Raised]:
        """What `asked`, all of the configuration, makes of findings; those of locked rules no milder than the policy.

        `raised` is all that the rules found.
        """
        held = [one for one in raised if one.rule.id in self.held]
        judged = asked.apply(api, raised)
        if not held:
            return judged
        found = [one for one in judged if one.rule.id not in self.held]
        # Only to what is locked, too, does a locked rule give way: another might be silenced after that.
        theirs = {one.key: one for one in asked.apply(api, held)}
        found += [self._stricter(one, theirs.pop(one.key, one)) for one in self._own.apply(api, held)]
        found += (self._stricter(one, one) for one in theirs.values() if one.suppression is None)
        return found

    def refuses(self, rule: str, severity: Severity, kind: str) -> str:
        """Why a suppression of a kind, `waiver`, `inline` or `baseline`, does not hold for a finding; or empty."""
        if kind == "baseline" and not self._baselines:
            return "the policy allows no baseline"
        lock = self._locks.get(rule)
        if lock is not None and not {"waiver": lock.waivable, "inline": lock.inline, "baseline": lock.baseline}[kind]:
            return f"the policy locks {rule} against {_WORDS[kind]} ({lock.origin})"
        most = self._terms.inline_up_to
        if kind == "inline" and most is not None and severity > most:
            return f"the policy lets suppressions in documents silence nothing graver than {most.label}"
        return ""

    def _stricter(self, own: Raised, other: Raised) -> Raised:
        """A finding as the policy alone would judge it, or as the configuration does where that is stricter."""
        severity = max(own.severity, other.severity, self._least(own.rule))
        confidence = max(own.confidence, other.confidence)
        suppression = own.suppression if other.suppression is not None else None
        asked = own.asked or other.asked or self._shown(own.rule, severity, confidence)
        return own.levelled(severity, confidence)._replace(suppression=suppression, asked=asked)

    def _least(self, rule: Rule) -> Severity:
        least = self._locks[rule.id].min_severity
        return Severity.INFO if least is None else least

    def _shown(self, rule: Rule, severity: Severity, confidence: Confidence) -> bool:
        """Whether the default preset shows what is locked: neither a narrow preset nor a wide one decides that."""
        lock = self._locks[rule.id]
        if lock.pattern == rule.id:
            rule = rule._replace(status="stable")  # whoever names it means it
        return shows(PRESETS["default"], rule, max(severity, self._least(rule)), confidence)


def refused_baseline(
    findings: Iterable[Finding], name: str, locks_of: Callable[[Finding], Locks | None]
) -> list[Finding]:
    """The findings without what the policy lets no baseline suppress, and that this was so, once for each rule.

    `name` is the file of the baseline, `locks_of` gives the locks for the API of a finding.
    """
    from apilint.config.notices import signed

    found = []
    refused: dict[str, tuple[int, str]] = {}
    for finding in findings:
        locks = locks_of(finding)
        if locks is not None and finding.suppression is not None and finding.suppression.kind == "baseline":
            why = locks.refuses(finding.rule, finding.severity, "baseline")
            if why:
                finding = finding._replace(suppression=None)
                refused[finding.rule] = (refused.get(finding.rule, (0, ""))[0] + 1, why)
        found.append(finding)
    notices = [
        Notice(
            SUPPRESSION_REFUSED.id,
            f"the baseline suppresses no finding of {rule} ({count:,} here): {why}",
            Origin(name),
            rule,
        )
        for rule, (count, why) in refused.items()
    ]
    return [*found, *signed(notices, os.getcwd())]


def locked(policy: Policy, rules: Iterable[Rule]) -> dict[str, Lock]:
    """The locks of a policy by the id of each rule that they fit; of several that fit, all have to be kept.

    Raises `ConfigurationError` for a pattern that fits no rule.
    """
    known = {rule.id: rule for rule in rules}
    found: dict[str, Lock] = {}
    for lock in policy.locks:
        for id in meant(lock.pattern, known, lock.origin):
            found[id] = _both(found[id], lock) if id in found else lock
    return found


def _both(one: Lock, other: Lock) -> Lock:
    severities = [lock.min_severity for lock in (one, other) if lock.min_severity is not None]
    # The id itself says more than a pattern does.
    return min(one, other, key=lambda lock: (lock.pattern.startswith("tag:"), "*" in lock.pattern))._replace(
        min_severity=max(severities, default=None),
        waivable=one.waivable and other.waivable,
        inline=one.inline and other.inline,
        baseline=one.baseline and other.baseline,
    )
