"""What became of one document since a commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from apilint.changes.values import REMOVED, Difference, differences
from apilint.policy.suppression_rules import COMMENT
from apilint.reading.pointer import Path

if TYPE_CHECKING:
    from apilint.reading.document import Document


class Changed(NamedTuple):
    """What is not as it was in a document, in paths of the head.

    `touched` are the paths of what was added or changed, `removed` those of what is gone, as they were in the base.
    `gone` are references of the base that may be gone: the path of the `$ref` and its text. `said` holds the rules
    of which a suppression in a comment changed, by the paths that it covers. `base` is the document as it was.
    """

    touched: frozenset[Path] = frozenset()
    removed: frozenset[Path] = frozenset()
    gone: tuple[tuple[Path, str], ...] = ()
    said: Mapping[Path, frozenset[str]] = MappingProxyType({})
    base: Document | None = None

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return bool(self.touched or self.removed or self.said)


NEW = Changed(frozenset(((),)))


def compared(base: Document, head: Document) -> Changed:
    """What became of a document, by what it says."""
    if base.text == head.text:
        return Changed(base=base)
    found = list(differences(base.value, head.value))
    return Changed(
        frozenset((*(one.path for one in found if one.kind != REMOVED), *_repeated(base, head))),
        frozenset(one.path for one in found if one.kind == REMOVED),
        tuple(_references(found)),
        _said(base, head),
        base,
    )


def _repeated(base: Document, head: Document) -> Iterator[Path]:
    """The keys that stand more often than they did: the last one counts, so that the values do not show it."""
    before = Counter((*one.path, one.key) for one in base.duplicates)
    now = Counter((*one.path, one.key) for one in head.duplicates)
    return (path for path, number in now.items() if number > before[path])


def _references(found: Iterable[Difference]) -> Iterator[tuple[Path, str]]:
    """The references in what is no longer as it was."""
    for difference in found:
        if difference.path[-1:] == ("$ref",) and isinstance(difference.before, str):
            yield difference.path, difference.before
        work: list[tuple[Path, Any]] = [(difference.path, difference.before)]
        seen: set[int] = set()
        while work:
            path, value = work.pop()
            if type(value) not in (dict, list) or id(value) in seen:
                continue
            seen.add(id(value))
            if type(value) is list:
                work += [((*path, index), item) for index, item in enumerate(value)]
                continue
            if isinstance(value.get("$ref"), str):
                yield (*path, "$ref"), value["$ref"]
            work += [((*path, key), item) for key, item in value.items()]


def _said(base: Document, head: Document) -> dict[Path, frozenset[str]]:
    """What suppressions in comments say now and did not, or no longer: they count although they are comments.

    Those in extensions are values like any other.
    """
    before, now = _suppressions(base), _suppressions(head)
    found: dict[Path, set[str]] = {}
    for path, rule, _ in before ^ now:
        found.setdefault(path, set()).add(rule)
    return {path: frozenset(rules) for path, rules in found.items()}


def _suppressions(document: Document) -> set[tuple[Path, str, tuple[str, ...]]]:
    if document.format != "yaml" or COMMENT not in document.text:
        return set()
    from apilint.policy.comments import comments

    return {
        (path, rule, (inline.terms.reason, inline.terms.owner, inline.terms.expires, inline.terms.fault))
        for inline in comments(document)
        for path in inline.target.paths or (inline.path,)
        for rule in inline.terms.rules or ("",)
    }
