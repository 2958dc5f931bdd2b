"""The part of `escape` that writes JSON (RFC 8259): ASCII, no lone surrogates, no commands of CI runners."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from apilint.report.escape import INLINE_COMMAND, shown

_SURROGATE = re.compile("[\ud800-\udfff]")
_ENCODER = json.JSONEncoder(ensure_ascii=True, allow_nan=False, check_circular=False, separators=(",", ":"))
_quoted: Callable[[str], str] = json.encoder.encode_basestring_ascii


def json_text(value: Any) -> str:
    """Write a value as JSON in ASCII on one line. Raises ValueError for NaN and infinities.

    Lone surrogates, which strict parsers refuse, become visible text.
    """
    text = _ENCODER.encode(value)
    return _ENCODER.encode(_without_surrogates(value)) if "\\ud" in text else text


def json_string(text: str) -> str:
    """`json_text` for a string; a report calls it a hundred thousand times."""
    return _quoted(text if text.isascii() else _SURROGATE.sub(_shown_match, text))


def json_document(text: str) -> str:
    """Spell `##[` in a whole JSON text so that it decodes to itself while no runner sees a command."""
    return INLINE_COMMAND.sub(r"#\\u0023", text) if "##" in text else text


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATE.sub(_shown_match, value)
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(member) for key, member in value.items()}
    return [_without_surrogates(member) for member in value] if isinstance(value, (list, tuple)) else value


def _shown_match(match: re.Match[str]) -> str:
    return shown(match[0])
