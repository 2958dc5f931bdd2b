"""A text that is worded a little otherwise: changes inside the scalar, which keep its style, lines and escapes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from itertools import pairwise, takewhile

from apilint.fixing.sheet import Change, Node, Sheet

_TOKEN = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]", re.DOTALL
)
_QUOTED = re.compile(r"''|[^']", re.DOTALL)
_HEADER = re.compile(r"[|>][^\r\n]*(?:\r\n|[\r\n])")
_WORD = re.compile(r"\w+|\s|[^\w\s]")
# Between more words than this no differences are looked for: it could take time that grows with their square.
_MANY = 6_000
_SPACE = " \t\r\n"
# Each character of a value: its offsets in the text, or None where it is made of line breaks and indentation.
_Aligned = list[tuple[int, int] | None]


def reworded(sheet: Sheet, node: Node, new: str) -> list[Change] | None:
    """The changes that make a text mean `new`; None where its characters cannot be told one by one."""
    old: str = node.value
    raw = sheet.text[node.content : node.end]
    quote = raw[:1] if raw[:1] in ("'", '"') else ""
    aligned = _aligned(raw, old, quote)
    if not aligned:
        return None
    changes = []
    for start, end, text in _differences(old, new):
        place = _stretch(aligned, start, end)
        if place is None or ("\n" in text and quote != '"'):
            return None
        if quote == '"':
            text = json.dumps(text, ensure_ascii=sheet.style.ascii)[1:-1]
        elif quote:
            text = text.replace("'", "''")
        changes.append(Change(node.content + place[0], node.content + place[1], text))
    return changes


def _aligned(raw: str, value: str, quote: str) -> _Aligned | None:
    if quote and len(raw) > 1:
        tokens = [
            (one.span(), one.group()) for one in (_TOKEN if quote == '"' else _QUOTED).finditer(raw, 1, len(raw) - 1)
        ]
        try:
            meant = [_meaning(token) for _, token in tokens]
        except ValueError:
            return None
        if "".join(meant) == value:
            return [span for span, _ in tokens]
        if any(len(token) > 1 for _, token in tokens):
            return None
    return _by_words(raw, value, 1 if quote else _body(raw))


def _meaning(token: str) -> str:
    if len(token) == 1:
        return token
    return "'" if token == "''" else str(json.loads(f'"{token}"'))


def _body(raw: str) -> int:
    found = _HEADER.match(raw)
    return found.end() if found else 0


def _by_words(raw: str, value: str, start: int) -> _Aligned | None:
    """What is not white space stands in the text as in the value; white space does where both have the same."""
    aligned: _Aligned = []
    at = start
    length = len(value)
    number = 0
    while number < length:
        if value[number] not in _SPACE:
            while at < len(raw) and raw[at] in _SPACE:
                at += 1
            if raw[at : at + 1] != value[number]:
                return None
            aligned.append((at, at + 1))
            at += 1
            number += 1
            continue
        after = number
        while after < length and value[after] in _SPACE:
            after += 1
        run = value[number:after]
        end = at
        while end < len(raw) and raw[end] in _SPACE:
            end += 1
        if raw[at:end] == run and "\n" not in run:
            aligned += [(at + index, at + index + 1) for index in range(len(run))]
        else:
            aligned += [None] * len(run)
        at, number = end, after
    return aligned


def _stretch(aligned: _Aligned, start: int, end: int) -> tuple[int, int] | None:
    """The offsets of the characters from `start` up to `end`, if they stand together."""
    if start == end:
        following = aligned[start] if start < len(aligned) else None
        if following is not None:
            return following[0], following[0]
        before = aligned[start - 1] if start else None
        return None if before is None else (before[1], before[1])
    places = aligned[start:end]
    first, last = places[0], places[-1]
    if first is None or last is None or None in places:
        return None
    joined = all(one and other and one[1] == other[0] for one, other in pairwise(places))
    return (first[0], last[1]) if joined else None


def _differences(old: str, new: str) -> Iterator[tuple[int, int, str]]:
    """What differs: where in the old text, and the new text; line by line where there are as many of them."""
    ours, theirs = old.split("\n"), new.split("\n")
    if len(ours) != len(theirs):
        yield from _words_that_differ(old, new)
        return
    at = 0
    for one, other in zip(ours, theirs, strict=True):
        if one != other:
            yield from ((at + start, at + end, text) for start, end, text in _words_that_differ(one, other))
        at += len(one) + 1


def _words_that_differ(old: str, new: str) -> Iterator[tuple[int, int, str]]:
    ours, theirs = _WORD.findall(old), _WORD.findall(new)
    head = _alike(zip(ours, theirs, strict=False))
    tail = _alike(zip(reversed(ours[head:]), reversed(theirs[head:]), strict=False))
    starts = [0]
    for word in ours:
        starts.append(starts[-1] + len(word))
    ours, theirs = ours[head : len(ours) - tail], theirs[head : len(theirs) - tail]
    if len(ours) + len(theirs) > _MANY:
        yield starts[head], starts[head + len(ours)], "".join(theirs)
        return
    for kind, first, last, start, end in SequenceMatcher(None, ours, theirs).get_opcodes():
        if kind != "equal":
            yield starts[head + first], starts[head + last], "".join(theirs[start:end])


def _alike(pairs: Iterable[tuple[str, str]]) -> int:
    """How many pairs are of the same words before the first that is not."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
