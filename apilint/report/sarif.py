"""The format `sarif`: SARIF 2.1.0, as code scanning services read it.

Sources: the OASIS standard with errata 01; what GitHub code scanning takes (25,000 results a run,
`security-severity`, `precision`, at most 20 tags a rule). Line hashes are left to the uploader.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from apilint.findings import Finding, Location, Problem, Report, Span
from apilint.report import Presentation
from apilint.report.escape import POINTER, SNIPPET, sarif_message, uri, visible
from apilint.report.json_text import json_document, json_text
from apilint.report.page import page
from apilint.report.references import first_address
from apilint.rule import Rule

LISTED = 25_000
RELATED = 100
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
# GitHub's words: above 9.0 is critical, from 7.0 high, from 4.0 medium, the rest low.
_SCORES = ("1.0", "3.0", "5.5", "8.0", "9.5")
_LEVELS = ("note", "note", "warning", "error", "error")


def render(report: Report, presentation: Presentation) -> str:
    """The report as a SARIF log with one run; the worst findings first if there are more than are taken."""
    findings: Sequence[Finding] = report.findings
    if len(findings) > LISTED:
        findings = sorted(findings, key=lambda finding: -finding.severity)[:LISTED]
    # A rule's page is longer than its results: those without results stay out.
    named = {finding.rule for finding in findings}
    described = [rule for rule in report.rules if rule.id in named]
    rules = {rule.id: index for index, rule in enumerate(described)}
    run = {
        "tool": {"driver": _driver(described, presentation), **_extensions(report)},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The folder in which apilint was run."}}},
        "invocations": [_invocation(report, presentation, len(report.findings) - len(findings))],
        "properties": {"preset": report.preset, "threshold": report.fail_on.label, "hidden": report.hidden},
    }
    results = ",\n".join(json_text(_result(finding, rules)) for finding in findings)
    head = json_text({"$schema": SCHEMA, "version": "2.1.0"})[:-1]
    return json_document(f'{head},"runs":[{json_text(run)[:-1]},\n"results":[{results}]}}]}}\n')


def _driver(rules: Sequence[Rule], presentation: Presentation) -> dict[str, Any]:
    return {
        "name": "apilint",
        "version": presentation.version,
        "rules": [_rule(rule) for rule in rules],
    }


def _extensions(report: Report) -> dict[str, Any]:
    names = dict.fromkeys(visible(name, SNIPPET) for name in report.plugins)
    return {"extensions": [{"name": name} for name in names]} if names else {}


def _rule(rule: Rule) -> dict[str, Any]:
    rule = rule.load()
    text = page(rule)
    descriptor = {
        "id": rule.id,
        "name": rule.id.title().replace("-", "").replace("/", ""),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {
            "text": " ".join(rule.page.split("\n\n")[1].split()) if "\n\n" in rule.page else rule.summary
        },
        "help": {"text": text, "markdown": text},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "tags": _tags(rule),
            "precision": rule.confidence.label,
            "security-severity": _SCORES[rule.severity],
        },
    }
    url = first_address(rule.refs)
    return descriptor if url is None else {**descriptor, "helpUri": url}


def _tags(rule: Rule) -> list[str]:
    tags = ["security"]
    for ref in rule.refs:
        if ref.startswith("CWE-"):
            tags.append(f"external/cwe/{ref.lower()}")
        elif ref.startswith("OWASP-API"):
            number, _, year = ref.removeprefix("OWASP-").partition(":")
            tags.append(f"owasp-api-{year}/{number}")
    return list(dict.fromkeys(tags))[:10]


def _result(finding: Finding, rules: dict[str, int]) -> dict[str, Any]:
    logical: dict[str, Any] = {"fullyQualifiedName": visible(finding.location.pointer, POINTER) or "/"}
    if finding.operation is not None:
        logical["name"] = visible(finding.operation, SNIPPET)
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": sarif_message(finding.message)},
        "locations": [{"physicalLocation": _physical(finding.location), "logicalLocations": [logical]}],
        "partialFingerprints": {"apilint/v1": finding.fingerprint},
        "properties": {
            "severity": finding.severity.label,
            "confidence": finding.confidence.label,
            "operations": finding.operations,
        },
    }
    if finding.rule in rules:
        result["ruleIndex"] = rules[finding.rule]
    if finding.related or finding.chain:
        result["relatedLocations"] = [
            {"id": number, "physicalLocation": _physical(place), "message": {"text": sarif_message(label)}}
            for number, (place, label) in enumerate(finding.other_places[:RELATED], 1)
        ]
    if finding.suppression is not None:
        result["suppressions"] = [{"kind": "external", "justification": visible(finding.suppression, SNIPPET)}]
    return result


def _physical(location: Location) -> dict[str, Any]:
    span = location.span
    return {"artifactLocation": _artifact(location.file), "region": _region(span)}


def _artifact(file: str) -> dict[str, str]:
    return {"uri": uri(file), "uriBaseId": ROOT}


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _invocation(report: Report, presentation: Presentation, left_out: int) -> dict[str, Any]:
    notifications = [_problem(problem) for problem in report.problems]
    for looked_at in report.inputs:
        notifications += [
            _notification("deviation", "note", deviation, [{"artifactLocation": _artifact(looked_at.file)}])
            for deviation in looked_at.deviations
        ]
    if left_out:
        said = f"{left_out} findings of lower severity are left out: a run takes at most {LISTED} results."
        notifications.append(_notification("results-left-out", "warning", said, []))
    return {
        "executionSuccessful": not report.problems,
        "exitCode": presentation.status,
        "toolExecutionNotifications": notifications,
    }


def _problem(problem: Problem) -> dict[str, Any]:
    places: list[dict[str, Any]] = []
    if problem.file is not None:
        physical: dict[str, Any] = {"artifactLocation": _artifact(problem.file)}
        if problem.line is not None:
            physical["region"] = {"startLine": problem.line, "startColumn": problem.column or 1}
        places.append(physical)
    notification = _notification(problem.kind, "error", problem.message, places)
    if problem.rule is not None:
        notification["associatedRule"] = {"id": visible(problem.rule, SNIPPET)}
    return notification


def _notification(kind: str, level: str, message: str, places: Sequence[dict[str, Any]]) -> dict[str, Any]:
    notification: dict[str, Any] = {
        "descriptor": {"id": visible(kind, SNIPPET)},
        "level": level,
        "message": {"text": sarif_message(message)},
    }
    if places:
        notification["locations"] = [{"physicalLocation": place} for place in places]
    return notification
