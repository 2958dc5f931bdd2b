"""The texts that an editor holds, line by line, so that a key pressed in a large document costs little."""

from __future__ import annotations

import io
from collections.abc import Sequence

from lsprotocol.types import Range, TextDocumentContentChangeEvent, TextDocumentContentChangePartial

from apilint.lsp.columns import characters


def split(text: str) -> list[str]:
    """The lines of a text with their ends: LF, CR LF and CR, and nothing else, as the protocol has it."""
    return list(io.StringIO(text, newline=""))


class Text:
    """One document as the editor shows it. `path` is its real path, `shown` the one that the editor knows."""

    def __init__(self, uri: str, path: str, shown: str, version: int | None, content: str) -> None:
        self.uri = uri
        self.path = path
        self.shown = shown
        self.version = version
        self._lines = split(content) or [""]
        self._data: bytes | None = None

    @property
    def data(self) -> bytes:
        """The bytes that saving would write."""
        if self._data is None:
            self._data = "".join(self._lines).encode("utf-8", "surrogatepass")
        return self._data

    @property
    def lines(self) -> Sequence[str]:
        """The lines with their ends, as they are now."""
        return tuple(self._lines)

    def change(self, changes: Sequence[TextDocumentContentChangeEvent], version: int | None, encoding: str) -> None:
        """Do what the editor did: `encoding` is how it counts columns."""
        for change in changes:
            if isinstance(change, TextDocumentContentChangePartial):
                self._replace(change.range, change.text, encoding)
            else:
                self._lines = split(change.text) or [""]
        self.version = version
        self._data = None

    def _replace(self, place: Range, text: str, encoding: str) -> None:
        lines = self._lines
        start, end = (self._cut(one.line, one.character, encoding) for one in (place.start, place.end))
        (first, before), (last, after) = min(start, end), max(start, end)
        # With the lines on both sides: an edit may part a CR from its LF, or join them.
        low, high = max(first - 1, 0), min(last + 2, len(lines))
        joined = "".join(lines[low:first]) + lines[first][:before] + text + lines[last][after:]
        lines[low:high] = split(joined + "".join(lines[last + 1 : high]))
        if not lines:
            lines.append("")

    def _cut(self, line: int, column: int, encoding: str) -> tuple[int, int]:
        """The number of a line that exists, and how many of its characters stand before a place."""
        lines = self._lines
        if line >= len(lines):
            return len(lines) - 1, len(lines[-1])
        return line, characters(lines[line].rstrip("\r\n"), column, encoding)
