"""The format `gitlab-sast`: a SAST report for GitLab's vulnerability report and the security widget.

GitLab follows a vulnerability by its first identifier and its tracking signature, which is the finding's fingerprint,
so that moved lines make nothing new. What vanished is shown as no longer detected: suppressed findings stay in the
report, as `Info`, and their details say why and how grave they are. Problems make the status `failure` and are messages
of the scan; so is what was not looked at. Confidence, which schema 15 no longer has, is among the details. A text
that comes from a document is escaped where GitLab reads Markdown.

Sources: version 15.0 of GitLab's security report schemas (name at most 255 characters, solution 7,000, times as
`yyyy-mm-ddThh:mm:ss`); GitLab's parser of the `tracking` of a vulnerability.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from apilint.findings import Finding, Location, Report
from apilint.report import Presentation
from apilint.report.escape import MESSAGE, SNIPPET, markdown, visible
from apilint.report.gates import sentences
from apilint.report.identity import guid, unique
from apilint.report.json_text import json_document, json_text
from apilint.report.places import in_repository, problem_place
from apilint.report.references import CWE, OWASP, address, title
from apilint.report.remarks import Rules, explain, not_checked, problem_text, suppressed
from apilint.report.summary import configuration

VERSION = "15.0.6"
SCHEMA = (
    "https://gitlab.com/gitlab-org/security-products/security-report-schemas"
    f"/-/raw/v{VERSION}/dist/sast-report-format.json"
)
LEVELS = ("Info", "Low", "Medium", "High", "Critical")
RELATED = 20


def render(report: Report, presentation: Presentation) -> str:
    """The report as a JSON object, one vulnerability a line."""
    head = json_text({"version": VERSION, "schema": SCHEMA, "scan": _scan(report, presentation)})
    rules = Rules(report)
    names = unique([visible(finding.fingerprint, MESSAGE) for finding in report.findings])
    found = zip(report.findings, names, strict=True)
    lines = ",\n".join(json_text(_vulnerability(finding, name, rules)) for finding, name in found)
    return json_document(f'{head[:-1]},\n"vulnerabilities":[{lines}]}}\n')


def _scan(report: Report, presentation: Presentation) -> dict[str, Any]:
    tool = {"id": "apilint", "name": "apilint", "version": presentation.version, "vendor": {"name": "apilint"}}
    moment = presentation.moment[:19]
    return {
        "type": "sast",
        "status": "failure" if report.problems else "success",
        "start_time": moment,
        "end_time": moment,
        "analyzer": tool,
        "scanner": tool,
        "messages": [{"level": level, "value": value} for level, value in _messages(report)],
    }


def _messages(report: Report) -> Iterator[tuple[str, str]]:
    for problem in report.problems:
        where = problem_place(problem)
        yield "warn", f"{where}{': ' if where else ''}{visible(problem.kind, SNIPPET)}: {problem_text(problem)}"
    for said in sentences(report):
        yield "warn", said
    if said := not_checked(report):
        yield "info", said
    if report.configuration:
        yield "info", configuration(report)
    for looked_at in report.inputs:
        for deviation in looked_at.deviations:
            yield "info", f"{visible(looked_at.file)}: {visible(deviation, MESSAGE)}"


def _vulnerability(finding: Finding, name: str, rules: Rules) -> dict[str, Any]:
    reason = suppressed(finding)
    why = rules.reason(finding.rule)
    remedy = rules.remedy(finding.rule)
    place = _place(finding.location)
    return {
        "id": guid(f"finding/{name}"),
        "name": rules.summary(finding),
        "description": "\n\n".join(filter(None, (_sentence(markdown(finding.message)), why))),
        "severity": "Info" if reason else LEVELS[finding.severity],
        "solution": " ".join(filter(None, (remedy, f"More: `{explain(finding)}`" if _is_plain(finding.rule) else ""))),
        "identifiers": list(_identifiers(finding, rules)),
        "links": list(_links(finding, rules)),
        "location": place,
        "details": _details(finding, reason),
        "tracking": {
            "type": "source",
            "items": [{**place, "signatures": [{"algorithm": "scope_offset", "value": name}]}],
        },
    }


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}"


def _is_plain(rule: str) -> bool:
    return re.fullmatch("[a-z0-9/-]{1,100}", rule) is not None


def _place(location: Location) -> dict[str, Any]:
    span = location.span
    return {
        "file": in_repository(location.file),
        "start_line": span.line,
        "end_line": max(span.line, span.end_line),
    }


def _identifiers(finding: Finding, rules: Rules) -> Iterator[dict[str, str]]:
    name = visible(finding.rule, SNIPPET)
    yield {"type": "apilint_rule", "name": f"apilint {name}", "value": name}
    for ref in _refs(finding, rules):
        url = address(ref)
        if url and (cwe := CWE.fullmatch(ref)):
            yield {"type": "cwe", "name": ref, "value": cwe[1], "url": url}
        elif url and (owasp := OWASP.fullmatch(ref)):
            risk = f"{owasp[1]}:{owasp[2]}"
            yield {"type": "owasp", "name": f"{risk} - {title(ref)}", "value": risk, "url": url}


def _links(finding: Finding, rules: Rules) -> Iterator[dict[str, str]]:
    for ref in _refs(finding, rules):
        url = address(ref)
        if url and not CWE.fullmatch(ref) and not OWASP.fullmatch(ref):
            yield {"name": visible(f"{ref} {title(ref)}".strip(), SNIPPET), "url": url}


def _refs(finding: Finding, rules: Rules) -> tuple[str, ...]:
    rule = rules.find(finding)
    return rule.refs if rule else ()


def _details(finding: Finding, reason: str) -> dict[str, Any]:
    details = {"confidence": _text("Confidence", finding.confidence.label)}
    if finding.operation is not None:
        details["operation"] = _text("Operation", visible(finding.operation, SNIPPET))
    if finding.operations:
        details["operations"] = {"name": "Operations concerned", "type": "value", "value": finding.operations}
    details["pointer"] = _text("Pointer", visible(finding.location.pointer, MESSAGE) or "/")
    if finding.owner:
        details["owner"] = _text("Owner", visible(finding.owner, SNIPPET))
    if reason:
        details["suppression"] = _text("Suppression", reason)
        details["severity"] = _text("Severity if it counted", finding.severity.label)
    if places := finding.other_places[:RELATED]:
        details["related"] = {"name": "Related places", "type": "list", "items": [_related(one) for one, _ in places]}
    return details


def _text(name: str, value: str) -> dict[str, Any]:
    return {"name": name, "type": "text", "value": value}


def _related(location: Location) -> dict[str, Any]:
    place = _place(location)
    return {
        "type": "file-location",
        "file_name": place["file"] or ".",
        "line_start": place["start_line"],
        "line_end": place["end_line"],
    }
