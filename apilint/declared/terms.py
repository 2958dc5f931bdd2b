"""The terms of filters: what each part of one is of a place. There are no others, so nothing else can be called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from apilint.declared import javascript
from apilint.declared.javascript import UNDEFINED
from apilint.declared.patterns import PatternError, compiled

Term = Callable[[Any], Any]  # of a place: see `places.Spot`


class FilterError(ValueError):
    """A filter that is not understood, and why."""


class Regex(NamedTuple):
    """A regular expression between slashes, as a value."""

    matches: Callable[[str], bool]


_KINDS: dict[str, Callable[[Any], bool]] = {
    "@object()": lambda value: type(value) is dict,
    "@array()": lambda value: type(value) is list,
    "@string()": lambda value: isinstance(value, str),
    "@number()": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "@integer()": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "@boolean()": lambda value: isinstance(value, bool),
    "@null()": lambda value: value is None,
    "@scalar()": lambda value: not isinstance(value, dict | list),
}


def constant(value: Any) -> Term:
    """The same value for each place."""
    return lambda place: value


def root(place: Any) -> Any:
    """The value of the whole document."""
    while place.parent is not None:
        place = place.parent
    return place.value


def about(text: str) -> Term:
    """What a word that begins with @ means. Raises `FilterError`."""
    if text in _KINDS:
        fits = _KINDS[text]
        return lambda place: fits(place.value)
    if text == "@property":
        return lambda place: place.key
    if text == "@parentProperty":
        return lambda place: UNDEFINED if place.parent is None else place.parent.key
    if text == "@parent":
        return lambda place: UNDEFINED if place.parent is None else place.parent.value
    if text == "@path":
        return lambda place: "$" + "".join(f"[{key if isinstance(key, int) else repr(key)}]" for key in place.keys)
    if text == "@root":
        return root
    if text == "@":
        return lambda place: place.value
    raise FilterError(f"{text!r} is not known here")


def member_of(term: Term, key: Term) -> Term:
    """A member of a value, its length, or a character of a text."""

    def member(place: Any) -> Any:
        value, wanted = term(place), key(place)
        if isinstance(wanted, float) and wanted.is_integer():
            wanted = int(wanted)
        if isinstance(wanted, str) or (isinstance(wanted, int) and not isinstance(wanted, bool)):
            if wanted == "length" and isinstance(value, str | list):
                return len(value)
            if isinstance(value, str) and isinstance(wanted, int):
                return value[wanted] if 0 <= wanted < len(value) else UNDEFINED
            return place.inside(value, wanted)
        return UNDEFINED

    return member


def called(method: Callable[[Any, Any], Any], term: Term, arguments: list[Term]) -> Term:
    """One of `METHODS`, called on a value. Raises `FilterError`."""
    if len(arguments) > 1:
        raise FilterError("a method has one argument at most here")
    argument = arguments[0] if arguments else constant("")
    return lambda place: method(term(place), argument(place))


def _searched(value: Any, pattern: Any) -> Any:
    if isinstance(value, Regex):
        value, pattern = pattern, value
    if not isinstance(value, str):
        return False
    if isinstance(pattern, Regex):
        return pattern.matches(value)
    try:
        return isinstance(pattern, str) and compiled(pattern)(value)
    except PatternError:
        return False


def _index(value: Any, part: Any) -> int:
    if isinstance(value, str):
        return value.find(part) if isinstance(part, str) else -1
    return next((at for at, item in enumerate(value) if javascript.same(item, part)), -1) if type(value) is list else -1


def _text(change: Callable[[str], str]) -> Callable[[Any, Any], Any]:
    return lambda value, argument: change(value) if isinstance(value, str) else UNDEFINED


METHODS: dict[str, Callable[[Any, Any], Any]] = {
    "match": _searched,
    "test": _searched,
    "search": lambda value, pattern: 0 if _searched(value, pattern) else -1,
    "includes": lambda value, part: _index(value, part) >= 0,
    # On what has no such method JavaScript stops, and so nothing is selected.
    "indexOf": lambda value, part: _index(value, part) if isinstance(value, str | list) else UNDEFINED,
    "startsWith": lambda value, part: isinstance(value, str) and isinstance(part, str) and value.startswith(part),
    "endsWith": lambda value, part: isinstance(value, str) and isinstance(part, str) and value.endswith(part),
    "toLowerCase": _text(str.lower),
    "toUpperCase": _text(str.upper),
    "trim": _text(str.strip),
    "toString": lambda value, part: str(value) if isinstance(value, str | int) else UNDEFINED,
}


def _length(arguments: list[Term]) -> Term:
    (one,) = _exactly(arguments, 1)

    def length(place: Any) -> Any:
        value = one(place)
        return len(value) if isinstance(value, str | list | dict) else UNDEFINED

    return length


def _count(arguments: list[Term]) -> Term:
    (one,) = _exactly(arguments, 1)
    return lambda place: int(one(place) is not UNDEFINED)


def _value(arguments: list[Term]) -> Term:
    return _exactly(arguments, 1)[0]


def _matched(whole: bool) -> Callable[[list[Term]], Term]:
    def made(arguments: list[Term]) -> Term:
        value, pattern = _exactly(arguments, 2)

        def matched(place: Any) -> bool:
            text, wanted = value(place), pattern(place)
            if not isinstance(text, str) or not isinstance(wanted, str):
                return False
            try:
                return compiled(f"^(?:{wanted})$" if whole else wanted)(text)
            except PatternError:
                return False

        return matched

    return made


def _exactly(arguments: list[Term], count: int) -> list[Term]:
    if len(arguments) != count:
        raise FilterError(f"a function with {count} arguments has {len(arguments)}")
    return arguments


FUNCTIONS: dict[str, Callable[[list[Term]], Term]] = {
    "length": _length,
    "count": _count,
    "value": _value,
    "match": _matched(True),
    "search": _matched(False),
}


def _compared(holds: Callable[[Any, Any], bool]) -> Callable[[Term, Term], Term]:
    return lambda left, right: lambda place: holds(left(place), right(place))


def _contains(part: Any, whole: Any) -> bool:
    if type(whole) is dict:
        return isinstance(part, str) and part in whole
    return type(whole) is list and _index(whole, part) >= 0


COMPARED: dict[str, Callable[[Term, Term], Term]] = {
    "===": _compared(javascript.same),
    "!==": _compared(lambda one, other: not javascript.same(one, other)),
    "==": _compared(javascript.equal),
    "!=": _compared(lambda one, other: not javascript.equal(one, other)),
    "<": _compared(javascript.less),
    ">": _compared(lambda one, other: javascript.less(other, one)),
    "<=": _compared(
        lambda one, other: javascript.less(one, other) or javascript.number(one) == javascript.number(other)
    ),
    ">=": _compared(
        lambda one, other: javascript.less(other, one) or javascript.number(one) == javascript.number(other)
    ),
    "=~": _compared(lambda value, pattern: bool(_searched(value, pattern))),
    "~=": _compared(lambda value, pattern: bool(_searched(value, pattern))),
    "in": _compared(_contains),
}
