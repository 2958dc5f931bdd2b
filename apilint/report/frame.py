"""Code frames: lines of a document, with marks under the places that a finding is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from apilint.findings import Span
from apilint.report.escape import SNIPPET, shown
from apilint.report.layout import Paint, columns, wrap

Line = Callable[[int], str]


class Mark(NamedTuple):
    """A span to mark, what to say beside it, and whether it is what the finding points at."""

    span: Span
    label: str = ""
    primary: bool = False


def frame(line: Line, marks: Sequence[Mark], gutter: int, width: int, paint: Paint) -> list[str]:
    """Draw the lines that the marks stand on, in the order of the document, at most `width` columns wide.

    `line` gives the text of a line of the document; `gutter` is the room for line numbers. Nothing is
    drawn where no line has text.
    """
    marks = sorted(marks, key=lambda mark: mark.span)
    rows: list[str] = []
    bar = paint("frame", f"{' ' * gutter} |")
    drawn = 0
    for mark in marks:
        number = mark.span.line
        text = line(number)
        if not text:
            continue
        room = max(20, min(SNIPPET, width - gutter - 3))
        excerpt, offset, length = window(text, mark.span, room)
        if number != drawn:
            if drawn and number > drawn + 1:
                rows.append(paint("frame", "..."))
            rows.append(paint("frame", f"{number:>{gutter}} |") + f" {excerpt}".rstrip())
        drawn = number
        role, sign = ("strong", "^") if mark.primary else ("related", "-")
        below = [" " * offset + paint(role, sign * length)]
        if mark.label and offset + length + 1 + columns(mark.label) <= room:
            below[0] += " " + paint(role, mark.label)
        elif mark.label:
            below += [paint(role, part) for part in wrap(mark.label, room)]
        rows += [f"{bar} {row}" for row in below]
    return [bar, *rows, bar] if rows else []


def window(text: str, span: Span, room: int) -> tuple[str, int, int]:
    """The part of a line to show in `room` columns, and where the mark starts in it and how long it is.

    Columns stay true where the line fits; a longer one is cut around the span.
    """
    start = min(span.column - 1, len(text))
    end = min(span.end_column - 1, len(text)) if span.end_line == span.line else len(text)
    if len(text) <= room and text.isascii() and text.isprintable():
        return text, start, max(1, end - start)
    lead, tail = 0, len(text)
    if len(text) > room or columns(cells(text)) > room:
        lead, tail = _around(text, start, room - 6)
    before = ("..." if lead else "") + cells(text[lead:start])
    marked = cells(text[start : min(end, tail)])
    after = cells(text[max(start, min(end, tail)) : tail]) + ("..." if tail < len(text) else "")
    return before + marked + after, columns(before), max(1, columns(marked))


def _around(text: str, start: int, room: int) -> tuple[int, int]:
    """The characters of a long line to keep: a third of the room before the span, the rest from it on."""
    if columns(cells(text[: min(start, room)])) <= room // 3 and start <= room:
        lead = 0
    else:
        lead = _fitting(text, start, -1, room // 3)
    used = columns(cells(text[lead:start]))
    return lead, _fitting(text, start, 1, room - used)


def _fitting(text: str, index: int, step: int, room: int) -> int:
    """How far one can go from `index` so that what lies between fits into `room` columns."""
    while 0 <= (at := index if step > 0 else index - 1) < len(text):
        room -= columns(cells(text[at]))
        if room < 0:
            break
        index += step
    return index


def cells(text: str) -> str:
    """A stretch of a line as it is to be seen; a tab takes four columns."""
    if text.isprintable():
        return text
    return "".join("    " if character == "\t" else shown(character) for character in text)
