"""CODEOWNERS: who answers for which files, as GitHub and GitLab read it.

Both take the last pattern that matches, and leave a file without owner where that pattern names nobody. They differ
in the rest, and a file follows GitLab where it stands in `.gitlab/` or has a section heading, else GitHub:

* GitHub (https://docs.github.com/articles/about-code-owners): the patterns of .gitignore, but `/*` at the end means
  the files of that folder alone, and lines with `!`, `[ ]`, a leading `\\#` or an owner that is none are skipped.
* GitLab (https://docs.gitlab.com/user/project/codeowners/reference/): a pattern means a file at any depth unless it
  begins with a slash, and a folder only if it ends with one; each section has owners of its own, and `!` leaves a
  file out of its section; what is no owner is left out of its line.

The text is a stranger's. No pattern becomes a regular expression but those with `?` or `[ ]`, and a file for which
the patterns ask for too many comparisons has no owner. pathspec would import for longer than all of this takes, and
a pattern of twenty characters may hold it up for minutes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

LINES = 10_000
_PATTERN = 1_000  # characters
_SEGMENT = 255  # characters that a file system gives a name
_STEPS = 100_000  # comparisons for a file; one with a regular expression costs as much as `_SLOW` of them
_SLOW = 500
_OWNERS = 20  # of a line
_ANY = "**"
_HEADING = re.compile(r"\^?\[([^\]]+)\](?:\[\d+\])?(?:[ \t]+(.*))?")
_PATH = re.compile(r"(?:\\.|[^\\ \t])+(?=[ \t]|$)")
_HANDLE = re.compile(r"@@?\w[\w.-]*(?:/[\w.-]+)*", re.ASCII)
_EMAIL = re.compile(r"[\w.%+'-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)


class _Entry(NamedTuple):
    """A pattern as segments, of which `**` is any number of names; whom it names; and what a comparison costs."""

    segments: tuple[str, ...]
    owners: tuple[str, ...]
    cost: int
    excludes: bool = False


class Codeowners:
    """The owners that one CODEOWNERS file names."""

    def __init__(self, text: str, host: str = "") -> None:
        """`host` is `github` or `gitlab` where the file's place says so. A text of too many lines names nobody."""
        lines = [line.strip(" \t\r") for line in text.split("\n")]
        if len(lines) > LINES:
            lines = []
        gitlab = host == "gitlab" or (host != "github" and any(map(_HEADING.fullmatch, lines)))
        self._sections = _sections(lines) if gitlab else [list(_entries(lines))]

    def names(self) -> frozenset[str]:
        """All whom the file names, for whichever files."""
        return frozenset(owner for section in self._sections for entry in section for owner in entry.owners)

    def of(self, path: str) -> tuple[str, ...]:
        """The owners of a file; its path begins at the root of the repository and has slashes."""
        names = path.split("/")
        found: dict[str, None] = {}
        left = _STEPS
        for section in self._sections:
            owners: tuple[str, ...] | None = None
            # GitLab: what one line excludes, no other line of the section brings back.
            for entry in (*(one for one in section if one.excludes), *reversed(section)):
                fits, steps = _fits(names, entry.segments)
                left -= steps * entry.cost
                if left < 0:
                    return ()
                if fits:
                    owners = () if entry.excludes else entry.owners
                    break
            found.update(dict.fromkeys(owners or ()))
        return tuple(found)


def _entries(lines: Sequence[str]) -> Iterator[_Entry]:
    """The lines as GitHub reads them."""
    for line in lines:
        pattern, words = _split(line)
        if not pattern or pattern.startswith(("!", "\\#")) or "[" in pattern or "]" in pattern:
            continue
        comment = next((index for index, word in enumerate(words) if word.startswith("#")), len(words))
        owners = words[:comment]
        segments = _segments(pattern)
        if not segments or not all(map(_is_owner, owners)):
            continue
        if "/" not in pattern[:-1]:
            segments.insert(0, _ANY)
        if pattern.endswith("/") or segments[-1] == _ANY:
            segments += ["*", _ANY]
        elif not pattern.endswith("/*"):
            segments.append(_ANY)
        yield _entry(segments, tuple(owners[:_OWNERS]))


def _sections(lines: Sequence[str]) -> list[list[_Entry]]:
    """The lines as GitLab reads them, section by section."""
    sections: dict[str, list[_Entry]] = {"": []}
    name = ""
    defaults: tuple[str, ...] = ()
    for line in lines:
        if heading := _HEADING.fullmatch(line):
            name, defaults = heading[1].strip().lower(), _owners((heading[2] or "").split())
            sections.setdefault(name, [])
            continue
        pattern, words = _split(line)
        excludes = pattern.startswith("!")
        pattern = pattern[excludes:]
        segments = _segments(pattern)
        if not segments:
            continue
        if not pattern.startswith("/"):
            segments.insert(0, _ANY)
        if pattern.endswith("/"):
            segments += ["*", _ANY]
        elif segments[-1] == _ANY:
            segments[-1] = "*"
        sections[name].append(_entry(segments, _owners(words) or defaults, excludes))
    return list(sections.values())


def _split(line: str) -> tuple[str, list[str]]:
    """The pattern of a line, and the words after it; no pattern where there is none to understand."""
    found = None if line.startswith("#") else _PATH.match(line)
    if found is None or found.end() > _PATTERN:
        return "", []
    return found[0], line[found.end() :].split()


def _segments(pattern: str) -> list[str]:
    """The names and wildcards between the slashes; what a backslash stands before means itself."""
    plain = re.sub(r"\\(.)", lambda found: f"[{found[1]}]" if found[1] in "*?[" else found[1], pattern)
    segments = plain.removeprefix("/").removesuffix("/").split("/")
    return [] if "" in segments or any(len(one) > _SEGMENT for one in segments) else segments


def _entry(segments: list[str], owners: tuple[str, ...], excludes: bool = False) -> _Entry:
    once = (one for index, one in enumerate(segments) if one != _ANY or segments[index - 1 : index] != [_ANY])
    slow = any("?" in one or "[" in one for one in segments)
    return _Entry(tuple(once), owners, _SLOW if slow else 1, excludes)


def _owners(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(word for word in words if _is_owner(word))[:_OWNERS]


def _is_owner(word: str) -> bool:
    return len(word) <= _SEGMENT and bool(_HANDLE.fullmatch(word) or _EMAIL.fullmatch(word))


def _fits(names: Sequence[str], segments: Sequence[str]) -> tuple[bool, int]:
    """Whether all names of a path fit all segments, and how many comparisons it took to say so.

    As each segment but `**` takes exactly one name, only the last `**` ever needs another try.
    """
    at = step = steps = 0
    again, tried = -1, 0
    while at < len(names):
        steps += 1
        if step < len(segments) and segments[step] == _ANY:
            again, tried = step, at
            step += 1
            if step == len(segments):
                return True, steps
        elif step < len(segments) and _same(names[at], segments[step]):
            at += 1
            step += 1
        elif again >= 0:
            tried += 1
            at, step = tried, again + 1
        else:
            return False, steps
    return all(one == _ANY for one in segments[step:]), steps + 1


def _same(name: str, segment: str) -> bool:
    if "?" in segment or "[" in segment:
        return fnmatchcase(name, segment)
    if "*" not in segment:
        return name == segment
    first, *middle, last = segment.split("*")
    if len(name) < len(first) + len(last) or not (name.startswith(first) and name.endswith(last)):
        return False
    at, end = len(first), len(name) - len(last)
    for part in middle:
        found = name.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True
