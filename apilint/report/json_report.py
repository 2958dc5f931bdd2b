"""The format `json`: the interface for programs. Its schema is `report-v1.schema.json`, beside this file.

One finding, problem or input a line, so that two reports can be compared with line tools; no
durations, dates or absolute paths, so that the same run gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from apilint.findings import Confidence, Finding, Input, Problem, Related, Report, Severity
from apilint.report import Presentation
from apilint.report.escape import MESSAGE, POINTER, cut, visible
from apilint.report.json_text import json_document, json_string, json_text
from apilint.report.summary import at_or_above

LISTED = 100_000
SEVERITIES = tuple(severity.label for severity in Severity)
CONFIDENCES = tuple(confidence.label for confidence in Confidence)


def render(report: Report, presentation: Presentation) -> str:
    """The report as one JSON object; at most `LISTED` findings are listed, and `summary` counts all."""
    findings = report.findings if len(report.findings) <= LISTED else report.findings[:LISTED]
    members = (
        ("version", "1"),
        ("tool", json_text({"name": "apilint", "version": presentation.version, "plugins": list(report.plugins)})),
        ("inputs", _lines(map(_input, report.inputs))),
        ("findings", _lines(map(_finding, findings))),
        ("problems", _lines(map(_problem, report.problems))),
        ("summary", json_text(_summary(report, presentation))),
    )
    return json_document("{" + ",\n".join(f'"{name}":{text}' for name, text in members) + "}\n")


def _lines(texts: Iterable[str]) -> str:
    return "[" + ",\n".join(texts) + "]"


def _finding(finding: Finding) -> str:
    # Spelt out: with 20,000 findings this takes a third of what dicts through the encoder take.
    file, pointer, (line, column, end_line, end_column) = finding.location
    operation = "null" if finding.operation is None else json_string(visible(finding.operation, POINTER))
    suppression = "null" if finding.suppression is None else json_string(visible(finding.suppression, MESSAGE))
    fix = finding.fix
    fix_text = "null" if fix is None else json_text({"summary": visible(fix.summary, MESSAGE), "safe": fix.safe})
    return (
        f'{{"rule":{json_string(finding.rule)},"severity":"{SEVERITIES[finding.severity]}",'
        f'"confidence":"{CONFIDENCES[finding.confidence]}","message":{json_string(visible(finding.message, MESSAGE))},'
        f'"file":{json_string(file)},"line":{line},"column":{column},"end_line":{end_line},"end_column":{end_column},'
        f'"pointer":{json_string(cut(pointer, POINTER))},"operation":{operation},"operations":{finding.operations},'
        f'"related":[{",".join(map(_related, finding.other_places))}],"fingerprint":{json_string(finding.fingerprint)},'
        f'"fixable":{"false" if fix is None else "true"},"fix":{fix_text},'
        f'"suppression":{suppression}}}'
    )


def _related(related: Related) -> str:
    file, pointer, (line, column, end_line, end_column) = related.location
    return (
        f'{{"file":{json_string(file)},"line":{line},"column":{column},"end_line":{end_line},'
        f'"end_column":{end_column},"pointer":{json_string(cut(pointer, POINTER))},'
        f'"label":{json_string(visible(related.label, MESSAGE))}}}'
    )


def _problem(problem: Problem) -> str:
    return json_text(
        {
            "kind": problem.kind,
            "message": visible(problem.message, MESSAGE),
            "file": problem.file,
            "line": problem.line,
            "column": problem.column,
            "pointer": None if problem.pointer is None else cut(problem.pointer, POINTER),
            "rule": problem.rule,
        }
    )


def _input(looked_at: Input) -> str:
    return json_text(
        {
            "file": looked_at.file,
            "status": looked_at.status,
            "version": looked_at.version,
            "operations": looked_at.operations,
            "documents": looked_at.documents,
            "deviations": [visible(deviation, MESSAGE) for deviation in looked_at.deviations],
        }
    )


def _summary(report: Report, presentation: Presentation) -> dict[str, Any]:
    severities = [0] * len(SEVERITIES)
    confidences = [0] * len(CONFIDENCES)
    for finding in report.findings:
        severities[finding.severity] += 1
        confidences[finding.confidence] += 1
    return {
        "findings": len(report.findings),
        "not_listed": max(0, len(report.findings) - LISTED),
        "severities": dict(zip(reversed(SEVERITIES), reversed(severities), strict=True)),
        "confidences": dict(zip(reversed(CONFIDENCES), reversed(confidences), strict=True)),
        "at_or_above_threshold": at_or_above(report),
        "threshold": report.fail_on.label,
        "preset": report.preset,
        "hidden": report.hidden,
        "problems": len(report.problems),
        "exit_status": presentation.status,
    }
