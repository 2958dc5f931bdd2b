"""What changes in a file, as a unified diff (POSIX, diff -u)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from difflib import Match, SequenceMatcher

from apilint.report.escape import screen, visible
from apilint.report.layout import Paint

_ROLES = {"+": "added", "-": "removed", "@": "frame"}
_CONTEXT = 3
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def patch(name: str, before: str, after: str, mask: Callable[[str], str], paint: Paint) -> str:
    """The difference of two texts of a file, with `mask` hiding secrets; empty where there is none.

    As a patch it applies to files in UTF-8 of which it shows neither secrets nor characters made visible.
    """
    old, new = _LINE.findall(before), _LINE.findall(after)
    shown = visible(name)
    lines = list(_unified(old, new, f"a/{shown}", f"b/{shown}"))
    return screen("".join(f"{paint(role, row) if role else row}{end}" for role, row, end in _rows(lines, mask)))


class _Comparison(SequenceMatcher[str]):
    """Lines compared between those that both texts have once: else the time grows with the changes times the lines."""

    def __init__(self, old: list[str], new: list[str]) -> None:
        super().__init__()
        self._old, self._new = old, new

    def get_matching_blocks(self) -> list[Match]:
        blocks: list[Match] = []
        at = other = 0
        for line, twin in [*_anchors(self._old, self._new), (len(self._old), len(self._new))]:
            for found in SequenceMatcher(None, self._old[at:line], self._new[other:twin]).get_matching_blocks():
                _join(blocks, Match(at + found.a, other + found.b, found.size))
            if line < len(self._old):
                _join(blocks, Match(line, twin, 1))
            at, other = line + 1, twin + 1
        return [*blocks, Match(len(self._old), len(self._new), 0)]


def _join(blocks: list[Match], one: Match) -> None:
    last = blocks[-1] if blocks else Match(0, 0, 0)
    if not one.size:
        return
    if blocks and (last.a + last.size, last.b + last.size) == (one.a, one.b):
        blocks[-1] = Match(last.a, last.b, last.size + one.size)
    else:
        blocks.append(one)


def _anchors(old: list[str], new: list[str]) -> Iterator[tuple[int, int]]:
    """The numbers of lines that stand once in both texts, in the same order."""
    ours, theirs = Counter(old), Counter(new)
    places = {line: number for number, line in enumerate(new)}
    last = -1
    for number, line in enumerate(old):
        if ours[line] == theirs[line] == 1 and places[line] > last:
            last = places[line]
            yield number, last


def _unified(old: list[str], new: list[str], before: str, after: str) -> Iterator[str]:
    groups = list(_Comparison(old, new).get_grouped_opcodes(_CONTEXT))
    if groups:
        yield from (f"--- {before}\n", f"+++ {after}\n")
    for group in groups:
        (_, first, _, start, _), (_, _, last, _, end) = group[0], group[-1]
        yield f"@@ -{_extent(first, last)} +{_extent(start, end)} @@\n"
        for kind, a, b, c, d in group:
            if kind == "equal":
                yield from (" " + line for line in old[a:b])
            else:
                yield from ("-" + line for line in old[a:b])
                yield from ("+" + line for line in new[c:d])


def _extent(start: int, end: int) -> str:
    """Where the lines of a hunk begin, and how many they are; none stand behind the line that is named."""
    if end - start == 1:
        return str(start + 1)
    return f"{start + (end > start)},{end - start}"


def _rows(lines: list[str], mask: Callable[[str], str]) -> Iterator[tuple[str, str, str]]:
    """The role of each line, the line as it is to be seen, and how it ends: as in the file, for who applies it."""
    for number, line in enumerate(lines):
        if number < 2:
            yield "strong", line.rstrip("\n"), "\n"
        elif line.startswith("@@"):
            yield "frame", line.rstrip("\n"), "\n"
        else:
            text = line[1:].rstrip("\r\n")
            end = "\r\n" if line.endswith("\r\n") else "\n"
            yield _ROLES.get(line[0], ""), line[0] + "\t".join(map(visible, mask(text).split("\t"))), end
            if not line.endswith(("\r", "\n")):
                yield "", "\\ No newline at end of file", "\n"
