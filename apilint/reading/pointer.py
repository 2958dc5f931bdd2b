"""JSON pointers (RFC 6901) and the paths of keys and indices that they spell."""

from __future__ import annotations

from collections.abc import Iterable

Path = tuple[str | int, ...]


def format_pointer(path: Iterable[str | int]) -> str:
    """Spell a path as an RFC 6901 pointer; the root is the empty string."""
    # Joined by a character that keys hardly ever hold, so that all steps are escaped at once.
    steps = list(map(str, path))
    text = "\0".join(steps)
    if not steps or text.count("\0") >= len(steps):
        return "".join(["/" + step.replace("~", "~0").replace("/", "~1") for step in steps])
    return "/" + text.replace("~", "~0").replace("/", "~1").replace("\0", "/")


def parse_pointer(pointer: str) -> list[str]:
    """The steps that an RFC 6901 pointer spells, indices as text; none for the root."""
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
