"""Which nodes of a YAML text stand at an offset, begin in a stretch, or hold an offset in their text.

Comments are in no tree. What stands outside all scalars after a `#` is one; that is how they are told from text.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from apilint.reading.document import At
from apilint.reading.pointer import Path
from apilint.reading.yaml_events import parser_events
from apilint.reading.yaml_spans import end_of_key, extent, scalar_content
from apilint.reading.yaml_text import MERGE, Composed


class _Members(NamedTuple):
    """What a collection holds, by where it begins: the offsets, and for each the step, value and marks."""

    begins: list[int]
    steps: list[str | int]
    values: list[Any]
    marks: list[Any]


class _Node(NamedTuple):
    path: Path
    is_key: bool
    value: Any
    marks: Any
    key: int | None


def at(composed: Composed, offsets: Iterable[int]) -> list[At]:
    """For each offset the innermost member or item that begins last before it."""
    descent = _Descent(composed)
    return [At(node.path, node.is_key) for node in map(descent.innermost, offsets)]


def begun(text: str, composed: Composed, stretches: Iterable[tuple[int, int]]) -> list[list[Path]]:
    """For each stretch of the text, the outermost members and items that begin in it; not the root."""
    descent = _Descent(composed)
    return [descent.begun(text, start, end) for start, end in stretches]


def within(text: str, composed: Composed, offsets: Sequence[int]) -> list[bool]:
    """For each of ascending offsets, whether it stands inside the text of a scalar, be it a key or a value."""
    if composed.repeats or MERGE in text:
        # What a repeated key or a merge left out of the tree is in the text all the same.
        return _within_any(text, offsets)
    descent = _Descent(composed)
    found = []
    begin = start = end = -1  # of the last scalar: a long one may hold many offsets
    for offset in offsets:
        node = descent.innermost(offset)
        if node.is_key and node.key is not None:
            if begin != node.key:
                begin = start = node.key
                end = end_of_key(text, begin, str(node.path[-1]))
        elif type(node.marks) is not int:
            found.append(False)
            continue
        elif begin != node.marks:
            begin, start = node.marks, scalar_content(text, node.marks)
            end = extent(text, node.value, begin, composed.lasts)[1]
        found.append(start <= offset < end)
    return found


def _within_any(text: str, offsets: Sequence[int]) -> list[bool]:
    """The same by the parser's own events, which takes as long as reading the text did."""
    events, kinds, _ = parser_events(text, None, False)
    found: list[bool] = []
    for event in events:
        if len(found) == len(offsets) or type(event) is kinds.StreamEndEvent:
            break
        if type(event) is kinds.ScalarEvent:
            start, end = event.start_mark.index, event.end_mark.index
            if start < end:
                while len(found) < len(offsets) and offsets[len(found)] < end:
                    offset = offsets[len(found)]
                    found.append(offset >= start and offset >= scalar_content(text, start))
    return found + [False] * (len(offsets) - len(found))


class _Descent:
    """Ways down a composed tree; the members of each collection on the way are put in order once."""

    def __init__(self, composed: Composed) -> None:
        self._root = (composed.value, composed.marks)
        self._known: dict[int, _Members] = {}

    def innermost(self, offset: int) -> _Node:
        """What begins last before an offset."""
        value, marks = self._root
        path: list[str | int] = []
        key: int | None = None
        while type(marks) is list:
            members = self._members(value, marks)
            number = bisect_right(members.begins, offset) - 1
            if number < 0:
                break
            is_member = type(value) is dict
            path.append(members.steps[number])
            key = members.begins[number] if is_member else None
            value, marks = members.values[number], members.marks[number]
            if is_member and offset < _begin(marks):
                return _Node(tuple(path), True, value, marks, key)
        return _Node(tuple(path), False, value, marks, key)

    def begun(self, text: str, start: int, end: int) -> list[Path]:
        """What begins in a stretch and is in nothing else that does: go down into what goes on at its start."""
        value, marks = self._root
        path: Path = ()
        found: list[Path] = []
        while type(marks) is list:
            members = self._members(value, marks)
            first, after = bisect_left(members.begins, start), bisect_left(members.begins, end)
            found += [(*path, step) for step in members.steps[first:after]]
            if not first:
                break
            path = (*path, members.steps[first - 1])
            value, marks = members.values[first - 1], members.marks[first - 1]
            if (
                type(marks) is list
                and start <= marks[0] < end
                and text.startswith(_BRACKETS, scalar_content(text, marks[0]))
            ):
                found.append(path)  # the key of a collection in brackets stands on a line before
                break
        return found

    def _members(self, value: Any, marks: list[Any]) -> _Members:
        known = self._known.get(id(marks))
        if known is None:
            # What a merge brought in stands before its mapping.
            if type(value) is dict:
                rows = zip(marks[1::2], value, value.values(), marks[2::2], strict=True)
            else:
                rows = zip(map(_begin, marks[1:]), range(len(value)), value, marks[1:], strict=True)
            here = sorted((row for row in rows if row[0] >= marks[0]), key=_first)
            known = self._known[id(marks)] = _Members(*map(list, zip(*here, strict=True))) if here else _NONE
        return known


_BRACKETS = ("{", "[")
_NONE = _Members([], [], [], [])


def _first(row: tuple[int, Any, Any, Any]) -> int:
    return row[0]


def _begin(marks: Any) -> int:
    begin: int = marks if type(marks) is int else marks[0]
    return begin
