"""The places of an API that a JSONPath selects, in documents whose references are followed.

Each object is visited once however many references lead to it, and is where it is written: a shared component is
selected once. All is bounded by the size of the documents, and by a number of steps for all rules together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from apilint.declared.javascript import UNDEFINED
from apilint.declared.jsonpath import KEYS, NAMES, PARENT, SLICE, Step
from apilint.reading.pointer import Path
from apilint.reading.references import Target, follow

if TYPE_CHECKING:
    from apilint.openapi.api import Api
    from apilint.openapi.node import Node
    from apilint.reading.document import Document

MOST_WORK = 30_000_000  # members looked at for all rules of an API
_MOST_HOPS = 20
_MOST_KEPT = 300_000  # places of the beginnings of paths, kept for other paths that begin alike


class TooMuchError(Exception):
    """The steps that the rules of an API may take are used up."""


class Spot:
    """A place with its value, references followed. `key` and `parent` are those by which it was reached."""

    __slots__ = ("_path", "document", "ground", "is_key", "key", "parent", "value")

    def __init__(
        self, ground: Ground, document: Document, parent: Spot | None, key: Any, value: Any, home: Path | None = None
    ) -> None:
        self.ground = ground
        self.document = document
        self.parent = parent
        self.key = key
        self.value = value
        self.is_key = False
        self._path: Path | None = home

    @property
    def path(self) -> Path:
        """Where it is written: keys and indices from the root of its document."""
        if self._path is None:
            steps: list[Any] = []
            spot: Spot | None = self
            while spot is not None and spot._path is None:
                steps.append(spot.key)
                spot = spot.parent
            self._path = (*(spot._path or () if spot is not None else ()), *reversed(steps))
        return self._path

    @property
    def keys(self) -> list[Any]:
        """The keys by which it was reached, from the root."""
        keys: list[Any] = []
        spot: Spot | None = self
        while spot is not None and spot.parent is not None:
            keys.append(spot.key)
            spot = spot.parent
        return keys[::-1]

    def inside(self, value: Any, key: str | int) -> Any:
        """A member of a value, references followed; `UNDEFINED` where there is none."""
        if type(value) is dict and str(key) in value:
            value = value[str(key)]
        elif type(value) is list and isinstance(key, int) and 0 <= key < len(value):
            value = value[key]
        else:
            return UNDEFINED
        target = self.ground.target(self.document, value)
        return value if target is None else target.value

    def child(self, key: str | int, value: Any) -> Spot:
        """The place of a member that has a value."""
        ground = self.ground
        if type(value) is dict and "$ref" in value:
            target = ground.target(self.document, value)
            if target is not None:
                return Spot(ground, target.document, self, key, target.value, target.path)
        return Spot(ground, self.document, self, key, value)

    def name(self) -> Spot:
        """The key of the place as a value: it stands where the member is written, also where that is a reference."""
        parent = self.parent
        home = None if parent is None else (*parent.path, self.key)
        spot = Spot(self.ground, self.document if parent is None else parent.document, parent, self.key, self.key, home)
        spot.is_key = True
        return spot


class Ground:
    """The documents of an API as paths walk them; without `resolved`, references stay what they are."""

    def __init__(self, api: Api, resolved: bool = True) -> None:
        self.api = api
        self.resolved = resolved
        self.root = Spot(self, api.document, None, "", api.value, ())
        self.work = 0
        self._kept = 0
        self._targets: dict[int, Target | Node | None] = {}
        self._containers: list[Spot] | None = None
        self._by_key: dict[str, list[Spot]] | None = None
        self._begun: dict[tuple[tuple[str, bool, str], ...], list[Spot]] = {}

    def target(self, document: Document, value: Any) -> Target | Node | None:
        """Where a reference leads after all hops; None for what is no reference, or leads nowhere that was read."""
        if not self.resolved or type(value) is not dict or not isinstance(value.get("$ref"), str):
            return None
        if id(value) not in self._targets:
            self._targets[id(value)] = self._followed(document, value)
        return self._targets[id(value)]

    def _followed(self, document: Document, value: Any) -> Target | Node | None:
        found: Target | Node | None = None
        for _ in range(_MOST_HOPS):
            known = self.api.led(value)
            if known is not None:
                found = known
            elif value["$ref"].startswith("#"):
                # What the model had no reason to follow: nothing is opened for it.
                local = follow(document, value["$ref"][1:])
                if not isinstance(local, Target):
                    return None
                found = local
            else:
                return None
            document, value = found.document, found.value
            if type(value) is not dict or not isinstance(value.get("$ref"), str):
                return found
        return None

    def select(self, steps: Sequence[Step], start: Spot | None = None) -> Iterator[Spot]:
        """The places that the steps lead to, from the root or another place. Raises `TooMuchError`."""
        if start is not None:
            below: Iterable[Spot] = (start,)
            for step in steps:
                below = self._distinct(self._step(step, below, False))
            return iter(below)
        spots: Iterable[Spot] = (self.root,)
        for at, step in enumerate(steps):
            key = tuple(one.key for one in steps[: at + 1])
            if key in self._begun:
                spots = self._begun[key]
                continue
            found = list(self._distinct(self._step(step, spots, at == 0)))
            self._kept += len(found)
            if self._kept <= _MOST_KEPT:
                self._begun[key] = found
            spots = found
        return iter(spots)

    def _step(self, step: Step, spots: Iterable[Spot], first: bool) -> Iterator[Spot]:
        if step.kind == KEYS:
            return (spot.name() for spot in spots if spot.parent is not None)
        if step.kind == PARENT:
            return (spot.parent for spot in spots if spot.parent is not None)
        if step.deep:
            if first and step.kind == NAMES and all(isinstance(name, str) for name in step.names):
                spots = [spot for name in step.names for spot in self._holders(str(name))]
            else:
                spots = self._below(spots) if not first else self.containers()
        return self._members(step, spots)

    def _members(self, step: Step, spots: Iterable[Spot]) -> Iterator[Spot]:
        for spot in spots:
            value = spot.value
            if type(value) is not dict and type(value) is not list:
                continue
            if step.kind == NAMES:
                for name in step.names:
                    self._spend(1)
                    if type(value) is dict:
                        if str(name) in value:
                            yield spot.child(str(name), value[str(name)])
                    elif isinstance(index := _index(name), int) and -len(value) <= index < len(value):
                        yield spot.child(index % len(value), value[index])
                continue
            members: Iterable[tuple[Any, Any]] = value.items() if type(value) is dict else enumerate(value)
            self._spend(len(value))
            if step.kind == SLICE:
                members = list(members)[slice(*step.bounds)] if type(value) is list else ()
            fits = step.fits
            for key, member in members:
                child = spot.child(key, member)
                if fits is None or fits(child):
                    yield child

    def _distinct(self, spots: Iterable[Spot]) -> Iterator[Spot]:
        seen: set[tuple[int, Any, int, bool]] = set()
        for spot in spots:
            at = (id(spot.value), spot.key, id(spot.parent.value) if spot.parent is not None else 0, spot.is_key)
            if at not in seen:
                seen.add(at)
                yield spot

    def containers(self) -> list[Spot]:
        """All objects and arrays, each once, in the order in which they are come upon."""
        if self._containers is None:
            self._containers = list(self._below((self.root,)))
        return self._containers

    def _holders(self, name: str) -> Sequence[Spot]:
        """The objects that have a member of some name."""
        if self._by_key is None:
            self._by_key = {}
            for spot in self.containers():
                if type(spot.value) is dict:
                    for key in spot.value:
                        self._by_key.setdefault(key, []).append(spot)
        return self._by_key.get(name, ())

    def _below(self, spots: Iterable[Spot]) -> Iterator[Spot]:
        seen: set[int] = set()
        for start in spots:
            pending = [start]
            while pending:
                spot = pending.pop()
                value = spot.value
                kind = type(value)
                if (kind is not dict and kind is not list) or id(value) in seen:
                    continue
                seen.add(id(value))
                self._spend(len(value))
                yield spot
                members: Iterable[tuple[Any, Any]] = value.items() if kind is dict else enumerate(value)
                pending += [spot.child(key, one) for key, one in members if type(one) is dict or type(one) is list][
                    ::-1
                ]

    def _spend(self, steps: int) -> None:
        self.work += steps
        if self.work > MOST_WORK:
            raise TooMuchError


def _index(name: str | int) -> int | None:
    if isinstance(name, int):
        return name
    return int(name) if name.isascii() and name.isdigit() and len(name) < 10 else None
