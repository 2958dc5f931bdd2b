"""The format `concise`: one line for each finding and each problem, and one for the totals."""

from __future__ import annotations

from collections.abc import Iterator

from apilint.findings import Problem, Report
from apilint.report import Presentation
from apilint.report.escape import MESSAGE, screen, visible
from apilint.report.layout import count, painter
from apilint.report.summary import totals
from apilint.report.terminal import place


def render(report: Report, presentation: Presentation) -> str:
    """The report as lines `file:line:column: severity[rule] message`, never wrapped."""
    return screen("".join(f"{line}\n" for line in _lines(report, presentation)))


def _lines(report: Report, presentation: Presentation) -> Iterator[str]:
    paint = painter(presentation.color)
    for finding in report.findings:
        severity = finding.severity.label
        fixable = " [*]" if finding.fix is not None else ""
        name = paint(severity, f"{severity}[{visible(finding.rule, 100)}]")
        yield f"{place(finding.location)}: {name}{fixable} {visible(finding.message, MESSAGE)}"
    for problem in report.problems:
        name = paint("problem", f"problem[{visible(problem.kind, 100)}]")
        yield f"{_place_of(problem)}{name} {visible(problem.message, MESSAGE)}"
    if presentation.quiet:
        return
    for looked_at in report.inputs:
        for deviation in looked_at.deviations:
            yield f"{visible(looked_at.file)}: note: {visible(deviation, MESSAGE)}"
    problems = f"; {count(len(report.problems), 'problem')}" if report.problems else ""
    hidden = f"; {report.hidden:,} or more hidden" if report.hidden else ""
    yield f"{totals(report)}{hidden}{problems}; exit status {presentation.status}"


def _place_of(problem: Problem) -> str:
    if problem.file is None:
        return ""
    numbers = [str(number) for number in (problem.line, problem.column) if number is not None]
    return ":".join([visible(problem.file), *numbers]) + ": "
