"""Which operations, files and places configuration means: `GET /health`, `* /public/**`, `tag:webhook`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from apilint.policy import globs
from apilint.reading.pointer import parse_pointer

if TYPE_CHECKING:
    from apilint.openapi.operation import Operation
    from apilint.policy.model import Where

_KINDS = ("tag:", "operationId:")


def fault(selector: str) -> str:
    """What is wrong with a selector of operations, in words; an empty string if nothing is."""
    for kind in _KINDS:
        if selector.startswith(kind):
            return globs.fault(selector[len(kind) :].strip())
    method, _, path = selector.partition(" ")
    path = path.strip()
    if not method.isascii() or not method or any(not (one.isalnum() or one in "*,-_") for one in method) or not path:
        return "it is neither a method and a path, as in 'GET /health', nor tag:NAME, nor operationId:NAME"
    if not path.startswith(("/", "*", "webhook ", "callback ")):
        return "its path does not begin with a slash, nor with **"
    return globs.fault(path)


def selects(selectors: Iterable[str], operation: Operation) -> bool:
    """Whether one of the selectors means an operation. Methods are compared in any case, all else as it is written."""
    return any(_selects(selector, operation) for selector in selectors)


class Selector(NamedTuple):
    """A selector read: its kind, the methods that it allows (None for all), and a glob that may mean just itself."""

    kind: str
    methods: frozenset[str] | None
    pattern: str
    plain: bool


@lru_cache(maxsize=4_096)
def read(selector: str) -> Selector:
    """What a selector means."""
    for kind in _KINDS:
        if selector.startswith(kind):
            return Selector(kind, None, selector[len(kind) :].strip(), plain=False)
    method, _, path = selector.partition(" ")
    methods = None if "*" in method else frozenset(method.upper().split(","))
    kind, _, name = path.strip().partition(" ")
    # `GET /pets`; of webhooks and callbacks the kind stands before the name: `POST webhook newPet`.
    if kind in ("webhook", "callback"):
        return Selector(kind, methods, name.strip(), globs.is_plain(name.strip()))
    return Selector("", methods, path.strip(), globs.is_plain(path.strip()))


def _selects(selector: str, operation: Operation) -> bool:
    kind, methods, pattern, plain = read(selector)
    if kind == "tag:":
        return any(fnmatchcase(tag, pattern) for tag in operation.tags)
    if kind == "operationId:":
        return bool(operation.operation_id) and fnmatchcase(operation.operation_id, pattern)
    if methods is not None and operation.method.upper() not in methods:
        return False
    if kind or operation.kind == "path":
        name = operation.path_template
        return operation.kind == (kind or "path") and (name == pattern if plain else globs.matches(pattern, name))
    return globs.matches(pattern, f"{operation.kind} {operation.path_template}")


def is_in(where: Where, path: str | None) -> bool:
    """Whether the globs of files mean a file, by its real path; all are meant where there are none."""
    if not where.files:
        return True
    if path is None:
        return False
    name = os.path.relpath(path, where.folder or os.sep).replace(os.sep, "/")
    return any(globs.matches(glob, name) for glob in where.files)


def is_at(where: Where, path: Sequence[str | int]) -> bool:
    """Whether the globs of pointers mean a place; all are meant where there are none."""
    parts = [str(part) for part in path]
    return not where.pointers or any(
        globs.match(parse_pointer(f"/{pointer.lstrip('/')}"), parts) for pointer in where.pointers
    )
