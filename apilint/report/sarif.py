"""The format `sarif`: SARIF 2.1.0, as code scanning services read it.

Sources: the OASIS standard with errata 01; what GitHub code scanning takes (25,000 results a run, of which it keeps
5,000; 10 MB after gzip; one category an upload). Line hashes are left to the uploader, which warns where it finds any.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from apilint.findings import Finding, Input, Problem, Report
from apilint.report import Presentation
from apilint.report.escape import SNIPPET, sarif_message, uri, visible
from apilint.report.gates import as_data, failing, sentence
from apilint.report.json_text import json_document, json_text
from apilint.report.layout import count
from apilint.report.remarks import not_checked
from apilint.report.sarif_results import ROOT, Results, artifact
from apilint.report.sarif_rules import described
from apilint.report.summary import compared, reason, since

TOOL = "apilint, a static API security linter for OpenAPI documents"
LISTED = 25_000
INPUTS = 1000
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
# Problems that somebody who set apilint up has to mend, not somebody who writes documents.
_OF_CONFIGURATION = ("plugin-broken",)


def render(report: Report, presentation: Presentation) -> str:
    """The report as a SARIF log with one run: the gravest findings first, those that do not count last."""
    findings = sorted(report.findings, key=_order)[:LISTED]
    # A rule's page is longer than its results: those without results stay out.
    named = {finding.rule for finding in findings}
    rules = [rule for rule in report.rules if rule.id in named]
    driver, taxonomies = described(rules)
    left_out = len(report.findings) - len(findings)
    run = {
        "tool": {
            "driver": {"name": "apilint", "fullName": TOOL, "version": presentation.version, **driver},
            **_extensions(report),
        },
        "automationDetails": _automation(report),
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The folder in which apilint was run."}}},
        "invocations": [_invocation(report, presentation, left_out)],
        "artifacts": _artifacts(report),
        **taxonomies,
        "properties": _properties(report),
    }
    results = Results(report, {rule.id: (index, rule) for index, rule in enumerate(rules)})
    texts = ",\n".join(map(results.text, findings))
    head = json_text({"$schema": SCHEMA, "version": "2.1.0"})[:-1]
    return json_document(f'{head},"runs":[{json_text(run)[:-1]},\n"results":[{texts}]}}]}}\n')


def _order(finding: Finding) -> tuple[bool, int, int]:
    # GitHub keeps the first 5,000, whatever it says about severity (github/docs issue 38085).
    return finding.suppression is not None, -finding.severity, -finding.confidence


def _extensions(report: Report) -> dict[str, Any]:
    found = []
    for name in dict.fromkeys(visible(name, SNIPPET) for name in report.plugins):
        called, _, version = name.rpartition(" ")
        found.append({"name": called, "version": version} if called and version else {"name": name})
    return {"extensions": found} if found else {}


def _automation(report: Report) -> dict[str, Any]:
    """The category of the run: that of the API where one document was asked about, else one for all.

    A service holds a run against the last one of its category, and takes what is missing for mended: a
    job for each API needs a category each, and a folder must not change its own when a second API comes.
    """
    if len(report.inputs) != 1:
        return {"id": "apilint/"}
    return {"id": f"apilint/{uri(report.inputs[0].file).strip('/')}/"}


def _properties(report: Report) -> dict[str, Any]:
    statuses = [looked_at.status for looked_at in report.inputs]
    return {
        "preset": visible(report.preset, SNIPPET),
        "threshold": report.fail_on.label,
        "hidden": report.hidden,
        "ignored": [visible(rule, SNIPPET) for rule in report.ignored],
        "configuration": [visible(name, SNIPPET) for name in report.configuration],
        **({"since": since(report.since)} if report.since is not None else {}),
        **({"against": compared(report)} if report.against is not None else {}),
        "inputs": {status: statuses.count(status) for status in dict.fromkeys(statuses)},
        **({"gates": as_data(report)} if report.gates else {}),
    }


def _artifacts(report: Report) -> list[dict[str, Any]]:
    """The inputs, each once, though somebody may name a file twice. Fragments are many, and counted elsewhere."""
    found = [_looked_at(looked_at) for looked_at in report.inputs if looked_at.status != "fragment"]
    return list({json_text(one): one for one in found[:INPUTS]}.values())


def _looked_at(looked_at: Input) -> dict[str, Any]:
    """An input as an artifact: what was looked at, and what was not."""
    found: dict[str, Any] = {"location": artifact(looked_at.file), "properties": {"status": looked_at.status}}
    if looked_at.status == "checked":
        found["roles"] = ["analysisTarget"]
        found["properties"] |= {
            "openapi": visible(looked_at.version or "", SNIPPET),
            "operations": looked_at.operations,
            "documents": looked_at.documents,
        }
    return found


def _invocation(report: Report, presentation: Presentation, left_out: int) -> dict[str, Any]:
    mending = [one for one in report.problems if one.kind in _OF_CONFIGURATION]
    notifications = [_problem(one) for one in report.problems if one.kind not in _OF_CONFIGURATION]
    notifications += [
        _notification("gate-failed", "error", sentence(gate), [{"artifactLocation": artifact(gate.api)}])
        for gate in failing(report)
    ]
    notifications += _notes(report)
    if left_out:
        said = f"{count(left_out, 'finding')} of lower severity left out: a run takes at most {LISTED:,} results"
        notifications.append(_notification("results-left-out", "warning", said, []))
    invocation: dict[str, Any] = {
        "executionSuccessful": not report.problems,
        "exitCode": presentation.status,
        "exitCodeDescription": reason(report, presentation.status),
        "toolExecutionNotifications": notifications,
    }
    if mending:
        invocation["toolConfigurationNotifications"] = [_problem(one) for one in mending]
    return invocation


def _notes(report: Report) -> list[dict[str, Any]]:
    """What somebody who trusts a run without results should know."""
    notes = [
        _notification("deviation", "note", deviation, [{"artifactLocation": artifact(looked_at.file)}])
        for looked_at in report.inputs
        for deviation in looked_at.deviations
    ]
    if said := not_checked(report):
        notes.append(_notification("inputs-skipped", "note", said, []))
    return notes


def _problem(problem: Problem) -> dict[str, Any]:
    places: list[dict[str, Any]] = []
    if problem.file is not None:
        physical: dict[str, Any] = {"artifactLocation": artifact(problem.file)}
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
