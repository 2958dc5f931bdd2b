"""Offsets of a text as lines and columns. Lines end at LF, CR LF and CR, and nowhere else."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate

from apilint.findings import Span

_BREAK = re.compile(r"\r\n|\r|\n")


class Lines:
    """The lines of a text."""

    __slots__ = ("_starts", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        if "\r" in text and text.count("\r\n") != text.count("\r"):
            self._starts = [0, *(found.end() for found in _BREAK.finditer(text))]
        else:
            self._starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
            self._starts.pop()

    def span(self, start: int, end: int) -> Span:
        """The span of the characters from `start` up to `end`."""
        starts = self._starts
        line = bisect_right(starts, start)
        if line == len(starts) or end < starts[line]:
            base = starts[line - 1] - 1
            return Span(line, start - base, line, end - base)
        last = bisect_right(starts, end)
        return Span(line, start - starts[line - 1] + 1, last, end - starts[last - 1] + 1)

    def line(self, number: int) -> str:
        """The text of a line without its end, counted from 1; empty outside the text."""
        if not 1 <= number <= len(self._starts):
            return ""
        end = self._starts[number] if number < len(self._starts) else len(self._text)
        return self._text[self._starts[number - 1] : end].rstrip("\r\n")
