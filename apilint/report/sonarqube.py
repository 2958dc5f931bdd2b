"""The format `sonarqube`: generic issues with their rules, for SonarQube Server from 10.3 on and SonarQube Cloud.

A severity belongs to a rule there, so that findings of another severity than their rule's go to an entry of their
own (`array-max-items.low`). The impact on security is one of HIGH, MEDIUM and LOW, which all versions know; the
finer scale is in `severity`. The import fails as a whole for a column outside of its line, an empty range, a rule
described twice or not at all: columns are written only where the line is known to hold them, in UTF-16 units, as
Java counts. It knows no suppression and counts every entry: suppressed findings stand beside the entries, under
a name that it does not read, as does what was not checked. A problem is an entry that concerns reliability.
Sources: the documentation of the generic format and the importer's own checks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apilint.findings import Finding, Gated, Location, Problem, Report, Severity, Span
from apilint.report import Presentation
from apilint.report.escape import MESSAGE, SNIPPET, visible
from apilint.report.gates import as_data, failing, sentence
from apilint.report.json_text import json_document, json_text
from apilint.report.places import utf16_units
from apilint.report.remarks import Rules, explain, facts, problem_text, some_file
from apilint.report.summary import Fate, compared, fates, since, suppression_words
from apilint.rule import Rule

ENGINE = "apilint"
SEVERITIES = ("INFO", "MINOR", "MAJOR", "CRITICAL", "BLOCKER")
IMPACTS = ("LOW", "LOW", "MEDIUM", "HIGH", "HIGH")
SECONDARY = 20


def render(report: Report, presentation: Presentation) -> str:
    """The report as one JSON object, a rule or an entry a line."""
    rules: dict[str, dict[str, Any]] = {}
    known = Rules(report)
    entries: list[dict[str, Any]] = [
        {"ruleId": _named(finding, known, rules), **_places(finding, report)}
        for finding in report.findings
        if finding.suppression is None
    ]
    entries += [_problem(problem, report, rules) for problem in report.problems]
    entries += [_gate(gate, rules) for gate in failing(report)]
    members = (
        ("rules", ",\n".join(map(json_text, rules.values()))),
        ("issues", ",\n".join(map(json_text, entries))),
    )
    arrays = ",\n".join(f'"{name}":[{text}]' for name, text in members)
    return json_document(f'{{{arrays},\n"apilint":{json_text(_beside(report, presentation))}}}\n')


def _named(finding: Finding, known: Rules, rules: dict[str, dict[str, Any]]) -> str:
    """The id of the entry of `rules` that fits a finding; the entry is added if it is not there yet."""
    rule, severity = known.find(finding), finding.severity
    own = rule is None or rule.severity == severity
    id = visible(finding.rule, 100) + ("" if rule is not None and own else f".{severity.label}")
    if id not in rules:
        name = known.summary(finding) + ("" if own else f" ({severity.label})")
        rules[id] = _entry(id, name, _description(rule, finding, known), "SECURITY", severity)
    return id


def _entry(id: str, name: str, description: str, quality: str, severity: Severity) -> dict[str, Any]:
    return {
        "id": id,
        "name": name,
        "description": description,
        "engineId": ENGINE,
        "cleanCodeAttribute": "TRUSTWORTHY" if quality == "SECURITY" else "COMPLETE",
        "type": "VULNERABILITY" if quality == "SECURITY" else "BUG",
        "severity": SEVERITIES[severity],
        "impacts": [{"softwareQuality": quality, "severity": IMPACTS[severity]}],
    }


def _description(rule: Rule | None, finding: Finding, known: Rules) -> str:
    """What a rule is about, as the HTML that SonarQube shows."""
    from html import escape

    parts = [known.summary(finding), known.reason(finding.rule)]
    if remedy := known.remedy(finding.rule):
        parts.append(f"To fix: {remedy}")
    if rule is not None and rule.refs:
        parts.append(f"References: {', '.join(map(visible, rule.refs))}")
    parts.append(f"More: {explain(finding)}")
    return "".join(f"<p>{escape(part)}</p>" for part in parts if part)


def _places(finding: Finding, report: Report) -> dict[str, Any]:
    said = f"{visible(finding.message, MESSAGE)} ({facts(finding)})"
    places: dict[str, Any] = {"primaryLocation": _place(finding.location, said, report)}
    if others := finding.other_places[:SECONDARY]:
        places["secondaryLocations"] = [_place(place, visible(label, SNIPPET), report) for place, label in others]
    return places


def _place(location: Location, said: str, report: Report) -> dict[str, Any]:
    return {
        "message": said,
        "filePath": visible(location.file),
        "textRange": _range(location.span, report.line(location.file, location.span.line)),
    }


def _range(span: Span, line: str) -> dict[str, int]:
    """The stretch of the first line that a span covers, or the whole line where its text is not known to hold it."""
    start = span.column - 1
    end = min(span.end_column - 1, len(line)) if span.end_line == span.line else len(line)
    if not 0 <= start < end:
        return {"startLine": span.line}
    return {
        "startLine": span.line,
        "endLine": span.line,
        "startColumn": utf16_units(line[:start]),
        "endColumn": utf16_units(line[:end]),
    }


def _problem(problem: Problem, report: Report, rules: dict[str, dict[str, Any]]) -> dict[str, Any]:
    id = f"problem.{visible(problem.kind, 100)}"
    name = f"apilint could not do something: {visible(problem.kind, 100)}"
    rules.setdefault(id, _entry(id, name, "<p>The answer of apilint is incomplete.</p>", "RELIABILITY", Severity.HIGH))
    place: dict[str, Any] = {
        "message": problem_text(problem),
        "filePath": visible(some_file(report) if problem.file is None else problem.file),
    }
    if problem.file is not None and problem.line is not None:
        place["textRange"] = {"startLine": problem.line}
    return {"ruleId": id, "primaryLocation": place}


def _gate(gate: Gated, rules: dict[str, dict[str, Any]]) -> dict[str, Any]:
    about = "<p>An API does not reach what the gate asks of it: apilint gate --todo</p>"
    rules.setdefault("gate", _entry("gate", "The gate of an API fails", about, "SECURITY", Severity.HIGH))
    return {"ruleId": "gate", "primaryLocation": {"message": sentence(gate), "filePath": visible(gate.api)}}


def _beside(report: Report, presentation: Presentation) -> dict[str, Any]:
    """What has no room among the entries."""
    return {
        "version": presentation.version,
        "exitStatus": presentation.status,
        "problems": len(report.problems),
        "gates": as_data(report),
        "hidden": report.hidden,
        "ignoredRules": [visible(rule, 100) for rule in report.ignored],
        "configuration": [visible(name, SNIPPET) for name in report.configuration],
        **({"since": since(report.since)} if report.since is not None else {}),
        **({"against": compared(report)} if report.against is not None else {}),
        "suppressed": list(_suppressed(report)),
        "notChecked": [
            {"file": visible(one.file), "status": one.status}
            for one, fate in fates(report)
            if fate.is_skipped or fate is Fate.FAILED
        ],
        "deviations": [
            {"file": visible(one.file), "message": visible(said, MESSAGE)}
            for one in report.inputs
            for said in one.deviations
        ],
    }


def _suppressed(report: Report) -> Iterator[dict[str, Any]]:
    for finding in report.findings:
        if finding.suppression is not None:
            yield {
                "ruleId": visible(finding.rule, 100),
                "message": visible(finding.message, MESSAGE),
                "filePath": visible(finding.location.file),
                "line": finding.location.span.line,
                "reason": suppression_words(finding.suppression),
            }
