"""Characters that no reader sees, and that change what a text says or to whom it speaks. No model.

Left alone is what writing needs: joiners in emoji and between letters of scripts that have them, direction
marks in right-to-left text, the flags of England, Scotland and Wales, variants of Chinese characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_OVERRIDES = frozenset("\u202d\u202e")
_MARKS = frozenset("\u200e\u200f\u061c")
_JOINERS = frozenset("\u200c\u200d")
_EMPTY = frozenset("\u200b\u2060\u2061\u2062\u2063\u2064\ufeff\u180e\u3164\uffa0")
_ALL = _CONTROLS | _MARKS | _JOINERS | _EMPTY
_TAGS = (0xE0000, 0xE01EF)
_ASCII = bytes(range(128))


def hints(text: str) -> tuple[str, ...]:
    """What to look for in the raw text of a document: the invisible characters in it, and their escapes as written."""
    # Without its ASCII characters little is left of a document, and that at a thousandth of a second per megabyte.
    rest = b"" if text.isascii() else text.encode("utf-8", "surrogatepass").translate(None, _ASCII)
    found = {one for one in rest.decode("utf-8", "surrogatepass") if is_invisible(one)} if rest else set()
    written = set()
    for escape in _escapes().finditer(text):
        low, high, long = escape.groups()
        character = chr(0xE0000 + (int(high, 16) & 0x3FF) if high else int(low or long, 16))
        if is_invisible(character):
            found.add(character)
            written.add(escape.group().lower())
    return (*sorted(found), *sorted(written))


@cache
def _escapes() -> re.Pattern[str]:
    code = "20[0-6][0-9a-f]|feff|061c|180e|3164|ffa0"
    return re.compile(
        rf"\\u(?i:({code})|db40\\u(dd[0-9a-f]{{2}}|dc[0-9a-f]{{2}}))|\\U(?i:(0000(?:{code})|000e0[01]..))"
    )


def is_invisible(character: str) -> bool:
    """Whether a character is one of those that nobody sees."""
    return character in _ALL or _TAGS[0] <= ord(character) <= _TAGS[1]


def invisible(text: str, *, prose: bool) -> Iterator[tuple[int, str]]:
    """Each invisible character that has no business where it stands, as index and kind: "direction", "tag" or "empty".

    In `prose` right-to-left text may say how it runs.
    """
    right_to_left = prose and any("\u0590" <= one <= "\u08ff" or "\ufb1d" <= one <= "\ufefc" for one in text)
    flag_ends = -1
    for index, character in enumerate(text):
        if character in _CONTROLS:
            if not right_to_left or character in _OVERRIDES:
                yield index, "direction"
        elif character in _MARKS:
            if not right_to_left:
                yield index, "empty"
        elif character in _JOINERS or character == "\u200b":
            if not _is_joined(text, index):
                yield index, "empty"
        elif character in _EMPTY:
            yield index, "empty"
        elif _TAGS[0] <= ord(character) <= _TAGS[1]:
            if index > flag_ends and text[index - 1 : index] == "\U0001f3f4":
                flag_ends = _flag_end(text, index)
            if index > flag_ends and not _is_variant(text, index):
                yield index, "tag"


def spoken(text: str) -> str:
    """What tag characters spell: each stands for an ASCII character."""
    codes = [ord(one) - 0xE0000 for one in text]
    return "".join(chr(code) for code in codes if 0x20 <= code < 0x7F)


def _is_joined(text: str, index: int) -> bool:
    """Whether a joiner or a place to break a line stands beside a letter or sign of a script that may need it."""
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    return any(
        one >= "\u0600" and not "\u1e00" <= one <= "\u20ff" and not is_invisible(one) for one in (before, after) if one
    )


def _flag_end(text: str, index: int) -> int:
    end = index
    while end < len(text) and end - index < 8 and 0xE0020 <= ord(text[end]) <= 0xE007E:
        end += 1
    return end if text[end : end + 1] == "\U000e007f" else -1


def _is_variant(text: str, index: int) -> bool:
    """Whether a selector follows a Chinese character, of which it chooses a form."""
    before = text[index - 1 : index]
    return ord(text[index]) >= 0xE0100 and ("\u3400" <= before <= "\u9fff" or "\U00020000" <= before <= "\U0003ffff")
