"""Which operations ask for something: as one number, that can be compared between two states."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from apilint.openapi.operation import Operation


def users(operations: Sequence[Operation | None], names: Callable[[Operation], Iterable[str]]) -> dict[str, int]:
    """A number for each of the `names` that the `security` of operations gives.

    Two names, of one state or of both, have the same number where operations at the same positions ask for them.
    """
    groups: dict[int, int] = {}
    first: dict[int, Operation] = {}
    for number, operation in enumerate(operations):
        if operation is not None:
            key = id(operation.security)
            first.setdefault(key, operation)
            groups[key] = groups.get(key, 0) + hash((number, number + 1))
    found: dict[str, int] = {}
    for key, operation in first.items():
        for name in names(operation):
            found[name] = found.get(name, 0) + groups[key]
    return found
