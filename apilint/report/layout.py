"""Text for people: colour, widths, wrapping, counting. Everything given here is already visible (see `escape`)."""

from __future__ import annotations

from collections.abc import Callable

Paint = Callable[[str, str], str]

# Of the 216 colours that look the same everywhere, those that stand out from black and from white by about 4 to 1 or
# more: the first sixteen are whatever the theme says, and yellow on white or blue on black cannot be read.
_SGR = {
    "critical": "1;38;5;163",
    "high": "1;38;5;196",
    "medium": "1;38;5;130",
    "low": "1;38;5;30",
    "info": "1",
    "problem": "1;38;5;196",
    "strong": "1",
    "frame": "38;5;63",
    "related": "38;5;30",
    "quiet": "38;5;243",
    "added": "38;5;28",
    "removed": "38;5;131",
}


def painter(color: bool) -> Paint:
    """A function that colours a text for a role (a severity, `problem`, `frame`...), or leaves it as it is."""
    return _painted if color else _plain


def _painted(role: str, text: str) -> str:
    return f"\x1b[{_SGR[role]}m{text}\x1b[0m"


def _plain(role: str, text: str) -> str:
    return text


def linked(text: str, url: str | None) -> str:
    """A text that terminals which can (OSC 8) make a link; without a plain https address the text as it is."""
    if url is None or not url.startswith("https://") or not url.isascii() or not url.isprintable():
        return text
    return f"\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\"


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
