"""Overrides, public operations and exclusions that mean nothing: a path that was mistyped, or that is there no more."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from apilint.openapi.api import Api
from apilint.policy import globs, selectors
from apilint.policy.looked import Looked
from apilint.policy.model import Configuration, Notice, Origin, Where
from apilint.policy.policy_rules import CONFIGURATION_UNUSED
from apilint.policy.written import cut

_LONGEST = 100
_STEPS = 200_000  # comparisons for one API: tenths of a second, which no configuration takes that a person wrote
# What a glob or a selector is part of, by the file and the pointer there, and the glob or selector.
Use = tuple[str, str, str]
ENDLESS: Use = ("", "", "")  # not everything was compared


class _Part(NamedTuple):
    """Something that is about files and operations; `word` says what."""

    word: str
    where: Where
    origin: Origin

    def use(self, pattern: str) -> Use:
        return self.origin.path or self.origin.name, self.origin.pointer, pattern


def meant(configuration: Configuration, api: Api, known: Collection[Use]) -> frozenset[Use]:
    """The globs and selectors of overrides and public operations that mean something of an API, but for `known` ones.

    A selector counts where the globs beside it mean the API.
    """
    found: set[Use] = set()
    steps = _STEPS
    paths = [one.path for one in api.documents.values()]
    for part in _parts(configuration):
        where = part.where
        steps -= len(where.files) * len(paths)
        if steps < 0:
            return frozenset({ENDLESS})
        fits = [
            glob for glob in where.files if any(selectors.is_in(where._replace(files=(glob,)), path) for path in paths)
        ]
        found.update(map(part.use, fits))
        if where.files and not fits:
            continue
        for selector in where.operations:
            if (use := part.use(selector)) in known or use in found:
                continue
            steps -= len(api.all_operations)
            if steps < 0:
                return frozenset({ENDLESS})
            if any(selectors.selects((selector,), one) for one in api.all_operations):
                found.add(use)
    return frozenset(found.difference(known))


def notices(
    configurations: Iterable[Configuration],
    used: Collection[Use],
    looked: Looked,
    files: Collection[str],
    policy: Configuration | None = None,
) -> list[Notice]:
    """What is to be said of what means nothing, each once however many inputs share it.

    `used` is what `meant` gave for all APIs, `files` are the real paths of all that the search came by. What `policy`
    says is for all repositories, and so is what lies outside of the folder that it is for.
    """
    if not looked.complete or ENDLESS in used:
        return []
    theirs = {part.origin for part in _parts(policy)} if policy is not None else set()
    left_out = {where.files for where in policy.exclude} if policy is not None else set()
    said: dict[Notice, None] = {}
    for configuration in configurations:
        for part in _parts(configuration):
            if part.origin not in theirs and _is_own(part) and looked.covers(part.where):
                said.update(dict.fromkeys(_idle(part, used)))
        for where in (one for one in configuration.exclude if one.files not in left_out):
            part = _Part("exclude", where, configuration.origin("exclude"))
            if os.path.dirname(part.origin.path or "") == where.folder and looked.covers(where):
                said.update((_notice(part, glob, "no file is there"), None) for glob in _gone(where, files))
    return list(said)


def _parts(configuration: Configuration) -> Iterator[_Part]:
    known = set()
    for override in configuration.overrides:
        known.add((override.origin.path, override.where))
        yield _Part("the override", override.where, override.origin)
    for one in configuration.assignments:
        if (one.origin.path, one.where) not in known:  # else it is the level of one of those above
            yield _Part("the override", one.where, one.origin)
    for public in configuration.public:
        yield _Part("the declaration of public operations", public.where, public.origin)


def _is_own(part: _Part) -> bool:
    """Whether it is written in the folder that it is for, and not for many of them."""
    folder = os.path.realpath(part.where.folder)
    return part.origin.path is not None and os.path.realpath(part.origin.path).startswith(os.path.join(folder, ""))


def _idle(part: _Part, used: Collection[Use]) -> Iterator[Notice]:
    where = part.where
    files = [glob for glob in where.files if part.use(glob) not in used]
    yield from (_notice(part, glob, "no document that was checked is there") for glob in files)
    if len(files) < len(where.files) or not where.files:
        there = " there" if where.files else ""
        for selector in where.operations:
            if part.use(selector) not in used:
                yield _notice(part, selector, f"no operation{there} is called that")


def _gone(where: Where, files: Collection[str]) -> Iterator[str]:
    """The globs that no file of a search fits, unless there is something that the search does not look at."""
    for glob in where.files:
        if any(selectors.is_in(where._replace(files=(glob,)), path) for path in files):
            continue
        plain = []
        for name in glob.split("/"):
            if not globs.is_plain(name):
                break
            plain.append(name)
        if not plain or not os.path.lexists(os.path.join(where.folder, *plain)):
            yield glob


def _notice(part: _Part, pattern: str, why: str) -> Notice:
    message = f"{cut(pattern, _LONGEST)!r} in {part.word} means nothing: {why}"
    key = "\0".join((part.word, *part.where.files, *part.where.operations, pattern))
    return Notice(CONFIGURATION_UNUSED.id, message, part.origin, key)
