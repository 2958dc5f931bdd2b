"""A parsed file: plain Python data, and where in the text each part of it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from apilint.findings import Problem, Span
from apilint.reading.lines import Lines
from apilint.reading.pointer import Path

Offsets = tuple[int, int]
_FEW_LINES = 4
_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
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


class At(NamedTuple):
    """What stands at an offset of the text: the member or item at `path`, or the key of that member."""

    path: Path
    is_key: bool


class Places(NamedTuple):
    """What a format knows about the places of its text.

    `find` takes paths and gives for each what it found there, or at the nearest ancestor that exists;
    `repeats` are the repeated keys: path of the mapping, key, and the offsets of both keys; `at` takes
    ascending offsets and gives for each the innermost member or item that stands there; `begun` takes stretches
    of the text and gives for each the outermost members and items that begin in it; `within` takes ascending offsets
    and tells whether each stands in the text of a scalar. The last two are for formats with comments.
    """

    find: Callable[[Iterable[Path]], dict[Path, Found]]
    repeats: Callable[[], list[tuple[Path, str, Offsets, Offsets]]]
    at: Callable[[Sequence[int]], list[At]]
    begun: Callable[[Sequence[Offsets]], list[list[Path]]] = lambda stretches: [[] for _ in stretches]
    within: Callable[[Sequence[int]], list[bool]] = lambda offsets: [True for _ in offsets]


class Document:
    """One parsed file.

    `name` is for display, `path` the real path or None. `value` is plain data whose mapping keys
    are all text; collections that aliases share are shared. `notices` are the problems that the
    text gave while it was read. Raises nothing once it exists.
    """

    __slots__ = (
        "_distinct", "_duplicates", "_folded", "_folded_text", "_lines", "_places",
        "format", "name", "notices", "path", "text", "value",
    )  # fmt: skip

    def __init__(self, name: str, path: str | None, text: str, value: Any, format: str, places: Places) -> None:
        self.name = name
        self.path = path
        self.text = text
        self.value = value
        self.format = format
        self.notices: list[Problem] = []
        self._places = places
        self._lines: Lines | None = None
        self._distinct: str | None = None
        self._folded: str | None = None
        self._folded_text: str | None = None
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

    @property
    def distinct(self) -> str:
        """The text with each of its lines once: a text inside one line that is not in here is nowhere.

        Large documents repeat most of their lines, so that looking here first takes a fraction of the time.
        """
        if self._distinct is None:
            self._distinct = "\n".join(dict.fromkeys(self.text.split("\n")))
        return self._distinct

    def offsets(self, hints: Iterable[str], most: int) -> list[int]:
        """Where one of the lower-case texts stands, in any case: at most `most` offsets for each, ascending.

        A text that goes over a line end may be missed.
        """
        if self._folded is None:
            self._folded = _lower(self.distinct)
        found: set[int] = set()
        for hint in hints:
            if hint not in self._folded:
                continue
            lines = self._lines_with(hint) if self._folded_text is None else None
            if lines is None:
                if self._folded_text is None:
                    self._folded_text = _lower(self.text)
                found.update(islice(_each(self._folded_text, hint), most))
            else:
                starts = (at + inside for line, inside in lines for at in _each(self.text, line))
                found.update(islice(starts, most))
        return sorted(found)

    def _lines_with(self, hint: str) -> list[tuple[str, int]] | None:
        """The lines that hold a lower-case text, and where in them; None for more than a few."""
        folded, distinct = self._folded or "", self.distinct
        lines: list[tuple[str, int]] = []
        for at in _each(folded, hint):
            if len(lines) == _FEW_LINES:
                return None
            start = distinct.rfind("\n", 0, at) + 1
            end = distinct.find("\n", at)
            lines.append((distinct[start : end if end >= 0 else None], at - start))
        return lines

    def at(self, offsets: Sequence[int]) -> list[At]:
        """For ascending offsets, the innermost member or item that stands there, or whose key does."""
        return self._places.at(offsets)

    def begun(self, stretches: Sequence[Offsets]) -> list[list[Path]]:
        """For each stretch of the text, the outermost members and items that begin in it; none in JSON."""
        return self._places.begun(stretches)

    def within(self, offsets: Sequence[int]) -> list[bool]:
        """For ascending offsets, whether each stands in the text of a scalar, where no comment begins."""
        return self._places.within(offsets)

    def line(self, number: int) -> str:
        """The text of a line, counted from 1; empty outside the document."""
        return self.lines.line(number)

    def locate(self, paths: Iterable[Path]) -> dict[Path, Place]:
        """Where the wanted places stand, in one pass over the text.

        A path that does not exist gets the place of its nearest ancestor that does.
        """
        lines = self.lines
        return {path: Place(lines, found) for path, found in self._places.find(dict.fromkeys(paths)).items()}


def _each(text: str, part: str) -> Iterator[int]:
    """Every offset at which a part of a text begins."""
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _lower(text: str) -> str:
    """In lower case and as long as before: a few letters change their length, and then only ASCII is changed."""
    folded = text.lower()
    return folded if len(folded) == len(text) else text.translate(_LOWER)
