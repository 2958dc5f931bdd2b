"""The results of the format `sarif`: what is wrong, where, by way of what, since when, and how to mend it.

Sources: SARIF 2.1.0 sections 3.27 to 3.38 and 3.55 to 3.57; what GitHub code scanning takes and shows: 1,000 locations
a result, 10,000 locations in its flows, and related locations only where a message links to them.

Spelt out as text: with thousands of results this takes half of what objects through the encoder take.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

from apilint.findings import Confidence, Finding, Fix, Location, Related, Report, Severity, Span, Suppression
from apilint.report.escape import MESSAGE, POINTER, SNIPPET, cut, sarif_message, uri, visible
from apilint.report.identity import guid
from apilint.report.json_text import json_string, json_text
from apilint.report.sarif_rules import LEVELS, own_score
from apilint.rule import Rule

ROOT = "%SRCROOT%"
RELATED = 100
LINKED = 3
FLOW = 1000
SHOWN_LINES = 5
_REMOTE = "https://"


class Results:
    """Writes the results of one report, one JSON text each."""

    def __init__(self, report: Report, rules: Mapping[str, tuple[int, Rule]]) -> None:
        """`rules` has the index and the rule for the id of each rule that the run describes."""
        self._rules = rules
        self._fails = report.fails
        self._replacements = report.replacements
        self._line = report.line
        # The whole of a minified document is one line, which is masked again whenever it is asked for.
        self._text = lru_cache(maxsize=64)(self._shown_line)
        self._of_rule = cache(self._rule_members)
        self._files: dict[str, str] = {}
        # Sections 3.27.23 and 3.27.24: all results have these members, or none has.
        self._suppressing = any(finding.suppression is not None for finding in report.findings)
        self._compared = any(finding.state for finding in report.findings)
        self._several = sum(looked_at.status == "checked" for looked_at in report.inputs) > 1

    def text(self, finding: Finding) -> str:
        """One result, as JSON on one line."""
        head, properties = self._of_rule(finding.rule, finding.severity, finding.confidence)
        related = finding.related[:RELATED]
        return (
            f'{head}"message":{{"text":{json_string(_message(finding, related))}}},'
            f'"locations":[{{"physicalLocation":{self._shown(finding)},"logicalLocations":[{_logical(finding)}]}}],'
            f'"partialFingerprints":{{"apilint/v1":{json_string(visible(finding.fingerprint, SNIPPET))}}},'
            f"{self._seldom(finding, related)}{properties}{self._properties(finding)}}}}}"
        )

    def _rule_members(self, rule: str, severity: Severity, confidence: Confidence) -> tuple[str, str]:
        """How a result begins, and its properties as far as they are the same for many."""
        index, known = self._rules.get(rule, (None, None))
        head = f'{{"ruleId":{json_string(visible(rule, SNIPPET))},"level":"{LEVELS[severity]}",'
        if index is not None:
            head += f'"ruleIndex":{index},'
        score = own_score(severity, known)
        own = f',"security-severity":"{score}"' if score else ""
        return head, f'"properties":{{"severity":"{severity.label}","confidence":"{confidence.label}"{own}'

    def _properties(self, finding: Finding) -> str:
        """The properties that differ from finding to finding, each with a comma before it."""
        text = f',"operations":{finding.operations}'
        if self._several and finding.api:
            text += f',"api":{json_string(visible(finding.api, POINTER))}'
        if finding.also:
            text += f',"also":{json_text([visible(name, POINTER) for name in finding.also])}'
        if finding.owner:
            text += f',"owner":{json_string(visible(finding.owner, SNIPPET))}'
        return text

    def _seldom(self, finding: Finding, related: Sequence[Related]) -> str:
        """The members that most results do not have, each with a comma behind it."""
        text = ""
        if related:
            places = ",".join(
                f'{{"id":{number},{self._step(place, sarif_message(label))}}}'
                for number, (place, label) in enumerate(related, 1)
            )
            text += f'"relatedLocations":[{places}],'
        if finding.chain:
            text += f'"codeFlows":[{{"threadFlows":[{{"locations":[{self._flow(finding)}]}}]}}],'
        if self._suppressing:
            suppression = finding.suppression
            text += f'"suppressions":[{_suppression(suppression, finding) if suppression else ""}],'
        if self._compared:
            text += f'"baselineState":"{finding.state or "new"}",'
        if finding.fix is not None and (fixed := self._fix(finding, finding.fix)):
            text += f'"fixes":[{fixed}],'
        return text

    def _flow(self, finding: Finding) -> str:
        """The references that led to the place, in the order in which they are followed, and the place."""
        chain = finding.chain[: FLOW - 1]
        places = [*chain, finding.location]
        steps = []
        for here, there in pairwise(places):
            into = "" if here.file == there.file else f" into {there.file.rpartition('/')[2]}"
            steps.append(f'{{"location":{{{self._step(here, sarif_message(f"reference{_holder(here)}{into}"))}}}}}')
        steps.append(f'{{"location":{{{self._step(finding.location, sarif_message(finding.message))}}}}}')
        return ",".join(steps)

    def _step(self, place: Location, said: str) -> str:
        """The members of a location that says something."""
        return (
            f'"physicalLocation":{{{self._artifact(place.file)},"region":{_region(place.span)}}}}},'
            f'"message":{{"text":{json_string(said)}}}'
        )

    def _shown(self, finding: Finding) -> str:
        """The place of a finding with the text that stands there: more of it where somebody has to act."""
        file, _, span = finding.location
        start = f'{{{self._artifact(file)},"region":{_region(span)}'
        if self._fails(finding._replace(suppression=None)):
            return start + self._lines_around(file, span)
        line = self._text(file, span.line)
        whole = span.end_line == span.line
        snippet = line[span.column - 1 : span.end_column - 1] if whole else line[span.column - 1 :]
        if not snippet:
            return f"{start}}}}}"
        start += f',"snippet":{{"text":{json_string(cut(snippet, SNIPPET))}}}}}'
        # A part of a line would not be the text of the context.
        if not whole or len(line) > SNIPPET:
            return f"{start}}}"
        return f'{start},"contextRegion":{{"startLine":{span.line},"snippet":{{"text":{json_string(line)}}}}}}}'

    def _lines_around(self, file: str, span: Span) -> str:
        """The end of a place: the snippet of its region, and the lines around it if they all can be shown."""
        last = max(span.line, min(span.end_line, span.line + SHOWN_LINES - 1))
        lines = [self._text(file, number) for number in range(span.line, last + 1)]
        snippet = _cut(lines, span)
        if not snippet:
            return "}}"
        text = f',"snippet":{{"text":{json_string(snippet)}}}}}'
        first = span.line
        if len(lines) == 1:
            first = max(1, span.line - 1)
            lines = [self._text(file, number) for number in range(first, first + SHOWN_LINES)]
            while not lines[-1]:
                lines.pop()
        if last < span.end_line or any(len(line) > SNIPPET for line in lines):
            return f"{text}}}"
        shown = json_string("\n".join(lines))
        end = first + len(lines) - 1
        return f'{text},"contextRegion":{{"startLine":{first},"endLine":{end},"snippet":{{"text":{shown}}}}}}}'

    def _shown_line(self, file: str, number: int) -> str:
        """A line without its secrets, as long as it is in the file."""
        line = self._line(file, number)
        return line if line.isprintable() else "".join(one if one.isprintable() else " " for one in line)

    def _artifact(self, file: str) -> str:
        known = self._files.get(file)
        if known is None:
            known = self._files[file] = f'"artifactLocation":{json_text(artifact(file))}'
        return known

    def _fix(self, finding: Finding, fix: Fix) -> str:
        # What tools offer to apply at a click; the text of unsafe fixes takes long where they are many.
        changes: dict[str, list[dict[str, Any]]] = {}
        for file, span, text in self._replacements(finding) if fix.safe else ():
            region = dict(zip(("startLine", "startColumn", "endLine", "endColumn"), span, strict=True))
            changes.setdefault(file, []).append({"deletedRegion": region, "insertedContent": {"text": text}})
        if not changes:
            return ""
        return json_text(
            {
                "description": {"text": sarif_message(fix.summary)},
                "artifactChanges": [
                    {"artifactLocation": artifact(file), "replacements": made} for file, made in changes.items()
                ],
            }
        )


def artifact(file: str) -> dict[str, str]:
    """Where a file is: relative to the folder of the run, or absolute if that is how it was named."""
    if file.startswith("/"):
        return {"uri": f"file://{uri(file)}"}
    if file.startswith(_REMOTE):
        return {"uri": _REMOTE + uri(file.removeprefix(_REMOTE)).lstrip("/")}
    return {"uri": uri(file), "uriBaseId": ROOT}


def _region(span: Span) -> str:
    """A region that its caller closes, so that a snippet can follow."""
    line, column, end_line, end_column = span
    # GitHub wants all four, though the standard lets the end of the first line go without saying.
    return f'{{"startLine":{line},"startColumn":{column},"endLine":{end_line},"endColumn":{end_column}'


def _cut(lines: Sequence[str], span: Span) -> str:
    """The text of a region, or how it begins, from the text of its lines."""
    if len(lines) == 1:
        return cut(lines[0][span.column - 1 : span.end_column - 1], SNIPPET)
    parts = [lines[0][span.column - 1 :], *lines[1:]]
    if len(lines) == span.end_line - span.line + 1:
        parts[-1] = parts[-1][: span.end_column - 1]
    return "\n".join(cut(part, SNIPPET) for part in parts).strip("\n")


def _message(finding: Finding, related: Sequence[Related]) -> str:
    """The message, and links to the first related places: GitHub shows none that is not linked to."""
    text = sarif_message(finding.message) or visible(finding.rule, SNIPPET)  # GitHub takes no empty one
    if not related:
        return text
    links = ", ".join(f"[{_label(one.label)}]({number})" for number, one in enumerate(related[:LINKED], 1))
    return f"{text}{'' if text.endswith('.') else '.'} See: {links}."


def _label(label: str) -> str:
    text = visible(label, MESSAGE).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return text or "here"


def _holder(place: Location) -> str:
    """In which operation or component a place stands, where its pointer tells."""
    steps = place.pointer.split("/", 4)[1:4]
    if len(steps) < 3 or steps[0] not in ("paths", "components"):
        return ""
    kind, name, member = (step.replace("~1", "/").replace("~0", "~") for step in steps)
    return f" in {member.upper()} {name}" if kind == "paths" else f" in {kind}/{name}/{member}"


def _logical(finding: Finding) -> str:
    pointer = finding.location.pointer
    if finding.operation is not None:
        name, kind = visible(finding.operation, SNIPPET), "function"
    else:
        last = pointer.rpartition("/")[2]
        name = visible(last.replace("~1", "/").replace("~0", "~"), SNIPPET)
        kind = "object" if not pointer else "value" if last.isdigit() else "property"
    named = f'"name":{json_string(name)},' if name else ""
    return f'{{{named}"fullyQualifiedName":{json_string(visible(pointer, POINTER))},"kind":"{kind}"}}'


def _suppression(suppression: Suppression, finding: Finding) -> str:
    more = {"kind": suppression.kind, "owner": suppression.owner, "expires": suppression.expires, "id": suppression.id}
    found: dict[str, Any] = {
        "guid": guid(f"suppression/{json_text([suppression.kind, suppression.id or finding.fingerprint])}"),
        "kind": "inSource" if suppression.kind == "inline" else "external",
        "status": "accepted",
        "properties": {name: visible(text, SNIPPET) for name, text in more.items() if text},
    }
    if suppression.reason:
        found["justification"] = visible(suppression.reason, MESSAGE)
    return json_text(found)
