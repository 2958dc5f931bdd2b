"""Where the members of a JSON text stand: one descent along the wanted places, the rest passed over at C speed."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from apilint.reading.document import Found, Offsets, Places, Trie
from apilint.reading.json_text import scanner, scanstring
from apilint.reading.pointer import Path

_SPACE = re.compile(r"[ \t\r\n]*")
_KEY = re.compile(r'[ \t\r\n]*"([^"\\]*)"[ \t\r\n]*:[ \t\r\n]*')
_COLON = re.compile(r"[ \t\r\n]*:[ \t\r\n]*")
_SIMPLE = re.compile(r'"[^"\\]*"|[^"\s{}\[\],]+')
_STEP = re.compile(r"[ \t\r\n]*([,\]}])[ \t\r\n]*")
# From anywhere between two members to the next bracket that is not inside a string.
_REST = re.compile(r'(?:[^"{}\[\]]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")*+', re.DOTALL)


def places(text: str, value: Any, repeated: bool) -> Places:
    """The places of a parsed text; `repeated` tells whether some object has a key twice."""
    repeats = partial(_repeats, text, value) if repeated else list
    return Places(partial(_find, text, repeated), repeats)


class _Frame:
    """An object or array on the way down, and which of its wanted members is being read."""

    __slots__ = ("index", "left", "path", "place", "wanted")

    def __init__(
        self, path: Path, wanted: Trie, place: tuple[Offsets | None, int], index: int | None, left: int
    ) -> None:
        self.path = path
        self.wanted = wanted
        self.place = place
        self.index = index  # None in an object
        self.left = left


def _find(text: str, repeated: bool, trie: Trie) -> dict[Path, Found]:
    """Descend text and trie together; `repeated` keys keep it from stopping at the first of each."""
    scan = scanner()
    found: dict[Path, Found] = {}
    at = _skip(_SPACE, text, 0)
    found[()] = (None, (at, len(text.rstrip(" \t\r\n"))))
    stack: list[_Frame] = []
    path: Path = ()
    key: Offsets | None = None
    wanted: Trie | None = trie
    while True:
        # A value begins at `at`; `wanted` is None if nobody asks for it.
        if wanted and text[at] in "{[":
            inside = _skip(_SPACE, text, at + 1)
            if text[inside] not in "}]":
                left = -1 if repeated else len(wanted)
                stack.append(_Frame(path, wanted, (key, at), None if text[at] == "{" else 0, left))
                at, path, key, wanted = _member(text, inside, stack[-1])
                continue
        start = at
        simple = _SIMPLE.match(text, at)
        at = simple.end() if simple else scan(text, at)[1]
        if wanted is not None and stack:
            found[path] = (key, (start, at))
        # After the value: the next member, or the end of what it is in.
        while stack:
            frame = stack[-1]
            if not frame.left:
                at = _close(text, at, scan)
            else:
                step = _STEP.match(text, at)
                assert step is not None
                if step.group(1) == ",":
                    at, path, key, wanted = _member(text, step.end(), frame)
                    break
                at = step.end(1)
            found[frame.path] = (frame.place[0], (frame.place[1], at))
            stack.pop()
        if not stack:
            return found


def _member(text: str, at: int, frame: _Frame) -> tuple[int, Path, Offsets | None, Trie | None]:
    """Read the key of the member that begins here: where its value begins, its path, key and what is wanted in it."""
    key: str | int
    if frame.index is not None:
        key, place = frame.index, None
        frame.index += 1
    elif plain := _KEY.match(text, at):
        key, at = plain.group(1), plain.end()
        place = (plain.start(1) - 1, plain.end(1) + 1)
    else:
        start = _skip(_SPACE, text, at)
        key, end = scanstring(text, start + 1, True)
        place, at = (start, end), _skip(_COLON, text, end)
    wanted = frame.wanted.get(key)
    if wanted is None:
        return at, (), None, None
    frame.left -= 1
    return at, (*frame.path, key), place, wanted


def _close(text: str, at: int, scan: Any) -> int:
    """Go to the end of an object or array of which nothing more is wanted."""
    while True:
        at = _skip(_REST, text, at)
        if text[at] in "}]":
            return at + 1
        at = scan(text, at)[1]


def _skip(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    assert found is not None
    return found.end()


def _repeats(text: str, value: Any) -> list[tuple[Path, str, Offsets, Offsets]]:
    """The repeated keys with both places, found by reading every key of the text in turn."""
    repeats: list[tuple[Path, str, Offsets, Offsets]] = []
    stack: list[tuple[str | int, dict[str, Offsets] | None]] = []
    scan = scanner()
    at = _skip(_SPACE, text, 0)
    while True:
        if text[at] in "{[" and text[inside := _skip(_SPACE, text, at + 1)] not in "}]":
            stack.append(("", {}) if text[at] == "{" else (-1, None))
            at = inside
        else:
            at = scan(text, at)[1]
            while stack:
                step = _STEP.match(text, at)
                assert step is not None
                at = step.end()
                if step.group(1) == ",":
                    break
                at = step.end(1)
                stack.pop()
            if not stack:
                return repeats
        last, keys = stack.pop()
        if keys is None:
            assert isinstance(last, int)
            stack.append((last + 1, None))
            continue
        start = _skip(_SPACE, text, at)
        key, end = scanstring(text, start + 1, True)
        if key in keys:
            repeats.append((tuple(step for step, _ in stack), key, keys[key], (start, end)))
        else:
            keys[key] = (start, end)
        stack.append((key, keys))
        at = _skip(_COLON, text, end)
