"""The format `concise`: one line for each finding and each problem, and one for the totals."""

from __future__ import annotations

from collections.abc import Iterator

from apilint.findings import Report
from apilint.report import Presentation, gates
from apilint.report.escape import MESSAGE, screen, visible
from apilint.report.layout import count, linked, painter
from apilint.report.places import place, problem_place
from apilint.report.summary import answerable, before, configuration, gravest_first, headline, scope
from apilint.report.terminal import SUPPRESSED, addresses, suppressed_line


def render(report: Report, presentation: Presentation) -> str:
    """The report as lines `file:line:column: severity[rule] message`, never wrapped."""
    return screen("".join(f"{line}\n" for line in _lines(report, presentation)))


def _lines(report: Report, presentation: Presentation) -> Iterator[str]:
    paint = painter(presentation.color)
    known = addresses(report, presentation)
    for finding in report.findings:
        if finding.suppression is not None:
            continue
        severity = finding.severity.label
        fixable = " [*]" if finding.fix is not None else ""
        name = paint(severity, f"{severity}[{linked(visible(finding.rule, 100), known.get(finding.rule))}]")
        new = " (new)" if finding.state == "new" else ""
        owner = answerable(finding)
        who = f" (owner: {owner})" if owner else ""
        yield f"{place(finding.location)}: {name}{fixable} {visible(finding.message, MESSAGE)}{new}{who}"
    yield from _suppressed(report, presentation)
    for finding in report.against.improvements if report.against is not None else ():
        name = f"improvement[{visible(finding.rule, 100)}]"
        yield f"{place(finding.location)}: {name} {visible(finding.message, MESSAGE)}{before(finding)}"
    for problem in report.problems:
        name = paint("problem", f"problem[{visible(problem.kind, 100)}]")
        where = problem_place(problem)
        yield f"{where}{': ' if where else ''}{name} {visible(problem.message, MESSAGE)}"
    for gate in gates.failing(report):
        yield f"{visible(gate.api)}: {paint('problem', gates.name(gate))} failed: {gates.why(gate)}"
    if presentation.statistics:
        from apilint.report.statistics import lines

        yield ""
        yield from lines(report, presentation)
        yield ""
    if presentation.quiet:
        return
    for looked_at in report.inputs:
        for deviation in looked_at.deviations:
            yield f"{visible(looked_at.file)}: note: {visible(deviation, MESSAGE)}"
    problems = f"; {count(len(report.problems), 'problem')}" if report.problems else ""
    hidden = f"; {report.hidden:,} or more hidden" if report.hidden else ""
    ignored = f"; {count(len(report.ignored), 'rule')} not asked" if report.ignored else ""
    ruled = f"; {configuration(report)}" if report.configuration else ""
    changed = "".join(f"; {said}" for said in scope(report))
    yield f"{headline(report)}{hidden}{ignored}{ruled}{changed}{problems}; exit status {presentation.status}"


def _suppressed(report: Report, presentation: Presentation) -> Iterator[str]:
    members = gravest_first(finding for finding in report.findings if finding.suppression is not None)
    listed = members if presentation.everything else members[:SUPPRESSED]
    for finding in listed:
        yield f"{place(finding.location)}: suppressed {suppressed_line(finding)}"
    if more := len(members) - len(listed):
        yield f"and {more:,} more suppressed: --all"
