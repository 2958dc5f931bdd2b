"""Lines of documents for the page: each stored once, and the few that are too long cut around what is marked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from apilint.findings import Replacement, Span
from apilint.report.diff import Change, changes
from apilint.report.escape import SNIPPET
from apilint.report.frame import cells
from apilint.report.layout import count

AROUND, MANY = 2, 1_000  # lines before and after the place of a finding; one where there are many findings
CHANGED = 40  # lines of a fix that are shown

Line = Callable[[str, int], str]


class Marked(NamedTuple):
    """A line in three parts, of which the middle one is to be marked."""

    before: str
    marked: str
    after: str


class Lines:
    """The lines that a page needs, gathered first and written once, however many findings stand on them."""

    def __init__(self, line: Line, findings: int) -> None:
        self._line = line
        self._around = AROUND if findings <= MANY else 1
        self._known: dict[tuple[str, int], str] = {}
        self._raw: dict[tuple[str, int], bool] = {}

    def around(self, file: str, number: int) -> None:
        """Keep the line and some before and after it."""
        for near in range(max(1, number - self._around), number + self._around + 1):
            self.text(file, near)

    def text(self, file: str, number: int) -> str:
        """A line as it is to be seen, cut where it is long; kept for the page. Empty where there is none."""
        key = (file, number)
        if key not in self._known:
            raw = self._line(file, number).rstrip("\r\n")
            seen = cells(raw[:SNIPPET]) + ("..." if len(raw) > SNIPPET else "")
            self._known[key] = seen
            self._raw[key] = seen == raw and raw.isascii()
        return self._known[key]

    def mark(self, file: str, span: Span) -> Marked | None:
        """The line of a span in parts, where the page cannot tell them from the columns; else nothing."""
        self.text(file, span.line)
        return None if self._raw[file, span.line] else split(self._line(file, span.line).rstrip("\r\n"), span)

    def table(self, files: Sequence[str]) -> tuple[list[str], list[list[list[int]]]]:
        """All different texts, and for each file its runs of lines: the first one's number, then an index for each."""
        texts: dict[str, int] = {}
        runs: list[list[list[int]]] = []
        by_file: dict[str, list[int]] = {}
        for file, number in self._known:
            by_file.setdefault(file, []).append(number)
        for file in files:
            mine: list[list[int]] = []
            for number in sorted(by_file.get(file, ())):
                index = texts.setdefault(self._known[file, number], len(texts))
                if mine and number == mine[-1][0] + len(mine[-1]) - 1:
                    mine[-1].append(index)
                else:
                    mine.append([number, index])
            runs.append(mine)
        return list(texts), runs


def split(text: str, span: Span) -> Marked:
    """A line in parts before, in and after a span, each visible; a long line is cut around the span."""
    start = min(span.column - 1, len(text))
    end = min(span.end_column - 1, len(text)) if span.end_line == span.line else len(text)
    end = min(max(end, start + 1), start + SNIPPET)
    lead = max(0, start - SNIPPET // 3) if len(text) > SNIPPET else 0
    tail = max(end, lead + SNIPPET)
    before = ("..." if lead else "") + cells(text[lead:start])
    after = cells(text[end:tail]) + ("..." if tail < len(text) else "")
    return Marked(before, cells(text[start:end]), after)


def difference(line: Line, replacements: Iterable[Replacement]) -> list[list[str]]:
    """What a fix changes, file by file: its name, then the lines that go (`-`) and those that come (`+`)."""
    files: dict[str, list[Replacement]] = {}
    for one in replacements:
        files.setdefault(one.file, []).append(one)
    return [[cells(file), *_changed(changes(line, parts))] for file, parts in files.items()]


def _changed(changed: Sequence[Change]) -> list[str]:
    rows = [f"{one.sign} {cells(one.text[:SNIPPET])}{'...' * (len(one.text) > SNIPPET)}" for one in changed[:CHANGED]]
    if len(changed) > CHANGED:
        rows.append(f"  and {count(len(changed) - CHANGED, 'more changed line')}")
    return rows
