"""What the gate asks of each API of a report, how the API stands, and in plain words why it does not pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from apilint.findings import Demand, Finding, Gated, Report, Severity
from apilint.policy.levels import ANY, Asked, demanded, loosened, title
from apilint.policy.model import Level
from apilint.policy.selection import fits
from apilint.rule import Rule
from apilint.scoring import NO_OPERATION, ApiScore, findings_of, score
from apilint.weights import domain

NAMED = 3
EXCEPTIONS = {"waiver": "waiver", "inline": "inline suppression", "configuration": "override"}


class Standing(NamedTuple):
    """How an API stands: the findings that concern it, and its scores, None where `gaps` say why there are none.

    `whole` are all findings where only those about a change are reported: what is in use, is in use.
    """

    findings: Sequence[Finding]
    whole: Sequence[Finding]
    score: int | None = None
    domains: Mapping[str, int] = {}
    gaps: tuple[str, ...] = ()


class Judge:
    """Tells of findings what a level makes of them. `declared` are the suppressions that stand for a design."""

    def __init__(
        self, level: Level, threshold: Severity, rules: Mapping[str, Rule], declared: frozenset[str] = frozenset()
    ) -> None:
        """`threshold` is for findings that belong to no API."""
        self.level = level
        self.fail_on = threshold if level.fail_on is None else level.fail_on
        self._threshold = threshold
        self._rules = rules
        self._declared = declared

    def domain(self, finding: Finding) -> str:
        """The domain of the score that a finding belongs to."""
        return domain(self._rules.get(finding.rule))

    def reaches(self, finding: Finding) -> bool:
        """Whether a finding counts and reaches the threshold."""
        threshold = self.fail_on if finding.api else self._threshold
        return finding.suppression is None and finding.severity >= threshold

    def exceeds(self, finding: Finding) -> str:
        """The key of `severities` that does not allow a finding; empty if it may stay."""
        severities, name = self.level.severities, self.domain(finding)
        key = name if name in severities else ANY
        over = key in severities and finding.severity > severities[key]
        return key if over and finding.suppression is None else ""

    def rejects(self, finding: Finding, pattern: str) -> bool:
        """Whether a finding counts and is of a rule that a pattern means."""
        if finding.suppression is not None:
            return False
        rule = self._rules.get(finding.rule)
        return finding.rule == pattern if rule is None else fits(pattern, rule)

    def exception(self, finding: Finding) -> tuple[str, str] | None:
        """The kind and the name of the exception that lets a finding stand, if that is one that is counted.

        A waiver and an override are one each, whatever they cover; of suppressions in documents each finding is one.
        A baseline is no exception, nor are operations that are declared public.
        """
        one = finding.suppression
        if one is None or one.kind not in EXCEPTIONS or (one.kind == "configuration" and one.id in self._declared):
            return None
        return one.kind, one.id or finding.fingerprint

    def demands(self, standing: Standing) -> list[Demand]:
        """All that the level asks for, the threshold first."""
        return [
            self._findings(standing.findings),
            *self._scores(standing),
            *self._severities(standing.findings),
            *self._rejected(standing.findings),
            *self._exceptions(standing.whole),
        ]

    def _findings(self, findings: Iterable[Finding]) -> Demand:
        members = [one for one in findings if self.reaches(one)]
        label = self.fail_on.label
        failure = f"{_count(len(members), 'finding')} at or above {label} ({_names(members)})" if members else ""
        return Demand("findings", str(len(members)), f"none at or above {label}", failure)

    def _scores(self, standing: Standing) -> Iterator[Demand]:
        level = self.level
        missing = ""
        for name, least in {"score": level.min_score or 0, **level.domains}.items():
            if not least:
                continue
            wanted = f"at least {least}"
            if standing.score is None:
                # Said once: what keeps the score from being there keeps that of every domain.
                of = "" if name == "score" else f" of {name}"
                missing = missing or f"no score{of}, {wanted} needed: {'; '.join(standing.gaps)}"
                yield Demand(name, "none", wanted, missing)
                continue
            reached = standing.score if name == "score" else standing.domains.get(name, 100)
            failure = f"{name} {reached}, {wanted} needed" if reached < least else ""
            yield Demand(name, str(reached), wanted, failure)

    def _severities(self, findings: Sequence[Finding]) -> Iterator[Demand]:
        for key, allowed in self.level.severities.items():
            members = [one for one in findings if self.exceeds(one) == key]
            where = "" if key == ANY else f" in {key}"
            failure = ""
            if members:
                gravest, mildest = (choose(one.severity for one in members) for choose in (max, min))
                level = gravest.label if gravest == mildest else f"{mildest.label} to {gravest.label}"
                failure = f"{_count(len(members), 'finding')} of {level}{where}, {allowed.label} allowed"
                failure += f" ({_names(members)})"
            name = (
                f"findings{where}" if where else "findings elsewhere" if len(self.level.severities) > 1 else "findings"
            )
            yield Demand(name, f"{len(members)} above", f"none above {allowed.label}", failure)

    def _rejected(self, findings: Sequence[Finding]) -> Iterator[Demand]:
        for pattern in self.level.reject:
            members = [one for one in findings if self.rejects(one, pattern)]
            failure = ""
            if members:
                several = {one.rule for one in members} != {pattern}
                said = f": {_names(members)}" if several else ""
                what = pattern if several else f"rule {pattern}"
                failure = f"{what} is rejected ({_count(len(members), 'finding')}{said})"
            yield Demand(pattern, _count(len(members), "finding"), "none", failure)

    def _exceptions(self, findings: Iterable[Finding]) -> Iterator[Demand]:
        most = self.level.max_waivers
        if most is None:
            return
        used = {one for one in map(self.exception, findings) if one is not None}
        kinds = Counter(kind for kind, _ in used)
        said = ", ".join(_count(kinds[kind], noun) for kind, noun in EXCEPTIONS.items() if kinds[kind])
        if len(kinds) > 1:
            said = f"{len(used):,} exceptions in use ({said})"
        else:
            said += " in use"
        yield Demand(
            "exceptions", str(len(used)), f"at most {most}", f"{said}, {most} allowed" if len(used) > most else ""
        )


def gated(
    report: Report,
    asked: Mapping[str, Asked],
    ignored: Sequence[str] = (),
    gaps: Sequence[str] = (),
    whole: Sequence[Finding] | None = None,
    rules: Iterable[Rule] = (),
) -> dict[str, Gated]:
    """What the gate says of each API of a report, by its name.

    A rule that configuration turns off leaves no gap in the score; one that is `ignored` for the run does, and so do
    the `gaps` that are given. `whole` are all findings, if the report has those about a change only: the score and the
    exceptions in use are those of the API as it stands. `rules` are all, as they are without configuration.
    """
    found = findings_of(report)
    complete = report._replace(findings=report.findings if whole is None else tuple(whole), since=None)
    apis: dict[str, ApiScore] = {}
    levels = {name: demanded(one) for name, one in asked.items() if name in found}
    if any(level.min_score or any(level.domains.values()) for level in levels.values()):
        reached = score(complete._replace(ignored=tuple(ignored)))
        # Where there is no operation, there is nothing to ask of it.
        gaps = (*(gap for gap in reached.gaps if gap != NO_OPERATION), *gaps)
        apis = {} if gaps else {one.api: one for one in reached.apis}
    everything = found if whole is None else findings_of(complete)
    result = {}
    for name, level in levels.items():
        judge, api = _judge(report, level, asked[name]), apis.get(name)
        why = (loosened(asked[name], rules),) if api is not None else ()
        api = None if any(why) else api
        standing = Standing(found[name], everything[name], gaps=tuple(filter(None, (*gaps, *why))))
        if api is not None:
            standing = standing._replace(score=api.score, domains={one.name: one.score for one in api.domains})
        demands = tuple(judge.demands(standing))
        failures = tuple(dict.fromkeys(one.failure for one in demands[1:] if one.failure))
        points = None if api is None else api.score
        result[name] = Gated(name, judge.fail_on, title(asked[name]), points, failures, demands, (judge, api))
    return result


def _judge(report: Report, level: Level, asked: Asked) -> Judge:
    declared = frozenset(str(one.origin) for one in asked.configuration.public)
    return Judge(level, report.fail_on, {rule.id: rule for rule in report.rules}, declared)


def _names(findings: Iterable[Finding]) -> str:
    """The rules of findings, those with the most first."""
    numbers = Counter(one.rule for one in findings)
    names = sorted(numbers, key=lambda name: (-numbers[name], name))
    return ", ".join(names[:NAMED]) + (", …" if len(names) > NAMED else "")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
