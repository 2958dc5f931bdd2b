"""A parsed file: plain Python data, and where in the text each part of it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from apilint.findings import Problem, Span
from apilint.reading.lines import Lines
from apilint.reading.pointer import Path

Offsets = tuple[int, int]
# The offsets of the key (None for items and the root) and of the value, or how to find the latter.
Found = tuple[Offsets | None, Offsets | Callable[[], Offsets]]


class Duplicate(NamedTuple):
    """A key that stands twice in the mapping at `path`; the second occurrence is the one that counts."""

    path: Path
    key: str
    first: Span
    second: Span


class Place:
    """Where the two halves of a member stand: its key (None for items and the root) and its value."""

    __slots__ = ("_found", "_lines")

    def __init__(self, lines: Lines, found: Found) -> None:
        self._lines = lines
        self._found = found

    @property
    def key(self) -> Span | None:
        """The span of the key, quotes included."""
        key = self._found[0]
        return None if key is None else self._lines.span(*key)

    @property
    def value(self) -> Span:
        """The span of the value, from its anchor or tag if it has one to its last character."""
        value = self._found[1]
        return self._lines.span(*(value() if callable(value) else value))


class Places(NamedTuple):
    """What a format knows about the places of its text.

    `find` takes paths and gives for each what it found there, or at the nearest ancestor that exists;
    `repeats` are the repeated keys: path of the mapping, key, and the offsets of both keys.
    """

    find: Callable[[Iterable[Path]], dict[Path, Found]]
    repeats: Callable[[], list[tuple[Path, str, Offsets, Offsets]]]


class Document:
    """One parsed file.

    `name` is for display, `path` the real path or None. `value` is plain data whose mapping keys
    are all text; collections that aliases share are shared. `notices` are the problems that the
    text gave while it was read. Raises nothing once it exists.
    """

    __slots__ = ("_duplicates", "_lines", "_places", "format", "name", "notices", "path", "text", "value")

    def __init__(self, name: str, path: str | None, text: str, value: Any, format: str, places: Places) -> None:
        self.name = name
        self.path = path
        self.text = text
        self.value = value
        self.format = format
        self.notices: list[Problem] = []
        self._places = places
        self._lines: Lines | None = None
        self._duplicates: list[Duplicate] | None = None

    @property
    def lines(self) -> Lines:
        """The lines of the text, found when first asked for."""
        if self._lines is None:
            self._lines = Lines(self.text)
        return self._lines

    @property
    def duplicates(self) -> list[Duplicate]:
        """The keys that stand twice in one mapping, in the order of their second occurrence."""
        if self._duplicates is None:
            span = self.lines.span
            self._duplicates = [
                Duplicate(path, key, span(*first), span(*second)) for path, key, first, second in self._places.repeats()
            ]
        return self._duplicates

    def line(self, number: int) -> str:
        """The text of a line, counted from 1; empty outside the document."""
        return self.lines.line(number)

    def locate(self, paths: Iterable[Path]) -> dict[Path, Place]:
        """Where the wanted places stand, in one pass over the text.

        A path that does not exist gets the place of its nearest ancestor that does.
        """
        lines = self.lines
        return {path: Place(lines, found) for path, found in self._places.find(dict.fromkeys(paths)).items()}
