"""Replacements made in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeVar

from apilint.findings import Replacement
from apilint.reading.source import decode, encoding

_BREAK = re.compile(r"\r\n|\r|\n")
_Text = TypeVar("_Text", str, bytes)


def apply(text: _Text, replacements: Iterable[Replacement]) -> _Text:
    """A document's text with replacements made, whose spans are those of the original.

    Bytes keep their encoding and byte order mark. Raises ValueError for replacements that overlap, that insert
    at the same place, or whose place the text does not have, and `Malformed` for bytes that are no text.
    """
    if isinstance(text, str):
        return _applied(text, replacements)
    codec, skip = encoding(text)
    return text[:skip] + _applied(decode(text), replacements).encode(codec)


def _applied(text: str, replacements: Iterable[Replacement]) -> str:
    starts = [0, *(found.end() for found in _BREAK.finditer(text)), len(text)]
    places = []
    for one in replacements:
        line, column, end_line, end_column = one.span
        if not 0 < line <= end_line < len(starts):
            raise ValueError(f"a replacement goes over the end of the text: {one.span}")
        start, end = starts[line - 1] + column - 1, starts[end_line - 1] + end_column - 1
        if not starts[line - 1] <= start <= starts[line] or not start <= end <= starts[end_line]:
            raise ValueError(f"a replacement goes over the end of a line: {one.span}")
        places.append((start, end, one.text))
    parts = []
    at, inserted = 0, -1
    for start, end, new in sorted(places):
        if start < at or (start == end == inserted):
            raise ValueError("two replacements are for the same text")
        parts += [text[at:start], new]
        at, inserted = end, start if start == end else -1
    return "".join([*parts, text[at:]])
