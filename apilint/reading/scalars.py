"""The YAML 1.2 core schema: which plain text is a number, a boolean, null, or just text."""

from __future__ import annotations

import re
from typing import Any

_WORDS: dict[str, Any] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
for _sign, _value in (("", float("inf")), ("+", float("inf")), ("-", float("-inf"))):
    for _word in (".inf", ".Inf", ".INF"):
        _WORDS[_sign + _word] = _value
for _word in (".nan", ".NaN", ".NAN"):
    _WORDS[_word] = float("nan")

# A leading zero stays text: 012 is ten in YAML 1.1, twelve in 1.2 and an error in JSON.
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+)")
_STARTS = frozenset("-+.0123456789")

# CPython refuses to convert longer ones, in time quadratic to their length if it did not.
LONGEST_NUMBER = 4_300
# Longer texts are seldom repeated, and keeping them would only hold memory.
_KEPT = 64

TAG = "tag:yaml.org,2002:"


class Plain(dict[str, Any]):
    """Plain scalars by their text, resolved once each: `plain[text]` is the value."""

    def __missing__(self, text: str) -> Any:
        """Resolve a text that was not met before."""
        value = resolve(text) if text[:1] in _STARTS or text in _WORDS else text
        if len(text) < _KEPT:
            self[text] = value
        return value


def resolve(text: str) -> Any:
    """The value of a plain scalar by the YAML 1.2 core schema.

    Integers of more than `LONGEST_NUMBER` digits stay text; floats overflow to infinity.
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text) if len(text) <= LONGEST_NUMBER else text
    if _BASED.fullmatch(text):
        return int(text[2:], 8 if text[1] == "o" else 16) if len(text) <= LONGEST_NUMBER else text
    if len(text) <= LONGEST_NUMBER and _FLOAT.fullmatch(text):
        return float(text)
    return text


def tagged(tag: str, text: str) -> tuple[bool, Any]:
    """The value of a scalar with an explicit tag, and whether the tag is a core one that fits the text.

    Where it is not, the value is the text.
    """
    if tag == TAG + "str":
        return True, text
    value = resolve(text)
    fits = {
        TAG + "null": value is None,
        TAG + "bool": isinstance(value, bool),
        TAG + "int": type(value) is int,
        TAG + "float": type(value) in (int, float),
    }.get(tag, False)
    if not fits:
        return False, text
    return True, float(value) if tag == TAG + "float" else value
