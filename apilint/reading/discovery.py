"""Command-line arguments to documents: files, folders, patterns and standard input, always in the same order."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from apilint.reading.limits import LimitReached, Limits, Unreadable
from apilint.reading.parse import sniff
from apilint.reading.source import read

SUFFIXES = (".yaml", ".yml", ".json")
_SKIPPED = frozenset({"node_modules"})
_SNIFFED = 64 << 10
# Bounds of what a stranger's .gitignore may cost: lines, characters, and wildcards of a pattern, which backtrack.
_IGNORE_LINES = 1_000
_IGNORE_BYTES = 256 << 10
_WILDCARDS = 4
_Ignoring = Callable[[str, int], "bytes | None"]


class Candidate(NamedTuple):
    """Something to lint: a file, or bytes from standard input.

    `path` opens the file (None for nameless standard input, whose bytes are `data`). `named` files were
    asked for by name, so that it is a problem if they are no documents; a `fragment` looks like a part of a
    document and `other` like none at all: both are skipped.
    """

    name: str
    path: str | None
    data: bytes | None = None
    named: bool = False
    fragment: bool = False
    other: bool = False


def discover(
    arguments: Sequence[str],
    *,
    cwd: str,
    stdin_name: str | None,
    limits: Limits,
    skip_others: bool = False,
    skip_fragments: bool = False,
    ignoring: Callable[[str, int], bytes | None] | None = None,
) -> list[Candidate]:
    """The candidates that the arguments mean, each file once; no argument means `cwd`.

    A file that does not exist is a candidate too: opening it says so. `-` reads standard input.
    With `skip_others`, files that are named are looked at first like those of a folder; with `skip_fragments` for
    fragments only. `ignoring` gives what a .gitignore holds, of so many bytes at most, in place of this machine.
    """
    found: dict[str, Candidate] = {}
    for argument in arguments or (".",):
        if argument == "-":
            found.setdefault("-", _standard_input(cwd, stdin_name, limits))
            continue
        for path in _expanded(argument, cwd):
            if os.path.isdir(path):
                candidates = _folder(path, cwd, limits, ignoring or _ignore_text)
            else:
                kind = _look(path, limits) if skip_others or skip_fragments else "openapi"
                fragment = kind == "fragment"
                other = skip_others and kind not in ("openapi", "fragment")
                candidates = iter([Candidate(display_name(path, cwd), path, None, True, fragment, other)])
            for candidate in candidates:
                known = found.get(key := candidate.path or "")
                if known is None or (candidate.named and not known.named):
                    found[key] = candidate
    return list(found.values())


def display_name(path: str, cwd: str) -> str:
    """How a file is shown: relative to the working folder if it is below it, with slashes."""
    full = os.path.normpath(os.path.join(cwd, path))
    if full != cwd and full.startswith(cwd if cwd.endswith(os.sep) else cwd + os.sep):
        full = os.path.relpath(full, cwd)
    return full.replace(os.sep, "/")


def folders(top: str) -> Iterator[str]:
    """A folder and those below it in which documents are looked for, as git would see them."""
    return (folder for folder, _, _ in _unignored(top, _ignore_text))


def files(top: str) -> Iterator[str]:
    """All files below a folder that could be documents by their names, also those that git would not see."""
    for folder, below, names in os.walk(top):
        below[:] = sorted(name for name in below if not name.startswith(".") and name not in _SKIPPED)
        yield from (os.path.join(folder, name) for name in sorted(names) if name.lower().endswith(SUFFIXES))


def kind_of(data: bytes) -> str:
    """What a text looks like (see `sniff`); beyond its start only where the key that matters may follow."""
    kind = sniff(data[:_SNIFFED])
    if kind not in ("fragment", "other") or len(data) <= _SNIFFED:
        return kind
    may_follow = b"openapi" in data or b"swagger" in data or b"\0" in data[:4]
    return sniff(data) if may_follow else kind


def _standard_input(cwd: str, name: str | None, limits: Limits) -> Candidate:
    """One byte more than allowed is enough for the reader to say so."""
    stream: Any = getattr(sys.stdin, "buffer", None)
    try:
        data = stream.read(limits.bytes + 1) if stream is not None else b""
    except (OSError, ValueError):
        data = b""
    return Candidate(name or "<stdin>", os.path.join(cwd, name) if name else None, data, named=True)


def _expanded(argument: str, cwd: str) -> list[str]:
    """An argument as paths: itself if there is such a file, else what matches it as a pattern."""
    path = os.path.normpath(os.path.join(cwd, argument))
    if not any(character in argument for character in "*?[") or _exists(path):
        return [path]
    parts = path.split(os.sep)
    fixed = next(index for index, part in enumerate(parts) if any(character in part for character in "*?["))
    matches = _matches(os.sep.join(parts[:fixed]) or os.sep, parts[fixed:])
    return sorted(set(matches)) or [path]


def _matches(folder: str, parts: list[str]) -> Iterator[str]:
    """Paths below a folder that match a pattern, part by part; links to folders are not followed by `**`."""
    import fnmatch

    if not parts:
        yield folder
    elif parts[0] == "**":
        yield from _matches(folder, parts[1:] or ["*"])
        for entry in _entries(folder):
            if _is_folder(entry):
                yield from _matches(entry.path, parts)
    else:
        for entry in _entries(folder):
            hidden = entry.name.startswith(".") and not parts[0].startswith(".")
            matched = not hidden and fnmatch.fnmatchcase(entry.name, parts[0])
            if matched and (len(parts) == 1 or entry.is_dir()):
                yield from _matches(entry.path, parts[1:])


def _folder(top: str, cwd: str, limits: Limits, ignoring: _Ignoring) -> Iterator[Candidate]:
    """The documents and fragments below a folder, sorted, as git would see them."""
    real_top = os.path.realpath(top)
    for _, entries, ignored in _unignored(top, ignoring):
        for entry in entries:
            if _is_folder(entry) or not entry.name.lower().endswith(SUFFIXES) or _is_ignored(entry.path, ignored):
                continue
            if entry.is_symlink() and not os.path.realpath(entry.path).startswith(real_top + os.sep):
                continue
            kind = _look(entry.path, limits)
            if kind in ("openapi", "fragment"):
                yield Candidate(display_name(entry.path, cwd), entry.path, fragment=kind == "fragment")


def _unignored(top: str, ignoring: _Ignoring) -> Iterator[tuple[str, list[os.DirEntry[str]], list[_Ignored]]]:
    """A folder and those below it that git would see, each before those in it: what is in it, and what is ignored."""
    pending: list[tuple[str, list[_Ignored]]] = [(top, _ignored_above(top, ignoring))]
    while pending:
        folder, ignored = pending.pop()
        own = _ignore_file(folder, ignoring)
        ignored = [*ignored, own] if own is not None else ignored
        entries = _entries(folder)
        yield folder, entries, ignored
        below = [
            entry.path
            for entry in entries
            if _is_folder(entry) and entry.name not in _SKIPPED and not _is_ignored(entry.path + os.sep, ignored)
        ]
        pending += [(path, ignored) for path in reversed(below)]


def _entries(folder: str) -> list[os.DirEntry[str]]:
    """What is in a folder, by name, without what is hidden; nothing if it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            return sorted((entry for entry in entries if entry.name != ".git"), key=lambda entry: entry.name)
    except OSError:
        return []


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether to go into it: hidden folders and links are left alone."""
    try:
        return not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _exists(path: str) -> bool:
    try:
        return os.path.lexists(path)
    except ValueError:
        return True


def _look(path: str, limits: Limits) -> str:
    """What a file looks like; one that cannot be read is taken for a document, so that opening it tells."""
    try:
        return kind_of(read(path, path, limits).data)
    except Unreadable as error:
        return "other" if error.reason == "refused" else "openapi"
    except LimitReached:
        return _look_at_start(path)


def _look_at_start(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return sniff(file.read(_SNIFFED))
    except OSError:
        return "openapi"


class _Ignored(NamedTuple):
    """The patterns of one .gitignore and the folder that they are about."""

    folder: str
    patterns: Any


def _ignored_above(folder: str, ignoring: _Ignoring) -> list[_Ignored]:
    """The .gitignore files between a folder and the top of its repository, the top's first."""
    above: list[_Ignored] = []
    while not os.path.lexists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return []  # not in a repository
        folder = parent
        own = _ignore_file(folder, ignoring)
        above = [own, *above] if own is not None else above
    return above


def _ignore_text(path: str, limit: int) -> bytes | None:
    if not os.path.isfile(path) or os.path.islink(path):
        return None
    try:
        return read(path, path, Limits(bytes=limit)).data
    except (Unreadable, LimitReached):
        return None


def _ignore_file(folder: str, ignoring: _Ignoring) -> _Ignored | None:
    data = ignoring(os.path.join(folder, ".gitignore"), _IGNORE_BYTES)
    if data is None:
        return None
    import pathspec

    text = data.decode("utf-8", "replace")
    lines = [line for line in text.splitlines()[:_IGNORE_LINES] if line.replace("**", "*").count("*") <= _WILDCARDS]
    try:
        return _Ignored(folder, pathspec.GitIgnoreSpec.from_lines(lines))
    except ValueError:
        return None


def _is_ignored(path: str, ignored: list[_Ignored]) -> bool:
    """Whether git would leave a path out: the nearest .gitignore that has an opinion decides."""
    for folder, patterns in reversed(ignored):
        relative = path[len(folder.rstrip(os.sep)) + 1 :].replace(os.sep, "/")
        include = patterns.check_file(relative).include
        if include is not None:
            return bool(include)
    return False
