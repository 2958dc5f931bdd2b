"""Globs as configuration writes them: `*` and `?` within a name, `**` for any number of names, `{a,b}` for either.

The patterns may be a stranger's: a match takes at most names times parts steps, each bounded by its length.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import lru_cache

LONGEST = 500  # characters of a pattern
_MOST = 64  # alternatives that braces may mean
ANY = "**"
_GLOB = "*?["
_SHOWN = {0: "{", 1: "}"}  # what stands for the braces of a path while others are looked for


@lru_cache(maxsize=4_096)
def fault(pattern: str) -> str:
    """What is wrong with a pattern, in words; an empty string if nothing is."""
    if not pattern.strip():
        return "it is empty"
    if len(pattern) > LONGEST:
        return f"it is longer than {LONGEST} characters"
    if len(alternatives(pattern)) > _MOST:
        return f"its braces mean more than {_MOST} patterns"
    return ""


def matches(pattern: str, path: str) -> bool:
    """Whether a pattern means a path with slashes, or the text of an id. A faulty pattern means none."""
    if is_plain(pattern):
        return pattern == path
    parts = tuple(path.split("/"))
    return not fault(pattern) and any(match(tuple(one.split("/")), parts) for one in alternatives(pattern))


def match(pattern: Sequence[str], parts: Sequence[str]) -> bool:
    """Whether the names of a pattern mean the parts of a path: `**` is any number of them, none included."""
    reached = {0}
    for name in pattern:
        if name == ANY:
            reached = set(range(min(reached), len(parts) + 1))
        else:
            reached = {one + 1 for one in reached if one < len(parts) and fnmatchcase(parts[one], name)}
        if not reached:
            return False
    return len(parts) in reached


@lru_cache(maxsize=4_096)
def is_plain(pattern: str) -> bool:
    """Whether a pattern means itself only."""
    return not fault(pattern) and not is_wild(pattern) and alternatives(pattern) == (pattern,)


def is_wild(name: str) -> bool:
    """Whether a name without braces may mean others, too."""
    return any(one in name for one in _GLOB)


@lru_cache(maxsize=4_096)
def alternatives(pattern: str) -> tuple[str, ...]:
    """The patterns that braces mean, one more than allowed at most.

    A brace without its partner is itself, and so are braces without a comma: `/pets/{petId}` is a path.
    """
    done: list[str] = []
    pending = [pattern]
    while pending and len(done) + len(pending) <= _MOST + 1:
        one = pending.pop()
        end = one.find("}")
        start = one.rfind("{", 0, end) if end > 0 else -1
        if start < 0:
            done.append(one.translate(_SHOWN))
            continue
        inside = one[start + 1 : end]
        parts = inside.split(",") if "," in inside else [f"\0{inside}\1"]
        pending += [one[:start] + part + one[end + 1 :] for part in parts]
    return (*done, *pending)
