"""Regular expressions of documents: parsed and measured, never run."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

_MOST_CHARACTERS = 10_000


@lru_cache(maxsize=4096)
def is_finite(pattern: str) -> bool:
    """Whether an anchored pattern matches only strings up to some length.

    The answer comes from the syntax tree that Python's own parser makes; a pattern that it cannot
    parse counts as unbounded, as does one that is not anchored at both ends (ECMA-262 patterns in
    JSON Schema are searches).
    """
    if len(pattern) > _MOST_CHARACTERS or not pattern.startswith(("^", "\\A", "(?:^", "(^")):
        return False
    from re import _parser as parser  # type: ignore[attr-defined]
    from warnings import catch_warnings, simplefilter

    try:
        with catch_warnings():
            simplefilter("ignore")
            tree = parser.parse(pattern)
        widest = tree.getwidth()[1]
    except (parser.error, RecursionError, OverflowError, ValueError):
        return False
    return widest < _MOST_CHARACTERS * 100 and _anchored(list(tree))


def _anchored(items: list[Any]) -> bool:
    """Whether each alternative begins with a start anchor and ends with an end anchor."""
    if len(items) == 1:
        name, argument = str(items[0][0]), items[0][1]
        if name == "BRANCH":
            return all(_anchored(list(branch)) for branch in argument[1])
        if name == "SUBPATTERN":
            return _anchored(list(argument[3]))
    return _is_anchor(items, 0, ("AT_BEGINNING", "AT_BEGINNING_STRING")) and _is_anchor(
        items, -1, ("AT_END", "AT_END_STRING")
    )


def _is_anchor(items: list[Any], index: int, names: tuple[str, ...]) -> bool:
    if len(items) < 2:
        return False
    return str(items[index][0]) == "AT" and str(items[index][1]) in names
