"""Sets of characters as sorted, disjoint ranges of code points."""

from __future__ import annotations

from collections.abc import Iterable

Ranges = tuple[tuple[int, int], ...]

LAST = 0x10FFFF
EVERYTHING: Ranges = ((0, LAST),)
DIGITS: Ranges = ((0x30, 0x39),)
WORD: Ranges = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
SPACES: Ranges = (
    (0x09, 0x0D),
    (0x20, 0x20),
    (0xA0, 0xA0),
    (0x1680, 0x1680),
    (0x2000, 0x200A),
    (0x2028, 0x2029),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
    (0xFEFF, 0xFEFF),
)
LINE_ENDS: Ranges = ((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029))
# Beyond Latin a full table would cost more than it tells: each main category stands for itself by a region of its own.
_REGIONS = {
    "L": (0x4E00, 0x9FFF),
    "N": (0x660, 0x669),
    "M": (0x300, 0x36F),
    "P": (0x3001, 0x3003),
    "S": (0x20A0, 0x20BF),
}
_LATIN_END = 0x250


def union(sets: Iterable[Ranges]) -> Ranges:
    """All characters of any of the sets."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(one for ranges in sets for one in ranges):
        if merged and low <= merged[-1][1] + 1:
            if high > merged[-1][1]:
                merged[-1] = (merged[-1][0], high)
        else:
            merged.append((low, high))
    return tuple(merged)


def complement(ranges: Ranges) -> Ranges:
    """All characters that are not in the set."""
    found, start = [], 0
    for low, high in ranges:
        if low > start:
            found.append((start, low - 1))
        start = high + 1
    if start <= LAST:
        found.append((start, LAST))
    return tuple(found)


def contains(ranges: Ranges, character: int) -> bool:
    """Whether a code point is in the set."""
    return any(low <= character <= high for low, high in ranges)


def of(text: str) -> Ranges:
    """The set of a text's characters."""
    return union(((ord(one), ord(one)),) for one in text)


def category(name: str) -> Ranges:
    """The characters of a general category (`L`, `Nd`); exact for Latin text, a stand-in beyond."""
    from unicodedata import category as category_of

    latin = [((code, code),) for code in range(_LATIN_END) if category_of(chr(code)).startswith(name)]
    region = _REGIONS.get(name[:1])
    return union([*latin, (region,)] if region else latin)
