"""Regular expressions of documents: parsed and analysed, never run.

`analyse(text)` gives all that is known about a pattern; `is_finite`, `excludes` and `admits` answer the common
questions. Answers are kept by the pattern's text. A pattern that cannot be read, or would take too much work, gets
the careful answer: not finite, excludes nothing, no ambiguity.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apilint.analysis.regex.ambiguity import Ambiguity
    from apilint.analysis.regex.pattern import Pattern

_LONGEST = 1_000_000
_SHOWN = 16


@lru_cache(maxsize=4096)
def analyse(text: str) -> Pattern:
    """What is known about a pattern; never raises."""
    from apilint.analysis.regex.pattern import Pattern

    return Pattern(text)


@lru_cache(maxsize=4096)
def is_finite(text: str) -> bool:
    """Whether a pattern matches only strings up to some length: anchored at both ends, nothing repeated endlessly."""
    if not text.startswith(("^", "(")) or not text.endswith(("$", ")")):
        return False
    longest = analyse(text).longest
    return longest is not None and longest < _LONGEST


def excludes(text: str, characters: str) -> bool:
    """Whether no string that a pattern accepts contains any of the characters."""
    return not any(analyse(text).admits(character) for character in characters)


def admits(text: str, part: str) -> bool:
    """Whether a pattern accepts some string that contains another; True where that is not known."""
    return analyse(text).admits(part)


def spelt(found: Ambiguity, rounds: int) -> str:
    """The text that makes a pattern slow, for a message: `"a" × 30 + "!"`."""
    parts = [f"{_quoted(found.pump)} × {rounds:,}"]
    if found.prefix:
        parts.insert(0, _quoted(found.prefix))
    if found.suffix:
        parts.append(_quoted(found.suffix))
    return f"`{' + '.join(parts)}`"


def _quoted(text: str) -> str:
    shown = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    escaped = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
    return (
        '"' + "".join(escaped.get(sign, sign if sign.isprintable() else f"\\u{ord(sign):04x}") for sign in shown) + '"'
    )
