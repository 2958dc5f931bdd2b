"""The operations of an API that selectors mean, as bit sets: bit 0 is the first of `all_operations`.

Selectors and operations may both be a stranger's, thousands of each. A glob is compared once with each name that
occurs, and with all operations at once; what takes too long ends, and is a problem of the API.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from fnmatch import translate
from typing import TYPE_CHECKING

from apilint.policy import globs, selectors

if TYPE_CHECKING:
    from apilint.openapi.api import Api

# Comparisons for one API: seconds, which only selectors take that no person wrote.
_STEPS = 5_000_000
_GLOB_STEPS = 500  # what reading a glob costs
_MANY = 32  # paths that share a part
_WIDE = 2_048  # operations in a bit set that costs a step
_Numbers = dict[str, list[int]]
_TOO_LONG = "it takes too long to compare all selectors of the configuration with all operations"


class Chooser:
    """Tells which operations selectors mean; each selector is read once. `left` are the steps that it may yet take."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._known: dict[str, int] = {}
        self.left = _STEPS
        self._methods: _Numbers = {}
        self._ids: _Numbers = {}
        self._tags: _Numbers = {}
        named: dict[str, list[tuple[int, str]]] = {"": [], "webhook": [], "callback": []}
        for number, one in enumerate(api.all_operations):
            name = one.path_template
            self._methods.setdefault(one.method.upper(), []).append(number)
            if one.operation_id:
                self._ids.setdefault(one.operation_id, []).append(number)
            for tag in one.tags:
                self._tags.setdefault(tag, []).append(number)
            named[""].append((number, name if one.kind == "path" else f"{one.kind} {name}"))
            if one.kind in named:
                named[one.kind].append((number, name))
        self._paths = {kind: _Paths(paths, self._spend) for kind, paths in named.items()}

    def chosen(self, wanted: Iterable[str]) -> int:
        """The operations that one of the selectors means."""
        found = 0
        for selector in wanted:
            if selector not in self._known:
                self._known[selector] = self._found(selector) if self._spend(1) else 0
            found |= self._known[selector]
        return found

    def _found(self, selector: str) -> int:
        kind, methods, pattern, plain = selectors.read(selector)
        if kind in ("tag:", "operationId:"):
            names = self._tags if kind == "tag:" else self._ids
            return _bits(number for name in _fitting(pattern, names, self._spend) for number in names[name])
        paths = self._paths[kind]
        found = _bits(paths.exact.get(pattern, ())) if plain else paths.meant(pattern)
        if methods is None or not found:
            return found
        return found & _bits(number for method in methods for number in self._methods.get(method, ()))

    def _spend(self, steps: int) -> bool:
        """Whether there is time for some comparisons."""
        self.left -= steps
        if self.left < 0:
            self._api.give_up(self._api, _TOO_LONG)
        return self.left >= 0


class _Paths:
    """Paths by their parts: of which operations the first, the second is which."""

    def __init__(self, paths: Sequence[tuple[int, str]], spend: Callable[[int], bool]) -> None:
        self.exact: _Numbers = {}
        self._spend = spend
        self._at: list[_Numbers] = []
        self._from: list[int] = []  # the paths that have so many parts or more
        self._fitting: dict[str, set[str]] = {}
        self._kept: dict[tuple[str, int], int] = {}
        self._cells = 1 + len(paths) // _WIDE
        ends: dict[int, list[int]] = {}
        for number, path in paths:
            self.exact.setdefault(path, []).append(number)
            parts = path.split("/")
            if spend(len(parts)):
                ends.setdefault(len(parts), []).append(number)
                self._at += ({} for _ in range(len(self._at), len(parts)))
                for at, part in zip(self._at, parts, strict=False):
                    at.setdefault(part, []).append(number)
        self._names = {part for at in self._at for part in at}
        self._ends = {length: _bits(numbers) for length, numbers in ends.items()}
        above = 0
        for length in range(len(self._at), -1, -1):
            above |= self._ends.get(length, 0)
            self._from.append(above)
        self._from.reverse()

    def meant(self, pattern: str) -> int:
        """The operations whose paths a glob means: `globs.matches` for all of them at once."""
        return 0 if globs.fault(pattern) else _union(self._match(one.split("/")) for one in globs.alternatives(pattern))

    def _match(self, names: Sequence[str]) -> int:
        # By how many parts are read: for which paths these are what the names so far mean.
        reached = {0: self._from[0]} if self._from else {}
        for name in names:
            later: dict[int, int] = {}
            if name == globs.ANY:
                so_far = 0
                for number in range(min(reached), len(self._from)):
                    so_far = (so_far | reached.get(number, 0)) & self._from[number]
                    if so_far:
                        later[number] = so_far
            else:
                for number, paths in reached.items():
                    if fit := paths & self._having(name, number):
                        later[number + 1] = fit
            reached = later
            if not reached or not self._spend(4 * self._cells * (1 + len(reached))):
                return 0
        return _union(paths & self._ends.get(number, 0) for number, paths in reached.items())

    def _having(self, name: str, number: int) -> int:
        """The paths in which a part fits a name."""
        if number == len(self._at):
            return 0
        here = self._at[number]
        if not globs.is_wild(name):
            return self._literal(name, number)
        if not name.strip("*"):
            return self._from[number + 1]
        if name not in self._fitting:
            self._fitting[name] = set(_fitting(name, self._names, self._spend))
        numbers = [number for part in self._fitting[name] & here.keys() for number in here[part]]
        return _bits(numbers) if self._spend(len(numbers)) else 0

    def _literal(self, name: str, number: int) -> int:
        """The paths in which a part is a name; what many paths have in common is kept."""
        numbers = self._at[number].get(name, ())
        if len(numbers) < _MANY:
            return _bits(numbers)
        if (name, number) not in self._kept:
            self._kept[name, number] = _bits(numbers)
        return self._kept[name, number]


def _fitting(glob: str, names: Iterable[str], spend: Callable[[int], bool]) -> list[str]:
    """The names that a glob means, all or none of them."""
    if not spend(_GLOB_STEPS):
        return []
    fits = re.compile(translate(glob)).match
    found = [name for name in names if fits(name)]
    return found if spend(sum(1 + len(name) // 16 for name in names)) else []


def _bits(numbers: Iterable[int]) -> int:
    """The bit set of some numbers, made when it is asked for: those of all operations would fill the memory."""
    found = bytearray()
    for number in numbers:
        if number >> 3 >= len(found):
            found.extend(bytes((number >> 3) + 1 - len(found)))
        found[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(found, "little")


def _union(sets: Iterable[int]) -> int:
    found = 0
    for one in sets:
        found |= one
    return found
