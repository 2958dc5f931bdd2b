"""A report as marks in files: what an editor shows, and what it asks about later."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from lsprotocol import types

from apilint.findings import Finding, Location, Problem, Report, Severity, Span
from apilint.lsp.columns import span_range
from apilint.report.escape import MESSAGE, visible
from apilint.report.references import first_address
from apilint.report.remarks import suppressed

_LEVELS = {
    Severity.CRITICAL: types.DiagnosticSeverity.Error,
    Severity.HIGH: types.DiagnosticSeverity.Error,
    Severity.MEDIUM: types.DiagnosticSeverity.Warning,
    Severity.LOW: types.DiagnosticSeverity.Information,
    Severity.INFO: types.DiagnosticSeverity.Hint,
}
SOURCE = "apilint"
# Of one file: editors slow down long before, and the command line shows all.
MOST = 5_000
_LONGEST_LINE = 10_000


class Client(NamedTuple):
    """What the editor can take, and how it counts columns."""

    encoding: str = "utf-16"
    related: bool = False
    links: bool = False
    data: bool = False
    tags: frozenset[types.DiagnosticTag] = frozenset()


class Mark(NamedTuple):
    """What stands at a place of a file: a finding, or a problem where `finding` is None.

    `key` is the same for the same thing found from another root document.
    """

    key: tuple[str, ...]
    diagnostic: types.Diagnostic
    finding: Finding | None


class Marker:
    """Turns one report into marks. Names in it are relative to the working folder, as the run saw it."""

    def __init__(
        self,
        report: Report,
        client: Client,
        *,
        root: str,
        lines: Callable[[str], Sequence[str]],
        address: Callable[[str], str],
    ) -> None:
        """`root` is the real path of the root document, `lines` and `address` give those of the file at a real path."""
        self._report = report
        self._client = client
        self._root = root
        self._lines = lines
        self._address = address
        self._hrefs = {rule.id: first_address(rule.refs) for rule in report.rules}
        self._paths: dict[str, str] = {}

    def marks(self) -> dict[str, list[Mark]]:
        """All marks by the real path of their file; those that are left out are counted in a mark of their own."""
        found: dict[str, list[Mark]] = {}
        left_out: dict[str, int] = {}
        for problem in self._report.problems:
            path = self.path(problem.file) if problem.file else self._root
            found.setdefault(path, []).append(self._problem(problem, path))
        # The gravest first, for those are to be left in.
        for finding in sorted(self._report.findings, key=lambda finding: -finding.severity):
            path = self.path(finding.location.file)
            marks = found.setdefault(path, [])
            if len(marks) < MOST:
                marks.append(self._finding(finding, path))
            else:
                left_out[path] = left_out.get(path, 0) + 1
        for path, count in left_out.items():
            found[path].append(_more(count))
        for marks in found.values():
            marks.sort(key=lambda mark: (mark.diagnostic.range.start.line, mark.diagnostic.range.start.character))
        return found

    def path(self, name: str) -> str:
        """The real path of a file by its display name; an address that was fetched is its own."""
        if name not in self._paths:
            fetched = name.startswith(("http://", "https://"))
            self._paths[name] = name if fetched else os.path.realpath(os.path.join(os.getcwd(), name))
        return self._paths[name]

    def _finding(self, finding: Finding, path: str) -> Mark:
        client = self._client
        suppressed = finding.suppression is not None
        href = self._hrefs.get(finding.rule)
        diagnostic = types.Diagnostic(
            range=span_range(finding.location.span, self._lines(path), client.encoding),
            message=message(finding),
            severity=types.DiagnosticSeverity.Hint if suppressed else _LEVELS[finding.severity],
            code=finding.rule,
            code_description=types.CodeDescription(href) if client.links and href else None,
            source=SOURCE,
            tags=[tag for tag in tags(finding.rule) if tag in client.tags] or None,
            related_information=list(self._related(finding)) or None if client.related else None,
            data=finding.fingerprint if client.data else None,
        )
        return Mark((finding.rule, path, finding.location.pointer), diagnostic, finding)

    def _related(self, finding: Finding) -> Iterator[types.DiagnosticRelatedInformation]:
        for location, label in finding.other_places:
            yield types.DiagnosticRelatedInformation(self._location(location), visible(label, MESSAGE))

    def _location(self, location: Location) -> types.Location:
        path = self.path(location.file)
        return types.Location(self._address(path), span_range(location.span, self._lines(path), self._client.encoding))

    def _problem(self, problem: Problem, path: str) -> Mark:
        lines = self._lines(path)
        line, column = problem.line or 1, problem.column or 1
        # To the end of the line, for an empty range is hard to see.
        text = lines[line - 1].rstrip("\r\n") if line <= len(lines) else ""
        end = max(column, min(len(text) + 1, _LONGEST_LINE)) if problem.line else column
        diagnostic = types.Diagnostic(
            range=span_range(Span(line, column, line, end), lines, self._client.encoding),
            message=visible(problem.message, MESSAGE),
            severity=types.DiagnosticSeverity.Error,
            code=problem.kind,
            source=SOURCE,
        )
        return Mark((problem.kind, path, problem.message, str(line), str(column)), diagnostic, None)


def message(finding: Finding) -> str:
    """What is wrong, and on a second line how bad it is."""
    lines = [
        visible(finding.message, MESSAGE),
        f"{finding.severity.label} severity, {finding.confidence.label} confidence",
    ]
    if finding.operations > 1:
        lines[1] += f", {finding.operations} operations"
    if finding.state:
        lines[1] += f", {finding.state}"
    if finding.suppression is not None:
        lines.append(suppressed(finding))
    return "\n".join(lines)


def tags(rule: str) -> list[types.DiagnosticTag]:
    """What a place is beside a defect: an editor fades what is unused and strikes out what is deprecated.

    Told from the words of the rule's id, which say the defect.
    """
    words = rule.rpartition("/")[2].split("-")
    if "unused" in words:
        return [types.DiagnosticTag.Unnecessary]
    return [types.DiagnosticTag.Deprecated] if words[-2:] == ["deprecated", "used"] else []


def _more(count: int) -> Mark:
    """Says that not all is shown."""
    start = types.Position(0, 0)
    diagnostic = types.Diagnostic(
        range=types.Range(start, start),
        message=f"{count:,} less severe findings are not shown; `apilint check` lists them",
        severity=types.DiagnosticSeverity.Information,
        code="not-shown",
        source=SOURCE,
    )
    return Mark(("not-shown",), diagnostic, None)
