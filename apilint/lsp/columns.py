"""Columns in characters, as findings count them, and in the code units that an editor counts.

Source: Language Server Protocol 3.17, "Position": UTF-16 code units unless both sides agree on UTF-8 or UTF-32; a
column beyond the end of its line means that end.
"""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol.types import Position, Range

from apilint.findings import Span

_CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
_MARK = "\ufeff"


def units(text: str, encoding: str) -> int:
    """How many code units a text has."""
    if encoding == "utf-32" or text.isascii():
        return len(text)
    codec, size = _CODECS[encoding]
    return len(text.encode(codec, "surrogatepass")) // size


def characters(line: str, column: int, encoding: str) -> int:
    """How many characters stand before a column that is counted in code units; inside a character, those up to it."""
    if encoding == "utf-32" or line.isascii():
        return min(column, len(line))
    # No character takes fewer units than one, so that only so much of the line matters.
    passed = 0
    for number, character in enumerate(line[:column]):
        passed += units(character, encoding)
        if passed > column:
            return number
        if passed == column:
            return number + 1
    return min(column, len(line))


def span_range(span: Span, lines: Sequence[str], encoding: str) -> Range:
    """Where a span stands for the editor; `lines` are those of the text."""
    start = _position(span.line, span.column, lines, encoding)
    return Range(start, _position(span.end_line, span.end_column, lines, encoding))


def _position(line: int, column: int, lines: Sequence[str], encoding: str) -> Position:
    if not 1 <= line <= len(lines):
        return Position(max(line - 1, 0), max(column - 1, 0))
    text = lines[line - 1]
    # The reader takes the byte order mark for none of the document's characters; an editor that sends it does.
    skipped = 1 if line == 1 and text.startswith(_MARK) else 0
    return Position(line - 1, units(text[: max(column - 1, 0) + skipped], encoding))


def holds(place: Range, position: Position) -> bool:
    """Whether a position is inside a range or at its end, where the cursor stands after a word."""
    return _key(place.start) <= _key(position) <= _key(place.end)


def meet(one: Range, other: Range) -> bool:
    """Whether two ranges share a place or touch."""
    return _key(one.start) <= _key(other.end) and _key(other.start) <= _key(one.end)


def _key(position: Position) -> tuple[int, int]:
    return position.line, position.character
