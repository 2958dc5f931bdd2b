"""JSONPath: RFC 9535, and what rulesets for Spectral use besides it. Read into steps, which `places` carries out.

Besides the RFC: `~` (the key instead of the value), `^` (the place around), names without quotes in brackets
(`[get,put]`), `.[…]`, `(@.length-1)`, and filters as `filters` reads them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from apilint.declared.filters import parse as parse_filter
from apilint.declared.terms import FilterError

LONGEST = 2_000  # characters
MOST_STEPS = 40
NAMES, ANY, SLICE, FILTER, KEYS, PARENT = "names", "any", "slice", "filter", "keys", "parent"
_NAME = re.compile(r"[^.\[\]()~^*?'\"\s,]+")
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"", re.DOTALL)
_SLICE = re.compile(r"\s*(-?\d*)\s*:\s*(-?\d*)\s*(?::\s*(-?\d*)\s*)?\]")
_BARE = re.compile(r"\s*([^,\]\[()'\"?]+?)\s*(?=[,\]])")
_LAST = re.compile(r"\(\s*@\.length\s*-\s*(\d{1,4})\s*\)\s*\]")


class PathError(ValueError):
    """A JSONPath that is not understood, and why."""


class Step(NamedTuple):
    """One step: which members are taken, and with `deep` of all that is below, not only of the place itself.

    `text` is what is written, by which steps are compared; `fits` is there for filters only.
    """

    kind: str
    deep: bool
    text: str
    names: tuple[str | int, ...] = ()
    bounds: tuple[int | None, int | None, int | None] = (None, None, None)
    fits: Callable[[Any], bool] | None = None

    @property
    def key(self) -> tuple[str, bool, str]:
        """The step as something to look it up by."""
        return self.kind, self.deep, self.text


@lru_cache(maxsize=1_024)
def parse(text: str) -> tuple[Step, ...]:
    """The steps of a JSONPath. Raises `PathError`."""
    if len(text) > LONGEST:
        raise PathError(f"it is longer than {LONGEST:,} characters")
    try:
        return tuple(_Reader(text.strip()).steps())
    except FilterError as error:
        raise PathError(f"its filter is not understood: {error}") from None


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def steps(self) -> list[Step]:
        if not self._text.startswith("$"):
            raise PathError("it does not begin with $")
        self._at = 1
        found: list[Step] = []
        while self._at < len(self._text):
            found += self._step()
            if len(found) > MOST_STEPS:
                raise PathError(f"it has more than {MOST_STEPS} steps")
        return found

    def _step(self) -> list[Step]:
        start, text = self._at, self._text
        dots = 0
        while text.startswith(".", self._at):
            dots += 1
            self._at += 1
        if dots > 2:
            raise PathError("more than two dots follow each other")
        deep = dots == 2
        one = text[self._at : self._at + 1]
        if not one:
            if deep:
                raise PathError("it ends in two dots")
            raise PathError("it ends in a dot")
        if one in "~^":
            if deep:
                raise PathError(f"two dots stand before {one!r}")
            self._at += 1
            return [Step(KEYS if one == "~" else PARENT, False, one)]
        if one == "*":
            self._at += 1
            return [Step(ANY, deep, "*")]
        if one == "[":
            self._at += 1
            return [self._bracket(deep)]
        if dots and (quoted := _QUOTED.match(text, self._at)):
            self._at = quoted.end()
            name = _unquoted(quoted)
            return [Step(NAMES, deep, repr((name,)), (name,))]
        found = _NAME.match(text, self._at)
        if not found or not dots:
            raise PathError(f"{text[start : start + 20]!r} is not understood")
        if found[0].startswith(("@", "`")):
            raise PathError(f"{found[0]!r} is an extension that is not known here")
        self._at = found.end()
        return [Step(NAMES, deep, repr((found[0],)), (found[0],))]

    def _bracket(self, deep: bool) -> Step:
        text = self._text
        while text[self._at : self._at + 1].isspace():
            self._at += 1
        if text.startswith("?", self._at):
            inner = self._until_closed(self._at + 1)
            return Step(FILTER, deep, inner, fits=parse_filter(inner))
        if found := re.compile(r"\*\s*\]").match(text, self._at):
            self._at = found.end()
            return Step(ANY, deep, "*")
        if found := _LAST.match(text, self._at):
            self._at = found.end()
            return Step(NAMES, deep, found[0], (-int(found[1]),))
        if found := _SLICE.match(text, self._at):
            self._at = found.end()
            low, high, by = (int(part) if part and part != "-" else None for part in found.groups())
            if by is not None and by < 1:
                raise PathError("a slice that goes backwards is not known here")
            return Step(SLICE, deep, repr((low, high, by)), bounds=(low, high, by))
        names = self._names()
        return Step(NAMES, deep, repr(names), names)

    def _names(self) -> tuple[str | int, ...]:
        names: list[str | int] = []
        while True:
            while self._text[self._at : self._at + 1].isspace():
                self._at += 1
            if found := _QUOTED.match(self._text, self._at):
                names.append(_unquoted(found))
            elif found := _BARE.match(self._text, self._at):
                names.append(int(found[1]) if re.fullmatch(r"-?\d{1,9}", found[1]) else found[1])
            else:
                raise PathError(f"{self._text[self._at : self._at + 20]!r} is not understood")
            self._at = found.end()
            while self._text[self._at : self._at + 1].isspace():
                self._at += 1
            sign = self._text[self._at : self._at + 1]
            self._at += 1
            if sign == "]":
                return tuple(names)
            if sign != ",":
                raise PathError("a bracket is not closed")

    def _until_closed(self, start: int) -> str:
        """The text up to the bracket that closes, brackets in strings and regular expressions passed over."""
        depth, at, text = 1, start, self._text
        while at < len(text):
            one = text[at]
            if one in "'\"":
                found = _QUOTED.match(text, at)
                if not found:
                    break
                at = found.end()
                continue
            if one == "/" and text[start:at].rstrip()[-1:] in ("(", ",", "=", "~", "[", "!", "&", "|", ""):
                regex = _REGEX.match(text, at)
                if regex:
                    at = regex.end()
                    continue
            depth += (one in "[(") - (one in ")]")
            if depth == 0:
                self._at = at + 1
                return text[start:at]
            at += 1
        raise PathError("a filter is not closed")


_REGEX = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")


def _unquoted(found: re.Match[str]) -> str:
    return re.sub(r"\\(.)", r"\1", found[1] if found[1] is not None else found[2], flags=re.DOTALL)
