"""Which alternative of one schema is which of another: by name, by a distinguishing value, by what they have."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from apilint.regressions.schema_shapes import Way

MOST_FITS = 10_000  # pairs of alternatives that are held against each other
_LEAST = 0.3  # of the properties of both that two must share to be taken for the same

Match = tuple[Way | None, Way]


def match_ways(base: Sequence[Way], head: Sequence[Way]) -> list[Match]:
    """Each alternative of the head with that of the base, or with None for a new one."""
    if len(base) == 1:
        return _against_one(base[0], head)
    left, rest = list(base), list(head)
    found: list[Match] = []
    for matched in (_by_key(left, rest, _name), _by_key(left, rest, _tag)):
        for one, other in matched:
            left.remove(one)
            rest.remove(other)
            found.append((one, other))
        if not rest:
            return found
    if len(left) == 1 == len(rest):
        return [*found, (left[0], rest[0])]
    if len(left) * len(rest) > MOST_FITS:
        return [*found, *zip(left, rest, strict=False)]
    fits = sorted(
        ((fit(one, other), -first, -second) for first, one in enumerate(left) for second, other in enumerate(rest)),
        reverse=True,
    )
    taken: set[int] = set()
    placed: dict[int, int] = {}
    for value, first, second in fits:
        if value >= _LEAST and -first not in taken and -second not in placed:
            taken.add(-first)
            placed[-second] = -first
    found += [(left[placed[index]] if index in placed else None, other) for index, other in enumerate(rest)]
    return found


def _against_one(one: Way, head: Sequence[Way]) -> list[Match]:
    """A schema that became several: each that has most of it is one of its forms."""
    if len(head) == 1:
        return [(one, head[0])]
    named = [other for other in head if _name(other) and _name(other) == _name(one)]
    if named:
        return [(one if other is named[0] else None, other) for other in head]
    fits = [fit(one, other) for other in head]
    best = max(fits, default=0)
    return [(one if value >= _LEAST or value == best else None, other) for value, other in zip(fits, head, strict=True)]


def _by_key(base: Sequence[Way], head: Sequence[Way], key: Callable[[Way], str]) -> Iterator[tuple[Way, Way]]:
    ones = _unique(base, key)
    for name, other in _unique(head, key).items():
        if name in ones:
            yield ones[name], other


def _unique(ways: Sequence[Way], key: Callable[[Way], str]) -> dict[str, Way]:
    found: dict[str, list[Way]] = {}
    for way in ways:
        name = key(way)
        if name:
            found.setdefault(name, []).append(way)
    return {name: ones[0] for name, ones in found.items() if len(ones) == 1}


def _name(way: Way) -> str:
    return way.name


def _tag(way: Way) -> str:
    """The values that tell an alternative from its siblings: properties with one value only."""
    found = []
    for name, nodes in way.properties.items():
        for node in nodes:
            listed = node.get("enum")
            if isinstance(listed, list) and len(listed) == 1:
                found.append(f"{name}={listed[0]!r:.100}")
            elif "const" in node.value:
                found.append(f"{name}={node.value['const']!r:.100}")
    return ";".join(sorted(set(found)))


def fit(one: Way, other: Way) -> float:
    """How much two alternatives have in common, from 0 to 1."""
    left, right = one.properties.keys(), other.properties.keys()
    if not left and not right:
        return 0.5 + 0.5 * (one.types == other.types)
    return len(left & right) / len(left | right)
