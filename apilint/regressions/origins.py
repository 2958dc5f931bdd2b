"""Which foreign pages may call: opened to all where some or none could."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from apilint.concepts.cors import CorsPolicy, cors_policies
from apilint.findings import Severity
from apilint.openapi.api import Api
from apilint.openapi.operation import Operation
from apilint.regressions import guard_regression_rules as rules
from apilint.regressions.causes import Seen
from apilint.regressions.model import Pair


def compare_origins(base: Api, head: Api, pairs: Sequence[Pair]) -> Iterator[Seen]:
    """The policies by which pages of every origin may call operations now, or may not any more."""
    olds, news = _policies(base), _policies(head)
    if not olds and not news:
        return
    for before, now in pairs:
        if before is None:
            continue
        old, new = olds.get(id(before)), news.get(id(now))
        if (old is not None and old.is_open) == (new is not None and new.is_open):
            continue
        if new is not None and new.is_open:
            yield _seen(before, now, old, new, improves=False)
        elif old is not None:
            yield _seen(before, now, new, old, improves=True)


def _policies(api: Api) -> dict[int, CorsPolicy]:
    """The policy of each operation that has one, by the operation's id; an open one goes first."""
    found: dict[int, CorsPolicy] = {}
    for policy in cors_policies(api):
        for operation in policy.operations:
            known = found.get(id(operation))
            if known is None or (policy.is_open and not known.is_open):
                found[id(operation)] = policy
    return found


def _seen(before: Operation, now: Operation, shut: CorsPolicy | None, wide: CorsPolicy, *, improves: bool) -> Seen:
    if improves:
        said = f"could be called by pages of every origin ({wide.source}), and not any more"
        severity = Severity.MEDIUM
    else:
        said = f"can now be called by pages of every origin ({wide.source})"
        is_told = shut is not None or not wide.source.startswith("the header")
        severity = Severity.HIGH if wide.credentials else Severity.MEDIUM if is_told else Severity.LOW
    strong = before if not improves else now
    other = shut.place if shut is not None else strong
    return Seen(
        rules.ORIGINS_OPENED.id,
        ("origins", id(wide.place.document), wide.place.path),
        said,
        wide.place if improves else other,
        other if improves else wide.place,
        severity,
        (now,),
        None if improves else wide.at,
        improves=improves,
    )
