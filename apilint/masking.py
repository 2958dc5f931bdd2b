"""Secrets that a document holds are masked in everything that a report shows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from apilint.findings import Finding, Location, Problem, Related

_SHORTEST = 4  # characters of a part that is worth masking by itself
_KEPT = 4


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

    def line(self, text: str) -> str:
        """A line of a document, as long as it was, so that what is marked below it stays in its place."""
        from apilint.analysis.secrets import mask

        return self.text(mask(text))

    def text(self, text: str) -> str:
        """A text in which the secrets are masked."""
        return self._pattern.sub(_masked, text) if self.secrets else text

    def finding(self, finding: Finding) -> Finding:
        """A finding that shows no secret in its message, its places or their labels."""
        if not self.secrets or not self._pattern.search("\0".join(_texts(finding))):
            return finding
        return finding._replace(
            message=self.text(finding.message),
            location=self._location(finding.location),
            operation=finding.operation and self.text(finding.operation),
            related=tuple(Related(self._location(one.location), self.text(one.label)) for one in finding.related),
            chain=tuple(map(self._location, finding.chain)),
        )

    def problem(self, problem: Problem) -> Problem:
        """A problem that shows no secret."""
        return problem._replace(message=self.text(problem.message)) if self.secrets else problem

    def _location(self, location: Location) -> Location:
        return location._replace(pointer=self.text(location.pointer))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        # The longest first: a secret may be a part of another.
        return re.compile("|".join(map(re.escape, sorted(self.secrets, key=len, reverse=True))))


def _masked(found: re.Match[str]) -> str:
    text = found[0]
    kept = _KEPT if len(text) > 3 * _KEPT else 0
    return text[:kept] + "*" * (len(text) - kept)


def _texts(finding: Finding) -> Iterable[str]:
    yield finding.message
    yield finding.operation or ""
    for location in (finding.location, *(one.location for one in finding.related), *finding.chain):
        yield location.pointer
    yield from (one.label for one in finding.related)
