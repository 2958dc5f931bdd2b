"""Where the members of a JSON text stand: one descent along the wanted places, the rest passed over at C speed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from apilint.reading.document import At, Found, Offsets, Places
from apilint.reading.json_text import scanner, scanstring
from apilint.reading.pointer import Path

# Wanted places as a tree: each step leads to the steps below it.
Trie = dict[Any, Any]
# Where the values end that were passed over, by where they begin: to pass over one is to read it.
Ends = dict[int, int]
_LONG = 512  # characters from which on an end is worth keeping
_OBJECT = -2
_SPACE = re.compile(r"[ \t\r\n]*")
_COLON = re.compile(r"[ \t\r\n]*:[ \t\r\n]*")
_STEP = re.compile(r"[ \t\r\n]*([,\]}])[ \t\r\n]*")
# The next member of an object, the value with it (group 2) if it is a plain one; or the end, and no group at all.
_MEMBER = re.compile(
    r'[ \t\r\n]*,?[ \t\r\n]*(?:"([^"\\]*)"[ \t\r\n]*:[ \t\r\n]*("[^"\\]*"|[^"{\[\s,}\]]+)?|\})',
)
# The same for the items of an array; group 2 is empty where the item is not a plain one.
_ITEM = re.compile(r'[ \t\r\n]*,?[ \t\r\n]*(?:\]|()("[^"\\]*"|[^"{\[\s,}\]]+)?)')
# From anywhere between two members to the next bracket that is not inside a string.
_REST = re.compile(r'(?:[^"{}\[\]]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")*+', re.DOTALL)


def places(text: str, value: Any, repeated: bool) -> Places:
    """The places of a parsed text; `repeated` tells whether some object has a key twice."""
    repeats = partial(_repeats, text, value) if repeated else list
    ends: Ends = {}
    return Places(partial(_find, text, ends, value, repeated), repeats, partial(_at, text, ends))


def _find(text: str, ends: Ends, value: Any, repeated: bool, paths: Iterable[Path]) -> dict[Path, Found]:
    """Find all wanted places in one descent."""
    trie: Trie = {}
    nearest = {path: path[: _plant(path, value, trie)] for path in paths}
    found = _descend(text, ends, repeated, trie)
    return {path: found[ancestor] for path, ancestor in nearest.items()}


def _plant(path: Path, value: Any, trie: Trie) -> int:
    """Add a path to the trie as far as it exists; gives the number of its steps that do."""
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


def _descend(text: str, ends: Ends, repeated: bool, trie: Trie) -> dict[Path, Found]:  # noqa: C901, PLR0915 - the hot loop
    """Descend text and trie together; where keys are repeated, all members are read, and the last one counts."""
    scan = scanner()
    member, item = _MEMBER.match, _ITEM.match
    start = _skip(_SPACE, text, 0)
    found: dict[Path, Found] = {(): (None, (start, len(text.rstrip(" \t\r\n"))))}
    if not trie:
        return found
    stack: list[Any] = []
    path: Path = ()
    wanted, left = trie, -1 if repeated else len(trie)
    index = None if text[start] == "{" else -1  # None in an object
    own: tuple[Offsets | None, int] = (None, start)
    at = start + 1
    while True:
        match = (member(text, at) if index is None else item(text, at)) if left else None
        plain = last = None
        key: Any
        place: Offsets | None = None
        if match is not None:
            last = match.lastindex
            at = match.end()
        elif left:
            key, place, at = _escaped(text, at)
            last = 1
        else:
            at = _close(text, ends, at, own[1], scan)
        if last is None:
            found[path] = (own[0], (own[1], at))
            if not stack:
                return found
            path, wanted, left, index, own = stack.pop()
            continue
        plain = last == 2
        if index is not None:
            key = index = index + 1
        elif match is not None:
            key = match[1]
        below = wanted.get(key)
        if below is None:
            if not plain:
                at = ends.get(at) or _passed(text, ends, at, scan)
            continue
        left -= 1
        if match is not None and index is None:
            place = (match.start(1) - 1, match.end(1) + 1)
        if below and not plain and text[at] in "{[":
            stack.append((path, wanted, left, index, own))
            path, wanted, left, own = (*path, key), below, -1 if repeated else len(below), (place, at)
            index = None if text[at] == "{" else -1
            at += 1
            continue
        start = match.start(2) if match is not None and plain else at
        if not plain:
            at = ends.get(at) or _passed(text, ends, at, scan)
        found[(*path, key)] = (place, (start, at))


def _at(text: str, ends: Ends, offsets: Sequence[int]) -> list[At]:
    """Descend to each offset in turn: only into what holds one, the rest is passed over.

    The stack holds the containers around the place where the last offset was found: path, where to read on, end, and
    the index of the last item read (`_OBJECT` in an object, None before the first member).
    """
    scan = scanner()
    found: list[At] = []
    stack: list[tuple[Path, int, int, int | None]] = [((), 0, len(text), None)]
    for offset in offsets:
        while len(stack) > 1 and offset >= stack[-1][2]:
            stack.pop()
        key_here = False
        while True:
            path, at, end, index = stack[-1]
            if at == 0:
                at = _skip(_SPACE, text, 0)
            if text[at] in "{[" and index is None:
                index, at = (_OBJECT if text[at] == "{" else -1), _skip(_SPACE, text, at + 1)
            if index is None or text[at] in "}]":
                break
            start = at
            key: str | int
            if index == _OBJECT:
                key, at = scanstring(text, start + 1, True)
                in_key, at = offset < at, _skip(_COLON, text, at)
            else:
                index, key, in_key = index + 1, index + 1, False
            after = ends.get(at) or _passed(text, ends, at, scan)
            step = _STEP.match(text, after)
            following = step.end() if step is not None and step[1] == "," else step.start(1) if step else after
            if offset < start:
                break
            if offset >= after:
                stack[-1] = (path, following, end, index)
                if offset < following:
                    break
                continue
            stack[-1] = (path, start, end, index if index == _OBJECT else index - 1)
            if in_key or text[at] not in "{[":
                path, key_here = (*path, key), in_key
                break
            stack[-1] = (path, following, end, index)
            stack.append(((*path, key), at, after, None))
        found.append(At(path, key_here))
    return found


def _escaped(text: str, at: int) -> tuple[str, Offsets, int]:
    """A key that is written with escapes, its place, and where its value begins."""
    comma = _STEP.match(text, at)
    start = comma.end() if comma else _skip(_SPACE, text, at)
    key, end = scanstring(text, start + 1, True)
    return key, (start, end), _skip(_COLON, text, end)


def _close(text: str, ends: Ends, at: int, start: int, scan: Any) -> int:
    """Go from `at` to the end of the object or array that begins at `start`, and of which nothing more is wanted."""
    if start in ends:
        return ends[start]
    while True:
        at = _skip(_REST, text, at)
        if text[at] in "}]":
            if at - start > _LONG:
                ends[start] = at + 1
            return at + 1
        at = ends.get(at) or _passed(text, ends, at, scan)


def _passed(text: str, ends: Ends, at: int, scan: Any) -> int:
    """Where the value ends that begins at `at`."""
    end: int = scan(text, at)[1]
    if end - at > _LONG:
        ends[at] = end
    return end


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
