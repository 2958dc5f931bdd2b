"""What tells two versions of a document apart: by what they say, not by how it is written.

Neither the order of mappings counts nor that of lists which OpenAPI takes as sets, neither comments nor format.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from apilint.reading.pointer import Path

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
# Lists whose order says nothing, by the key that holds them. A client takes the server it likes.
_SETS = frozenset(
    "allOf anyOf consumes enum oneOf parameters produces required schemes security servers tags type".split()
)
# What an item of such a list is known by although the rest of it changes; the first group that it has whole.
_KNOWN_BY = (("$ref",), ("in", "name"), ("url",), ("name",))
_Pair = tuple[Path, Any, Any]
Pairs = Iterable[tuple[int | None, int | None]]


class Difference(NamedTuple):
    """One thing that is not the same in two versions.

    `kind` is `added`, `removed` or `changed`, `path` where it stands: in the head, or in the base for what is removed.
    `before` and `after` are the values in base and head, None where there is none.
    """

    path: Path
    kind: str
    before: Any = None
    after: Any = None


def differences(base: Any, head: Any) -> Iterator[Difference]:
    """What differs between two values, each difference as deep as it goes, in no order that is promised."""
    work: list[_Pair] = [((), base, head)]
    while work:
        path, before, after = work.pop()
        if type(before) is dict and type(after) is dict:
            yield from _members(path, before, after, work)
        elif type(before) is list and type(after) is list:
            yield from _items(path, before, after, work)
        elif not _same(before, after):
            yield Difference(path, CHANGED, before, after)


def _members(path: Path, before: dict[str, Any], after: dict[str, Any], work: list[_Pair]) -> Iterator[Difference]:
    """What differs between two mappings; what has an inside is left to be looked at."""
    for key, value in after.items():
        if key not in before:
            yield Difference((*path, key), ADDED, None, value)
        elif type(value) in (dict, list):
            work.append(((*path, key), before[key], value))
        elif not _same(before[key], value):
            yield Difference((*path, key), CHANGED, before[key], value)
    for key, value in before.items():
        if key not in after:
            yield Difference((*path, key), REMOVED, value)


def _items(path: Path, before: list[Any], after: list[Any], work: list[_Pair]) -> Iterator[Difference]:
    """What differs between two lists; pairs of items are left to be looked at."""
    for old, new in _by_meaning(before, after) if _is_set(path) else _by_place(before, after):
        if old is None and new is not None:
            yield Difference((*path, new), ADDED, None, after[new])
        elif new is None and old is not None:
            yield Difference((*path, old), REMOVED, before[old])
        elif old is not None and new is not None:
            work.append(((*path, new), before[old], after[new]))


def _same(before: Any, after: Any) -> bool:
    """Whether two scalars say the same: true is not 1, but 1.0 is, and "not a number" is what it was."""
    if type(before) is not type(after) and (isinstance(before, bool) or isinstance(after, bool)):
        return False
    return bool(before == after) or (before != before and after != after)


def _is_set(path: Path) -> bool:
    """Whether a list is one whose order says nothing; the scopes of a requirement are one, too."""
    return path[-1:] != () and (path[-1] in _SETS or path[-3:-2] == ("security",))


def _by_place(before: Sequence[Any], after: Sequence[Any]) -> Pairs:
    common = min(len(before), len(after))
    yield from ((index, index) for index in range(common))
    yield from ((index, None) for index in range(common, len(before)))
    yield from ((None, index) for index in range(common, len(after)))


def _by_meaning(before: Sequence[Any], after: Sequence[Any]) -> Pairs:
    """Pair equal items first, then those known by the same names, and what is left in its order."""
    if len(before) == len(after) and all(map(_clearly_paired, before, after)):
        return _by_place(before, after)
    pairs: list[tuple[int | None, int | None]] = []
    old, new = list(range(len(before))), list(range(len(after)))
    for told in (_written, _known_by):
        waiting: dict[str, list[int]] = {}
        for index in reversed(old):
            if (name := told(before[index])) is not None:
                waiting.setdefault(name, []).append(index)
        left = []
        for index in new:
            name = told(after[index])
            if name is not None and waiting.get(name):
                pairs.append((waiting[name].pop(), index))
            else:
                left.append(index)
        taken = {pair[0] for pair in pairs}
        old, new = [index for index in old if index not in taken], left
    pairs += zip(old, new, strict=False)
    pairs += ((index, None) for index in old[len(new) :])
    pairs += ((None, index) for index in new[len(old) :])
    return pairs


def _clearly_paired(before: Any, after: Any) -> bool:
    """Whether two items at one place belong together without a look at all the others."""
    if type(before) is dict and type(after) is dict:
        name = _known_by(before)
        return name == _known_by(after) and (name is not None or before == after)
    return type(before) is type(after) and bool(before == after)


def _known_by(item: Any) -> str | None:
    if type(item) is not dict:
        return None
    for keys in _KNOWN_BY:
        names = [item.get(key) for key in keys]
        if all(type(name) is str for name in names):
            return "\0".join((*keys, *map(str, names)))
    return None


def _written(item: Any) -> str:
    """An item as one text, the same for the same meaning."""
    return json.dumps(item, sort_keys=True)
