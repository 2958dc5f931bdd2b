"""What limits on texts, numbers and sizes one schema has that another lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from apilint.analysis.json_schema import is_number, shown
from apilint.analysis.regex import analyse
from apilint.findings import Severity
from apilint.openapi.node import Node
from apilint.regressions import schema_regression_rules as rules
from apilint.regressions.schema_shapes import Way

_FAR = 10  # times as much is more than a loosening by the way
_LONGEST = 60  # characters of a pattern in a message
# Formats that leave little room, and those that leave some but are more than free text.
_NARROW = frozenset(
    "date date-time date-time-local http-date time time-local duration uuid guid ipv4 ipv6 int32 int64 json-pointer"
    " uint32 uint64 unixtime decimal".split()
)
_WIDE = frozenset(
    "email idn-email hostname idn-hostname uri url uri-reference iri iri-reference uri-template regex media-range"
    " relative-json-pointer".split()
)
_UNSIGNED = frozenset("uint uint8 uint16 uint32 uint64".split())
_MOST_FACETS = 24


class Loss(NamedTuple):
    """One limit that a schema has and another lacks, or has more loosely.

    `lost` says it of what became looser, `gained` of what became stricter. `strict` is where the limit stands, `loose`
    the place in the other state, `at` the keyword there that is looser, or None where it has none; `keyword` is
    that of `strict`.
    """

    rule: str
    lost: str
    gained: str
    severity: Severity
    strict: Node
    loose: Node
    keyword: str
    at: str | None = None


class Text:
    """What a way says about texts."""

    type_ = "string"

    def __init__(self, way: Way, *, is_secret: bool = False) -> None:
        self.way = way
        listed = way.listed
        self.listed = None if listed is None else frozenset(one for one in listed if isinstance(one, str))
        self.longest = way.least("maxLength")
        self.shortest = (
            max((one for one, _ in way.values("minLength") if is_number(one)), default=0) if is_secret else 0
        )
        self.patterns = {one: part for one, part in way.values("pattern") if isinstance(one, str)}
        formats = {one.lower(): part for one, part in way.values("format") if isinstance(one, str)}
        self.formats = {one: part for one, part in formats.items() if one in _NARROW or one in _WIDE}

    @cached_property
    def key(self) -> tuple[Any, ...]:
        """What two have in common that mean the same."""
        longest = self.longest[0] if self.longest else None
        return self.listed, longest, self.shortest, frozenset(self.patterns), frozenset(self.formats)

    @property
    def is_narrow(self) -> bool:
        """Whether a format leaves little room."""
        return not _NARROW.isdisjoint(self.formats)

    @cached_property
    def is_free(self) -> bool:
        """Whether any text is allowed, of any length."""
        return self.listed is None and self.longest is None and not self.patterns and not self.formats

    @cached_property
    def by_pattern(self) -> int | None:
        """The greatest length by pattern."""
        found = [longest for one in self.patterns if (longest := analyse(one).longest) is not None]
        return min(found) if found else None


def text_losses(was: Text, now: Text) -> Iterator[Loss]:
    """What limits the first has on texts and the second lacks."""
    place = now.way.place("string")
    if now.listed is not None:
        return
    more = {one for one in now.patterns if one not in was.patterns}
    if was.listed is not None:
        if not more and not (now.formats.keys() - was.formats.keys() and now.is_narrow):
            keyword, strict = _list_place(was.way)
            said = _list_words(was.listed)
            yield Loss(rules.VALUES_FREE.id, f"the list of values {said} was removed, so any text is accepted",
                       f"only the values {said} are accepted now", Severity.MEDIUM, strict, place, keyword)  # fmt: skip
        return
    yield from _pattern_losses(was, now, more, place)
    gone = [one for one in was.formats if one not in now.formats]
    if gone and not more and not now.formats:
        name = gone[0]
        severity = Severity.MEDIUM if name in _NARROW and now.longest is None else Severity.LOW
        yield Loss(rules.VALUES_FREE.id, f"`format: {name}` was removed, so any text is accepted",
                   f"`format: {name}` was added", severity, was.formats[name], place, "format")  # fmt: skip
    yield from _length_losses(was, now, place)
    if was.shortest > now.shortest:
        least = f"`minLength` {shown(was.shortest)}"
        other = f"lowered to {shown(now.shortest)}" if now.shortest else "removed"
        strict = next(part for value, part in was.way.values("minLength") if value == was.shortest)
        yield Loss(rules.LIMIT_REMOVED.id, f"{least} was {other}, so short secrets are accepted",
                   f"{least} was set, where {shown(now.shortest)} was enough", Severity.MEDIUM, strict, place,
                   "minLength", "minLength" if now.shortest else None)  # fmt: skip


def _pattern_losses(was: Text, now: Text, more: set[str], place: Node) -> Iterator[Loss]:
    for old, strict in was.patterns.items():
        if old in now.patterns or analyse(old).is_permissive:
            continue
        if more:
            wider = {new: why for new in more if (why := _wider(old, new, now))}
            if len(wider) == len(more):
                new, why = next(iter(wider.items()))
                yield Loss(rules.VALUES_FREE.id,
                           f"`pattern` {_quoted(old)} was replaced by {_quoted(new)}, {why}",
                           f"`pattern` {_quoted(new)} was replaced by the stricter {_quoted(old)}",
                           Severity.MEDIUM, strict, now.patterns[new], "pattern", "pattern")  # fmt: skip
        elif not (now.is_narrow and now.formats.keys() - was.formats.keys()):
            yield Loss(rules.VALUES_FREE.id, f"`pattern` {_quoted(old)} was removed, so any text is accepted",
                       f"`pattern` {_quoted(old)} was added", Severity.MEDIUM, strict, place, "pattern")  # fmt: skip


def _wider(old: str, new: str, now: Text) -> str:
    """Why a pattern plainly accepts more than another; empty where that cannot be told."""
    one, other = analyse(old), analyse(new)
    if other.is_permissive:
        return "which accepts any text"
    if one.parsed is None or other.parsed is None:
        return ""
    for end, name in (("starts", "begins"), ("ends", "ends")):
        if set(getattr(one, end)) == {"anchored"} and "anchored" not in getattr(other, end):
            return f"which does not say how the text {name}"
    if one.longest is not None and other.longest is None and now.longest is None and not now.is_narrow:
        return "which accepts text of any length"
    return ""


def _length_losses(was: Text, now: Text, place: Node) -> Iterator[Loss]:
    if was.longest is None:
        return
    most, strict = was.longest
    longest = [one for one in (now.longest[0] if now.longest else None, now.by_pattern) if one is not None]
    if now.is_narrow and not longest:
        return
    if longest:
        yield from _raised("maxLength", was.longest, min(longest), (place if now.longest is None else now.longest[1]),
                           "maxLength" if now.longest is not None else "pattern")  # fmt: skip
        return
    yield _removed("maxLength", most, strict, place, "the text may be of any length")


def _removed(keyword: str, number: float, strict: Node, place: Node, so: str) -> Loss:
    severity = Severity.LOW if keyword in ("multipleOf", "uniqueItems") else Severity.MEDIUM
    value = "" if keyword == "uniqueItems" else f" {shown(number)}"
    return Loss(rules.LIMIT_REMOVED.id, f"`{keyword}`{value} was removed, so {so}", f"`{keyword}`{value} was added",
                severity, strict, place, keyword)  # fmt: skip


def _raised(keyword: str, was: tuple[float, Node], now: float, place: Node, at: str) -> Iterator[Loss]:
    most, strict = was
    if now <= most:
        return
    far = now >= _FAR * most if most > 0 else now > 0
    yield Loss(rules.LIMIT_RAISED.id, f"`{keyword}` was raised from {shown(most)} to {shown(now)}",
               f"`{keyword}` was lowered from {shown(now)} to {shown(most)}",
               Severity.MEDIUM if far else Severity.LOW, strict, place, keyword, at)  # fmt: skip


class Number:
    """What a way says about numbers. Bounds are values, and whether they are themselves left out."""

    type_ = "number"

    def __init__(self, way: Way) -> None:
        self.way = way
        listed = way.listed
        self.listed = None if listed is None else frozenset(one for one in listed if is_number(one))
        self.most = self._bound("maximum", "exclusiveMaximum", 1)
        self.least = self._bound("minimum", "exclusiveMinimum", -1)
        if self.least is None and any(str(one).lower() in _UNSIGNED for one, _ in way.values("format")):
            self.least = (0, False, next(part for _, part in way.values("format")), "format")
        self.multiple = way.least("multipleOf")

    def _bound(self, inclusive: str, exclusive: str, sign: int) -> tuple[float, bool, Node, str] | None:
        found: list[tuple[float, bool, Node, str]] = []
        for value, part in self.way.values(inclusive):
            if is_number(value):
                found.append((value, part.value.get(exclusive) is True, part, inclusive))
        for value, part in self.way.values(exclusive):
            if is_number(value):
                found.append((value, True, part, exclusive))
        if self.way.is_integer:
            found = [(value - sign if out and value == int(value) else value, out and value != int(value), part, key)
                     for value, out, part, key in found]  # fmt: skip
        return min(found, key=lambda one: (one[0] * sign, not one[1])) if found else None

    @cached_property
    def key(self) -> tuple[Any, ...]:
        """What two have in common that mean the same."""
        bounds = tuple(one[:2] if one else None for one in (self.most, self.least))
        return self.listed, bounds, self.multiple[0] if self.multiple else None


def number_losses(was: Number, now: Number) -> Iterator[Loss]:
    """What limits the first has on numbers and the second lacks."""
    place = now.way.place("number")
    if now.listed is not None:
        return
    if was.listed is not None:
        if now.most is None and now.least is None:
            keyword, strict = _list_place(was.way)
            said = _list_words(was.listed)
            yield Loss(rules.VALUES_FREE.id, f"the list of values {said} was removed, so any number is accepted",
                       f"only the values {said} are accepted now", Severity.MEDIUM, strict, place, keyword)  # fmt: skip
        return
    if was.most is not None:
        if now.most is None:
            yield _removed(was.most[3], was.most[0], was.most[2], place, "the number may be of any size")
        elif now.most[0] > was.most[0]:
            yield from _raised(was.most[3], (was.most[0], was.most[2]), now.most[0], now.most[2], now.most[3])
        elif now.most[0] == was.most[0] and was.most[1] and not now.most[1]:
            yield _included(was.most, now.most)
    if was.least is not None:
        yield from _least_losses(was.least, now.least, place)
    if was.multiple is not None and now.multiple is None and not now.way.is_integer:
        yield _removed("multipleOf", was.multiple[0], was.multiple[1], place, "the number may have any fraction")


Bound = tuple[float, bool, Node, str]


def _least_losses(was: Bound, now: Bound | None, place: Node) -> Iterator[Loss]:
    number, _, strict, keyword = was
    so = "the number may be negative" if number >= 0 else "the number may be of any size"
    if now is None:
        yield _removed(keyword, number, strict, place, so)
    elif now[0] < number:
        negative = number >= 0 > now[0]
        end = ", so the number may be negative" if negative else ""
        yield Loss(rules.LIMIT_RAISED.id, f"`{keyword}` was lowered from {shown(number)} to {shown(now[0])}{end}",
                   f"`{keyword}` was raised from {shown(now[0])} to {shown(number)}",
                   Severity.MEDIUM if negative else Severity.LOW, strict, now[2], keyword, now[3])  # fmt: skip
    elif now[0] == number and was[1] and not now[1]:
        yield _included(was, now)


def _included(was: Bound, now: Bound) -> Loss:
    number = shown(was[0])
    return Loss(rules.LIMIT_RAISED.id, f"{number} itself is accepted now, the bound of the number",
                f"{number} itself, the bound of the number, is not accepted any more",
                Severity.LOW, was[2], now[2], was[3], now[3])  # fmt: skip


class Size:
    """What a way says about the number of items of an array."""

    type_ = "array"

    def __init__(self, way: Way) -> None:
        self.way = way
        self.most = way.least("maxItems")
        self.is_unique = way.is_true("uniqueItems")
        tuples = bool(way.values("prefixItems")) and any(value is False for value, _ in way.values("items"))
        self.is_fixed = way.listed is not None or tuples

    @cached_property
    def key(self) -> tuple[Any, ...]:
        """What two have in common that mean the same."""
        return self.most[0] if self.most else None, self.is_unique, self.is_fixed


def size_losses(was: Size, now: Size) -> Iterator[Loss]:
    """What limits the first has on the items of arrays and the second lacks."""
    place = now.way.place("array")
    if now.is_fixed:
        return
    if was.most is not None:
        if now.most is None:
            yield _removed("maxItems", *was.most, place, "there may be any number of items")
        else:
            yield from _raised("maxItems", was.most, now.most[0], now.most[1], "maxItems")
    if was.is_unique and not now.is_unique:
        strict = next(part for value, part in was.way.values("uniqueItems") if value is True)
        yield _removed("uniqueItems", 0, strict, place, "the same item may come many times")


def member_losses(was: Way, now: Way) -> Iterator[Loss]:
    """What limits the first has on the number of properties of an object and the second lacks."""
    most, least = was.least("maxProperties"), now.least("maxProperties")
    if most is None or now.closing is not None or now.has_listed_names:
        return
    if least is None:
        yield _removed("maxProperties", *most, now.place("object"), "there may be any number of properties")
    else:
        yield from _raised("maxProperties", most, least[0], least[1], "maxProperties")


def weakest(was: Sequence[Any], now: Sequence[Any], losses: Callable[[Any, Any], Iterator[Loss]]) -> Iterator[Loss]:
    """What limits several ways lost together: each way now is held against the one of before that it is nearest to."""
    known = {one.key for one in was}
    seen: set[Any] = set()
    for one in now:
        if one.key in known or one.key in seen or len(seen) >= _MOST_FACETS:
            continue
        seen.add(one.key)
        best: list[Loss] | None = None
        for other in was[:_MOST_FACETS]:
            found = list(losses(other, one))
            if best is None or len(found) < len(best):
                best = found
        yield from best or ()


def _list_place(way: Way) -> tuple[str, Node]:
    keyword = "enum" if way.values("enum") else "const"
    return keyword, way.values(keyword)[0][1]


def _list_words(listed: frozenset[Any]) -> str:
    some = sorted(listed, key=str)
    plain = ", ".join(f"`{str(one)[:40]}`" if isinstance(one, str) else shown(one) for one in some[:3])
    return f"{plain} and {len(some) - 3:,} more" if len(some) > 3 else plain


def _quoted(pattern: str) -> str:
    return f"`{pattern}`" if len(pattern) <= _LONGEST else f"`{pattern[: _LONGEST - 1]}…`"
