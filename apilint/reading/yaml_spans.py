"""Where the nodes of a YAML text end: worked out from their first characters, when somebody asks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from itertools import count
from typing import Any

from apilint.reading.document import Found, Offsets, Places
from apilint.reading.pointer import Path
from apilint.reading.yaml_text import Composed, Lasts

_BREAK = r"\r\n\x85\u2028\u2029"
_BEFORE = re.compile(rf"(?:[ \t\ufeff{_BREAK}]++|(?<![^ \t{_BREAK}])#[^{_BREAK}]*+)*+")
_PROPERTY = re.compile(r"(?:!<[^>]*>|[!&][^\s,\[\]{}]*)")
_DOUBLE = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_SINGLE = re.compile(r"'[^']*+(?:''[^']*+)*+'")
_ALIAS = re.compile(r"\*[^\s,\[\]{}:]*(?::[^\s,\[\]{}:]+)*")
_TOKEN = re.compile(r"[-+.~\w]+")
_NULL = re.compile(r"~|null|Null|NULL")
_HEADER = re.compile(r"[|>][-+0-9]*[ \t]*(?:#[^\r\n\x85\u2028\u2029]*)?(?:\r\n|[\r\n\x85\u2028\u2029])?")
_LINE = re.compile(r"[^\r\n\x85\u2028\u2029]*(?:\r\n|[\r\n\x85\u2028\u2029])?")
_FLOW_END = re.compile(r"(?:[ \t\r\n,\x85\u2028\u2029]++|#[^\r\n\x85\u2028\u2029]*+)*+[\]}]")
_BREAKS = "\r\n\x85\u2028\u2029"


def places(text: str, composed: Composed) -> Places:
    """The places of a composed text."""
    from apilint.reading import yaml_inside

    return Places(
        partial(_find, text, composed),
        partial(_repeats, text, composed),
        partial(yaml_inside.at, composed),
        partial(yaml_inside.begun, text, composed),
        partial(yaml_inside.within, text, composed),
    )


def _repeats(text: str, composed: Composed) -> list[tuple[Path, str, Offsets, Offsets]]:
    return [
        (path, key, (first, scalar_end(text, first, key)), (second, scalar_end(text, second, key)))
        for path, key, first, second in composed.repeats
    ]


class _Node:
    """A value with its marks, the mark of its key, and the nodes below to which a path has led so far."""

    __slots__ = ("below", "key", "marks", "numbers", "value")

    def __init__(self, value: Any, marks: Any, key: int | None) -> None:
        self.value = value
        self.marks = marks
        self.key = key
        self.below: dict[str | int, _Node] = {}
        self.numbers: dict[Any, int] = {}

    def member(self, step: str | int) -> _Node | None:
        """The node below, or None where there is none."""
        value, marks = self.value, self.marks
        while type(marks) is tuple:
            marks = marks[1]
        if type(value) is dict:
            if step not in value:
                return None
            # The members of a mapping are numbered once, so that each costs the same in a large one.
            numbers = self.numbers = self.numbers or dict(zip(value, count()))
            number = 1 + 2 * numbers[step]
            found = _Node(value[step], marks[number + 1], marks[number])
        elif type(value) is list and type(step) is int and 0 <= step < len(value):
            found = _Node(value[step], marks[1 + step], None)
        else:
            return None
        self.below[step] = found
        return found


def _find(text: str, composed: Composed, paths: Iterable[Path]) -> dict[Path, Found]:
    """Descend data and marks along each path; where an earlier path went, its nodes are there."""
    root = _Node(composed.value, composed.marks, None)
    lasts = composed.lasts
    found: dict[Path, Found] = {}
    for path in paths:
        node = root
        name: str | int = ""
        for step in path:
            below = node.below.get(step) or node.member(step)
            if below is None:
                break
            node, name = below, step
        key = None if node.key is None else (node.key, end_of_key(text, node.key, str(name)))
        found[path] = (key, partial(extent, text, node.value, node.marks, lasts))
    return found


def end_of_key(text: str, start: int, key: str) -> int:
    """The offset after a key. Most keys are plain and stand there as they are."""
    if key and text.startswith(key, start) and key[0] not in "&!*'\"":
        return start + len(key)
    return scalar_end(text, start, key)


def extent(text: str, value: Any, marks: Any, lasts: Lasts) -> Offsets:
    """The first offset of a node and the one after its last."""
    if type(marks) is int:
        return marks, scalar_end(text, marks, value)
    if type(marks) is tuple:
        return marks[0], _match_end(_ALIAS, text, marks[0])
    return marks[0], _collection_end(text, value, marks, lasts)


def _collection_end(text: str, value: Any, marks: list[Any], lasts: Lasts) -> int:
    """Go down to the last node of all, then close the flow collections that are round it."""
    closing = 0
    end = 0
    while True:
        at = _content(text, marks[0])
        flow = text[at : at + 1] in ("{", "[")
        closing += flow
        if len(marks) == 1 and id(marks) not in lasts:
            end = at + flow
            break
        if type(value) is list:
            key_end, value, child = 0, value[-1], marks[-1]
        else:
            key, key_mark, value, child = lasts.get(id(marks)) or _last(value, marks)
            key_end = end_of_key(text, key_mark, key)
        if type(child) is not list:
            end = max(key_end, extent(text, value, child, lasts)[1])
            break
        marks = child
    for _ in range(closing):
        end = _match_end(_FLOW_END, text, end)
    return end


def _last(value: dict[str, Any], marks: list[Any]) -> tuple[str, int, Any, Any]:
    key = next(reversed(value))
    return key, marks[-2], value[key], marks[-1]


def _content(text: str, start: int) -> int:
    """Skip anchor and tag, and the space after them."""
    while found := _PROPERTY.match(text, start):
        after = found.end()
        start = _match_end(_BEFORE, text, after)
        if start >= len(text):
            return after
    return start


def scalar_content(text: str, start: int) -> int:
    """Where the text of a scalar begins: after its anchor and tag, and after the header of a block scalar."""
    at = _content(text, start)
    return _match_end(_HEADER, text, at) if text[at : at + 1] in ("|", ">") else at


def _match_end(pattern: re.Pattern[str], text: str, start: int) -> int:
    found = pattern.match(text, start)
    return found.end() if found else start


def scalar_end(text: str, start: int, value: Any) -> int:
    """The offset after a scalar that begins at `start` and means `value`."""
    at = start
    while found := _PROPERTY.match(text, at):
        start = found.end()
        at = _match_end(_BEFORE, text, start)
    first = text[at : at + 1]
    if first == '"':
        return _match_end(_DOUBLE, text, at)
    if first == "'":
        return _match_end(_SINGLE, text, at)
    if first == "*":
        return _match_end(_ALIAS, text, at)
    if type(value) is not str:
        end = _match_end(_NULL if value is None else _TOKEN, text, at)
        return end if end > at else start
    if first and first in "|>":
        return _block_end(text, at, value)
    if not value:
        return start
    return at + len(value) if text.startswith(value, at) else _folded_end(text, at, value, start)


def _folded_end(text: str, at: int, value: str, otherwise: int) -> int:
    """The end of a plain scalar over several lines: the same words with other white space between."""
    for word in value.split():
        at = _match_end(_SPACE, text, at)
        if not text.startswith(word, at):
            return otherwise
        at += len(word)
    return at


_SPACE = re.compile(r"\s*")


def _block_end(text: str, at: int, value: str) -> int:
    """The end of a literal or folded scalar: its last line, with the line break if that is part of the value."""
    header = _HEADER.match(text, at)
    assert header is not None
    keep = "+" in header.group().partition("#")[0]
    if not value.strip(_BREAKS):
        # Nothing but empty lines, and those only if they are kept: what follows may be an indented comment.
        end = header.end()
        for _ in value if keep else "":
            end = _match_end(_LINE, text, end)
        return end
    position = end = full = header.end()
    indent = 0
    while position < len(text):
        found = _LINE.match(text, position)
        assert found is not None
        line = found.group().rstrip(_BREAKS)
        spaces = len(line) - len(line.lstrip(" "))
        if spaces < len(line):
            if not indent:
                body = value.lstrip(_BREAKS)
                indent = max(spaces - (len(body) - len(body.lstrip(" "))), 1)
            if spaces < indent or (spaces == 0):
                break
            end, full = position + len(line), found.end()
        elif keep or (indent and spaces > indent):
            full = found.end()
            if spaces > indent:
                end = position + len(line)
        position = found.end()
    return full if value[-1:] in _BREAKS else end
