"""What a fix makes of a text: replacements that leave every other byte as it is.

Nothing is believed: what comes out is parsed again, and has to mean what the edits mean, or there is no fix.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

from apilint.findings import Edit, Replacement
from apilint.fixing.block import ways
from apilint.fixing.data import Step, carried_out, in_order, same, steps
from apilint.fixing.pieces import Pieces
from apilint.fixing.sheet import Change, Refused, Sheet, Style
from apilint.fixing.window import Scope, Scopes, Sharing, Window, upwards, window
from apilint.reading.document import Document
from apilint.reading.limits import LimitReached, Limits, Malformed
from apilint.reading.parse import parse
from apilint.reading.pointer import Path
from apilint.reading.source import Source

# How many characters may be parsed for the fixes of one document: a part of it for most, all of it for the rest.
_MOST = 30_000_000
# A list longer than this is written anew rather than compared item by item.
_LONG = 500
# From so many steps on it is worth trying them at once.
_MANY = 8
_USUAL = Limits()


class Fixer:
    """Turns the fixes of one document's findings into text; what is learnt about the document is kept.

    `limits` are those with which it was read.
    """

    def __init__(self, document: Document, limits: Limits = _USUAL) -> None:
        self._document = document
        self._limits = limits
        self._sheet: Sheet | None = None
        self._sharing = Sharing(False, False, frozenset())
        self._left = _MOST
        self._known: dict[str, tuple[Replacement, ...]] = {}

    def replacements(self, edits: Sequence[Edit]) -> tuple[Replacement, ...]:
        """What to put where in the text, ascending, so that the document means what `data.applied` gives.

        Empty where nothing changes, and where it cannot be told safely: an edit whose place does not exist or that
        would change another one through an alias, a value that the format cannot hold.
        """
        name = repr(edits)
        if name not in self._known:
            try:
                self._known[name] = self._made(edits)
            except (Refused, ValueError, LookupError, Malformed, LimitReached, RecursionError):
                self._known[name] = ()
        return self._known[name]

    def expect(self, many: Iterable[Sequence[Edit]]) -> None:
        """Prepare for the edits of several fixes, whose places are found in one pass over the text."""
        sheet = self._opened()
        each = []
        for edits in many:
            try:
                meant = steps(self._document.value, edits)
                each.append([step for one in meant for step in _finer(self._document.value, one)])
            except (Refused, ValueError):
                continue
        self._scopes(sheet, [(every, Scopes(sheet, every)) for every in each])

    def _scopes(self, sheet: Sheet, each: Iterable[tuple[list[Step], Scopes]]) -> list[list[Scope]]:
        """What groups of steps need, with all the places that will be asked for found in few passes over the text."""
        each = list(each)
        sheet.fetch({step.path[:-1]: None for steps, _ in each for step in steps})
        found = [[together.of(step) for step in steps] for steps, together in each]
        wanted = _paths(sheet, [one for scopes in found for one in scopes])
        if self._sharing.aliases:
            wanted = list(dict.fromkeys(higher for path in wanted for higher in upwards(path)))
        sheet.fetch(wanted)
        return found

    def _opened(self) -> Sheet:
        document = self._document
        if self._sheet is None:
            self._sheet = Sheet(document, Style.of(document.text, document.format == "json"))
            self._sharing = Sharing.of(document)
        return self._sheet

    def _made(self, edits: Sequence[Edit]) -> tuple[Replacement, ...]:
        document = self._document
        sheet = self._opened()
        meant = steps(document.value, edits)
        if any(not isinstance(one.value, str) for one in meant if one.action == "rename"):
            raise Refused
        groups = [finer for one in meant if (finer := _finer(document.value, one))]
        together = in_order(step for group in groups for step in group)
        if not same(carried_out(document.value, together), carried_out(document.value, in_order(meant))):
            raise Refused  # one edit is about a place that another one replaces
        try:
            changes = [change for part, group in self._apart(sheet, groups) for change in self._edited(part, group)]
        except Malformed:
            # A part that needs what stands elsewhere, such as an anchor.
            whole = Window(0, len(document.text), document.value, 0)
            changes = self._edited(whole, together)
        span = document.lines.span
        return tuple(Replacement(document.name, span(start, end), text) for start, end, text in changes)

    def _apart(self, sheet: Sheet, groups: list[list[Step]]) -> list[tuple[Window, list[Step]]]:
        """The parts of the text that the edits need, in order; edits that need the same text stay together."""
        together = Scopes(sheet, (step for group in groups for step in group))
        while True:
            found = self._scopes(sheet, [(group, together) for group in groups])
            whole = zip(found, groups, strict=True)
            parts = sorted(((window(sheet, scopes, self._sharing), group) for scopes, group in whole), key=_begin)
            groups = []
            end = -1
            for part, group in parts:
                groups.append([*groups.pop(), *group] if part.start < end else group)
                end = max(end, part.end)
            if len(groups) == len(parts):
                return parts

    def _edited(self, part: Window, group: list[Step]) -> list[Change]:
        """Make edits one after the other in a part of the text, each on what the one before it left."""
        text = part.opening + self._document.text[part.start : part.end] + part.closing
        current = self._parsed(text)
        before = part.value
        if not same(current.value, before):
            raise Malformed("the part does not mean by itself what it means in its place")
        ordered = in_order(step._replace(path=step.path[part.depth :]) for step in group)
        goal = carried_out(before, ordered)
        pieces = Pieces(text)
        current, ordered = self._together(current, ordered, pieces)
        for step in ordered:
            current = self._stepped(current, step, goal, pieces)
            if same(current.value, goal):
                break
        else:
            raise Refused
        if text[-1:] in ("\r", "\n") and current.text[-1:] not in ("\r", "\n"):
            raise Refused
        shift = part.start - len(part.opening)
        changes = [Change(shift + start, shift + end, new) for start, end, new in pieces.changes()]
        if changes and (changes[0].start < part.start or changes[-1].end > part.end):
            raise Refused
        return changes

    def _together(self, document: Document, ordered: list[Step], pieces: Pieces) -> tuple[Document, list[Step]]:
        """The document after most of many steps at once, if that gives what is meant, and the steps that are left."""
        assert self._sheet is not None
        many, last = ordered[:-1], ordered[-1:]
        if len(many) < _MANY:
            return document, ordered
        sheet = Sheet(document, self._sheet.style)
        try:
            sheet.fetch(step.path for step in many if not step.adds)
            changes = sorted({change for step in many for change in next(ways(sheet, step))()})
            made = self._parsed(with_changes(document.text, changes))
        except (Refused, Malformed):
            return document, ordered
        if not same(made.value, carried_out(document.value, many)):
            return document, ordered
        pieces.change(changes)
        return made, last

    def _stepped(self, document: Document, step: Step, goal: Any, pieces: Pieces) -> Document:
        """The document after one step, by the first way that gives what is meant, or all that is meant at once."""
        assert self._sheet is not None
        sheet = Sheet(document, self._sheet.style)
        expected = carried_out(document.value, [step])
        for way in ways(sheet, step):
            try:
                changes = sorted(way())
                text = with_changes(document.text, changes)
                made = self._parsed(text)
            except (Refused, Malformed):
                continue
            if same(made.value, expected) or same(made.value, goal):
                pieces.change(changes)
                return made
        raise Refused

    def _parsed(self, text: str) -> Document:
        self._left -= len(text)
        if self._left < 0:
            raise Refused
        name = "part.json" if self._document.format == "json" else "part.yaml"
        try:
            return parse(Source(name, None, text.encode()), self._limits)
        except UnicodeEncodeError:
            raise Refused from None


def with_changes(text: str, changes: Iterable[Change]) -> str:
    """A text with changes made, which ascend; raises `Refused` where they overlap."""
    parts, at = [], 0
    for start, end, new in changes:
        if start < at or end < start:
            raise Refused
        parts += [text[at:start], new]
        at = end
    return "".join([*parts, text[at:]])


def _paths(sheet: Sheet, scopes: list[Scope]) -> list[Path]:
    """The places that will be asked for."""
    members = [(*one.path, name) for one in scopes for name in one.names or ()]
    return [*(one.path for one in scopes if one.names is None or not sheet.json), *members]


def _begin(part: tuple[Window, list[Step]]) -> int:
    return part[0].start


def _finer(data: Any, step: Step) -> list[Step]:
    """A step as smaller ones that come to the same, so that what stays of a collection keeps its text.

    None where all of it stays.
    """
    if step.action != "set" or step.adds:
        return [step]
    old: Any = data
    for name in step.path:
        old = old[name]
    below = list(_finer_value((), old, step.value))
    if not all(one.path for one in below) or not same(carried_out(old, in_order(below)), step.value):
        return [step]
    return [one._replace(path=step.path + one.path) for one in below]


def _finer_value(path: Path, old: Any, new: Any) -> Iterator[Step]:
    if same(old, new):
        return
    if type(old) is dict and type(new) is dict and not old.keys().isdisjoint(new.keys()):
        yield from (Step("remove", (*path, name), None, False) for name in old if name not in new)
        for name, value in new.items():
            if name in old:
                yield from _finer_value((*path, name), old[name], value)
            else:
                yield Step("set", (*path, name), value, True)
    elif type(old) is list and type(new) is list and old and new and len(old) + len(new) < _LONG:
        yield from _finer_items(path, old, new)
    else:
        yield Step("set", path, new, False)


def _finer_items(path: Path, old: list[Any], new: list[Any]) -> Iterator[Step]:
    """Items that change in their place, go, or come at the end; else the whole list is another one."""
    ours, theirs = [list(map(repr, items)) for items in (old, new)]
    if len(old) == len(new):
        for index, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _finer_value((*path, index), one, other)
        return
    found = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    kinds = {kind for kind, *_ in found} - {"equal"}
    if kinds == {"delete"}:
        for kind, start, end, _, _ in found:
            if kind == "delete":
                yield from (Step("remove", (*path, index), None, False) for index in range(start, end))
    elif kinds == {"insert"} and found[-1][0] == "insert" and len(found) == 2:
        yield from (Step("set", (*path, index), new[index], True) for index in range(len(old), len(new)))
    else:
        yield Step("set", path, new, False)
