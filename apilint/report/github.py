"""The format `github`: annotations of GitHub Actions, written as workflow commands to the log of a step.

GitHub shows ten errors, ten warnings and ten notices of a step and drops the others, so the gravest are chosen here
and a last notice says how many there are beyond them. High and critical findings are errors, medium ones warnings, the
others notices; a problem is an error. Suppressed findings get no annotation. After the commands comes the summary, as
ordinary lines of the log.

Sources: the parser of commands in the runner (`::name key=value,…::message`, the ways back from `%25`, `%0D`, `%0A`,
`%3A` and `%2C`); the documentation of workflow commands. Columns are for annotations of one line only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from apilint.findings import Finding, Gated, Location, Problem, Report
from apilint.report import Presentation
from apilint.report import gates as gate_words
from apilint.report.escape import MESSAGE, SNIPPET, github_data, github_property
from apilint.report.layout import count
from apilint.report.places import in_repository, place
from apilint.report.remarks import REMEDY, Rules, explain, facts, log, problem_text
from apilint.report.summary import by_severity, gravest_first, suppressed

LISTED = 10
RELATED = 3
GATES = 3  # APIs; the summary names more
LEVELS = ("notice", "notice", "warning", "error", "error")
# One notice is kept for what the others leave out; half of the errors at most go to problems while findings need them.
_ROOM = {"error": LISTED, "warning": LISTED, "notice": LISTED - 1}


def render(report: Report, presentation: Presentation) -> str:
    """The commands, the gravest first, and the summary unless the presentation is quiet."""
    findings = gravest_first(finding for finding in report.findings if finding.suppression is None)
    errors = sum(LEVELS[finding.severity] == "error" for finding in findings)
    gates = gate_words.failing(report)[:GATES]
    most = LISTED - len(gates)
    problems = report.problems[: max(most // 2, most - errors)]
    shown = _chosen(findings, {**_ROOM, "error": most - len(problems)})
    rules = Rules(report)
    lines = [_gate(gate) for gate in gates]
    lines += [_problem(problem) for problem in problems]
    lines += [_finding(finding, rules) for finding in shown]
    lines += _left_out(report, findings, shown, len(problems))
    return log(lines, report, presentation)


def _chosen(findings: Sequence[Finding], room: dict[str, int]) -> list[Finding]:
    chosen: list[Finding] = []
    for finding in findings:
        level = LEVELS[finding.severity]
        if room[level]:
            room[level] -= 1
            chosen.append(finding)
    return chosen


def _finding(finding: Finding, rules: Rules) -> str:
    said = [finding.message, facts(finding)]
    said += [f"see {place(other)}: {label}" for other, label in finding.other_places[:RELATED]]
    if remedy := rules.remedy(finding.rule):
        said.append(f"To fix: {remedy}")
    said.append(explain(finding))
    properties = ",".join([*_where(finding.location), f"title={_title(finding)}"])
    return f"::{LEVELS[finding.severity]} {properties}::{_message(said)}"


def _title(finding: Finding) -> str:
    return github_property(f"{finding.severity.label}: {finding.rule}", SNIPPET)


def _message(lines: Sequence[str]) -> str:
    return "%0A".join(github_data(line, max(MESSAGE, REMEDY)) for line in lines)


def _where(location: Location) -> Iterator[str]:
    span = location.span
    yield f"file={_file(location.file)}"
    yield f"line={span.line}"
    yield f"endLine={span.end_line}"
    if span.line == span.end_line:
        yield f"col={span.column}"
        yield f"endColumn={span.end_column}"


def _file(name: str) -> str:
    return github_property(in_repository(name), 0)


def _problem(problem: Problem) -> str:
    properties = []
    if problem.file is not None:
        properties.append(f"file={_file(problem.file)}")
        properties += [f"line={problem.line}"] if problem.line else []
        properties += [f"col={problem.column}"] if problem.line and problem.column else []
    properties.append(f"title={github_property(f'problem: {problem.kind}', SNIPPET)}")
    said = [problem_text(problem), "The answer is incomplete: this could not be checked."]
    return f"::error {','.join(properties)}::{_message(said)}"


def _gate(gate: Gated) -> str:
    properties = f"file={_file(gate.api)},title={github_property(f'{gate_words.name(gate)} failed', SNIPPET)}"
    return f"::error {properties}::{_message([*gate.failures, 'apilint gate --todo'])}"


def _left_out(report: Report, findings: Sequence[Finding], shown: Sequence[Finding], problems: int) -> Iterator[str]:
    """One notice for what got no annotation, if anything did not."""
    numbers = Counter(finding.severity for finding in findings)
    numbers.subtract(finding.severity for finding in shown)
    parts = []
    if more := numbers.total():
        parts.append(f"{count(more, 'more finding')} ({by_severity(numbers)})")
    if more := len(report.problems) - problems:
        parts.append(count(more, "more problem"))
    if silent := suppressed(report.findings):
        parts.append(f"suppressed findings ({silent})")
    if parts:
        said = f"{' and '.join(parts)} not shown here: see the summary of this job"
        yield f"::notice title=apilint::{github_data(said)}"
