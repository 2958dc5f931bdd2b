"""What a fix makes of a document, as plain data."""

from __future__ import annotations

import math
from collections.abc import Iterable
from copy import copy, deepcopy
from typing import Any, NamedTuple

from apilint.findings import Edit
from apilint.reading.pointer import Path, format_pointer, parse_pointer


class Step(NamedTuple):
    """An edit whose pointer has been followed: `path` has integers where it passes through sequences.

    `adds` tells that nothing stands at the path yet.
    """

    action: str
    path: Path
    value: Any
    adds: bool


def applied(value: Any, edits: Iterable[Edit]) -> Any:
    """The data of a document with all edits made; the pointers of all of them are those of the original.

    What no edit touches is shared with the original, which stays as it is. Places that aliases share
    are edited one by one. An item "set" at the end of a sequence, or at `-`, is appended.
    Raises ValueError for an edit whose place does not exist, or whose action is unknown.
    """
    return carried_out(value, in_order(steps(value, edits)))


def steps(value: Any, edits: Iterable[Edit]) -> list[Step]:
    """The edits, each once, as steps from the root of the data.

    Raises ValueError for an edit whose place does not exist, or whose action is unknown.
    """
    once = {(edit.pointer, edit.action): edit for edit in edits}  # A value may be an object, which has no hash.
    return [_step(value, edit) for edit in once.values()]


def in_order(found: Iterable[Step]) -> list[Step]:
    """The steps so ordered that none moves or hides the place of a later one.

    What is added comes first, in the order given; then from the last item to the first, the inner before
    the outer, and of one place the value before the name.
    """
    found = list(found)
    rest = sorted((one for one in found if not one.adds), key=_order, reverse=True)
    return [one for one in found if one.adds] + rest


def carried_out(value: Any, found: Iterable[Step]) -> Any:
    """The data after the steps, one by one.

    Raises ValueError for a step whose place does not exist.
    """
    own: set[int] = set()  # The collections that are copies already.
    kept: list[Any] = []
    box = [value]
    for one in found:
        holder: Any = box
        key: Any = 0
        try:
            for following in one.path:
                below = holder[key]
                if below is None and one.adds:
                    below = {}
                if id(below) not in own:
                    below = copy(below)
                    own.add(id(below))
                    kept.append(below)
                    holder[key] = below
                holder, key = below, following
            _edit(holder, key, one)
        except (KeyError, IndexError, TypeError) as error:
            raise ValueError(f"the place of an edit does not exist: {format_pointer(one.path)}") from error
    return box[0]


def same(left: Any, right: Any) -> bool:
    """Whether two values are equal, types included (`1` is neither `1.0` nor `true`), in whatever order of members."""
    pairs = [(left, right)]
    while pairs:
        one, other = pairs.pop()
        if one is other:
            continue
        if type(one) is not type(other):
            return False
        if type(one) is dict:
            if one.keys() != other.keys():
                return False
            pairs += [(item, other[key]) for key, item in one.items()]
        elif type(one) is list:
            if len(one) != len(other):
                return False
            pairs += zip(one, other, strict=True)
        elif one != other and not (type(one) is float and math.isnan(one) and math.isnan(other)):
            return False
    return True


def _step(value: Any, edit: Edit) -> Step:
    path: Path = ()
    parts = parse_pointer(edit.pointer)
    if edit.action not in ("set", "remove", "rename"):
        raise ValueError(f"no edit is called {edit.action!r}")
    try:
        for number, part in enumerate(parts):
            last = number == len(parts) - 1
            if type(value) is list:
                index = len(value) if part == "-" and last else _index(part)
                path = (*path, index)
                if last and edit.action == "set" and index == len(value):
                    return Step("set", path, edit.value, True)
                value = value[index]
            else:
                path = (*path, part)
                if last and edit.action == "set" and (value is None or (type(value) is dict and part not in value)):
                    return Step("set", path, edit.value, True)
                value = value[part]
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise ValueError(f"the place of an edit does not exist: {edit.pointer}") from error
    if not path or (edit.action == "rename" and not isinstance(path[-1], str)):
        raise ValueError(f"no edit can {edit.action} what stands at {edit.pointer!r}")
    return Step(edit.action, path, edit.value, False)


def _index(part: str) -> int:
    if not part.isdecimal():
        raise KeyError(part)
    return int(part)


def _order(step: Step) -> tuple[tuple[tuple[int, str], ...], int]:
    path = tuple((part, "") if isinstance(part, int) else (-1, part) for part in step.path)
    return path, ("remove", "rename", "set").index(step.action)


def _edit(holder: Any, key: Any, step: Step) -> None:
    if step.action == "set" and type(holder) is list and key == len(holder):
        holder.append(deepcopy(step.value))
    elif step.action == "set":
        holder[key] = deepcopy(step.value)
    elif step.action == "remove":
        del holder[key]
    else:
        members = [(step.value if name == key else name, value) for name, value in holder.items()]
        if len(dict(members)) != len(holder):
            raise KeyError(step.value)
        holder.clear()
        holder.update(members)
