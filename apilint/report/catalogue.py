"""The list of rules, as a table for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence

from apilint.report.escape import MESSAGE, screen, visible
from apilint.report.json_text import json_document, json_text
from apilint.report.layout import count, hanging
from apilint.rule import Rule


def as_text(rules: Sequence[Rule], width: int | None = None) -> str:
    """A line for each rule: id, severity, confidence, summary; a rule that is not stable says so.

    With a `width`, as on a terminal, the summary stands below, wrapped.
    """
    room = max((len(visible(rule.id)) for rule in rules), default=0)
    lines = [f"{'id':{room}}  severity  confidence{'' if width else '  summary'}"] if rules else []
    for rule in rules:
        status = "" if rule.status == "stable" else f" ({visible(rule.status)})"
        fixable = " [*]" if rule.fixable else ""
        levels = f"{rule.severity.label:8}  {rule.confidence.label:10}"
        head, summary = f"{visible(rule.id):{room}}  {levels}", f"{visible(rule.summary, MESSAGE)}{status}{fixable}"
        lines += [head.rstrip(), *hanging("  ", summary, width, 2)] if width else [f"{head}  {summary}"]
    lines += ["", f"{count(len(rules), 'rule')}; apilint explain ID shows one"]
    return screen("".join(f"{line}\n" for line in lines))


def as_json(rules: Sequence[Rule]) -> str:
    """`{"version": 1, "rules": [...]}`, a line for each rule."""
    lines = ",\n".join(map(_rule, rules))
    return json_document(f'{{"version":1,"rules":[{lines}]}}\n')


def _rule(rule: Rule) -> str:
    return json_text(
        {
            "id": rule.id,
            "summary": visible(rule.summary, MESSAGE),
            "severity": rule.severity.label,
            "confidence": rule.confidence.label,
            "refs": list(rule.refs),
            "since": rule.since,
            "status": rule.status,
            "owner": rule.owner,
            "gives_way_to": list(rule.gives_way_to),
            "fixable": rule.fixable,
        }
    )
