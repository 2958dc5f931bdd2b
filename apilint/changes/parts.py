"""What documents are made of, as far as a change is concerned."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from apilint.changes.documents import Changed
from apilint.reading.pointer import Path

if TYPE_CHECKING:
    from apilint.reading.document import Document

Place = tuple[int, Path]  # the id of a document, and a path in it
# A unit that is nobody's part: what touches it does not touch the outline around it.
APART = 1
# A unit that is an outline: what stands apart in it is no part of it.
OUTLINE = 2
# An outline that is nothing but a collection: what is said of it as a whole is said of what is in it.
COLLECTION = 4
PATHS = ("paths", "webhooks", "x-webhooks")
_NAMED = ("definitions", "parameters", "responses", "securityDefinitions")
_TEXTS = frozenset("description summary title example examples externalDocs $comment".split())
# In these, such keys are names.
_MAPS = frozenset(
    (
        *_NAMED,
        *"properties patternProperties $defs schemas headers callbacks securitySchemes requestBodies".split(),
        *"scopes mapping links variables".split(),
        *PATHS,
    )
)
# Text that may be an alias.
ALIAS = re.compile(r"(?:[:\-\[,]|<<:)[ \t]+\*\w")


def is_text(path: Path) -> bool:
    """Whether a path leads to or into a text for people, or an example."""
    return any(key in _TEXTS and (not at or path[at - 1] not in _MAPS) for at, key in enumerate(path))


def existing(document: Document, path: Path) -> Path:
    """The path of the place that a finding stands at: what is missing is missed where it would stand."""
    value: Any = document.value
    for end, step in enumerate(path):
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return path[:end]
    return path


def holders(value: Any) -> dict[int, list[Path]]:
    """The paths of all objects that hold a reference, by the id of the object."""
    found: dict[int, list[Path]] = {}
    work: list[tuple[Path, Any]] = [((), value)]
    while work:
        path, one = work.pop()
        if type(one) is dict:
            if "$ref" in one:
                found.setdefault(id(one), []).append(path)
            work += [((*path, key), item) for key, item in one.items() if type(item) in (dict, list)]
        elif type(one) is list:
            work += [((*path, at), item) for at, item in enumerate(one) if type(item) in (dict, list)]
    return found


def moved(change: Changed, path: Path, head: Document) -> bool:
    """Whether a reference by index leads to another item than it did, since the items changed their order."""
    if change.base is None or not any(isinstance(step, int) for step in path):
        return False
    return bool(_at(change.base.value, path) != _at(head.value, path))


def _at(value: Any, path: Path) -> Any:
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def declared(value: Any) -> Iterator[tuple[Path, int]]:
    """The path items and components that a document declares, and their kinds."""
    for name, members in _members(value):
        if name == "components":
            yield from (((name, kind, one), APART) for kind, inner in _members(members) for one, _ in _members(inner))
        elif name in PATHS:
            yield from (((name, one), APART | OUTLINE | COLLECTION) for one, _ in _members(members))
        elif name in _NAMED:
            yield from (((name, one), APART) for one, _ in _members(members))


def _members(value: Any) -> Iterable[tuple[str, Any]]:
    return value.items() if isinstance(value, dict) else ()
