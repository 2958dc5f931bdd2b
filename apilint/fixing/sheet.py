"""A text that is being edited: its nodes by offset, its lines, and the way in which it is written."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from apilint.findings import Span
from apilint.reading.document import Document
from apilint.reading.pointer import Path

BREAKS = "\r\n"
_BREAK = re.compile(r"\r\n|\r|\n")
_PROPERTIES = re.compile(r"(?:(?:!<[^>]*>|[!&][^\s,\[\]{}]*)(?:\s|#(?<=\s#)[^\r\n]*)*)*")
# White space and comments between the parts of a flow collection; JSON has the former only.
GAP = re.compile(r"(?:\s++|(?<=\s)#[^\r\n]*+)*+")
# What may stand between the end of a value and the end of its line.
REST = re.compile(r"[ \t]*(?:(?<=[ \t])#[^\r\n]*)?(?=[\r\n]|\Z)")
_BELOW = re.compile(r"^([ ]*)(?:- +)?[^\s#'\"-][^\r\n#]*:[ \t]*\r?\n([ ]*)(- )?[^\s#]", re.MULTILINE)
_FLOW = re.compile(r"(?:[:-] [{\[])[^}\]\s]")
_MEMBER = re.compile(r"[{\[]\r?\n([ \t]+)[^ \t]")
# More than this of a document is not looked at to learn how it is written.
_ENOUGH = 200_000


class Refused(Exception):
    """An edit for which there is no safe change of the text."""


class Change(NamedTuple):
    """A stretch of text, by offsets, and what is put in its place."""

    start: int
    end: int
    text: str


class Node(NamedTuple):
    """A value in the text.

    `key` are the offsets of its key; `content` is where it begins behind its anchor and tag; `flow` tells
    whether it is a collection in brackets.
    """

    value: Any
    key: tuple[int, int] | None
    start: int
    end: int
    content: int
    flow: bool


class Style(NamedTuple):
    """How a document is written: learnt from the whole of it, used where a part gives no example.

    `unit` is one step of indentation, or empty for JSON on one line; `indented` tells whether sequences stand
    deeper than the key above them; `brackets` whether some collections are in flow style; `quote` is the sign
    for texts that need one; `ascii` whether JSON escapes all other characters.
    """

    unit: str
    indented: bool
    brackets: bool
    quote: str
    eol: str
    ascii: bool

    @classmethod
    def of(cls, text: str, json: bool) -> Style:
        """Learn it from a document."""
        head = text[:_ENOUGH]
        found = _BREAK.search(head)
        eol = found.group() if found else "\n"
        if json:
            member = _MEMBER.search(head)
            return cls(member[1] if member else "", True, True, '"', eol, text.isascii())
        units: Counter[int] = Counter()
        indented: Counter[bool] = Counter()
        for one in _BELOW.finditer(head):
            if one[3]:
                indented[len(one[2]) > len(one[1])] += 1
            elif len(one[2]) > len(one[1]) and "- " not in one[0].partition(":")[0]:
                units[len(one[2]) - len(one[1])] += 1
        unit = " " * (units.most_common(1)[0][0] if units else 2)
        single = head.count(": '") + head.count("- '") > head.count(': "') + head.count('- "')
        return cls(
            unit, indented[True] >= indented[False], _FLOW.search(head) is not None, "'" if single else '"', eol, False
        )


class Sheet:
    """A document with offsets in the place of spans."""

    def __init__(self, document: Document, style: Style) -> None:
        self.document = document
        self.text = document.text
        self.style = style
        self.json = document.format == "json"
        self._starts = [0, *(found.end() for found in _BREAK.finditer(document.text))]
        self._nodes: dict[Path, Node] = {}
        self._members: dict[Path, list[tuple[Path, Node]]] = {}
        self._names: dict[Path, list[str]] = {}
        self._numbers: dict[Path, dict[str | int, int]] = {}

    def value(self, path: Path) -> Any:
        """The data at a path; raises `Refused` where there is none."""
        value: Any = self.document.value
        try:
            for step in path:
                value = value[step]
        except (LookupError, TypeError):
            raise Refused from None
        return value

    def fetch(self, paths: Iterable[Path]) -> None:
        """Find several nodes in one pass over the text, for `node` to give."""
        wanted = [path for path in paths if path not in self._nodes]
        for path, place in self.document.locate(wanted).items() if wanted else ():
            value = self.value(path)
            start, end = self._offsets(place.value)
            content = start
            if not self.json and self.text[start : start + 1] in ("!", "&"):
                found = _PROPERTIES.match(self.text, start, end)
                content = found.end() if found else start
            flow = isinstance(value, dict | list) and self.text[content : content + 1] in ("{", "[")
            key = self._offsets(place.key) if place.key is not None and path and isinstance(path[-1], str) else None
            self._nodes[path] = Node(value, key, start, end, content, flow)

    def node(self, path: Path) -> Node:
        """The node at a path; raises `Refused` where there is none."""
        self.value(path)
        self.fetch([path])
        return self._nodes[path]

    def members(self, path: Path) -> list[tuple[Path, Node]]:
        """The members or items of a collection, in text order, without those that a merge key brought."""
        if path in self._members:
            return self._members[path]
        holder = self.node(path)
        names: Iterable[str | int] = holder.value if isinstance(holder.value, dict) else range(len(holder.value))
        below = [(*path, name) for name in names]
        self.fetch(below)
        found = [(one, self._nodes[one]) for one in below]
        begun = sorted((node.start if node.key is None else node.key[0], one) for one, node in found)
        self._members[path] = [(one, self._nodes[one]) for begin, one in begun if begin >= holder.start]
        return self._members[path]

    def names(self, path: Path) -> list[str]:
        """The names of the members of a mapping, in order."""
        if path not in self._names:
            self._names[path] = list(self.value(path))
        return self._names[path]

    def numbers(self, path: Path) -> dict[str | int, int]:
        """The numbers of the members of a mapping, by name."""
        if path not in self._numbers:
            self._numbers[path] = {name: number for number, name in enumerate(self.names(path))}
        return self._numbers[path]

    def in_flow(self, path: Path) -> bool:
        """Whether a place is inside a flow collection."""
        return self.json or (bool(path) and self.node(path[:-1]).flow)

    def begin(self, path: Path) -> int:
        """Where a member or item begins: its key, or the dash of an item in block style."""
        node = self.node(path)
        if node.key is not None:
            return node.key[0]
        if self.in_flow(path):
            return node.start
        end = node.start
        while True:
            before = self.text[:end].rstrip(" \t\r\n")
            if before.endswith("-"):
                return len(before) - 1
            # Comments may stand between the dash and its item.
            start = self.line_start(len(before))
            comment = before.find("#", start)
            if comment < 0:
                raise Refused
            end = comment

    def line_start(self, offset: int) -> int:
        """Where the line of an offset begins."""
        return self._starts[bisect_right(self._starts, offset) - 1]

    def next_line(self, offset: int) -> int:
        """Where the line after that of an offset begins, or the end of the text."""
        number = bisect_right(self._starts, offset)
        return self._starts[number] if number < len(self._starts) else len(self.text)

    def line_end(self, offset: int) -> int:
        """The offset of the break that ends the line of an offset, or the end of the text."""
        end = self.next_line(offset)
        while end > offset and self.text[end - 1] in BREAKS:
            end -= 1
        return end

    def prefix(self, offset: int) -> str:
        """What stands before an offset on its line."""
        return self.text[self.line_start(offset) : offset]

    def after(self, node: Node) -> int:
        """Where the line after a block style value begins; a block scalar has its last line break within itself."""
        if node.end > node.start and self.text[node.end - 1] in BREAKS:
            return node.end
        return self.next_line(node.end)

    def offset(self, line: int, column: int) -> int:
        """The offset of a line and column, both counted from 1."""
        return self._starts[line - 1] + column - 1

    def _offsets(self, span: Span) -> tuple[int, int]:
        return self.offset(span.line, span.column), self.offset(span.end_line, span.end_column)
