"""The security score of a report: 0 to 100 and a grade, by one versioned table, for each API and for the run.

How it is reckoned. A finding weighs by its severity and its confidence, half if a waiver, an inline suppression or
configuration takes it out of the gate. A rule takes away the weight of its findings, times the part of the API's
operations that they concern. What the rules of one domain leave multiplies (`1 - loss`), and so does what the domains
leave, of which each can take away its share at most. Last, the gravest finding caps the score, whatever the size of the
API: clean operations thin out a hole, and never hide it. A finding more never raises the score, and their order does
not matter. A run that is incomplete has no score, only a number that the score cannot exceed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import floor, fsum, log, prod
from typing import NamedTuple

from apilint.findings import Finding, Input, Report, Severity
from apilint.rule import Rule
from apilint.weights import (
    CAPS,
    CONFIDENCE_WEIGHTS,
    SCORE_VERSION,
    SEVERITY_WEIGHTS,
    SHARES,
    SUPPRESSED_WEIGHT,
    domain,
    grade,
)

NO_OPERATION = "no operation was checked"


class RuleCost(NamedTuple):
    """What the findings of one rule cost one API.

    `points` of the 100 before caps; `loss` is the part of its domain that they take away. `findings` has the
    costliest first. `cap` is the most that the API can reach while they are there.
    """

    rule: str
    domain: str
    severity: Severity
    points: float
    loss: float
    cap: int
    findings: tuple[FindingCost, ...]


class FindingCost(NamedTuple):
    """What one finding costs an API, in points of the 100 before caps."""

    finding: Finding
    points: float


class DomainScore(NamedTuple):
    """How an API stands in one domain: 0 to 100, the points that it costs, and its rules, the costliest first."""

    name: str
    score: int
    points: float
    rules: tuple[RuleCost, ...]


class Cap(NamedTuple):
    """Why a score can be no higher: findings of this severity, of which so many and of these rules are there."""

    points: int
    severity: Severity
    findings: int
    rules: tuple[str, ...]


class OperationScore(NamedTuple):
    """How one operation would stand alone: what is known to concern it, and what concerns all."""

    operation: str
    score: int
    findings: int


class Step(NamedTuple):
    """A rule whose findings are to be mended, and what the API's score is then."""

    rule: str
    findings: int
    score: int


class ApiScore(NamedTuple):
    """How one API stands; `before_caps` is what its domains leave. An API without operations has no grade."""

    api: str
    operations: int
    score: int
    grade: str | None
    before_caps: float
    domains: tuple[DomainScore, ...]
    rules: tuple[RuleCost, ...]
    caps: tuple[Cap, ...]
    worst_operation: OperationScore | None


class Score(NamedTuple):
    """The score of a run: that of its worst API, the first of `apis`.

    `overall` and `grade` are None where the run is not `complete`, and `gaps` say why; `at_most` is what the score
    cannot exceed, as far as anything was looked at. `preset` decided which findings there are: scores of two presets
    do not compare.
    """

    version: str
    preset: str
    overall: int | None
    grade: str | None
    at_most: int | None
    complete: bool
    gaps: tuple[str, ...]
    apis: tuple[ApiScore, ...]

    @property
    def worst(self) -> ApiScore | None:
        """The API that decides."""
        return self.apis[0] if self.apis else None

    @property
    def domains(self) -> tuple[DomainScore, ...]:
        """The domains of the API that decides."""
        return self.apis[0].domains if self.apis else ()

    @property
    def caps(self) -> tuple[Cap, ...]:
        """The caps that hold down the API that decides, the lowest first."""
        return self.apis[0].caps if self.apis else ()


def score(report: Report) -> Score:
    """Score every API of a report, and the run by the worst of them."""
    rules = {rule.id: rule for rule in report.rules}
    checked = {one.file: one for one in report.inputs if one.status == "checked"}
    gaps = _gaps(report, checked.values())
    found = findings_of(report)
    apis = [_api(one, found[name], rules, graded=not gaps) for name, one in checked.items()]
    apis.sort(key=lambda api: (api.score, api.before_caps, api.api))
    at_most = apis[0].score if apis else None
    overall = None if gaps else at_most
    return Score(
        version=SCORE_VERSION,
        preset=report.preset,
        overall=overall,
        grade=None if overall is None else grade(overall),
        at_most=at_most,
        complete=not gaps,
        gaps=gaps,
        apis=tuple(apis),
    )


def steps(api: ApiScore, target: int) -> tuple[Step, ...]:
    """The rules whose findings are to be mended for the API to reach `target`: few, found greedily, the best first.

    All that cap it below the target, then what gains most; what turns out not to be needed is left out.
    """
    needed = [cost for cost in api.rules if cost.cap < target]
    left = [cost for cost in api.rules if cost.cap >= target]
    while left and _reached(left)[0] < target:
        best = _best(left)
        left.remove(best)
        needed.append(best)
    for cost in reversed([cost for cost in needed if cost.cap >= target]):
        if _reached([*left, cost])[0] >= target:
            needed.remove(cost)
            left.append(cost)
    taken: list[Step] = []
    there = list(api.rules)
    for cost in needed:
        there.remove(cost)
        taken.append(Step(cost.rule, len(cost.findings), _reached(there)[0]))
    return tuple(taken)


def _best(costs: Sequence[RuleCost]) -> RuleCost:
    """The rule without which most would be left."""
    losses = _losses(costs)

    def gain(cost: RuleCost) -> float:
        share, loss = SHARES[cost.domain], losses[cost.domain]
        return (1 - share * (1 - (1 - loss) / (1 - cost.loss))) / (1 - share * loss)

    return max(costs, key=lambda cost: (gain(cost), cost.severity, cost.rule))


def _gaps(report: Report, checked: Iterable[Input]) -> tuple[str, ...]:
    """Why the report says too little for a score."""
    gaps = []
    if report.problems:
        number = len(report.problems)
        gaps.append(f"{number:,} problem{'s' if number > 1 else ''}: not everything could be checked")
    if failed := sum(one.status == "failed" for one in report.inputs):
        gaps.append(f"{failed:,} input{'s' if failed > 1 else ''} not checked")
    if not any(one.operations for one in checked):
        gaps.append(NO_OPERATION)
    if report.preset == "selected":
        gaps.append("only selected rules ran")
    if report.against is not None:
        gaps.append("only regressions are reported")
    if report.since is not None:
        gaps.append(f"only what changed since {report.since.revision} is reported")
    if report.ignored:
        gaps.append(f"rules were left out: {', '.join(report.ignored)}")
    return tuple(gaps)


def findings_of(report: Report) -> dict[str, list[Finding]]:
    """The findings of each API that was checked, by its name; what could belong to any counts for all."""
    found: dict[str, list[Finding]] = {one.file: [] for one in report.inputs if one.status == "checked"}
    for finding in report.findings:
        named = [name for name in (finding.api, *finding.also) if name in found]
        if not named and finding.location.file in found:
            named = [finding.location.file]
        for name in named or found:
            found[name].append(finding)
    return found


def standing(costs: Sequence[RuleCost]) -> tuple[int, dict[str, int]]:
    """The score that so much loss by rules leaves, and that of each domain."""
    return _reached(costs)[0], {name: _points(100 * (1 - loss)) for name, loss in _losses(costs).items()}


def _api(looked_at: Input, findings: Sequence[Finding], rules: Mapping[str, Rule], graded: bool) -> ApiScore:
    operations = max(looked_at.operations, 1)
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.rule, []).append(finding)
    losses = [_rule(id, domain(rules.get(id)), groups[id], operations) for id in sorted(groups)]
    reached, before_caps = _reached(losses)
    costs = _spread(losses, 100 - before_caps)
    return ApiScore(
        api=looked_at.file,
        operations=looked_at.operations,
        score=reached,
        grade=grade(reached) if graded and looked_at.operations else None,
        before_caps=before_caps,
        domains=_domains(costs),
        rules=tuple(costs),
        caps=_caps(findings, _points(before_caps)),
        worst_operation=_worst_operation(findings, rules, operations, reached),
    )


def weight(finding: Finding) -> float:
    """From 0 to 1: what a finding takes away from its domain where it concerns all operations."""
    half = SUPPRESSED_WEIGHT if _forgiven(finding) else 1.0
    return SEVERITY_WEIGHTS[finding.severity] * CONFIDENCE_WEIGHTS[finding.confidence] * half


def _forgiven(finding: Finding) -> bool:
    # What a baseline holds is as open as on the day when it was drawn.
    return finding.suppression is not None and finding.suppression.kind in ("inline", "waiver", "configuration")


def highest(finding: Finding) -> int:
    """The most that an API with this finding can reach; of what a cap takes away, a suppression gives back a part."""
    cap = CAPS.get(finding.severity, 100)
    return floor(100 - (100 - cap) * SUPPRESSED_WEIGHT) if _forgiven(finding) else cap


def concerned(finding: Finding, operations: int) -> int:
    """How many operations a finding concerns: all where it names none, unless it stands in an unused component."""
    if finding.operations:
        return min(finding.operations, operations)
    unused = finding.location.pointer.startswith(("/components/", "/definitions/"))
    return 1 if finding.operation is not None or unused else operations


def _rule(id: str, named: str, findings: Iterable[Finding], operations: int) -> RuleCost:
    """The loss that a rule means, its findings costliest first, with their weights for points."""
    weighed = []
    by_operation: dict[str, float] = {}
    others = []
    for finding in findings:
        part, reached = weight(finding), concerned(finding, operations)
        weighed.append(FindingCost(finding, part * reached))
        if reached == 1 and finding.operation is not None:
            # The tenth unbounded array of one operation does not concern a tenth one.
            by_operation[finding.operation] = max(by_operation.get(finding.operation, 0.0), part)
        else:
            others.append(part * reached)
    weighed.sort(key=lambda cost: (-cost.points, -cost.finding.severity, _order(cost.finding)))
    worst = max(weight(cost.finding) for cost in weighed)
    loss = min(worst, fsum([*by_operation.values(), *others]) / operations)
    severity = max(cost.finding.severity for cost in weighed)
    cap = min(highest(cost.finding) for cost in weighed)
    return RuleCost(id, named, severity, 0.0, loss, cap, tuple(weighed))


def _order(finding: Finding) -> tuple[object, ...]:
    """An order of findings that does not depend on how they came."""
    file, pointer, span = finding.location
    rest = (finding.operations, finding.confidence, finding.suppression or (), finding.fingerprint)
    whose = (finding.api, finding.also, finding.state, finding.owner)
    return file, span, pointer, finding.message, finding.operation or "", *rest, *whose


def _losses(costs: Iterable[RuleCost]) -> dict[str, float]:
    """What the rules take away from each domain. They are taken in one order, so that no float depends on theirs."""
    left = dict.fromkeys(SHARES, 1.0)
    for cost in sorted(costs, key=lambda cost: cost.rule):
        left[cost.domain] *= 1 - cost.loss
    return {name: 1 - part for name, part in left.items()}


def _remaining(costs: Iterable[RuleCost]) -> float:
    """What the domains leave of 100."""
    return 100 * prod(1 - SHARES[name] * loss for name, loss in _losses(costs).items())


def _reached(costs: Sequence[RuleCost]) -> tuple[int, float]:
    """The score, and what it would be without caps."""
    before_caps = _remaining(costs)
    return min(_points(before_caps), 100, *(cost.cap for cost in costs)), before_caps


def _points(number: float) -> int:
    """Down to whole points: a grade is reached, never rounded to. The billionth is for 90 that became 89.999..."""
    return floor(number + 1e-9)


def _spread(costs: Sequence[RuleCost], lost: float) -> list[RuleCost]:
    """The points that were lost, spread over domains and rules by their logarithms, which add up, and over findings."""
    losses = _losses(costs)
    parts = {name: -log(1 - SHARES[name] * loss) for name, loss in losses.items()}
    within = {name: fsum(-log(1 - cost.loss) for cost in costs if cost.domain == name) for name in losses}
    total = fsum(parts.values())
    spread = []
    for cost in costs:
        part = parts[cost.domain] * -log(1 - cost.loss) / within[cost.domain] if within[cost.domain] else 0.0
        points = lost * part / total if total else 0.0
        sum_of_weights = fsum(one.points for one in cost.findings)
        found = tuple(FindingCost(one.finding, points * one.points / sum_of_weights) for one in cost.findings)
        spread.append(cost._replace(points=points, findings=found))
    return sorted(spread, key=lambda cost: (-cost.points, -cost.severity, cost.rule))


def _domains(costs: Sequence[RuleCost]) -> tuple[DomainScore, ...]:
    found = []
    for name, loss in _losses(costs).items():
        members = tuple(cost for cost in costs if cost.domain == name)
        points = fsum(cost.points for cost in members)
        found.append(DomainScore(name, _points(100 * (1 - loss)), points, members))
    return tuple(found)


def _caps(findings: Iterable[Finding], before_caps: int) -> tuple[Cap, ...]:
    """The caps below what the domains leave, the lowest first."""
    holding: dict[tuple[int, int], list[str]] = {}
    for finding in findings:
        if (cap := highest(finding)) < before_caps:
            holding.setdefault((cap, -finding.severity), []).append(finding.rule)
    return tuple(
        Cap(points, Severity(-severity), len(rules), tuple(sorted(set(rules))))
        for (points, severity), rules in sorted(holding.items())
    )


def _worst_operation(
    findings: Iterable[Finding], rules: Mapping[str, Rule], operations: int, most: int
) -> OperationScore | None:
    """The operation that would stand worst alone, among those inside which something was found.

    It stands no better than the API, `most`: some finding concerns it of which only the number of operations is known.
    """
    general: list[Finding] = []
    inside: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.operation is not None:
            inside.setdefault(finding.operation, []).append(finding)
        elif concerned(finding, operations) == operations:
            general.append(finding)
    everywhere = _worst({}, general)
    scores = []
    for name, own in inside.items():
        # What concerns one operation concerns the whole of it: a rule takes away what its finding weighs.
        costs = [
            RuleCost(id, domain(rules.get(id)), Severity.INFO, 0.0, weight, cap, ())
            for id, (weight, cap) in _worst(everywhere, own).items()
        ]
        scores.append(OperationScore(name, min(_reached(costs)[0], most), len(own)))
    return min(scores, key=lambda one: (one.score, -one.findings, one.operation), default=None)


def _worst(known: Mapping[str, tuple[float, int]], findings: Iterable[Finding]) -> dict[str, tuple[float, int]]:
    """The greatest weight and the lowest cap of the findings of each rule."""
    worst = dict(known)
    for finding in findings:
        part, cap = worst.get(finding.rule, (0.0, 100))
        worst[finding.rule] = max(part, weight(finding)), min(cap, highest(finding))
    return worst
