"""What a fix makes of a document, as plain data."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from apilint.findings import Edit
from apilint.reading.pointer import parse_pointer


def applied(value: Any, edits: Iterable[Edit]) -> Any:
    """A copy of a document's data with all edits made; the pointers of all of them are those of the original.

    Raises ValueError for an edit whose place does not exist, or whose action is unknown.
    """
    value = deepcopy(value)
    # From the last item to the first, so that removing one does not move the next.
    once = {(edit.pointer, edit.action): edit for edit in edits}  # A value may be an object, which has no hash.
    for edit in sorted(once.values(), key=_order, reverse=True):
        *above, last = parse_pointer(edit.pointer)
        holder = value
        try:
            for step in above:
                holder = holder[int(step) if isinstance(holder, list) else step]
            _edit(holder, int(last) if isinstance(holder, list) else last, edit)
        except (KeyError, IndexError, TypeError) as error:
            raise ValueError(f"the place of an edit does not exist: {edit.pointer}") from error
    return value


def _order(edit: Edit) -> tuple[tuple[int, str], ...]:
    return tuple((int(step), "") if step.isdigit() else (-1, step) for step in parse_pointer(edit.pointer))


def _edit(holder: Any, key: Any, edit: Edit) -> None:
    if edit.action == "set":
        holder[key] = deepcopy(edit.value)
    elif edit.action == "remove":
        del holder[key]
    elif edit.action == "rename":
        members = [(edit.value if name == key else name, value) for name, value in holder.items()]
        holder.clear()
        holder.update(members)
    else:
        raise ValueError(f"no edit is called {edit.action!r}")
