"""TOML as plain data with places: tomllib reads and judges, a scan of what it took for good finds where things stand.

Source: TOML 1.0.0, whose grammar the scan follows as far as a text needs it that is known to be right.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable
from datetime import date, time
from typing import Any, NamedTuple

from apilint.config.reading import Place, Written
from apilint.config.tree import LIMITS, PYPROJECT
from apilint.findings import Span
from apilint.reading.limits import LimitReached, Malformed
from apilint.reading.lines import Lines
from apilint.reading.pointer import Path
from apilint.reading.source import decode

_MOST_PARTS = 32
_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
# tomllib takes time by the square of the parts of a key.
_LONG_KEY = re.compile(rf"(?<![\w-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{_MOST_PARTS},}}")
_PLACE = re.compile(r"^(.*?)(?: \(at (?:line (\d+), column (\d+)|end of document)\))?$", re.DOTALL)

_BLANK = re.compile(r"[ \t\r]*+")
_BETWEEN = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
_STRING = re.compile(
    r'"""(?:[^"\\]++|\\.|"{1,2}+(?!"))*+"{3,5}|\'\'\'(?:[^\']++|\'{1,2}+(?!\'))*+\'{3,5}'
    r'|"(?:[^"\\\n]++|\\.)*+"|\'[^\'\n]*+\'',
    re.DOTALL,
)
_BARE_KEY = re.compile(r"[\w-]++")
_BARE = re.compile(r"[^,\]}#\n]*+")
_END = re.compile(r"[^\n]*+")

Offsets = tuple[int, int]


def parse(name: str, data: bytes, path: str | None) -> Written:
    """See `reading.read`. Raises `Malformed` and `LimitReached`."""
    text = decode(data)
    # A key of many parts that stands in a text is refused, too: nobody writes one.
    if found := _LONG_KEY.search(text):
        raise Malformed(f"a key has more than {_MOST_PARTS} parts", *_place(text, found.start()))
    try:
        value: Any = tomllib.loads(text)
    except ValueError as error:  # TOMLDecodeError, and int() for numbers of thousands of digits
        what = _PLACE.match(str(error))
        message = (what.group(1) if what else str(error)).rstrip(".")
        if message.startswith("Exceeds the limit"):
            message = "a number has too many digits"
        at = (int(what.group(2)), int(what.group(3))) if what and what.group(2) else _place(text, len(text.rstrip()))
        raise Malformed(f"this is not TOML: {message[:1].lower()}{message[1:]}", *at) from None
    above: Path = ()
    if os.path.basename(path or name) == PYPROJECT:
        above = ("tool", "apilint")
        for key in above:
            value = value.get(key) if isinstance(value, dict) else None
    lines = Lines(text)
    places: dict[Path, _Offsets] = {}

    def locate(paths: Iterable[Path]) -> dict[Path, Place]:
        if not places:
            places.update(_Scan(text).places)
        found: dict[Path, Place] = {}
        for path in paths:
            near = path
            while near not in places:
                near = near[:-1]
            key, (start, end) = places[near]
            found[path] = _Spans(lines.span(*key) if key else None, lines.span(start, end))
        return found

    return Written(name, path, text, _plain(value, 0), locate, above)


def _plain(value: Any, depth: int) -> Any:
    """The same with days and times as texts."""
    if depth > LIMITS.depth:
        raise LimitReached("depth", LIMITS.depth, "it is nested too deeply")
    if isinstance(value, dict):
        return {key: _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, depth + 1) for item in value]
    return value.isoformat() if isinstance(value, date | time) else value


def _place(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


class _Spans(NamedTuple):
    key: Span | None
    value: Span


class _Offsets(NamedTuple):
    key: Offsets | None
    value: Offsets


class _Scan:
    """Where the members and items of a text stand that tomllib has read. Nesting is bounded by tomllib's own."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._tables: dict[Path, int] = {}
        self.places: dict[Path, _Offsets] = {(): _Offsets(None, (0, 0))}
        table: Path = ()
        while self._skip(_BETWEEN) < len(text):
            table = self._header() if text[self._at] == "[" else self._member(table)

    def _skip(self, pattern: re.Pattern[str]) -> int:
        found = pattern.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._at

    def _header(self) -> Path:
        start = self._at
        many = self._text.startswith("[[", start)
        self._at += 2 if many else 1
        keys = self._keys()
        self._at += 2 if many else 1
        end = self._at
        path: Path = ()
        for index, (key, offsets) in enumerate(keys):
            path = (*path, key)
            self.places.setdefault(path, _Offsets(offsets, (start, end)))
            last = index == len(keys) - 1
            if path in self._tables or (last and many):
                if last and many:
                    self._tables[path] = self._tables.get(path, -1) + 1
                path = (*path, self._tables[path])
                self.places.setdefault(path, _Offsets(None, (start, end)))
        self._skip(_END)
        return path

    def _member(self, table: Path) -> Path:
        """A key and its value; gives the table again."""
        keys = self._keys()
        self._at += 1  # the sign between them
        self._skip(_BLANK)
        start = self._at
        path = table
        waiting = []
        for key, offsets in keys:
            path = (*path, key)
            waiting.append((path, offsets))
        self._value(path)
        for one, offsets in waiting:
            if one not in self.places or one == path:
                self.places[one] = _Offsets(offsets, (start, self._at))
        return table

    def _keys(self) -> list[tuple[str, Offsets]]:
        keys = []
        while True:
            start = self._skip(_BLANK)
            if self._text[start] in "\"'":
                self._skip(_STRING)
                key = next(iter(tomllib.loads(f"{self._text[start : self._at]} = 0")))
            else:
                self._skip(_BARE_KEY)
                key = self._text[start : self._at]
            keys.append((key, (start, self._at)))
            if self._text[self._skip(_BLANK)] != ".":
                return keys
            self._at += 1

    def _value(self, path: Path) -> None:
        sign = self._text[self._at]
        if sign in "\"'":
            self._skip(_STRING)
        elif sign in "[{":
            self._at += 1
            index = 0
            while self._text[self._skip(_BETWEEN)] not in "]}":
                if self._text[self._at] == ",":
                    self._at += 1
                elif sign == "{":
                    self._member(path)
                else:
                    item, start = (*path, index), self._at
                    self._value(item)
                    self.places[item] = _Offsets(None, (start, self._at))
                    index += 1
            self._at += 1
        else:
            start = self._at
            self._skip(_BARE)
            self._at = start + len(self._text[start : self._at].rstrip())
