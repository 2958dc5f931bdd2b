"""Offsets of a text as lines and columns. Lines end at LF, CR LF and CR, and nowhere else."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from apilint.findings import Span

_BREAK = re.compile(r"\r\n|\r|\n")
# Characters of a block. Counting line feeds inside one costs less than keeping where all of them are.
_BITS = 10


class Lines:
    """The lines of a text."""

    __slots__ = ("_before", "_begun", "_starts", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        # Where lines may end at a carriage return alone, which is rare, all their starts are kept.
        self._starts: list[int] | None = None
        # How many lines end before each block, and where the line starts that goes on in it.
        self._before = [0]
        self._begun = [0]
        if "\r" in text and text.count("\r\n") != text.count("\r"):
            self._starts = [0, *(found.end() for found in _BREAK.finditer(text))]
        else:
            count = 0
            for start in range(0, len(text), 1 << _BITS):
                feeds = text.count("\n", start, start + (1 << _BITS))
                count += feeds
                self._before.append(count)
                last = text.rfind("\n", start, start + (1 << _BITS)) + 1 if feeds else self._begun[-1]
                self._begun.append(last)

    def span(self, start: int, end: int) -> Span:
        """The span of the characters from `start` up to `end`."""
        line, first = self._place(start)
        if end - start < 1 << _BITS and self._starts is None:
            # The usual case: both ends are near each other, most often on one line.
            feeds = self._text.count("\n", start, end)
            last = self._text.rfind("\n", start, end) + 1 if feeds else first
            return Span(line, start - first + 1, line + feeds, end - last + 1)
        end_line, last = self._place(end)
        return Span(line, start - first + 1, end_line, end - last + 1)

    def offset(self, line: int, column: int) -> int:
        """The offset of a place in the text, both counted from 1."""
        return (self._start(line) or 0) + column - 1

    def _place(self, offset: int) -> tuple[int, int]:
        """The number of the line that holds an offset, and the offset at which it starts."""
        if self._starts is not None:
            line = bisect_right(self._starts, offset)
            return line, self._starts[line - 1]
        block = offset >> _BITS
        feed = self._text.rfind("\n", block << _BITS, offset)
        if feed < 0:
            return self._before[block] + 1, self._begun[block]
        return self._before[block] + self._text.count("\n", block << _BITS, feed) + 2, feed + 1

    def line(self, number: int) -> str:
        """The text of a line without its end, counted from 1; empty outside the text."""
        start = self._start(number)
        if start is None:
            return ""
        end = self._start(number + 1)
        return self._text[start:end].rstrip("\r\n")

    def _start(self, number: int) -> int | None:
        """The offset at which a line starts; None for a line that is not there."""
        if self._starts is not None:
            return self._starts[number - 1] if 1 <= number <= len(self._starts) else None
        if number <= 1 or number > self._before[-1] + 1:
            return 0 if number == 1 else None
        block = bisect_left(self._before, number - 1) - 1
        at = (block << _BITS) - 1
        for _ in range(number - 1 - self._before[block]):
            at = self._text.index("\n", at + 1)
        return at + 1
