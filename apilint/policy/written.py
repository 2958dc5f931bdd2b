"""An inline suppression as it is written in a document, before anybody judges whether it holds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from apilint.findings import Span
from apilint.policy.dates import is_date
from apilint.policy.selection import hint
from apilint.reading.pointer import Path

_LONGEST = 1_000
_LONGEST_NAME = 200
_SEPARATORS = " \t:-\u2013\u2014"
_BLANK = frozenset("\u115f\u1160\u3164\uffa0")  # fillers of Hangul: letters for Unicode, nothing for the eye
_EVERY = frozenset(("*", "all", "any", "everything"))


class Terms(NamedTuple):
    """What a suppression says: of which rules, why, until when, and who answers for it.

    `fault` says in words what is wrong with the way in which it is written; the rest is then not to be used.
    """

    rules: tuple[str, ...] = ()
    reason: str = ""
    owner: str = ""
    expires: str = ""
    fault: str = ""


class Target(NamedTuple):
    """What a suppression covers: the members and items at these paths with all that is in them.

    Beside them what is shown on this `line` of the text, unless that is 0.
    """

    paths: tuple[Path, ...]
    line: int = 0


class Inline(NamedTuple):
    """A suppression in a document: its terms, the span of its own text, its own path, and its target."""

    terms: Terms
    span: Span
    path: Path
    target: Target


def terms(rules: Iterable[str], reason: str, owner: str = "", expires: str = "") -> Terms:
    """Terms whose parts are all there; a reason without a letter or digit that can be seen is none."""
    ids = tuple(dict.fromkeys(id.strip() for id in rules if id.strip()))
    if not ids:
        return Terms(fault="it names no rule")
    if not _EVERY.isdisjoint(ids):
        return Terms(fault="each rule is named: nothing suppresses all of them")
    if expires and not is_date(expires):
        return Terms(fault=f"{shown(expires)} is not a date like 2026-12-31")
    reason = " ".join(reason.strip(_SEPARATORS).split())
    reason = cut(reason, _LONGEST) if any(one.isalnum() and one not in _BLANK for one in reason) else ""
    return Terms(ids, reason, cut(owner.strip(), _LONGEST_NAME), expires)


def unknown_part(name: str, known: Iterable[str], meant: dict[str, str], sign: str = "") -> str:
    """The fault of a part that suppressions do not have, with what may have been meant."""
    if near := meant.get(name.lower()):
        meaning = f"; did you mean '{near}{sign}'?"
    else:
        meaning = hint(cut(name, _LONGEST_NAME), known)
    return f"it has no part {shown(name)}{meaning}"


def shown(text: str) -> str:
    """A text of the document in a message, in quotes."""
    return repr(cut(text, _LONGEST_NAME))


def cut(text: str, longest: int) -> str:
    """At most so many characters, the last of which says that there were more."""
    return text if len(text) <= longest else text[: longest - 1] + "…"
