"""Fields of conditions: `a.b.c`, `/a/b~1c`, `@key` for each key, `$.a[*]` for what a JSONPath selects."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from apilint.declared.javascript import UNDEFINED
from apilint.declared.jsonpath import PathError
from apilint.declared.jsonpath import parse as parse_path
from apilint.declared.places import Spot
from apilint.reading.pointer import Path, parse_pointer

_LONGEST = 500
_PART = re.compile(r"""\.?([^.\[\]]+)|\[(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^\]'"]+))\]""")


class FieldError(ValueError):
    """A field that is not understood, and why."""


class Target(NamedTuple):
    """A value to test: the nearest place that exists, and the keys below it that do not."""

    spot: Spot
    missing: Path = ()

    @property
    def value(self) -> Any:
        """The value, or `UNDEFINED`."""
        return UNDEFINED if self.missing else self.spot.value

    @property
    def property(self) -> str:
        """The name of what is looked at: the key, with the names of what is missing."""
        if self.missing:
            return ".".join(map(str, self.missing))
        return str(self.spot.key)

    def below(self, path: Path) -> Target:
        """The target at some keys below."""
        spot = self.spot
        step: Any
        for step in path:
            value = spot.value
            if (type(value) is dict and step in value) or (type(value) is list and isinstance(step, int)):
                spot = spot.child(step, value[step])
            else:
                break
        return Target(spot, self.missing)


Field = Callable[[Spot], Iterator[Target]]


def parse(text: Any) -> Field:
    """What finds the targets of a field; an empty one is the value itself. Raises `FieldError`."""
    if not isinstance(text, str) or len(text) > _LONGEST:
        raise FieldError(f"a field is a text of {_LONGEST} characters at most")
    if not text:
        return lambda spot: iter((Target(spot),))
    if text == "@key":
        return _keys
    if text == "$" or text.startswith(("$.", "$[")):
        return _selected(text)
    if text.startswith("/"):
        return _walked("", parse_pointer(text))
    return _walked(text, _parts(text))


def _parts(text: str) -> list[str]:
    parts: list[str] = []
    at = 0
    while at < len(text):
        found = _PART.match(text, at)
        if not found:
            raise FieldError(f"the field {text[:80]!r} is not understood at {text[at : at + 20]!r}")
        part = next(one for one in found.groups() if one is not None)
        parts.append(re.sub(r"\\(.)", r"\1", part) if found[1] is None else part)
        at = found.end()
    return parts


def _keys(spot: Spot) -> Iterator[Target]:
    value = spot.value
    if type(value) is not dict:
        yield Target(spot)
        return
    for key in value:
        yield Target(spot.child(key, value[key]).name())
    if not value:
        yield Target(spot, ("@key",))


def _walked(whole: str, parts: list[str]) -> Field:
    def walk(spot: Spot) -> Iterator[Target]:
        value = spot.value
        if type(value) is not dict and type(value) is not list:
            yield Target(spot)
            return
        if whole and type(value) is dict and whole in value:
            yield Target(spot.child(whole, value[whole]))
            return
        for at, part in enumerate(parts):
            value = spot.value
            if type(value) is dict and part in value:
                spot = spot.child(part, value[part])
            elif type(value) is list and part.isascii() and part.isdigit() and len(part) < 8 and int(part) < len(value):
                spot = spot.child(int(part), value[int(part)])
            else:
                yield Target(spot, tuple(parts[at:]))
                return
        yield Target(spot)

    return walk


def _selected(text: str) -> Field:
    try:
        steps = parse_path(text)
    except PathError as error:
        raise FieldError(f"the JSONPath {text[:80]!r} is not understood: {error}") from None
    if sum(step.deep for step in steps) > 1:
        raise FieldError("a JSONPath as a field goes down to all depths once at most")

    def select(spot: Spot) -> Iterator[Target]:
        found = False
        for one in spot.ground.select(steps, spot):
            found = True
            yield Target(one)
        if not found:
            yield Target(spot, (text,))

    return select
