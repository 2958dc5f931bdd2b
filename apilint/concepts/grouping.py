"""What many operations lack is one finding, what a few lack is one for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from apilint.findings import Confidence, Edit, Fix, Flag, Severity
from apilint.openapi.node import Key, Node

if TYPE_CHECKING:
    from apilint.openapi.api import Api
    from apilint.openapi.operation import Operation

_T = TypeVar("_T", bound=Node)
_FEW, _MANY = 5, 25
_EXAMPLES = 3
_MOST_RELATED = 5


def by_operation(
    api: Api,
    lacking: Sequence[Operation],
    concerned: Sequence[Operation],
    at: Key | None,
    what: str,
    *,
    severity: Severity | None = None,
    confidence: Confidence | None = None,
    fix: Callable[[Operation], Fix | None] | None = None,
) -> Iterator[Flag]:
    """Flag what operations lack.

    One flag at `paths`, with the count and examples, where more than 25 operations lack it, or more than five and
    more than half of those `concerned`: the cause is then the whole and not the operation. Else one for each, at
    its key `at`, whose message is the operation's name and `what` ("no `401` response"). `fix` gives the fix of an
    operation; what is said once is mended in all of them.
    """
    if len(lacking) <= _FEW or (len(lacking) <= _MANY and 2 * len(lacking) <= len(concerned)):
        for operation in lacking:
            mended = fix(operation) if fix else None
            message = f"{operation.name}: {what}"
            yield operation.flag(at, message, severity=severity, confidence=confidence, fix=mended)
        return
    some = ", ".join(f"`{operation.name}`" for operation in lacking[:_EXAMPLES])
    yield api.flag(
        "paths",
        f"{what}: {len(lacking):,} of {len(concerned):,} operations, among them {some}",
        severity=severity,
        confidence=confidence,
        related=tuple((operation, what) for operation in lacking[:_MOST_RELATED]),
        operations=lacking,
        fix=for_all(api, lacking, fix) if fix else None,
    )


def for_all(home: Node, places: Sequence[_T], fix: Callable[[_T], Fix | None]) -> Fix | None:
    """Give the fix of many places as one, with the summary of the first.

    None where one has none, or stands in another file than `home`, the place that is flagged.
    """
    edits: dict[str, Edit] = {}
    first = None
    safe = True
    for place in places:
        one = fix(place) if place.document is home.document else None
        if one is None:
            return None
        first = first or one
        safe = safe and one.safe
        edits.update((f"{edit.action} {edit.pointer}", edit) for edit in one.edits)
    return Fix(first.summary, safe, tuple(edits.values())) if first is not None else None


def some_of(operations: Sequence[Operation]) -> str:
    """Operations for a message: "`GET /a`, `GET /b` and 7 more"."""
    names = [f"`{operation.name}`" for operation in operations[:_EXAMPLES]]
    more = len(operations) - len(names)
    if more:
        return f"{', '.join(names)} and {more:,} more"
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else "".join(names)
