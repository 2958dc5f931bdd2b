"""The format `json`: the interface for programs. Its schema is `report-v1.schema.json`, beside this file.

One finding, problem or input a line, so that two reports can be compared with line tools; no
durations, dates or absolute paths, so that the same run gives the same bytes. The format `jsonl`
writes the same objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from apilint.findings import (
    Against,
    Confidence,
    Finding,
    Fix,
    Input,
    Location,
    Problem,
    Related,
    Replacement,
    Report,
    Severity,
    Since,
    Suppression,
)
from apilint.report import Presentation
from apilint.report.escape import MESSAGE, POINTER, cut, visible
from apilint.report.gates import as_data
from apilint.report.json_text import json_document, json_string, json_text
from apilint.report.summary import at_or_above

LISTED = 100_000
SEVERITIES = tuple(severity.label for severity in Severity)
CONFIDENCES = tuple(confidence.label for confidence in Confidence)
SUPPRESSIONS = ("configuration", "waiver", "inline", "baseline")
STATES = ("new", "unchanged")
STATUSES = ("checked", "fragment", "skipped", "excluded", "failed")


def render(report: Report, presentation: Presentation) -> str:
    """The report as one JSON object; at most `LISTED` findings are listed, and `summary` counts all."""
    members = (
        ("version", "1"),
        ("tool", json_text(tool_of(report, presentation))),
        ("inputs", _lines(map(input_text, report.inputs))),
        ("findings", _lines(finding_text(finding, report.replacements) for finding in report.findings[:LISTED])),
        ("improvements", _lines(improvement_texts(report))),
        ("problems", _lines(map(problem_text, report.problems))),
        ("summary", json_text(summary_of(report, presentation))),
    )
    return json_document("{" + ",\n".join(f'"{name}":{text}' for name, text in members) + "}\n")


def improvement_texts(report: Report) -> list[str]:
    """The improvements of a comparison as JSON objects, as findings are."""
    better = () if report.against is None else report.against.improvements[:LISTED]
    return [finding_text(one, report.replacements) for one in better]


def _lines(texts: Iterable[str]) -> str:
    return "[" + ",\n".join(texts) + "]"


def finding_text(finding: Finding, replacements: Callable[[Finding], Sequence[Replacement]]) -> str:
    """One finding as a JSON object. `replacements` tells what its fix means for the text.

    That takes long where fixes are many, so unsafe ones, which nobody applies unseen, have their edits alone.
    """
    # Spelt out: with 20,000 findings this takes a third of what dicts through the encoder take.
    file, pointer, (line, column, end_line, end_column) = finding.location
    fix, suppression = finding.fix, finding.suppression
    return (
        f'{{"rule":{json_string(finding.rule)},"severity":"{SEVERITIES[finding.severity]}",'
        f'"confidence":"{CONFIDENCES[finding.confidence]}","message":{json_string(visible(finding.message, MESSAGE))},'
        f'"file":{json_string(file)},"line":{line},"column":{column},"end_line":{end_line},"end_column":{end_column},'
        f'"pointer":{json_string(cut(pointer, POINTER))},"operation":{_maybe(finding.operation)},'
        f'"operations":{finding.operations},"api":{json_string(finding.api) if finding.api else "null"},'
        f'"also":[{",".join(map(json_string, finding.also))}],'
        f'"related":[{",".join(map(_related, finding.related))}],"chain":[{",".join(map(_place, finding.chain))}],'
        f'"fingerprint":{json_string(finding.fingerprint)},"state":{_maybe(finding.state)},'
        f'"owner":{_maybe(finding.owner)},"fixable":{"false" if fix is None else "true"},'
        f'"fix":{"null" if fix is None else _fix(fix, replacements(finding) if fix.safe else ())},'
        f'"suppression":{"null" if suppression is None else _suppression(suppression)}}}'
    )


def _maybe(text: str | None) -> str:
    """A text, or null where there is none to tell."""
    return json_string(visible(text, POINTER)) if text else "null"


def _place(location: Location) -> str:
    return f"{{{_members(location)}}}"


def _related(related: Related) -> str:
    return f'{{{_members(related.location)},"label":{json_string(visible(related.label, MESSAGE))}}}'


def _members(location: Location) -> str:
    file, pointer, (line, column, end_line, end_column) = location
    return (
        f'"file":{json_string(file)},"line":{line},"column":{column},"end_line":{end_line},'
        f'"end_column":{end_column},"pointer":{json_string(cut(pointer, POINTER))}'
    )


def _fix(fix: Fix, replacements: Sequence[Replacement]) -> str:
    edits = [{"pointer": one.pointer, "action": one.action, "value": one.value} for one in fix.edits]
    try:
        edits_text = json_text(edits)
    except (TypeError, ValueError, RecursionError):
        edits_text = "[]"  # a plugin's value that no JSON has: half a fix would be a wrong one
    texts = json_text([{"file": file, **span._asdict(), "text": text} for file, span, text in replacements])
    return (
        f'{{"summary":{json_string(visible(fix.summary, MESSAGE))},"safe":{"true" if fix.safe else "false"},'
        f'"edits":{edits_text},"replacements":{texts}}}'
    )


def _suppression(suppression: Suppression) -> str:
    members = {name: visible(text, MESSAGE) or None for name, text in suppression._asdict().items()}
    return json_text({**members, "reason": visible(suppression.reason, MESSAGE)})


def problem_text(problem: Problem) -> str:
    """One problem as a JSON object."""
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


def input_text(looked_at: Input) -> str:
    """One input as a JSON object."""
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


def tool_of(report: Report, presentation: Presentation) -> dict[str, Any]:
    """What made the report."""
    return {"name": "apilint", "version": presentation.version, "plugins": list(report.plugins)}


def _since(change: Since | None) -> dict[str, Any] | None:
    if change is None:
        return None
    return {
        "revision": visible(change.revision, POINTER),
        "commits": list(change.commits),
        "elsewhere": change.elsewhere,
        "unknown": [{"file": visible(file), "reason": visible(why, MESSAGE)} for file, why in change.unknown],
    }


def _against(against: Against | None) -> dict[str, Any] | None:
    if against is None:
        return None
    return {
        "base": visible(against.base, MESSAGE),
        "head": visible(against.head, MESSAGE),
        "new": list(against.new),
        "removed": list(against.removed),
        "renamed": [{"file": head, "before": base} for head, base in against.renamed],
        "unchanged": against.unchanged,
        "improvements": len(against.improvements),
    }


def summary_of(report: Report, presentation: Presentation) -> dict[str, Any]:
    """The counts of a report: of all findings, also of those that are suppressed or not listed."""
    severities = [0] * len(SEVERITIES)
    confidences = [0] * len(CONFIDENCES)
    suppressed = dict.fromkeys(SUPPRESSIONS, 0)
    states = dict.fromkeys(STATES, 0)
    fixable = 0
    for finding in report.findings:
        severities[finding.severity] += 1
        confidences[finding.confidence] += 1
        fixable += finding.fix is not None
        if finding.suppression is not None:
            suppressed[finding.suppression.kind] = suppressed.get(finding.suppression.kind, 0) + 1
        if finding.state:
            states[finding.state] = states.get(finding.state, 0) + 1
    statuses = [looked_at.status for looked_at in report.inputs]
    return {
        "findings": len(report.findings),
        "not_listed": max(0, len(report.findings) - LISTED),
        "severities": dict(zip(reversed(SEVERITIES), reversed(severities), strict=True)),
        "confidences": dict(zip(reversed(CONFIDENCES), reversed(confidences), strict=True)),
        "suppressed": suppressed,
        "states": states,
        "fixable": fixable,
        "at_or_above_threshold": at_or_above(report),
        "threshold": report.fail_on.label,
        "gates": as_data(report),
        "preset": report.preset,
        "hidden": report.hidden,
        "ignored": list(report.ignored),
        "configuration": list(report.configuration),
        "since": _since(report.since),
        "against": _against(report.against),
        "inputs": {status: statuses.count(status) for status in STATUSES},
        "operations": sum(looked_at.operations for looked_at in report.inputs),
        "problems": len(report.problems),
        "exit_status": presentation.status,
    }
