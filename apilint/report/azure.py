"""The format `azure`: logging commands of Azure Pipelines, written to the log of a step.

Azure knows errors and warnings and lists ten of each for a step, so the gravest are chosen here: critical and high
findings and problems are errors, the others warnings, and a last warning says how many there are beyond them.
Suppressed findings are not logged. After the commands comes the summary, as ordinary lines of the log. The result of
the step is left to the exit status, so that `--exit-zero` and `continueOnError` mean what they say.

Sources: the documentation of `task.logissue` and of formatting (`%AZP25`, `%0D`, `%0A`, `%3B`, `%5D`); the parser of
commands in the agent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from apilint.findings import Finding, Gated, Problem, Report
from apilint.report import Presentation
from apilint.report.escape import SNIPPET, azure
from apilint.report.gates import failing, sentence
from apilint.report.layout import count
from apilint.report.places import in_repository
from apilint.report.remarks import explain, facts, log, problem_text
from apilint.report.summary import gravest_first

LISTED = 10
GATES = 3  # APIs; the summary names more
LEVELS = ("warning", "warning", "warning", "error", "error")


def render(report: Report, presentation: Presentation) -> str:
    """The commands, the gravest first, and the summary unless the presentation is quiet."""
    findings = gravest_first(finding for finding in report.findings if finding.suppression is None)
    errors = [finding for finding in findings if LEVELS[finding.severity] == "error"]
    warnings = [finding for finding in findings if LEVELS[finding.severity] == "warning"]
    gates = failing(report)[:GATES]
    most = LISTED - len(gates)
    problems = report.problems[: max(most // 2, most - len(errors))]
    shown = [*errors[: most - len(problems)], *warnings[: LISTED - 1]]
    lines = [_gate(gate) for gate in gates]
    lines += map(_problem, problems)
    lines += map(_finding, shown)
    lines += _left_out(len(findings) - len(shown), len(report.problems) - len(problems))
    return log(lines, report, presentation)


def _finding(finding: Finding) -> str:
    span = finding.location.span
    where = (
        f"sourcepath={_file(finding.location.file)}",
        f"linenumber={span.line}",
        f"columnnumber={span.column}",
        f"code={azure(finding.rule, SNIPPET)}",
    )
    beside = azure(f"({facts(finding)}; {explain(finding)})", 0)
    said = f"{finding.severity.label}: {azure(finding.message)} {beside}"
    return _command(LEVELS[finding.severity], where, said)


def _problem(problem: Problem) -> str:
    where = [] if problem.file is None else [f"sourcepath={_file(problem.file)}"]
    if problem.file is not None and problem.line is not None:
        where += [f"linenumber={problem.line}", f"columnnumber={problem.column or 1}"]
    where.append(f"code={azure(problem.kind, SNIPPET)}")
    return _command("error", where, f"problem: {azure(problem_text(problem))} (the answer is incomplete)")


def _gate(gate: Gated) -> str:
    where = (f"sourcepath={_file(gate.api)}", "code=gate")
    return _command("error", where, azure(f"{sentence(gate)} (apilint gate --todo)"))


def _left_out(findings: int, problems: int) -> Iterator[str]:
    parts = [count(findings, "more finding")] if findings else []
    parts += [count(problems, "more problem")] if problems else []
    if parts:
        said = f"{' and '.join(parts)} not shown here: a report for all of them is --output html=PATH"
        yield _command("warning", (), azure(said))


def _command(level: str, properties: Sequence[str], message: str) -> str:
    return f"##vso[task.logissue {';'.join([f'type={level}', *properties])}]{message}"


def _file(name: str) -> str:
    return azure(in_repository(name), 0)
