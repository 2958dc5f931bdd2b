"""The format `junit`: JUnit's XML, as Jenkins, GitLab, Azure Pipelines and others read test results.

A suite for each API, a class for each rule. What a case means:

- failed: a finding at or above the threshold of `--fail-on`, so that a build is red when apilint's exit status is 1;
- passed, with the finding as its output: a finding below the threshold;
- skipped, with the reason: a suppressed finding, or a file that was not checked;
- passed: a rule that ran and found nothing in this API, so that charts show when a rule began to fail;
- in error: a problem, in a suite of its own.

Where the gate asks an API for more than the threshold, a case more says whether it passes.

Names hold no line numbers, for a case keeps its history by its name. Texts stand in the content of elements as well
as in `message`, for GitLab reads only the one and Jenkins shows both. There are no durations, times or host names: two
runs give the same bytes. Sources: the schema of the Jenkins xUnit plugin (junit-10.xsd, in the strict form that knows
no `file` or `line` of a case); GitLab's documentation of unit test reports (of two cases with one name only the first
is shown).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from apilint.findings import Finding, Gated, Input, Problem, Report
from apilint.report import Presentation
from apilint.report.escape import SNIPPET, visible, xml
from apilint.report.gates import name as gate_name
from apilint.report.gates import why
from apilint.report.identity import unique
from apilint.report.places import place, problem_place
from apilint.report.remarks import Rules, explain, facts, problem_text
from apilint.report.summary import caution, compared, fates, since, suppression_words
from apilint.rule import Rule

POINTER = 300
RELATED = 10
NOT_CHECKED = "apilint: not checked"


class _Case(NamedTuple):
    """A case: its class and name, what became of it, and why.

    `outcome` is the element that says so: `failure`, `error`, `skipped`, `system-out` or none.
    """

    group: str
    name: str
    outcome: str = ""
    type: str = ""
    message: str = ""
    lines: Sequence[str] = ()


def render(report: Report, presentation: Presentation) -> str:
    """The report as one XML document."""
    rules = Rules(report)
    suites = [_api(report, presentation, rules, api, found) for api, found in _by_api(report).items()]
    if others := [*map(_problem, report.problems), *_left_out(report)]:
        suites.append(_Suite(NOT_CHECKED, "", others, _properties(report, presentation), ()))
    counts = [suite.counts() for suite in suites]
    totals = " ".join(f'{name}="{sum(one[name] for one in counts)}"' for name in ("tests", "failures", "errors"))
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<testsuites name="apilint" {totals}>']
    for suite in suites:
        lines += suite.lines()
    return "\n".join([*lines, "</testsuites>"]) + "\n"


class _Suite(NamedTuple):
    name: str
    file: str
    cases: Sequence[_Case]
    properties: Sequence[tuple[str, str]]
    output: Sequence[str]

    def counts(self) -> dict[str, int]:
        outcomes = [case.outcome for case in self.cases]
        return {
            "tests": len(outcomes),
            "failures": outcomes.count("failure"),
            "errors": outcomes.count("error"),
            "skipped": outcomes.count("skipped"),
        }

    def lines(self) -> Iterator[str]:
        counts = " ".join(f'{name}="{number}"' for name, number in self.counts().items())
        file = f' file="{xml(self.file, 0)}"' if self.file else ""
        yield f'  <testsuite name="{xml(self.name, SNIPPET)}" {counts}{file}>'
        yield "    <properties>"
        yield from (f'      <property name="{name}" value="{xml(value)}"/>' for name, value in self.properties)
        yield "    </properties>"
        for case, name in zip(self.cases, unique([visible(case.name) for case in self.cases]), strict=True):
            head = f'    <testcase classname="{xml(case.group, 100)}" name="{xml(name, 0)}"'
            if not case.outcome:
                yield f"{head}/>"
                continue
            yield f"{head}>"
            yield from _outcome(case)
            yield "    </testcase>"
        if self.output:
            yield "    <system-out>" + "\n".join(xml(line, 0) for line in self.output) + "</system-out>"
        yield "  </testsuite>"


def _outcome(case: _Case) -> Iterator[str]:
    attributes = f' type="{xml(case.type, 100)}" message="{xml(case.message)}"' if case.outcome != "system-out" else ""
    text = "\n".join(xml(line, 0) for line in case.lines)
    yield f"      <{case.outcome}{attributes}>{text}</{case.outcome}>"


def _by_api(report: Report) -> dict[str, list[Finding]]:
    """The findings of each API that was checked, by the name of its root document."""
    apis: dict[str, list[Finding]] = {one.file: [] for one in report.inputs if one.status == "checked"}
    for finding in report.findings:
        apis.setdefault(finding.api or finding.location.file, []).append(finding)
    return apis


def _api(report: Report, presentation: Presentation, rules: Rules, api: str, found: Sequence[Finding]) -> _Suite:
    cases = [_finding(finding, report, rules) for finding in found]
    # A rule that crashed has not passed, nor has one whose finding stands in the suite of another API that shares it.
    spoken = {finding.rule for finding in found} | {problem.rule for problem in report.problems}
    spoken |= {finding.rule for finding in report.findings if api in finding.also}
    cases += [_passed(rule, api) for rule in report.rules if rule.id not in spoken]
    if gate := report.gates.get(api):
        cases.insert(0, _gate(gate))
    looked_at = next((one for one in report.inputs if one.file == api), Input(api, "checked"))
    notes = [f"note: {visible(said)}" for said in looked_at.deviations]
    return _Suite(api, api, cases, _properties(report, presentation, api), notes)


def _properties(report: Report, presentation: Presentation, api: str = "") -> list[tuple[str, str]]:
    gate = report.gates.get(api)
    return [
        ("apilint.version", presentation.version),
        ("apilint.preset", report.preset),
        ("apilint.fail-on", (report.fail_on if gate is None else gate.fail_on).label),
        ("apilint.hidden", str(report.hidden)),
        ("apilint.ignored", ", ".join(report.ignored)),
        ("apilint.configuration", ", ".join(report.configuration)),
        *((("apilint.since", "; ".join(since(report.since))),) if report.since is not None else ()),
        *((("apilint.against", "; ".join(compared(report))),) if report.against is not None else ()),
        ("apilint.exit-status", str(presentation.status)),
    ]


def _finding(finding: Finding, report: Report, rules: Rules) -> _Case:
    location, message, severity = finding.location, visible(finding.message, 300), finding.severity.label
    pointer = f"#{visible(location.pointer, POINTER)}" if location.pointer else ""
    operation = f"{visible(finding.operation, SNIPPET)}, " if finding.operation else ""
    name = f"{visible(finding.rule, 100)}: {operation}{visible(location.file, SNIPPET)}{pointer}"
    lines = [f"{place(location)}: {severity}[{visible(finding.rule, 100)}] {message}", *_body(finding, rules)]
    if finding.suppression is not None:
        why = suppression_words(finding.suppression)
        return _Case(finding.rule, name, "skipped", finding.suppression.kind, why, [why, *lines])
    outcome = "failure" if report.fails(finding) else "system-out"
    return _Case(finding.rule, name, outcome, severity, message, lines)


def _body(finding: Finding, rules: Rules) -> Iterator[str]:
    yield facts(finding)
    if finding.state:
        yield f"state: {visible(finding.state, 100)}"
    for other, label in finding.other_places[:RELATED]:
        yield f"see {place(other)}: {visible(label, SNIPPET)}"
    if why := rules.reason(finding.rule):
        yield f"why: {why}"
    if remedy := rules.remedy(finding.rule):
        yield f"to fix: {remedy}"
    if finding.fix is not None:
        yield f"fix: {visible(finding.fix.summary, SNIPPET)}{caution(finding.fix)}"
    yield f"more: {explain(finding)}"


def _passed(rule: Rule, api: str) -> _Case:
    return _Case(rule.id, f"{rule.id}: nothing found, {visible(api, SNIPPET)}")


def _gate(gate: Gated) -> _Case:
    name = f"{gate_name(gate)}: {visible(gate.api, SNIPPET)}"
    if not gate.failures:
        return _Case("gate", name)
    lines = [visible(failure) for failure in gate.failures]
    return _Case("gate", name, "failure", gate_name(gate), why(gate), [*lines, "more: apilint gate --todo"])


def _problem(problem: Problem) -> _Case:
    where = problem_place(problem)
    said = f"{where}: {problem_text(problem)}" if where else problem_text(problem)
    name = visible(problem.kind, 100)
    if problem.file is not None:
        name += f" ({visible(problem.file, SNIPPET)})"
    return _Case(f"problem: {problem.kind}", name, "error", problem.kind, problem.message, [said])


def _left_out(report: Report) -> Iterator[_Case]:
    for one, fate in fates(report):
        if fate.is_skipped:
            name = f"input: {visible(one.file, SNIPPET)}"
            yield _Case("input", name, "skipped", one.status, fate.value, [fate.value])
