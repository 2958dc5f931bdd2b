"""Tests of one value, as conditions write them: `pattern`, `min`, `in`, `casing`, `schema` and their like.

Each is made from data once and then says of a value what is wrong with it: an empty list for nothing, None where the
value is of a kind that the test says nothing about.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from apilint.declared import javascript
from apilint.declared.casing import NAMES, Casing
from apilint.declared.javascript import UNDEFINED, is_true
from apilint.declared.patterns import compiled, delimited
from apilint.reading.pointer import Path

MOST_VALUES = 1_000
_LONGEST_SHOWN = 80
_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")


class ValueTestError(ValueError):
    """A test that cannot be meant: which part of it, and why."""

    def __init__(self, message: str, *path: str) -> None:
        super().__init__(message)
        self.path = path


class Wrong(NamedTuple):
    """What is wrong with a value, and where below it."""

    error: str
    path: Path = ()


Verdict = list[Wrong] | None
Test = Callable[[Any], Verdict]


def shown(value: Any) -> str:
    """A value for a message, shortened."""
    if value is UNDEFINED:
        return "nothing"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    text = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else f"`{value}`"
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"


def _simple(error: str, holds: Callable[[Any], bool | None]) -> Test:
    wrong = [Wrong(error)]

    def test(value: Any) -> Verdict:
        held = holds(value)
        return None if held is None else [] if held else wrong

    return test


def _flag(value: Any, name: str) -> bool:
    if not isinstance(value, bool):
        raise ValueTestError(f"{name} is true or false, not {shown(value)}", name)
    return value


def _defined(given: Any, name: str) -> Test:
    wanted = _flag(given, name) is (name == "defined")
    error = "it must be defined" if wanted else "it must not be defined"
    return _simple(error, lambda value: (value is not UNDEFINED) is wanted)


def _truthy(given: Any, name: str) -> Test:
    wanted = _flag(given, name) is (name == "truthy")
    error = "it must be there, and neither empty nor false" if wanted else "it must be absent, empty or false"
    return _simple(error, lambda value: is_true(value) is wanted)


def _equals(given: Any, name: str) -> Test:
    return _simple(
        f"it must be {shown(given)}",
        lambda value: None if value is UNDEFINED else javascript.same(value, given),
    )


def _one_of(given: Any, name: str) -> Test:
    if not isinstance(given, list) or not given or len(given) > MOST_VALUES:
        raise ValueTestError(f"{name} is a list of one to {MOST_VALUES:,} values", name)
    wanted = name == "in"
    listed = ", ".join(map(shown, given[:10])) + (", …" if len(given) > 10 else "")
    # As `javascript.same` compares them, all at once: a list may be long, and asked of every value of a document.
    known = {_alone(one) for one in given if type(one) not in (dict, list)}

    def holds(value: Any) -> bool | None:
        if value is UNDEFINED or type(value) in (dict, list):
            return None
        return (_alone(value) in known) is wanted

    return _simple(f"it must {'' if wanted else 'not '}be one of {listed}", holds)


def _alone(value: Any) -> tuple[type, Any]:
    """A value that is no object and no array, with what tells true from 1."""
    kind = type(value)
    return (float if kind is int else kind), value


def _pattern(given: Any, name: str) -> Test:
    if not isinstance(given, str) or not given:
        raise ValueTestError(f"{name} is a regular expression", name)
    text, flags = delimited(given)
    matches = compiled(text, flags)
    wanted = name == "pattern"
    return _simple(
        f"it must {'' if wanted else 'not '}match the pattern {shown(given)}",
        lambda value: matches(value) is wanted if isinstance(value, str) else None,
    )


def _bound(given: Any, name: str) -> Test:
    if not _is_number(given):
        raise ValueTestError(f"{name} is a number, not {shown(given)}", name)
    least = name == "min"
    return _simple(
        f"it must be {'at least' if least else 'at most'} {given:g}",
        lambda value: (value >= given if least else value <= given) if _is_number(value) else None,
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _length(given: Any, name: str) -> Test:
    if not isinstance(given, int) or isinstance(given, bool) or given < 0:
        raise ValueTestError(f"{name} is a whole number, 0 or more, not {shown(given)}", name)
    least = name == "min_length"

    def holds(value: Any) -> bool | None:
        if not isinstance(value, str | list | dict):
            return None
        return len(value) >= given if least else len(value) <= given

    return _simple(f"it must have {'at least' if least else 'at most'} {given:,} characters, items or members", holds)


def _casing(given: Any, name: str) -> Test:
    parts = {"type": given} if isinstance(given, str) else given
    if not isinstance(parts, Mapping) or not isinstance(parts.get("type"), str):
        raise ValueTestError("casing is the name of one, or a mapping with its type", name)
    for key in parts:
        if key not in ("type", "digits", "separator", "leading_separator"):
            raise ValueTestError(
                f"casing has no {key!r}: it has type, digits, separator, leading_separator", name, str(key)
            )
    if parts["type"] not in NAMES:
        raise ValueTestError(f"no casing is called {parts['type']!r}; there are {', '.join(NAMES)}", name)
    separator = parts.get("separator", "")
    if not isinstance(separator, str) or len(separator) > 1:
        raise ValueTestError("separator is one character", name, "separator")
    digits, lead = _flag(parts.get("digits", True), name), _flag(parts.get("leading_separator", False), name)
    casing = Casing(parts["type"], digits, separator, lead)
    return _simple(
        f"it must be {casing.name} case",
        lambda value: casing.fits(value) if isinstance(value, str) and value else None,
    )


def _type(given: Any, name: str) -> Test:
    wanted = [given] if isinstance(given, str) else given
    if not isinstance(wanted, list) or not wanted or any(one not in _TYPES for one in wanted):
        raise ValueTestError(f"type is one or a list of {', '.join(_TYPES)}", name)
    names = tuple(wanted)
    return _simple(
        f"it must be of type {' or '.join(names)}",
        lambda value: None if value is UNDEFINED else any(_is_of(value, one) for one in names),
    )


def _is_of(value: Any, name: str) -> bool:
    if name == "integer":
        return _is_number(value) and float(value).is_integer()
    kinds: dict[str, Any] = {"array": list, "object": dict, "string": str, "boolean": bool, "null": type(None)}
    return _is_number(value) if name == "number" else isinstance(value, kinds[name])


def _members(given: Any, name: str) -> Test:
    if not isinstance(given, list) or not 2 <= len(given) <= MOST_VALUES or any(not isinstance(x, str) for x in given):
        raise ValueTestError(f"{name} is a list of two or more names", name)
    exact = name == "exactly_one"
    listed = ", ".join(f"`{one}`" for one in given[:5]) + (", …" if len(given) > 5 else "")

    def holds(value: Any) -> bool | None:
        if type(value) is not dict:
            return None
        count = sum(one in value for one in given)
        return count == 1 if exact else count > 0

    return _simple(f"it must have {'exactly' if exact else 'at least'} one of {listed}", holds)


def _sorted(given: Any, name: str) -> Test:
    if given is not True and not isinstance(given, str):
        raise ValueTestError("sorted is true, or the name of the member to sort by", name)

    def test(value: Any) -> Verdict:
        if type(value) not in (dict, list):
            return None
        items = list(value)
        if isinstance(given, str):
            if any(type(item) is not dict for item in items):
                return [Wrong("its items must be objects")]
            items = [item.get(given, UNDEFINED) for item in items]
        if len(items) > 1 and any(not isinstance(item, str) and not _is_number(item) for item in items):
            return [Wrong("its items must be texts or numbers")]
        for at, (one, other) in enumerate(pairwise(items)):
            if _comes_after(one, other):
                path: Path = () if isinstance(given, str) else (at if type(value) is list else one,)
                return [Wrong(f"{shown(one)} must come after {shown(other)}", path)]
        return []

    return test


def _comes_after(one: Any, other: Any) -> bool:
    if _is_number(one) and _is_number(other):
        return bool(one > other)
    first, second = str(one), str(other)
    numbers = javascript.number(first), javascript.number(second)
    if numbers[0] == numbers[0] and numbers[1] == numbers[1]:
        return numbers[0] > numbers[1]
    return (first.casefold(), first.swapcase()) > (second.casefold(), second.swapcase())


def _typed_enum(given: Any, name: str) -> Test:
    _flag(given, name)

    def test(value: Any) -> Verdict:
        if type(value) is not dict or type(value.get("enum")) is not list or "type" not in value:
            return None
        types = value["type"] if type(value["type"]) is list else [value["type"]]
        nullable = value.get("nullable") is True or value.get("x-nullable") is True
        names = [one for one in types if one in _TYPES]
        return [
            Wrong(f"{shown(item)} is not of type {' or '.join(map(str, types))}", ("enum", at))
            for at, item in enumerate(value["enum"])
            if names and not any(_is_of(item, one) for one in names) and not (nullable and item is None)
        ]

    return test


def _schema(given: Any, name: str) -> Test:
    from apilint.declared.schemas import schema

    return schema(given)


TESTS: dict[str, Callable[[Any, str], Test]] = {
    "defined": _defined,
    "undefined": _defined,
    "truthy": _truthy,
    "falsy": _truthy,
    "equals": _equals,
    "in": _one_of,
    "not_in": _one_of,
    "pattern": _pattern,
    "not_pattern": _pattern,
    "min": _bound,
    "max": _bound,
    "min_length": _length,
    "max_length": _length,
    "casing": _casing,
    "type": _type,
    "exactly_one": _members,
    "at_least_one": _members,
    "sorted": _sorted,
    "typed_enum": _typed_enum,
    "schema": _schema,
}
