"""A parsed file: plain Python data, and where in the text each part of it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from apilint.findings import Problem, Span
from apilint.reading.lines import Lines
from apilint.reading.pointer import Path

# Wanted places as a tree: each step leads to the steps below it.
Trie = dict[Any, Any]
Offsets = tuple[int, int]
# The offsets of the key (None for items and the root) and of the value, or how to find the latter.
Found = tuple[Offsets | None, Offsets | Callable[[], Offsets]]


class Duplicate(NamedTuple):
    """A key that stands twice in the mapping at `path`; the second occurrence is the one that counts."""

    path: Path
    key: str
    first: Span
    second: Span


class Location2:
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

    `find` takes a trie of existing places and gives what it found by path; `repeats` are the
    repeated keys: path of the mapping, key, and the offsets of both keys.
    """

    find: Callable[[Trie], dict[Path, Found]]
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

    def locate(self, paths: Iterable[Path]) -> dict[Path, Location2]:
        """Where the wanted places stand, in one pass over the text.

        A path that does not exist gets the place of its nearest ancestor that does.
        """
        trie: Trie = {}
        nearest: dict[Path, Path] = {}
        for path in paths:
            if path not in nearest:
                nearest[path] = path[: self._plant(path, trie)]
        found = self._places.find(trie)
        lines = self.lines
        return {path: Location2(lines, found[ancestor]) for path, ancestor in nearest.items()}

    def _plant(self, path: Path, trie: Trie) -> int:
        """Add a path to the trie as far as it exists; gives the number of its steps that do."""
        value = self.value
        count = 0
        for step in path:
            below = trie.get(step)
            if below is None:
                break
            count += 1
            trie = below
            value = value[step]
        for step in path[count:]:
            if type(value) is dict:
                if step not in value:
                    return count
            elif type(value) is not list or type(step) is not int or not 0 <= step < len(value):
                return count
            count += 1
            value = value[step]
            trie[step] = trie = {}
        return count
