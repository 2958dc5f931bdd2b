"""Several rounds of changes to a text, each by the offsets that the one before it left, told by the first offsets."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from apilint.fixing.sheet import Change

# Text that is new, or the offsets of a stretch of the old one.
_Part = tuple[int, int] | str


class Pieces:
    """What has become of a text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._parts: list[_Part] = [(0, len(text))]

    def change(self, changes: Iterable[Change]) -> None:
        """Make changes, ascending, to the text as it is now."""
        parts: list[_Part] = []
        at = 0
        for start, end, text in changes:
            parts += [*self._between(at, start), text]
            at = end
        self._parts = [*parts, *self._between(at, sys.maxsize)]

    def _between(self, start: int, end: int) -> Iterator[_Part]:
        at = 0
        for part in self._parts:
            length = len(part) if isinstance(part, str) else part[1] - part[0]
            first, last = max(start - at, 0), min(end - at, length)
            if first < last:
                yield part[first:last] if isinstance(part, str) else (part[0] + first, part[0] + last)
            at += length

    def changes(self) -> list[Change]:
        """The changes that lead there from the first text."""
        found: list[Change] = []
        last, new = 0, ""
        for part in [*self._parts, (len(self._text), sys.maxsize)]:
            if isinstance(part, str):
                new += part
                continue
            if self._text[last : part[0]] != new:
                found.append(Change(last, part[0], new))
            last, new = part[1], ""
        return found
