"""YAML to plain data, composed iteratively from a parser's events, with the place of every node.

The places are a tree of their own beside the data (`marks`): a scalar's is the offset of its first
character; a collection's is a list that begins with its own offset and goes on with those of its
items, or of its keys and values in turn; an alias's is a tuple of its offset and the marks of what
it stands for. Where things end is worked out from the text when somebody asks (`yaml_spans`).

The event stream is libyaml's through PyYAML, or ruamel.yaml's pure Python one where that is missing.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from apilint.reading.limits import LimitReached, Limits, Malformed
from apilint.reading.scalars import TAG, Plain, resolve, tagged
from apilint.reading.yaml_events import malformed, parser_events, place_of

# Events between two looks at the clock.
_CHUNK = 8_192
# An alias to a long text counts as one node for so many characters: expanded, it would cost as much.
_CHARACTERS = 64
_NOTICES = 20
MERGE = "<<"


class Repeat(NamedTuple):
    """A key that a mapping has twice: the path of the mapping, and the offsets of the two keys."""

    path: tuple[str | int, ...]
    key: str
    first: int
    second: int


class Notice(NamedTuple):
    """Something that was read otherwise than the author may mean: a problem kind, words and an offset."""

    kind: str
    message: str
    offset: int


# The last pair as written, by the id of the marks, of mappings whose marks were changed afterwards:
# the key, its offset, the value and its marks.
Lasts = dict[int, tuple[str, int, Any, Any]]


class Composed(NamedTuple):
    """A YAML text as data: see the module for `marks`."""

    value: Any
    marks: Any
    repeats: list[Repeat]
    notices: list[Notice]
    lasts: Lasts


class _Anchor:
    """What an anchor names. `size` is None while the collection is still open."""

    __slots__ = ("deepest", "height", "marks", "opened", "size", "text", "value")

    def __init__(self, value: Any, marks: Any, text: str | None = None, size: int | None = None) -> None:
        self.value = value
        self.marks = marks
        self.text = text
        self.size = size
        self.height = 0
        self.opened = 0
        self.deepest = 0


def compose(text: str, limits: Limits, utf8: bytes | None = None, *, pure: bool = False) -> Composed:
    """Read one YAML document; `pure` forces the parser that is written in Python.

    `utf8` is the text in UTF-8 where somebody has it already.

    Raises `Malformed` for what is not one YAML document of plain data, `LimitReached`.
    """
    events, kinds, failure = parser_events(text, utf8, pure)
    # No cycle can come into being here, and the collector would walk the growing tree again and again.
    collecting = gc.isenabled()
    gc.disable()
    try:
        rare = _Rare(text, limits, kinds)
        if not _opening(events, kinds):
            return Composed(None, 0, [], [], {})
        value, marks = _compose(events, kinds, rare)
        _closing(events, kinds, rare)
    except failure as error:
        raise malformed(error, text) from None
    except RecursionError:
        raise LimitReached("depth", limits.depth, "the document is nested too deeply") from None
    finally:
        if collecting:
            gc.enable()
    if rare.refused > _NOTICES:
        rare.notices.append(Notice("tag-refused", f"{rare.refused - _NOTICES} more tags were refused", 0))
    return Composed(value, marks, rare.repeats, rare.notices, rare.lasts)


def _compose(events: Iterator[Any], kinds: Any, rare: _Rare) -> tuple[Any, Any]:  # noqa: C901, PLR0915 - the hot loop
    """The hot loop: each event costs as little as Python allows, all that is rare lives in `_Rare`."""
    scalar, mapping, sequence = kinds.ScalarEvent, kinds.MappingStartEvent, kinds.SequenceStartEvent
    alias, mapping_end, sequence_end = kinds.AliasEvent, kinds.MappingEndEvent, kinds.SequenceEndEvent
    plain, limit, stack, watched = rare.plain, rare.limits.nodes, rare.stack, rare.watched
    root: Any = []
    roots: list[Any] = [0]
    box, marks = root, roots
    key: Any = None  # None inside a sequence
    wanted = False  # whether a key comes next
    value: Any
    place: Any = 0
    nodes = 1
    while True:
        for event in islice(events, _CHUNK):
            if (kind := type(event)) is scalar:
                marks.append(event.start_mark.index)
                value = event.value
                if wanted:
                    key, wanted = value, False
                    if event.anchor is not None or event.tag is not None:
                        rare.key(event)
                    continue
                if event.implicit[0]:
                    value = plain[value]
                elif event.tag is not None:
                    value = rare.tagged(event)
                if event.anchor is not None:
                    rare.scalar(event, value)
            elif kind is mapping_end or kind is sequence_end:
                nodes += len(marks) - 1
                if watched or nodes > limit or (kind is mapping_end and MERGE in box):
                    rare.close(box, marks, nodes)
                box, marks, key = stack.pop()
                wanted = key is not None
                continue
            elif wanted and kind in (mapping, sequence, alias):
                marks.append(event.start_mark.index)
                key, wanted = rare.alias_key(event), False
                continue
            elif kind is mapping or kind is sequence:
                place = [event.start_mark.index]
                value = {} if kind is mapping else []
                if (level := len(stack)) > rare.deepest:
                    rare.deeper(level)
                if event.anchor is not None or event.tag is not None:
                    rare.collection(event, value, place, nodes)
                marks.append(place)
            elif kind is alias:
                value, place = rare.alias(event)
                marks.append(place)
            else:
                return root[0], roots[1]
            if key is None:
                box.append(value)
            else:
                if key in box:
                    rare.repeat(box, marks, key)
                box[key] = value
                wanted = True
            if kind is scalar or kind is alias:
                continue
            stack.append((box, marks, key))
            box, marks = value, place
            key, wanted = ("", True) if kind is mapping else (None, False)
        rare.look()


class _Rare:
    """All that most events do not need: anchors, tags, repeated and merged keys, limits."""

    def __init__(self, text: str, limits: Limits, kinds: Any) -> None:
        self.text = text
        self.limits = limits
        self.kinds = kinds
        self.plain = Plain()
        self.stack: list[tuple[Any, list[Any], Any]] = []
        self.repeats: list[Repeat] = []
        self.notices: list[Notice] = []
        self.lasts: Lasts = {}
        self.refused = 0
        # Not empty while the collection that ends next may need `close`.
        self.watched: list[Any] = []
        self._anchors: dict[str, _Anchor] = {}
        self._open: list[tuple[Any, _Anchor]] = []
        self._again: dict[int, dict[int, str]] = {}
        self._expanded = 0
        self.deepest = -1
        self._events = 0
        self._until = time.monotonic() + limits.seconds

    def look(self) -> None:
        """Stop a document that takes too long, or a flat one that grows without end."""
        self._events += _CHUNK
        if self._events > 2 * self.limits.nodes + 4:
            raise self._too_many()
        if time.monotonic() > self._until:
            raise LimitReached("seconds", self.limits.seconds, "reading the document takes too long")

    def _too_many(self) -> LimitReached:
        return LimitReached("nodes", self.limits.nodes, "the document has too many keys and values")

    def deeper(self, level: int) -> None:
        """Note that collections are nested more deeply than before."""
        if level >= self.limits.depth:
            raise LimitReached("depth", self.limits.depth, "the document is nested too deeply")
        self.deepest = level

    def close(self, box: Any, marks: list[Any], nodes: int) -> None:
        """Settle a collection that is complete: sort out its repeated and merged keys, measure what an anchor names."""
        if nodes > self.limits.nodes:
            raise self._too_many()
        again = self._again.pop(id(box), None)
        if again:
            self.watched.pop()
            self._settle(box, marks, again)
        if type(box) is dict and MERGE in box:
            self._merge(box, marks)
        if self._open and self._open[-1][0] is box:
            self.watched.pop()
            anchor = self._open.pop()[1]
            anchor.size = nodes + self._expanded - anchor.opened
            anchor.height = self.deepest - len(self.stack) + 2
            self.deepest = max(self.deepest, anchor.deepest)

    def collection(self, event: Any, value: Any, place: list[Any], nodes: int) -> None:
        """A mapping or sequence with an anchor or a tag."""
        if event.anchor is not None:
            anchor = self._anchors[event.anchor] = _Anchor(value, place)
            anchor.opened = nodes + self._expanded - 1
            anchor.deepest, self.deepest = self.deepest, len(self.stack)
            self._open.append((value, anchor))
            self.watched.append(value)
        kind = "map" if type(value) is dict else "seq"
        if event.tag is not None and event.tag != TAG + kind:
            self._refuse_tag(event)

    def scalar(self, event: Any, value: Any) -> None:
        """A scalar with an anchor."""
        size = 1 + len(event.value) // _CHARACTERS
        self._anchors[event.anchor] = _Anchor(value, event.start_mark.index, event.value, size)

    def key(self, event: Any) -> None:
        """A key with an anchor or a tag. Keys are text, whatever they would be as values."""
        if event.anchor is not None:
            self.scalar(event, resolve(event.value) if event.implicit[0] else event.value)
        if event.tag is not None and not tagged(event.tag, event.value)[0]:
            self._refuse_tag(event)

    def tagged(self, event: Any) -> Any:
        """The value of a scalar with a tag."""
        known, value = tagged(event.tag, event.value)
        if not known:
            self._refuse_tag(event)
        return value

    def _refuse_tag(self, event: Any) -> None:
        self.refused += 1
        if self.refused <= _NOTICES:
            tag = event.tag.replace(TAG, "!!")
            tag = tag if len(tag) <= 60 else tag[:60] + "..."
            message = f"the tag {tag} is not one of plain data; the value is read as if it were not there"
            self.notices.append(Notice("tag-refused", message, event.start_mark.index))

    def alias(self, event: Any) -> tuple[Any, tuple[int, Any]]:
        """The value that an alias stands for, and its marks."""
        anchor = self._anchor(event)
        assert anchor.size is not None
        self._expand(anchor.size)
        if (level := len(self.stack) + anchor.height - 1) > self.deepest:
            self.deeper(level)
        return anchor.value, (event.start_mark.index, anchor.marks)

    def alias_key(self, event: Any) -> str:
        """The key that an alias stands for; a mapping or sequence cannot be one."""
        if type(event) is self.kinds.AliasEvent:
            text = self._anchor(event).text
            if text is not None:
                self._expand(1)
                return text
        flow = self.text.startswith("{", event.start_mark.index)
        hint = "; put quotes round a key that begins with {" if flow else ""
        raise self._at(f"a mapping or a sequence cannot be a key{hint}", event)

    def _anchor(self, event: Any) -> _Anchor:
        anchor = self._anchors.get(event.anchor)
        if anchor is None:
            raise self._at("the alias has no anchor before it", event)
        if anchor.size is None:
            raise self._at("the alias stands for something that contains it", event)
        return anchor

    def _expand(self, nodes: int) -> None:
        self._expanded += nodes
        if self._expanded > self.limits.aliases:
            raise LimitReached("aliases", self.limits.aliases, "the document's aliases stand for too many nodes")

    def repeat(self, box: Any, marks: list[Any], key: str) -> None:
        """Remember that the pair whose marks were added last has a key that the mapping has already."""
        if id(box) not in self._again:
            self._again[id(box)] = {}
            self.watched.append(box)
        self._again[id(box)][len(marks) - 2] = key

    def _settle(self, box: dict[str, Any], marks: list[Any], again: dict[int, str]) -> None:
        """Bring the marks in line with the mapping again: one pair for each key, the last one written."""
        path = self._path()
        keys = iter(box)
        settled: dict[str, tuple[Any, Any]] = {}
        firsts: dict[str, int] = {}
        key = ""
        for index in range(1, len(marks), 2):
            if index not in again:
                key = next(keys)
                firsts[key] = marks[index]
            else:
                key = again[index]
                self.repeats.append(Repeat(path, key, firsts[key], marks[index]))
            settled[key] = (marks[index], marks[index + 1])
        self.lasts[id(marks)] = (key, marks[-2], box[key], marks[-1])
        marks[1:] = [mark for pair in settled.values() for mark in pair]

    def _path(self) -> tuple[str | int, ...]:
        """The path of the collection that is open now."""
        return tuple(len(box) - 1 if key is None else key for box, _, key in self.stack[1:])

    def _merge(self, box: dict[str, Any], marks: list[Any]) -> None:
        """Add what a merge key brings: keys that the mapping lacks, the first mapping named first."""
        at = 1 + 2 * list(box).index(MERGE)
        if not self.text.startswith(MERGE, marks[at]):
            return  # in quotes it is a key like others
        if id(marks) not in self.lasts:
            last = next(reversed(box))
            self.lasts[id(marks)] = (last, marks[-2], box[last], marks[-1])
        value, place = box[MERGE], marks[at + 1]
        places = place[1] if type(place) is tuple else place
        sources = list(zip(value, places[1:], strict=True)) if type(value) is list else [(value, place)]
        if not all(type(source) is dict for source, _ in sources):
            message = "a merge key takes a mapping or a sequence of mappings; this one is left out"
            self.notices.append(Notice("merge-refused", message, marks[at]))
            sources = []
        del box[MERGE], marks[at : at + 2]
        for source, where in sources:
            self._expand(2 * len(source))
            pairs = where[1] if type(where) is tuple else where
            for index, (key, item) in enumerate(source.items()):
                if key not in box:
                    box[key] = item
                    marks += pairs[1 + 2 * index : 3 + 2 * index]

    def _at(self, message: str, event: Any) -> Malformed:
        return Malformed(message, *place_of(self.text, event.start_mark.index))


def _opening(events: Iterator[Any], kinds: Any) -> bool:
    """Pass the start of the stream; tells whether a document follows."""
    next(events)
    return type(next(events)) is kinds.DocumentStartEvent


def _closing(events: Iterator[Any], kinds: Any, rare: _Rare) -> None:
    """Make sure that the stream ends here, but for an empty document after a last `---`."""
    event = next(events)
    if type(event) is kinds.DocumentStartEvent:
        start = event.start_mark.index
        first, last = next(events), next(events)
        empty = type(first) is kinds.ScalarEvent and first.value == "" and type(last) is kinds.DocumentEndEvent
        if not empty or type(next(events)) is not kinds.StreamEndEvent:
            raise Malformed("a second document begins here; apilint reads one a file", *place_of(rare.text, start))
