"""A fix as the lines that it changes: what goes, and what comes in its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from apilint.findings import Replacement, Span
from apilint.report.frame import window
from apilint.report.layout import Paint, count

Line = Callable[[str, int], str]

LINES = 10
_STRETCH = 200  # lines that one change may reach over and still be shown


class Change(NamedTuple):
    """One line: `-` and its number before the fix, or `+` and its number after it."""

    sign: str
    number: int
    text: str


def diff(shown: Sequence[Change], gutter: int, width: int, paint: Paint) -> list[str]:
    """Changed lines as text of at most `width` columns, in line with a code frame whose line numbers take `gutter`."""
    rows = []
    for change in shown[:LINES]:
        text = window(change.text, Span(1, 1, 1, 1), max(20, width - gutter - 3))[0] if change.text else ""
        role = "removed" if change.sign == "-" else "added"
        rows.append(paint(role, f"{change.number:>{gutter}} {change.sign} {text}".rstrip()))
    if len(shown) > LINES:
        rows.append(f"{' ' * gutter} = and {count(len(shown) - LINES, 'more changed line')}")
    return rows


def changes(line: Line, replacements: Sequence[Replacement]) -> list[Change]:
    """The lines of the first file named that the replacements change, in the order of the text.

    `line` gives the text of a line of a file. Nothing where the lines cannot be told.
    """
    in_file = [one for one in replacements if one.file == replacements[0].file]
    found: list[Change] = []
    moved = 0
    for group in _groups(sorted(in_file, key=lambda one: one.span)):
        first, last = group[0].span.line, max(one.span.end_line for one in group)
        if last - first > _STRETCH:
            return []
        before = [line(group[0].file, number) for number in range(first, last + 1)]
        after = _applied(before, first, group)
        found += _compared(before, after, first, moved)
        moved += len(after) - len(before)
    return found


def _groups(replacements: Sequence[Replacement]) -> list[list[Replacement]]:
    """The replacements that share a line stand together."""
    groups: list[list[Replacement]] = []
    for one in replacements:
        if groups and one.span.line <= max(other.span.end_line for other in groups[-1]):
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _applied(lines: Sequence[str], first: int, replacements: Sequence[Replacement]) -> list[str]:
    text = "\n".join(lines)
    starts = [0]
    for one in lines:
        starts.append(starts[-1] + len(one) + 1)
    for span, new in reversed([(one.span, one.text) for one in replacements]):
        start = starts[span.line - first] + span.column - 1
        end = starts[span.end_line - first] + span.end_column - 1
        text = text[:start] + new + text[max(start, end) :]
    return re.split("\r\n|\r|\n", text)


def _compared(before: Sequence[str], after: Sequence[str], first: int, moved: int) -> list[Change]:
    from difflib import SequenceMatcher

    found = []
    for _, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if before[a:b] != after[c:d]:
            found += [Change("-", first + at, before[at]) for at in range(a, b)]
            found += [Change("+", first + moved + at, after[at]) for at in range(c, d)]
    return found
