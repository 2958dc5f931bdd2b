"""The format `gitlab`: a Code Quality report for the merge request widget, the changes view and the pipeline's page.

GitLab compares the reports of two branches by fingerprint: what vanished is shown as fixed, and of entries with the
same fingerprint only the last is kept. So suppressed findings stay in the report, as `info`, and fingerprints are
made different where two findings share one. Problems are entries too: GitLab has no other place for them. One entry
that does not fit GitLab's schema hides all that follow it, so each has a path and a line.

Sources: GitLab's documentation of Code Quality reports and its parser; the Code Climate specification, of which
GitLab reads `description`, `check_name`, `fingerprint`, `severity` and `location`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apilint.findings import Finding, Problem, Report
from apilint.report import Presentation
from apilint.report.escape import MESSAGE, visible
from apilint.report.gates import failing, sentence
from apilint.report.identity import guid, problem_identity, unique
from apilint.report.json_text import json_document, json_text
from apilint.report.places import in_repository
from apilint.report.remarks import (
    Rules,
    explain,
    facts,
    not_checked,
    problem_text,
    some_file,
    suppressed,
)

LEVELS = ("info", "minor", "major", "critical", "blocker")
PROBLEM = "critical"


def render(report: Report, presentation: Presentation) -> str:
    """The report as a JSON array, one entry a line."""
    entries = list(_entries(report))
    names = unique([entry["fingerprint"] for entry in entries])
    lines = [json_text({**entry, "fingerprint": name}) for entry, name in zip(entries, names, strict=True)]
    return json_document("[" + ",\n".join(lines) + "]\n")


def _entries(report: Report) -> Iterator[dict[str, Any]]:
    rules = Rules(report)
    for finding in report.findings:
        yield _finding(finding, rules)
    for problem in report.problems:
        yield _problem(problem, problem.file or some_file(report))
    for gate in failing(report):
        # What is asked may change and is not mended by that: the name is the API's.
        yield _entry("gate", sentence(gate), PROBLEM, gate.api, (1, 1), guid(f"gate/{gate.api}"))
    if said := not_checked(report):
        # Always the same name: another file that is no document makes nothing new and nothing fixed.
        yield _entry("not-checked", said, "info", some_file(report), (1, 1), guid("not-checked"))


def _finding(finding: Finding, rules: Rules) -> dict[str, Any]:
    reason = suppressed(finding)
    said = f"{visible(finding.message, MESSAGE)} ({facts(finding)}; {explain(finding)})"
    said = f"{reason}: {finding.severity.label}: {said}" if reason else said
    span = finding.location.span
    lines = (span.line, max(span.line, span.end_line))
    level = "info" if reason else LEVELS[finding.severity]
    entry = _entry(finding.rule, said, level, finding.location.file, lines, visible(finding.fingerprint, MESSAGE))
    remedy = rules.remedy(finding.rule)
    return {**entry, "content": {"body": f"To fix: {remedy}"}} if remedy else entry


def _problem(problem: Problem, file: str) -> dict[str, Any]:
    said = f"not everything could be checked: {problem_text(problem)}"
    line = problem.line or 1
    return _entry(f"problem-{problem.kind}", said, PROBLEM, file, (line, line), problem_identity(problem))


def _entry(check: str, said: str, level: str, file: str, lines: tuple[int, int], fingerprint: str) -> dict[str, Any]:
    return {
        "type": "issue",
        "check_name": visible(check, MESSAGE),
        "description": said,
        "categories": ["Security"],
        "severity": level,
        "fingerprint": fingerprint or "none",
        "location": {"path": in_repository(file) or ".", "lines": {"begin": lines[0], "end": lines[1]}},
    }
