"""The findings as data for the page's script: small, since what repeats is written once.

A row is one finding. Messages and pointers are written against those before: how many characters they share at
the start with the row before, how many at the end with the last row of the same rule, and what lies between.
`findings.js` has the other half of this.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from apilint.findings import Finding, Location, Report
from apilint.report.escape import MESSAGE, POINTER, SNIPPET, visible
from apilint.report.html.excerpts import Lines, difference
from apilint.report.identity import unique
from apilint.report.page import TO_FIX, part
from apilint.report.places import utf16_units
from apilint.report.summary import gravest_first, suppression_words
from apilint.rule import Rule

LISTED = 5_000
_NO_ANCHOR = re.compile(r"[^A-Za-z0-9._-]+")


class Listed(NamedTuple):
    """A finding and the anchor by which the page shows it."""

    finding: Finding
    anchor: str


class _Table(dict[str, int]):
    """Texts, each with its place in the list that they will be."""

    def __missing__(self, text: str) -> int:
        self[text] = len(self)
        return self[text]


def listed(findings: Sequence[Finding]) -> list[Listed]:
    """The findings to show, the gravest first (suppressed ones last), at most `LISTED`, with anchors that differ."""
    gravest = sorted(gravest_first(findings), key=lambda one: one.suppression is not None)[:LISTED]
    anchors = unique([_NO_ANCHOR.sub("-", finding.fingerprint)[:80] or "finding" for finding in gravest])
    return list(map(Listed, gravest, anchors))


def data(report: Report, chosen: Sequence[Listed], rules: Mapping[str, Rule]) -> dict[str, Any]:
    """What the script needs to show `chosen`; `rules` are those of the run by id."""
    return _Writer(report, rules, len(chosen)).written(chosen)


class _Writer:
    def __init__(self, report: Report, rules: Mapping[str, Rule], findings: int) -> None:
        self.report = report
        self.known = rules
        self.rules: dict[str, int] = {}
        self.operations, self.apis, self.owners = _Table(), _Table(), _Table()
        self.files: dict[str, int] = {}
        self.hops: dict[Location, int] = {}
        self.lines = Lines(report.line, findings)
        self.message = self.pointer = ""
        self.last: dict[str, tuple[str, str]] = {}

    def written(self, chosen: Sequence[Listed]) -> dict[str, Any]:
        # What stands together begins alike.
        order = sorted(chosen, key=lambda one: (one.finding.location, one.finding.rule))
        rows = [self._row(*one) for one in order]
        hops = [self._hop(location) for location in self.hops]
        files = list(self.files)
        texts, runs = self.lines.table(files)
        return {
            "rules": [self._rule(id) for id in self.rules],
            "operations": list(self.operations),
            "apis": list(self.apis),
            "owners": list(self.owners),
            "files": [visible(file) for file in files],
            "texts": texts,
            "lines": runs,
            "hops": hops,
            "rows": rows,
        }

    def _rule(self, id: str) -> list[str]:
        rule = self.known.get(id)
        if rule is None:
            return [visible(id, SNIPPET), "", ""]
        return [visible(id, SNIPPET), visible(rule.summary, MESSAGE), part(rule, TO_FIX).replace("\n", " ")]

    def _row(self, finding: Finding, anchor: str) -> list[Any]:
        location = finding.location
        self.lines.around(location.file, location.span.line)
        message, pointer = visible(finding.message, MESSAGE), visible(location.pointer, POINTER)
        last_message, last_pointer = self.last.get(finding.rule, ("", ""))
        row = [
            self.rules.setdefault(finding.rule, len(self.rules)),
            finding.severity * 3 + finding.confidence,
            anchor,
            *shared(self.message, last_message, message),
            *shared(self.pointer, last_pointer, pointer),
            *self._place(location)[1:],
            0 if finding.operation is None else 1 + self.operations[visible(finding.operation, MESSAGE)],
            finding.operations,
            self._file(location.file),
            self.apis[visible(finding.api)],
            self._rest(finding) or 0,
        ]
        self.message, self.pointer = self.last[finding.rule] = message, pointer
        while row[-1] == 0:
            row.pop()
        return row

    def _file(self, file: str) -> int:
        return self.files.setdefault(file, len(self.files))

    def _place(self, location: Location) -> list[int]:
        """File, line, column and length; a length of 0 is the rest of the line."""
        span = location.span
        length = span.end_column - span.column if span.end_line == span.line else 0
        return [self._file(location.file), span.line, span.column, max(0, length)]

    def _hop(self, location: Location) -> list[Any]:
        """A place and, where its line has no text, its pointer."""
        text = self.lines.text(location.file, location.span.line)
        return [*self._place(location)[:3], "" if text.strip() else visible(location.pointer, POINTER)]

    def _rest(self, finding: Finding) -> dict[str, Any]:
        """What few findings have, by one-letter names."""
        rest: dict[str, Any] = {}
        if marked := self.lines.mark(finding.location.file, finding.location.span):
            rest["m"] = marked
        if finding.related:
            rest["r"] = [
                [*self._place(place), visible(label, SNIPPET), self.lines.mark(place.file, place.span) or 0]
                for place, label in finding.related
            ]
        if finding.chain:
            rest["c"] = [self.hops.setdefault(hop, len(self.hops)) for hop in finding.chain]
        if finding.fix is not None:
            changes = difference(self.report.line, self.report.replacements(finding))
            rest["f"] = [visible(finding.fix.summary, MESSAGE), int(finding.fix.safe), changes]
        if finding.suppression is not None:
            rest["s"] = [visible(finding.suppression.kind, SNIPPET), suppression_words(finding.suppression)]
        if finding.also:
            rest["a"] = [self.apis[visible(api)] for api in finding.also]
        if finding.state:
            rest["t"] = visible(finding.state, SNIPPET)
        if finding.owner:
            rest["o"] = self.owners[visible(finding.owner, SNIPPET)]
        return rest


def shared(before: str, last: str, text: str) -> tuple[int, int, str]:
    """How much of `text` `before` starts with and `last` ends with, in UTF-16 units, and what lies between."""
    most = min(len(before), len(text))
    start = next((at for at in range(most) if before[at] != text[at]), most)
    most = min(len(last), len(text) - start)
    end = next((at for at in range(most) if last[-1 - at] != text[-1 - at]), most)
    return utf16_units(text[:start]), utf16_units(text[len(text) - end :]), text[start : len(text) - end]
