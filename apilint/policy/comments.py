"""Suppressions in comments: `# apilint: ignore[rule-id, other-id] until=2026-12-31 owner=NAME the reason`.

A comment covers the keys and items that begin on its line; one on a line of its own, those of the line below it and
of any further comments. It may follow another comment on its line; its reason ends where another one begins.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from apilint.policy.suppression_rules import COMMENT
from apilint.policy.written import Inline, Target, Terms, cut, shown, terms, unknown_part
from apilint.reading.document import Document
from apilint.reading.pointer import Path

_BREAK = "\r\n\x85\u2028\u2029"
_HIDDEN_BREAK = frozenset("\x85\u2028\u2029")
_COMMENT = re.compile(rf"#[ \t]*apilint:((?:(?!(?<=[ \t])#(?:[ \t]|apilint:))[^{_BREAK}])*+)")
_BEFORE = frozenset(" \t\ufeff,[]{}\"'" + _BREAK)
_IGNORE = re.compile(r"[ \t]*ignore[ \t]*\[([^\]]*)\][ \t]*[:\u2013\u2014-]*")
_PART = re.compile(r'[ \t]*([A-Za-z][\w-]*)=("[^"]*"|\S*)')
_LATE = re.compile(r"(?<!\S)(until|owner|expires)=")
_PARTS = ("until", "owner")
_MEANT = dict.fromkeys(("expires", "expiry", "expire", "till", "to"), "until") | {"by": "owner", "who": "owner"}
# A line that holds nothing yet, but for what announces an item or a value on one of the next lines.
_OPENING = re.compile(r"[ \t\ufeff]*+(?:[-?:][ \t]++)*+(?:[-?:][ \t]*+)?(?:#.*)?", re.DOTALL)
NOWHERE = "it stands beside no key or item, and directly above none"


class _Found(NamedTuple):
    offset: int
    end: int
    terms: Terms


def comments(document: Document) -> list[Inline]:
    """The suppressions in the comments of a YAML document, in their order."""
    text = document.text
    if document.format != "yaml" or COMMENT not in text:
        return []
    found = [one for one in _COMMENT.finditer(text) if one.start() == 0 or text[one.start() - 1] in _BEFORE]
    inside = document.within([one.start() for one in found])
    real = [
        _Found(one.start(), one.start() + len(one[0].rstrip()), _read(one[1]))
        for one, hidden in zip(found, inside, strict=True)
        if not hidden
    ]
    return _aimed(document, real) if real else []


def _read(text: str) -> Terms:
    """What stands after `apilint:`."""
    head = _IGNORE.match(text)
    if head is None:
        return Terms(fault=f"'ignore[rule-id] reason' belongs after 'apilint:', not {shown(cut(text.strip(), 60))}")
    given: dict[str, str] = {}
    at = head.end()
    while part := _PART.match(text, at):
        name, value = part[1], part[2].strip('"')
        if name not in _PARTS:
            return Terms(fault=unknown_part(name, _PARTS, _MEANT, "="))
        if name in given or not value:
            return Terms(fault=f"'{name}=' is there twice" if value else f"'{name}=' says nothing")
        given[name] = value
        at = part.end()
    reason = text[at:]
    if late := _LATE.search(reason):
        return Terms(fault=f"'{late[1]}=' belongs before the reason")
    return terms(head[1].split(","), reason, given.get("owner", ""), given.get("until", ""))


def _aimed(document: Document, found: Sequence[_Found]) -> list[Inline]:
    """Give each comment what it covers: comments with one aim share one target."""
    lines = _Lines(document.text)
    aims = _aims(lines, found)
    stretches = sorted({aim for aim in aims if aim})
    begun = dict(zip(stretches, document.begun(stretches), strict=True))
    span = document.lines.span
    inside = _inside(document, [aim for aim, paths in begun.items() if not paths])
    # Where YAML sees several lines and an editor one, what is shown on it may belong to another of them.
    alone: dict[int, bool] = {}
    targets: dict[tuple[int, int], Target] = {}
    for aim, paths in begun.items():
        if aim in inside:
            paths = [inside[aim]]
        line = span(aim[0], aim[0]).line
        if line not in alone:
            alone[line] = _HIDDEN_BREAK.isdisjoint(document.line(line))
        targets[aim] = Target(tuple(paths), line if paths and alone[line] else 0)
    nowhere = Target(())
    aimed = []
    for one, place in zip(found, aims, strict=True):
        target = targets[place] if place else nowhere
        said = one.terms if target.paths or one.terms.fault else Terms(fault=NOWHERE)
        aimed.append(Inline(said, span(one.offset, one.end), target.paths[0] if target.paths else (), target))
    return aimed


def _inside(document: Document, stretches: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Path]:
    """For stretches where nothing begins, the members whose scalars go on there, as the last line of a long text.

    All are looked up at once, as each look-up goes through the whole text.
    """
    lines = ((start, document.text[start:end]) for start, end in stretches)
    offsets = [start + len(line) - len(line.lstrip(" \t")) for start, line in lines]
    hidden = [one for one in zip(stretches, offsets, document.within(offsets), strict=True) if one[2]]
    paths = [at.path for at in document.at([offset for _, offset, _ in hidden])]
    places = document.locate(paths)
    found = {}
    for (stretch, offset, _), path in zip(hidden, paths, strict=True):
        text = places[path].value
        if text.line < document.lines.span(offset, offset).line <= text.end_line:
            found[stretch] = path
    return found


class _Lines:
    """The lines of a text as YAML counts them."""

    def __init__(self, text: str) -> None:
        self._text = text
        # splitlines ends lines at these and at characters that YAML does not allow.
        self._starts = [0, *accumulate(map(len, text.splitlines(keepends=True)))]

    def number(self, offset: int) -> int:
        return bisect_right(self._starts, offset) - 1

    def stretch(self, number: int) -> tuple[int, int] | None:
        """Where a line begins and ends, or None after the last."""
        return (self._starts[number], self._starts[number + 1]) if number + 1 < len(self._starts) else None

    def text(self, number: int) -> str:
        found = self.stretch(number)
        return self._text[slice(*found)].rstrip(_BREAK) if found else ""

    def before(self, number: int, offset: int) -> str:
        """What stands on a line before an offset."""
        return self._text[self._starts[number] : offset]


def _aims(lines: _Lines, found: Sequence[_Found]) -> list[tuple[int, int] | None]:
    """For each comment the stretch in which what it covers begins: of its own line, or the line of the next key."""
    aims: list[tuple[int, int] | None] = []
    below: tuple[int, tuple[int, int] | None] = (-1, None)  # the last line that was asked about, and its answer
    numbers = [lines.number(one.offset) for one in found]
    firsts = {number: one.offset for number, one in zip(reversed(numbers), reversed(found), strict=True)}
    for number in reversed(numbers):
        before = lines.before(number, firsts[number])
        if not _OPENING.fullmatch(before):
            stretch = lines.stretch(number)
            aims.append(stretch and (stretch[0], firsts[number]))
            continue
        if number == below[0]:
            aims.append(below[1])
            continue
        at = number + 1
        while at != below[0] and (text := lines.text(at)) and not text.isspace() and _OPENING.fullmatch(text):
            at += 1
        below = (number, below[1] if at == below[0] else _content(lines, at))
        aims.append(below[1])
    return aims[::-1]


def _content(lines: _Lines, number: int) -> tuple[int, int] | None:
    return lines.stretch(number) if lines.text(number).strip() else None
