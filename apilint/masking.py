"""Secrets that a document holds are masked in everything that a report shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from apilint.findings import Finding, Fix, Input, Location, Problem, Related, Suppression

_SHORTEST = 4  # characters of a part that is worth masking by itself
_KEPT = 4
_TOGETHER = 256  # findings


class Mask:
    """What to hide: the secrets that rules named, and whatever looks like one in a line of a document."""

    def __init__(self) -> None:
        self.secrets: set[str] = set()

    def add(self, secrets: Iterable[str]) -> None:
        """Hide these texts; one of several lines or words is hidden part by part."""
        for secret in secrets:
            self.secrets.update(part for part in secret.split() if len(part) >= _SHORTEST)
            if secret.strip() and len(secret) < _SHORTEST:
                self.secrets.add(secret.strip())

    def text(self, text: str) -> str:
        """A text in which the secrets are masked, as long as it was, so that what is marked below it stays in place."""
        text = _shapeless(text)
        return self._pattern.sub(_masked, text) if self.secrets else text

    def findings(self, findings: Sequence[Finding]) -> list[Finding]:
        """The findings, none of which shows a secret; many are looked at together, since hardly any would."""
        shown: list[Finding] = []
        for start in range(0, len(findings), _TOGETHER):
            part = findings[start : start + _TOGETHER]
            shown += part if self._is_clean(part) else map(self.finding, part)
        return shown

    def _is_clean(self, findings: Iterable[Finding]) -> bool:
        joined = "\0".join(text for finding in findings for text in _texts(finding))
        return self.text(joined) == joined

    def finding(self, finding: Finding) -> Finding:
        """A finding that shows no secret in its message, its places or their labels."""
        if self._is_clean((finding,)):
            return finding
        return finding._replace(
            message=self.text(finding.message),
            location=self._location(finding.location),
            operation=finding.operation and self.text(finding.operation),
            related=tuple(Related(self._location(one.location), self.text(one.label)) for one in finding.related),
            chain=tuple(map(self._location, finding.chain)),
            fix=self._fix(finding.fix),
            suppression=finding.suppression and self._suppression(finding.suppression),
            owner=self.text(finding.owner),
        )

    def problem(self, problem: Problem) -> Problem:
        """A problem that shows no secret."""
        pointer = None if problem.pointer is None else self.text(problem.pointer)
        return problem._replace(message=self.text(problem.message), pointer=pointer)

    def input(self, looked_at: Input) -> Input:
        """What was looked at, with departures from the schema that show no secret."""
        return looked_at._replace(deviations=tuple(map(self.text, looked_at.deviations)))

    def _suppression(self, suppression: Suppression) -> Suppression:
        """Reason and owner are free text of a document, as its lines are."""
        return suppression._replace(reason=self.text(suppression.reason), owner=self.text(suppression.owner))

    def _fix(self, fix: Fix | None) -> Fix | None:
        """A fix says what to write: one that would show a secret says no more than what it is for."""
        if fix is None:
            return None
        shows = any(self.text(text) != text for text in _texts_of(fix.edits))
        return fix._replace(summary=self.text(fix.summary), edits=() if shows else fix.edits)

    def _location(self, location: Location) -> Location:
        return location._replace(pointer=self.text(location.pointer))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        # The longest first: a secret may be a part of another.
        return re.compile("|".join(map(_written, sorted(self.secrets, key=len, reverse=True))))


def _shapeless(text: str) -> str:
    """A text in which nothing looks like a credential."""
    from apilint.analysis.secrets import mask

    text = mask(text)
    if "~1" not in text:
        return text
    # In a pointer it is a slash, and no part of the word that follows.
    spaced = text.replace("~1", " /")
    hidden = mask(spaced)
    if hidden == spaced:
        return text
    return "".join("*" if masked == "*" else sign for sign, masked in zip(text, hidden, strict=True))


def _written(secret: str) -> str:
    """A pattern for a secret as it is and as JSON, YAML, pointers and addresses may write it."""
    return "".join(map(_sign, secret))


def _sign(sign: str) -> str:
    if sign.isalnum() or sign in "-_":
        return sign
    plain, code = re.escape(sign), ord(sign)
    escaped = rf"\\{plain}|\\(?i:u{code:04x}|x{code:02x})|(?i:%{code:02x})"
    doubled = {"'": "|''", "/": "|~1", "~": "|~0"}.get(sign, "")
    return f"(?:{escaped}{doubled}|{plain})"


def _masked(found: re.Match[str]) -> str:
    text = found[0]
    kept = _KEPT if len(text) > 3 * _KEPT else 0
    return text[:kept] + "*" * (len(text) - kept)


def _texts(finding: Finding) -> Iterable[str]:
    yield finding.message
    yield finding.operation or ""
    yield finding.owner
    if finding.suppression is not None:
        yield from finding.suppression
    for location in (finding.location, *(one.location for one in finding.related), *finding.chain):
        yield location.pointer
    yield from (one.label for one in finding.related)
    if finding.fix is not None:
        yield finding.fix.summary
        yield from _texts_of(finding.fix.edits)


def _texts_of(value: Any) -> Iterator[str]:
    """All texts in a value, as they are: written as a literal, a quote in a secret would hide it."""
    pending = [value]
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            pending += value.items()
        elif isinstance(value, list | tuple):
            pending += value
