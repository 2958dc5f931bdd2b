"""The format `checkstyle`: Checkstyle's XML, as the warnings plugin of Jenkins, reviewdog and others read it.

Critical and high findings, problems and gates that fail are errors, medium findings warnings, the others infos. The
format knows no suppression, and its readers count every entry: suppressed findings are left out and counted in a
comment, as is what was not checked. `source` is `apilint.ID`, of which Jenkins takes the last part for the type and the
one before for the category.
"""

from __future__ import annotations

import re

from apilint.findings import Finding, Problem, Report
from apilint.report import Presentation
from apilint.report.escape import MESSAGE, SNIPPET, no_tags, visible, xml
from apilint.report.gates import failing, sentence
from apilint.report.layout import count
from apilint.report.remarks import Rules, explain, facts, problem_text, some_file
from apilint.report.summary import configuration, headline, hidden, ignored, inputs, reason, scope, suppressed

SEVERITIES = ("info", "info", "warning", "error", "error")


def render(report: Report, presentation: Presentation) -> str:
    """The report as one XML document, a line for each finding and each problem, file by file."""
    rules = Rules(report)
    files: dict[str, list[str]] = {}
    for finding in report.findings:
        if finding.suppression is None:
            files.setdefault(finding.location.file, []).append(_finding(finding, rules))
    for problem in report.problems:
        files.setdefault(problem.file or some_file(report), []).append(_problem(problem))
    for gate in failing(report):
        entry = _entry(1, 1, "error", f"{sentence(gate)} (apilint gate --todo)", "apilint.gate")
        files.setdefault(gate.api, []).append(entry)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<checkstyle version="4.3">']
    # A comment must not hold two hyphens in a row.
    lines += [f"  <!-- {re.sub('-(?=-)', '- ', xml(said, 0))} -->" for said in _remarks(report, presentation)]
    for file, entries in files.items():
        lines += [f'  <file name="{xml(file, 0)}">', *entries, "  </file>"]
    return "\n".join([*lines, "</checkstyle>"]) + "\n"


def _finding(finding: Finding, rules: Rules) -> str:
    said = [visible(finding.message, MESSAGE), f"({facts(finding)})"]
    if remedy := rules.remedy(finding.rule):
        said.append(f"To fix: {remedy}")
    said.append(f"More: {explain(finding)}")
    span, severity = finding.location.span, SEVERITIES[finding.severity]
    return _entry(span.line, span.column, severity, " ".join(said), f"apilint.{finding.rule}")


def _problem(problem: Problem) -> str:
    said = f"{visible(problem.kind, 100)}: {problem_text(problem)}"
    return _entry(problem.line or 1, problem.column or 1, "error", said, f"apilint.problem.{problem.kind}")


def _entry(line: int, column: int, severity: str, said: str, source: str) -> str:
    # The plugin of Jenkins shows messages as HTML.
    message = xml(no_tags(said, 0), 0)
    name = xml(source, SNIPPET)
    return f'    <error line="{line}" column="{column}" severity="{severity}" message="{message}" source="{name}"/>'


def _remarks(report: Report, presentation: Presentation) -> list[str]:
    remarks = [f"exit status {presentation.status}: {reason(report, presentation.status)}", inputs(report)]
    if report.against is not None:
        remarks.append(headline(report))
    if report.hidden:
        remarks.append(hidden(report))
    if report.ignored:
        remarks.append(ignored(report))
    if report.configuration:
        remarks.append(configuration(report))
    remarks += scope(report)
    if number := sum(finding.suppression is not None for finding in report.findings):
        remarks.append(f"{count(number, 'finding')} left out as suppressed: {suppressed(report.findings)}")
    return remarks
