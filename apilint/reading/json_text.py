"""JSON to plain data: the standard library's C scanner, made strict, with repeated keys noticed."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Callable
from typing import Any

from apilint.reading.limits import LimitReached, Limits, Malformed
from apilint.reading.lines import Lines

# A key is a string before a colon; so is, to this pattern, an escaped quote before one inside a string.
_SPACED_KEY = re.compile(rb'"[ \t\r\n]+:')
_SPACED_QUOTE = re.compile(rb'\\"[ \t\r\n]+:')


_CONSTANT = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|-?Infinity|NaN')


class _Constant(Exception):
    """The text holds NaN or an infinity."""


def load(text: str, data: bytes, limits: Limits) -> tuple[Any, bool]:
    """Read strict JSON, given as text and as UTF-8.

    Gives the value and whether some object has a key twice, of which the last one counts.
    Integers of more digits than CPython converts stay text. Raises `Malformed`, `LimitReached`.
    """
    decoder = json.JSONDecoder(parse_constant=_constant)
    collecting = gc.isenabled()
    gc.disable()
    try:
        value = _decode(decoder, text, limits)
        keys = _measure(value, limits)
        return value, keys != _written(data) and _repeated(text)
    finally:
        if collecting:
            gc.enable()


# Part of the module, if not of its documented surface: the C function that reads a string from after its first quote.
scanstring: Callable[[str, int, bool], tuple[str, int]] = json.decoder.scanstring  # type: ignore[attr-defined]


def scanner() -> Callable[[str, int], tuple[Any, int]]:
    """The C scanner by itself, for passing over a value: text and offset to value and the offset after it."""
    decoder: Any = json.JSONDecoder(parse_int=_integer)
    scan: Callable[[str, int], tuple[Any, int]] = decoder.scan_once
    return scan


def _decode(decoder: json.JSONDecoder, text: str, limits: Limits) -> Any:
    try:
        return decoder.decode(text)
    except json.JSONDecodeError as error:
        span = Lines(text).span(error.pos, error.pos)
        raise Malformed(_words(error.msg, text, error.pos), span.line, span.column) from None
    except RecursionError:
        raise LimitReached("depth", limits.depth, "the document is nested too deeply") from None
    except _Constant:
        found = next(found for found in _CONSTANT.finditer(text) if found[0][0] != '"')
        span = Lines(text).span(*found.span())
        raise Malformed(f"{found[0]} is not JSON", span.line, span.column) from None
    except ValueError:
        # The only other one is the refusal to convert thousands of digits.
        if decoder.parse_int is _integer:
            raise Malformed("this is not JSON") from None
        return _decode(json.JSONDecoder(parse_constant=_constant, parse_int=_integer), text, limits)


def _constant(word: str) -> Any:
    raise _Constant


def _integer(digits: str) -> int | str:
    try:
        return int(digits)
    except ValueError:
        return digits


def _words(message: str, text: str, position: int) -> str:
    if text[position : position + 2] in ("//", "/*") or text[position : position + 1] == "#":
        return "JSON has no comments"
    return message[:1].lower() + message[1:]


def _measure(value: Any, limits: Limits) -> int:
    """Keep the limits of depth and nodes, level by level; gives the number of keys."""
    keys = items = levels = 0
    level = [value] if type(value) is dict or type(value) is list else []
    while level:
        levels += 1
        if levels > limits.depth:
            raise LimitReached("depth", limits.depth, "the document is nested too deeply")
        below: list[Any] = []
        for box in level:
            if type(box) is dict:
                keys += len(box)
                for item in box.values():
                    if type(item) is dict or type(item) is list:
                        below.append(item)  # noqa: PERF401 - most boxes are small: a list for each costs half as much again
            else:
                items += len(box)
                for item in box:
                    if type(item) is dict or type(item) is list:
                        below.append(item)  # noqa: PERF401
        level = below
    if 1 + 2 * keys + items > limits.nodes:
        raise LimitReached("nodes", limits.nodes, "the document has too many keys and values")
    return keys


def _written(data: bytes) -> int:
    """The number of keys that the text seems to have, or -1 where it takes a parser to tell.

    It never gives the number of keys that were parsed if one of them was dropped: a string that
    begins with a colon makes it too high, and what could make it too low is left to the parser.
    """
    if b'\\\\"' in data:
        return -1
    spaced = len(_SPACED_KEY.findall(data)) - len(_SPACED_QUOTE.findall(data)) if _SPACED_KEY.search(data) else 0
    return spaced + data.count(b'":') - data.count(b'\\":')


def _repeated(text: str) -> bool:
    """Whether an object of a well-formed text has a key twice."""
    found = False

    def pairs(members: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal found
        box = dict(members)
        found = found or len(box) != len(members)
        return box

    json.JSONDecoder(parse_int=str, parse_float=str, object_pairs_hook=pairs).decode(text)
    return found
