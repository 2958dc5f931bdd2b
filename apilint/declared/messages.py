"""Messages of rules without code: a text with placeholders for what was found, and no more than that."""

from __future__ import annotations

import re
from collections.abc import Mapping

from apilint.policy.selection import hint

LONGEST = 600
PLACEHOLDERS = ("operation", "path", "property", "value", "error")
_PART = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_WORDS = {
    "operation": "the operation",
    "path": "the place",
    "property": "the property",
    "value": "the value",
    "error": "it is not as it must be",
}


class MessageError(ValueError):
    """A message that cannot be filled in, and why."""


def check(text: str) -> None:
    """Raises `MessageError` for a message with other placeholders than there are, or that is too long."""
    if not text.strip():
        raise MessageError("the message is empty")
    if len(text) > LONGEST:
        raise MessageError(f"the message is longer than {LONGEST} characters")
    for found in _PART.finditer(text):
        if found[0] in ("{", "}"):
            raise MessageError(f"a lone {found[0]!r}: write {found[0] * 2!r} for the character itself")
        if found[1] is not None and found[1] not in PLACEHOLDERS:
            raise MessageError(f"no placeholder is called {found[1][:80]!r}{hint(found[1], PLACEHOLDERS)}")


def filled(text: str, values: Mapping[str, str]) -> str:
    """The message about one finding; each value has to be shortened already."""

    def replaced(found: re.Match[str]) -> str:
        return found[0][0] if found[1] is None else values[found[1]]

    return _PART.sub(replaced, text)


def title(text: str) -> str:
    """The message about no finding in particular, on one line."""
    line = " ".join(filled(text, _WORDS).split())
    return line[:1].upper() + line[1:]


def literal(text: str) -> str:
    """A text as it is written in a message, its braces doubled."""
    return text.replace("{", "{{").replace("}", "}}")
