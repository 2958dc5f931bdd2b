"""Which suppressions and marks stood in a document already, as a trusted revision has it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from apilint.policy.comments import comments
from apilint.policy.extensions import extensions
from apilint.policy.written import Inline
from apilint.reading.document import Document
from apilint.reading.limits import LimitReached, Limits, Malformed
from apilint.reading.pointer import Path

Standing = Callable[[Document, Inline, str], bool]
_Mark = tuple[str, str, str, frozenset[tuple[Any, ...]]]


class Stood:
    """Tells of a suppression whether the document had it, for the same rule and place, owner and last day.

    The reason may be worded otherwise, but there has to have been one.
    """

    def __init__(self, before: Callable[[str, int], bytes | None], limits: Limits) -> None:
        """`before` gives the bytes of a file as they were, by real path and at most so many."""
        self._before = before
        self._limits = limits
        self._known: dict[str, frozenset[_Mark]] = {}
        self._documents: dict[str, Document | None] = {}

    def __call__(self, document: Document, inline: Inline, rule: str) -> bool:
        """Whether the suppression of a rule stood there."""
        if document.path is None:
            return False  # no file of a repository
        if document.path not in self._known:
            self._known[document.path] = self._marks(document.path, document.name)
        return _mark(document, inline, rule) in self._known[document.path]

    def value(self, document: Document, path: Path) -> Any:
        """What the file of a document held at a path; None for nothing."""
        before = None if document.path is None else self._document(document.path, document.name)
        value: Any = None if before is None else before.value
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def _document(self, path: str, name: str) -> Document | None:
        from apilint.reading.parse import parse
        from apilint.reading.source import Source

        if path not in self._documents:
            self._documents[path] = None
            data = self._before(path, self._limits.bytes)
            if data is not None:
                with suppress(LimitReached, Malformed):
                    self._documents[path] = parse(Source(name, path, data), self._limits)
        return self._documents[path]

    def _marks(self, path: str, name: str) -> frozenset[_Mark]:
        document = self._document(path, name)
        if document is None:
            return frozenset()
        found = (
            one for one in (*comments(document), *extensions(document)) if one.terms.reason and not one.terms.fault
        )
        return frozenset(_mark(document, one, rule) for one in found for rule in one.terms.rules)


def _mark(document: Document, inline: Inline, rule: str) -> _Mark:
    terms = inline.terms
    places = frozenset(_steps(document.value, path) for path in inline.target.paths)
    return rule, terms.owner, terms.expires, places


def _steps(value: Any, path: Path) -> tuple[Any, ...]:
    """A path in which items of lists have what names them in place of a number, which others may change."""
    steps: list[Any] = []
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            value = None
        steps.append(_named(value) or step if isinstance(step, int) else step)
    return tuple(steps)


def _named(value: Any) -> tuple[str, ...]:
    if not isinstance(value, dict):
        return ()
    for names in (("$ref",), ("name", "in"), ("url",), ("name",)):
        found = tuple(value.get(name) for name in names)
        if all(isinstance(one, str) for one in found):
            return (*names, *map(str, found))
    return ()
