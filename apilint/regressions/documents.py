"""Which document of one state is which of the other: the same name, else the same content, else what they have."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from apilint.openapi.names import METHODS

_PARAMETER = re.compile(r"\{[^{}]*\}")
_SEVERAL = 50  # documents that share an operation, from which on it tells nothing


class Paired(NamedTuple):
    """The base of each head, by their names, and what has no other half."""

    bases: dict[str, str]
    new: tuple[str, ...]
    removed: tuple[str, ...]


def pair_documents(
    bases: Mapping[str, str],
    heads: Mapping[str, str],
    contents: Callable[[Iterable[str], Iterable[str]], Mapping[str, str]],
    sketches: Callable[[Iterable[str], Iterable[str]], tuple[Mapping[str, Sketch], Mapping[str, Sketch]]],
) -> Paired:
    """Pair documents, given by name with the key that both halves of a pair share.

    What is left is a document that was renamed, which has the same content or most operations in common, or one that
    is new or gone. `contents` gives for names of bases and heads the base of each head with the same content;
    `sketches` what the documents hold. Both are asked only where names are left on either side.
    """
    by_key = {key: name for name, key in bases.items()}
    found = {name: by_key[key] for name, key in heads.items() if key in by_key}

    def left() -> tuple[list[str], list[str]]:
        taken = set(found.values())
        return [name for name in bases if name not in taken], [name for name in heads if name not in found]

    gone, rest = left()
    if gone and rest:
        found.update(contents(gone, rest))
        gone, rest = left()
    if gone and rest:
        found.update(_alike(*sketches(gone, rest)))
        gone, rest = left()
    return Paired(found, tuple(rest), tuple(gone))


class Sketch(NamedTuple):
    """What a document holds, as far as that can be seen without reading others."""

    operations: frozenset[tuple[str, str]]
    title: str


def sketch(value: Any) -> Sketch:
    """The sketch of a document's value, whatever that is."""
    paths = value.get("paths") if isinstance(value, dict) else None
    info = value.get("info") if isinstance(value, dict) else None
    found = {
        (method, _PARAMETER.sub("{}", path))
        for path, item in (paths.items() if isinstance(paths, dict) else ())
        for method in (item if isinstance(item, dict) else ())
        if method in METHODS or method == "$ref"
    }
    title = info.get("title") if isinstance(info, dict) else None
    return Sketch(frozenset(found), title if isinstance(title, str) else "")


def _alike(bases: Mapping[str, Sketch], heads: Mapping[str, Sketch]) -> dict[str, str]:
    """The heads with the bases that they have most in common with: half of the smaller one's operations at least."""
    holders: dict[tuple[str, str], list[str]] = {}
    for name, one in bases.items():
        for operation in one.operations:
            holders.setdefault(operation, []).append(name)
    scores: list[tuple[int, bool, str, str]] = []
    for head, one in heads.items():
        shared = Counter(base for operation in one.operations for base in holders.get(operation, ())[:_SEVERAL])
        for base, number in shared.items():
            other = bases[base]
            same_title = bool(one.title) and one.title == other.title
            if 2 * number >= min(len(one.operations), len(other.operations)) or same_title:
                scores.append((-number, not same_title, head, base))
    found: dict[str, str] = {}
    taken: set[str] = set()
    for _, _, head, base in sorted(scores):
        if head not in found and base not in taken:
            found[head] = base
            taken.add(base)
    # The only one that is left on either side, under the same title: its operations have moved.
    rest = [name for name in heads if name not in found]
    gone = [name for name in bases if name not in taken]
    if len(rest) == len(gone) == 1 and heads[rest[0]].title and heads[rest[0]].title == bases[gone[0]].title:
        found[rest[0]] = gone[0]
    return found
