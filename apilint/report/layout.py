"""Text for people: colour, widths, wrapping, counting. Everything given here is already visible (see `escape`)."""

from __future__ import annotations

from collections.abc import Callable

Paint = Callable[[str, str], str]

_SGR = {
    "critical": "1;35",
    "high": "1;31",
    "medium": "1;33",
    "low": "1;36",
    "info": "1",
    "problem": "1;31",
    "strong": "1",
    "frame": "34",
    "related": "36",
    "quiet": "2",
}


def painter(color: bool) -> Paint:
    """A function that colours a text for a role (a severity, `problem`, `frame`...), or leaves it as it is."""
    return _painted if color else _plain


def _painted(role: str, text: str) -> str:
    return f"\x1b[{_SGR[role]}m{text}\x1b[0m"


def _plain(role: str, text: str) -> str:
    return text


def columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    import unicodedata

    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(unicodedata.category(character) in ("Mn", "Me") for character in text)


def wrap(text: str, width: int, first: int = 0) -> list[str]:
    """Break a text at blanks into lines of at most `width` columns; the first has only `width - first`.

    A word longer than a line stays whole, so that names and pointers can be copied.
    """
    lines: list[str] = []
    line, used = "", first
    for word in text.split(" "):
        length = columns(word)
        if line and used + 1 + length > width:
            lines.append(line)
            line, used = word, length
        else:
            used += length + (1 if line else 0)
            line = f"{line} {word}" if line else word
    return [*lines, line]


def hanging(head: str, text: str, width: int, indent: int) -> list[str]:
    """`head` (taken as plain text) and after it `text`, wrapped, its further lines indented."""
    first, *rest = wrap(text, width - indent, columns(head) - indent)
    return [head + first, *(" " * indent + line for line in rest)]


def count(number: int, noun: str) -> str:
    """`1 finding`, `2 findings`, `1,000 findings`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
