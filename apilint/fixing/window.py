"""The part of a document that an edit needs: it can be parsed by itself, so that a large file is not, for each fix.

A part is sound if whatever stands in it can be replaced by what means the same in its place: whole lines that
hold members of one block mapping, up to a line that is indented no deeper; a collection with its brackets; members of
a JSON object. Where an alias may be concerned, which makes one place depend on another, there is no part but the whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from apilint.fixing.block import beside
from apilint.fixing.data import Step
from apilint.fixing.sheet import Node, Sheet
from apilint.reading.document import Document
from apilint.reading.pointer import Path

_ALIAS = re.compile(r"(?<![^\s\[{,:?-])\*[^\s,\[\]{}*]")
_ANCHOR = re.compile(r"(?<![^\s\[{,:?-])&[^\s,\[\]{}&]")
_MERGE = re.compile(r"(?<![^\s{,?])<<['\"]?\s*:")
_COMMENTS = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|[\r\n]))*(?:[ \t]*(?:#[^\r\n]*)?\Z)?")
_INDENT = re.compile(r" *")
_WHITE = " \t\r\n"


class Window(NamedTuple):
    """A part of a text, by offsets: the collection of which it holds the members of some numbers, or all of it.

    `depth` is the length of the path at which that stands. `opening` and `closing` are the brackets that members lack
    to be an object by themselves.
    """

    start: int
    end: int
    holder: Any
    depth: int
    numbers: tuple[int, int] | None = None
    opening: str = ""
    closing: str = ""

    @property
    def value(self) -> Any:
        """The data that it holds; made when asked for, since most parts of one large mapping become one."""
        return self.holder if self.numbers is None else dict(islice(self.holder.items(), *self.numbers))


class Scope(NamedTuple):
    """The members of a collection that are needed; None for all of it."""

    path: Path
    names: tuple[str | int, ...] | None


class Sharing(NamedTuple):
    """What in a document makes one place depend on another: aliases, merge keys, and mappings with repeated keys."""

    aliases: bool
    merges: bool
    repeats: frozenset[Path]

    @classmethod
    def of(cls, document: Document) -> Sharing:
        """Learn it from a document; stars in prose are taken for aliases now and then."""
        repeats = frozenset(one.path for one in document.duplicates)
        if document.format == "json":
            return cls(False, False, repeats)
        return cls(_ALIAS.search(document.text) is not None, _MERGE.search(document.text) is not None, repeats)


def window(sheet: Sheet, scopes: list[Scope], sharing: Sharing) -> Window:
    """The smallest part that holds all that is in scope; at most the whole."""
    path, names = _needed(scopes, sharing)
    if sheet.json or sheet.node(()).flow:
        whole = names is None or not sheet.json or not isinstance(sheet.value(path), dict)
        found = _brackets(sheet, path) if whole or names is None else _between(sheet, path, names)
    else:
        found = _members(sheet, path, names)
    if found is None or (sharing.aliases and _shares(sheet, found, scopes)):
        return Window(0, len(sheet.text), sheet.document.value, 0)
    return found


class Scopes:
    """What steps that are made together need round them, to be made and judged."""

    def __init__(self, sheet: Sheet, every: Iterable[Step]) -> None:
        self._sheet = sheet
        self._removed: dict[Path, set[str]] = {}
        self._staying: dict[Path, dict[str, Any]] = {}
        self._nearest: dict[Path, dict[int, int]] = {}
        for one in every:
            if one.action == "remove":
                self._removed.setdefault(one.path[:-1], set()).add(str(one.path[-1]))

    def of(self, step: Step) -> Scope:
        """What one of the steps needs. Raises `Refused` where its place does not exist."""
        sheet = self._sheet
        parent, name = step.path[:-1], step.path[-1]
        holder = sheet.value(parent)
        if parent and not holder:
            return Scope(parent[:-1], (parent[-1],))
        if not isinstance(holder, dict):
            return Scope(parent, None)
        if step.action == "set" and not step.adds:
            return Scope(parent, (name,))
        if step.action == "rename":
            return Scope(parent, (name,) if step.value not in holder else None)
        all_go = len(self._removed.get(parent, ())) == len(holder)
        if all_go or (not sheet.json and sheet.node(parent).flow):
            return Scope(parent, None)
        if step.adds:
            return Scope(parent, (beside(self._stay(parent, holder), name),))
        return Scope(parent, (name, self._neighbour(parent, sheet.numbers(parent)[name])))

    def _stay(self, parent: Path, holder: dict[str, Any]) -> dict[str, Any]:
        """The members that no step removes."""
        removed = self._removed.get(parent)
        if removed is None:
            return holder
        if parent not in self._staying:
            self._staying[parent] = {key: value for key, value in holder.items() if key not in removed}
        return self._staying[parent]

    def _neighbour(self, parent: Path, number: int) -> str:
        """The member that stays nearest to the one of a number, which goes; of two, the one before it."""
        names = self._sheet.names(parent)
        if parent not in self._nearest:
            known = self._sheet.numbers(parent)
            gone = sorted(known[name] for name in self._removed[parent])
            self._nearest[parent] = dict(_nearest(gone, len(names)))
        return names[self._nearest[parent][number]]


def _nearest(gone: list[int], count: int) -> Iterator[tuple[int, int]]:
    """Of numbers below a count, ascending, each with the nearest one that is not among them."""
    start = 0
    while start < len(gone):
        end = start
        while end + 1 < len(gone) and gone[end + 1] == gone[end] + 1:
            end += 1
        around = [one for one in (gone[start] - 1, gone[end] + 1) if 0 <= one < count]
        for number in gone[start : end + 1]:
            yield number, min(around, key=lambda one: abs(one - number))
        start = end + 1


def _needed(scopes: list[Scope], sharing: Sharing) -> tuple[Path, set[str | int] | None]:
    """The collection in which all that is in scope stands, and the members that it takes; None for all of them."""
    path = _common([one.path for one in scopes])
    names: set[str | int] = set()
    for one in scopes:
        if len(one.path) > len(path):
            names.add(one.path[len(path)])
        elif one.names is None or sharing.merges or path in sharing.repeats:
            return path, None
        else:
            names.update(one.names)
    return path, names


def _common(paths: list[Path]) -> Path:
    first, last = min(paths, key=_text), max(paths, key=_text)
    count = 0
    while count < min(len(first), len(last)) and first[count] == last[count]:
        count += 1
    return first[:count]


def _text(path: Path) -> tuple[str, ...]:
    return tuple(map(str, path))


def _brackets(sheet: Sheet, path: Path) -> Window | None:
    """A flow collection."""
    node = sheet.node(path)
    if not node.flow or (node.content != node.start and not sheet.json):
        return None
    return Window(node.start, node.end, node.value, len(path))


def _between(sheet: Sheet, path: Path, names: set[str | int]) -> Window | None:
    """Members of a JSON object, from the first one needed to the last, with the white space before them."""
    numbers = _range(sheet, path, names)
    first, last = _ends(sheet, path, numbers)
    if first.key is None:
        return None
    start = first.key[0]
    while start and sheet.text[start - 1] in _WHITE:
        start -= 1
    return Window(start, last.end, sheet.value(path), len(path), numbers, "{", sheet.style.eol + "}")


def _range(sheet: Sheet, path: Path, names: set[str | int]) -> tuple[int, int]:
    """The numbers of the members from the first one needed up to the last, that not included."""
    known = sheet.numbers(path)
    numbers = [known[name] for name in names if name in known]
    return min(numbers), max(numbers) + 1


def _ends(sheet: Sheet, path: Path, numbers: tuple[int, int]) -> tuple[Node, Node]:
    names = sheet.names(path)
    first, last = (*path, names[numbers[0]]), (*path, names[numbers[1] - 1])
    sheet.fetch((first, last))
    return sheet.node(first), sheet.node(last)


def _members(sheet: Sheet, path: Path, names: set[str | int] | None) -> Window | None:
    """Whole lines of a block mapping, from the first member needed to the last: of this one, or of one round it."""
    while True:
        if names is None or not isinstance(sheet.value(path), dict) or sheet.node(path).flow:
            if not path:
                return None
        else:
            found = _lines(sheet, path, names)
            if found is not None or not path:
                return found
        names, path = {path[-1]}, path[:-1]


def _lines(sheet: Sheet, path: Path, names: set[str | int]) -> Window | None:
    numbers = _range(sheet, path, names)
    first, last = _ends(sheet, path, numbers)
    if first.key is None:
        return None
    start = sheet.line_start(first.key[0])
    end = sheet.after(last)
    indent = first.key[0] - start
    if sheet.text[start : first.key[0]].strip(" ") or end < last.end or start >= end:
        return None
    return _checked(sheet, Window(start, end, sheet.value(path), len(path), numbers), indent)


def _checked(sheet: Sheet, found: Window, indent: int) -> Window | None:
    """The lines with the comments behind them, if what follows is indented no deeper."""
    gap = _COMMENTS.match(sheet.text, found.end)
    end = gap.end() if gap else found.end
    spaces = _INDENT.match(sheet.text, end)
    following = spaces.end() if spaces else end
    deeper = following < len(sheet.text) and following - end > indent
    return None if deeper or sheet.text[end : end + 1] == "\t" else found._replace(end=end)


def _shares(sheet: Sheet, found: Window, scopes: list[Scope]) -> bool:
    """Whether what the steps change may be had by an alias or a merge key elsewhere."""
    if _ANCHOR.search(sheet.text, found.start, found.end):
        return True
    for one in scopes:
        paths = list(upwards(one.path))
        sheet.fetch(paths)
        nodes = [sheet.node(path) for path in paths]
        starts = [node.start for node in nodes]
        if starts != sorted(starts) or any(sheet.text[start : start + 1] in ("&", "!", "*") for start in starts):
            return True
    return False


def upwards(path: Path) -> Iterator[Path]:
    """The root, what stands in it, and so on as far as a path."""
    return (path[:count] for count in range(len(path) + 1))
