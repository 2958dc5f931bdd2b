"""JSON pointers (RFC 6901) and the paths of keys and indices that they spell."""

from __future__ import annotations

from collections.abc import Iterable

Path = tuple[str | int, ...]


def format_pointer(path: Iterable[str | int]) -> str:
    """Spell a path as an RFC 6901 pointer; the root is the empty string."""
    return "".join(["/" + str(step).replace("~", "~0").replace("/", "~1") for step in path])
