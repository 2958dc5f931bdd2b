"""Regular expressions of configuration, which may be a stranger's: refused or bounded, never a way to hang."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

LONGEST = 2_000  # characters of a pattern
_MOST_STEPS = 100_000  # of an engine that has to go back
_LARGEST = 1 << 20  # bytes of a compiled pattern
_MOST_EFFORT = 3_000_000  # steps of the analysis of all patterns of a configuration
_FLAGS = {"i": "i", "m": "m", "s": "s", "u": "", "g": "", "y": ""}
_DELIMITED = re.compile(r"/(.+)/([a-z]*)", re.DOTALL)


_effort: ContextVar[list[int] | None] = ContextVar("effort", default=None)


class PatternError(ValueError):
    """A pattern that is not to be used, and why."""


@contextmanager
def budgeted() -> Iterator[None]:
    """Within it, all patterns together may take so much analysis and no more: what is left after that is refused."""
    token = _effort.set([0])
    try:
        yield
    finally:
        _effort.reset(token)


def delimited(text: str) -> tuple[str, str]:
    """The pattern and the flags of `/pattern/flags`, or the text itself and no flags."""
    found = _DELIMITED.fullmatch(text)
    return (found[1], found[2]) if found else (text, "")


@lru_cache(maxsize=1_024)
def compiled(text: str, flags: str = "") -> Callable[[str], bool]:
    """What says whether a pattern (ECMA-262) is found anywhere in a text: it is anchored only by its own `^` and `$`.

    Raises `PatternError` for what is no pattern, is too long, or can take a backtracking engine more than linear time.
    It is run by an engine without backtracking where it has no look-around and no backreference; else the steps are
    bounded, and a text on which they do not suffice does not match.
    """
    vet(text)
    unknown = set(flags) - _FLAGS.keys()
    if unknown:
        raise PatternError(f"the flag {min(unknown)!r} of the pattern {_shown(text)} is not known")
    asked = "".join(sorted({_FLAGS[flag] for flag in flags}))
    return _engine(text, f"(?{asked})" if asked else "")


def vet(text: str) -> None:
    """Raises `PatternError` for a pattern that is none, or may take more than linear time."""
    from apilint.analysis.regex import analyse, spelt

    if len(text) > LONGEST:
        raise PatternError(f"the pattern {_shown(text)} is longer than {LONGEST:,} characters")
    spent = _effort.get()
    if spent is not None and spent[0] > _MOST_EFFORT:
        raise PatternError("the patterns of the configuration take too long to be judged: use fewer or simpler ones")
    known = analyse(text)
    if spent is not None:
        spent[0] += known.effort + len(text)
    if known.parsed is None:
        raise PatternError(f"{_shown(text)} is no pattern: {known.error or 'it is too large'}")
    found = known.ambiguity
    if found is not None:
        time = "exponential time" if found.degree == 0 else f"time that grows as the length to the power {found.degree}"
        raise PatternError(f"the pattern {_shown(text)} can take {time}, on {spelt(found, 30)}: write it without")


def options() -> Any:
    """How the patterns inside a JSON Schema are to be run."""
    from jsonschema_rs import FancyRegexOptions

    return FancyRegexOptions(backtrack_limit=_MOST_STEPS, size_limit=_LARGEST)


def _engine(text: str, flags: str) -> Callable[[str], bool]:
    from jsonschema_rs import RegexOptions, validator_for

    schema = {"type": "string", "pattern": flags + portable(text)}
    try:
        validator = validator_for(schema, pattern_options=RegexOptions(size_limit=_LARGEST))
    except ValueError:
        try:
            validator = validator_for(schema, pattern_options=options())
        except ValueError:
            raise PatternError(f"the pattern {_shown(text)} cannot be run here") from None

    def found(value: str) -> bool:
        # A lone surrogate is no text for the engine.
        text = value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
        return bool(validator.is_valid(text))

    return found


def portable(text: str) -> str:
    """The pattern with braces that repeat nothing escaped: in ECMA-262 they are characters, elsewhere mistakes."""
    parts: list[str] = []
    at, in_class = 0, False
    while at < len(text):
        one = text[at]
        if one == "\\":
            parts.append(text[at : at + 2])
            if text[at + 1 : at + 3] in ("p{", "P{", "u{", "x{"):
                end = text.find("}", at)
                parts[-1] = text[at : end + 1] if end > 0 else text[at:]
            at += len(parts[-1])
            continue
        if in_class:
            in_class = one != "]"
            parts.append("\\" + one if one in "[&~" else one)
        elif one == "[":
            in_class = True
            parts.append(one)
        elif one == "{" and (found := re.compile(r"\{\d+(?:,\d*)?\}").match(text, at)):
            parts.append(found[0])
            at += len(found[0])
            continue
        else:
            parts.append("\\" + one if one in "{}" else one)
        at += 1
    return "".join(parts)


def _shown(text: str) -> str:
    return repr(text if len(text) <= 80 else text[:79] + "…")
