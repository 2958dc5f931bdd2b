"""The format `rdjson`: reviewdog's `DiagnosticResult`, for comments in reviews on any of its code hosts.

Columns are bytes of UTF-8, from 1, ends exclusive. Critical and high findings and problems are ERROR, medium findings
WARNING, the others INFO; suppressed findings stay, as INFO, and say so. A fix is a suggestion where it changes one
place of the finding's own file. Messages become comments in Markdown, so what comes from a document is escaped for it.

Reviewdog writes `original_output` to a terminal, `message` elsewhere. Source: the definition and the JSON schemas of
the Reviewdog Diagnostic Format; related locations need reviewdog 0.18 or later.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apilint.findings import Finding, Location, Problem, Report, Span
from apilint.report import Presentation
from apilint.report.escape import MESSAGE, SNIPPET, markdown, markdown_code, visible
from apilint.report.gates import failing, sentence
from apilint.report.json_text import json_document, json_text
from apilint.report.places import in_repository, place, utf8_units
from apilint.report.references import first_address
from apilint.report.remarks import Rules, explain, facts, not_checked, problem_text, some_file, suppressed

LEVELS = ("INFO", "INFO", "WARNING", "ERROR", "ERROR")
RELATED = 20


def render(report: Report, presentation: Presentation) -> str:
    """The report as a JSON object, one diagnostic a line."""
    diagnostics = list(_diagnostics(report))
    levels = {diagnostic["severity"] for diagnostic in diagnostics}
    worst = next((level for level in ("ERROR", "WARNING") if level in levels), "INFO")
    head = json_text({"source": {"name": "apilint"}, "severity": worst})
    lines = ",\n".join(map(json_text, diagnostics))
    return json_document(f'{head[:-1]},\n"diagnostics":[{lines}]}}\n')


def _diagnostics(report: Report) -> Iterator[dict[str, Any]]:
    rules = Rules(report)
    for finding in report.findings:
        yield _finding(finding, report, rules)
    for problem in report.problems:
        yield _problem(problem, report)
    for gate in failing(report):
        yield {
            "message": f"{markdown(sentence(gate), 0)} (`apilint gate --todo`)",
            "location": {"path": _path(gate.api)},
            "severity": "ERROR",
            "code": {"value": "gate"},
            "original_output": sentence(gate),
        }
    if said := not_checked(report):
        location = {"path": _path(some_file(report))}
        yield {"message": markdown(said, SNIPPET * 4), "location": location, "severity": "INFO"}


def _finding(finding: Finding, report: Report, rules: Rules) -> dict[str, Any]:
    reason = suppressed(finding)
    said = [f"{finding.severity.label}: {markdown(finding.message)}", markdown(facts(finding))]
    said += [markdown(reason)] if reason else []
    if remedy := rules.remedy(finding.rule):
        said.append(f"To fix: {remedy}")
    said.append(f"More: {markdown_code(explain(finding))}")
    rule = rules.find(finding)
    url = first_address(rule.refs) if rule else None
    diagnostic: dict[str, Any] = {
        "message": "\n\n".join(said),
        "location": _location(finding.location, report),
        "severity": "INFO" if reason else LEVELS[finding.severity],
        "code": {"value": visible(finding.rule, SNIPPET), **({"url": url} if url else {})},
        "original_output": f"{place(finding.location)}: {_title(finding)}{f' ({reason})' if reason else ''}",
    }
    if suggestion := _suggestion(finding, report):
        diagnostic["suggestions"] = [suggestion]
    if places := finding.other_places[:RELATED]:
        diagnostic["related_locations"] = [
            {"message": visible(label, MESSAGE), "location": _location(other, report)} for other, label in places
        ]
    return diagnostic


def _title(finding: Finding) -> str:
    return f"{finding.severity.label}[{visible(finding.rule, SNIPPET)}] {visible(finding.message, MESSAGE)}"


def _suggestion(finding: Finding, report: Report) -> dict[str, Any] | None:
    """The fix as one replacement. Each suggestion is a whole fix to reviewdog, so that one of many parts is none."""
    if finding.fix is None or finding.suppression is not None:
        return None
    replacements = report.replacements(finding)
    if len(replacements) != 1 or replacements[0].file != finding.location.file:
        return None
    (replacement,) = replacements
    return {"range": _range(replacement.span, replacement.file, report), "text": replacement.text}


def _problem(problem: Problem, report: Report) -> dict[str, Any]:
    location: dict[str, Any] = {"path": _path(problem.file or some_file(report))}
    if problem.file is not None and problem.line is not None:
        start = {"line": problem.line}
        if problem.column is not None:
            start["column"] = _column(report.line(problem.file, problem.line), problem.column)
        location["range"] = {"start": start}
    line = f":{problem.line}" if problem.line is not None else ""
    return {
        "message": f"not everything could be checked: {markdown(problem_text(problem))}",
        "location": location,
        "severity": "ERROR",
        "code": {"value": visible(problem.kind, SNIPPET)},
        "original_output": f"{visible(location['path'])}{line}: problem[{visible(problem.kind, SNIPPET)}] "
        + problem_text(problem),
    }


def _location(location: Location, report: Report) -> dict[str, Any]:
    return {"path": _path(location.file), "range": _range(location.span, location.file, report)}


def _range(span: Span, file: str, report: Report) -> dict[str, Any]:
    line = report.line(file, span.line)
    last = line if span.end_line == span.line else report.line(file, span.end_line)
    return {
        "start": {"line": span.line, "column": _column(line, span.column)},
        "end": {"line": span.end_line, "column": _column(last, span.end_column)},
    }


def _column(line: str, column: int) -> int:
    """The column in bytes of UTF-8 of a column in characters; past the end of the line each counts one."""
    before = line[: column - 1]
    return column + utf8_units(before) - len(before)


def _path(file: str) -> str:
    return in_repository(file) or "."
