"""The values of JavaScript as far as filters of JSONPath need them: what is true, what is equal, what comes first.

Filters in rulesets are written for engines that evaluate them as JavaScript (ECMA-262, sections 7.1 and 7.2). Here
they are data, and these few functions are all that can happen to a value.
"""

from __future__ import annotations

import math
from typing import Any


class Undefined:
    """The value of what is not there."""

    def __repr__(self) -> str:
        return "undefined"


UNDEFINED = Undefined()


def is_true(value: Any) -> bool:
    """Whether a value counts as true: objects and arrays do, even empty ones."""
    if type(value) in (dict, list):
        return True
    return bool(value) and value is not UNDEFINED and value == value


def number(value: Any) -> float:
    """A value as a number, NaN for what is none."""
    if isinstance(value, bool) or value is None:
        return float(bool(value))
    if isinstance(value, int | float):
        return value if abs(value) < 1e300 else math.inf
    if isinstance(value, str):
        text = value.strip()
        try:
            return float(text) if len(text) < 400 and "_" not in text else math.nan
        except ValueError:
            return math.nan if text else 0.0
    return math.nan


def same(one: Any, other: Any) -> bool:
    """`===`: equal without a change of type. Objects and arrays are equal if they hold the same."""
    if one is UNDEFINED or other is UNDEFINED:
        return one is other
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one == other
    return type(one) is type(other) and _alike(one, other)


def _alike(one: Any, other: Any) -> bool:
    pending = [(one, other)]
    while pending:
        left, right = pending.pop()
        if type(left) is dict and type(right) is dict:
            if left.keys() != right.keys():
                return False
            pending += [(value, right[key]) for key, value in left.items() if value is not right[key]]
        elif type(left) is list and type(right) is list:
            if len(left) != len(right):
                return False
            pending += [pair for pair in zip(left, right, strict=True) if pair[0] is not pair[1]]
        elif isinstance(left, bool) is not isinstance(right, bool) or left != right:
            return False
    return True


def equal(one: Any, other: Any) -> bool:
    """`==`: null is equal to undefined, and a text to the number that it spells."""
    if one is UNDEFINED or one is None or other is UNDEFINED or other is None:
        return (one is UNDEFINED or one is None) and (other is UNDEFINED or other is None)
    if type(one) is type(other) or type(one) in (dict, list) or type(other) in (dict, list):
        return same(one, other)
    return number(one) == number(other)


def less(one: Any, other: Any) -> bool:
    """`<`: by code units between texts, else as numbers, of which NaN is never less."""
    if isinstance(one, str) and isinstance(other, str):
        return one.encode("utf-16-be", "surrogatepass") < other.encode("utf-16-be", "surrogatepass")
    return number(one) < number(other)
