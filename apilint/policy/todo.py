"""The least to mend so that the gate passes an API.

It is found from the other end: as if all that may be mended were, findings are let back in as long as every demand
is still met, the cheapest first. What could not be let back is the list. So it is minimal: with any one of its findings
left as it is, the gate stays shut. It need not be the smallest of all such lists; to find that one takes trying them
all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import fsum
from typing import Any, NamedTuple

from apilint.findings import Finding, Gated, Severity
from apilint.policy.demands import Judge
from apilint.scoring import ApiScore, RuleCost, concerned, highest, standing, weight


class Item(NamedTuple):
    """A rule of which findings are to be mended, and the score once they and those of the items before are mended."""

    rule: str
    findings: tuple[Finding, ...]
    score: int | None


class Todo(NamedTuple):
    """What is to be mended, best done in this order.

    `before` is the score as it stands, None without one. With `blocked`, no finding is in the way, and the texts say
    what is.
    """

    items: tuple[Item, ...]
    before: int | None = None
    blocked: tuple[str, ...] = ()


def todo(gated: Gated, findings: Sequence[Finding]) -> Todo:
    """The least to mend among the findings of an API; nothing where the gate passes it."""
    judge, reached = gated.asks
    blocked = tuple(dict.fromkeys(one.failure for one in gated.demands if one.failure and one.stands == "none"))
    kept = _Kept(judge, reached)
    left = [one for one in _order(judge, findings, reached) if not kept.take(one)]
    rules: dict[str, list[Finding]] = {}
    for finding in left:
        rules.setdefault(finding.rule, []).append(finding)
    if reached is None:
        items = sorted(rules, key=lambda rule: (-max(one.severity for one in rules[rule]), rule))
        return Todo(tuple(Item(rule, _placed(rules[rule]), None) for rule in items), None, blocked)
    costs = {one.rule: one for one in reached.rules}
    # What caps the score first, then what costs most: so that each step shows how far it leads.
    order = sorted(rules, key=lambda rule: (min(map(highest, rules[rule])), -costs[rule].points, rule))
    balance = _Balance(judge, reached.operations)
    for finding in findings:
        balance.add(finding)
    items_done = []
    gone: set[int] = set()
    for rule in order:
        gone.update(map(id, rules[rule]))
        balance.put(rule, (one for one in findings if one.rule == rule and id(one) not in gone))
        items_done.append(Item(rule, _placed(rules[rule]), balance.reached()[0]))
    return Todo(tuple(items_done), reached.score, blocked)


def _placed(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda one: (one.location.file, one.location.span, one.location.pointer)))


def _order(judge: Judge, findings: Sequence[Finding], reached: ApiScore | None) -> list[Finding]:
    """The findings in the order in which they are let back in.

    First what an exception covers, the exception that covers most first. Then rule by rule, that which costs least for
    each finding first, and in a rule the operation that costs least for each.
    """
    costs = {one.rule: one.points / len(one.findings) for one in reached.rules} if reached is not None else {}
    sizes = Counter(one for one in map(judge.exception, findings) if one is not None)
    inside = Counter((one.rule, one.operation) for one in findings)
    heaviest: dict[tuple[str, str | None], float] = {}
    operations = max(reached.operations, 1) if reached is not None else 1
    for one in findings:
        place = (one.rule, one.operation)
        heaviest[place] = max(heaviest.get(place, 0.0), weight(one) * concerned(one, operations))

    def cheapness(finding: Finding) -> tuple[Any, ...]:
        exception, place = judge.exception(finding), (finding.rule, finding.operation)
        alone = finding.operation is None or concerned(finding, operations) > 1
        cost = weight(finding) * concerned(finding, operations) if alone else heaviest[place] / inside[place]
        large = (0, -sizes[exception], exception) if exception is not None else (1, 0, ("", ""))
        rest = (finding.operation or "", weight(finding), finding.location.file, finding.location.span)
        return (*large, costs.get(finding.rule, 0.0), finding.rule, cost, *rest)

    return sorted(findings, key=cheapness)


class _Kept:
    """The findings that stay: each one is taken only if every demand is met with it."""

    def __init__(self, judge: Judge, reached: ApiScore | None) -> None:
        self._judge = judge
        self._level = judge.level
        self._balance = _Balance(judge, reached.operations) if reached is not None else None
        self._exceptions: set[tuple[str, str]] = set()

    def take(self, finding: Finding) -> bool:
        judge, most = self._judge, self._level.max_waivers
        if judge.reaches(finding) or judge.exceeds(finding):
            return False
        if any(judge.rejects(finding, pattern) for pattern in self._level.reject):
            return False
        exception = judge.exception(finding)
        new = exception is not None and exception not in self._exceptions
        if new and most is not None and len(self._exceptions) >= most:
            return False
        if self._balance is not None and not self._fits(self._balance, finding):
            return False
        if exception is not None:
            self._exceptions.add(exception)
        return True

    def _fits(self, balance: _Balance, finding: Finding) -> bool:
        level = self._level
        if not level.min_score and not any(level.domains.values()):
            return True
        undo = balance.add(finding)
        score, domains = balance.reached()
        if score >= (level.min_score or 0) and all(domains[name] >= least for name, least in level.domains.items()):
            return True
        balance.restore(finding.rule, undo)
        return False


class _Cost(NamedTuple):
    """What findings of one rule weigh: by operation where they concern one, and the others together."""

    by_operation: dict[str, float]
    inside: float = 0.0
    others: float = 0.0
    worst: float = 0.0
    cap: int = 100


class _Balance:
    """The score of an API, with findings coming one by one. It is reckoned as `apilint.scoring` does."""

    def __init__(self, judge: Judge, operations: int) -> None:
        self._judge = judge
        self._operations = max(operations, 1)
        self._rules: dict[str, _Cost] = {}
        self._costs: dict[str, RuleCost] = {}

    def add(self, finding: Finding) -> tuple[_Cost | None, str | None, float | None]:
        """Take a finding in, and give what undoes it."""
        before = self._rules.get(finding.rule)
        cost = before or _Cost({})
        part, many = weight(finding), concerned(finding, self._operations)
        operation, known = None, None
        if many == 1 and finding.operation is not None:
            operation, known = finding.operation, cost.by_operation.get(finding.operation)
            more = max(part - (known or 0.0), 0.0)
            cost.by_operation[operation] = (known or 0.0) + more
            cost = cost._replace(inside=cost.inside + more)
        else:
            cost = cost._replace(others=cost.others + part * many)
        cost = cost._replace(worst=max(cost.worst, part), cap=min(cost.cap, highest(finding)))
        self._set(finding, cost)
        return before, operation, known

    def restore(self, rule: str, undo: tuple[_Cost | None, str | None, float | None]) -> None:
        """Take the last finding out again."""
        before, operation, known = undo
        if before is None:
            del self._rules[rule], self._costs[rule]
            return
        if operation is not None:
            if known is None:
                del before.by_operation[operation]
            else:
                before.by_operation[operation] = known
        self._rules[rule] = before
        self._costs[rule] = self._cost(self._costs[rule].domain, rule, before)

    def put(self, rule: str, findings: Iterable[Finding]) -> None:
        """Let a rule have these findings and no others."""
        self._rules.pop(rule, None)
        self._costs.pop(rule, None)
        for finding in findings:
            self.add(finding)

    def reached(self) -> tuple[int, dict[str, int]]:
        """The score, and that of each domain."""
        return standing(list(self._costs.values()))

    def _set(self, finding: Finding, cost: _Cost) -> None:
        known = self._costs.get(finding.rule)
        self._rules[finding.rule] = cost
        self._costs[finding.rule] = self._cost(
            known.domain if known else self._judge.domain(finding), finding.rule, cost
        )

    def _cost(self, domain: str, rule: str, cost: _Cost) -> RuleCost:
        loss = min(cost.worst, fsum((cost.inside, cost.others)) / self._operations)
        return RuleCost(rule, domain, Severity.INFO, 0.0, loss, cost.cap, ())
