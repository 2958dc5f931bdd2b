"""One cause in many places is one finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from apilint.concepts.grouping import some_of
from apilint.findings import Fix, Flag

_FEW = 5


def once(causes: Iterable[tuple[str, Flag]]) -> Iterator[Flag]:
    """Give flags, each with its cause, but of a cause in more than five places only the first.

    That one then says how many more there are, points at some, and speaks for the operations of all.
    """
    found: dict[str, list[Flag]] = {}
    for cause, flag in causes:
        found.setdefault(cause, []).append(flag)
    for flags in found.values():
        if len(flags) <= _FEW:
            yield from flags
            continue
        first, *others = flags
        operations = list({id(one): one for flag in flags for one in flag.operations}.values())
        where = f", of {some_of(operations)}" if operations else ""
        yield first._replace(
            message=f"{first.message}, as in {len(others):,} more places{where}",
            related=tuple((_place(flag), "here too") for flag in others[:_FEW]),
            operations=operations,
            speaks=bool(operations),
            fix=_fix(flags),
            severity=max((flag.severity for flag in flags if flag.severity is not None), default=None),
        )


def _fix(flags: list[Flag]) -> Fix | None:
    """What mends all of them, if they stand in one file and each can be mended."""
    fixes = [flag.fix for flag in flags if flag.fix is not None]
    if len(fixes) < len(flags) or any(flag.place.document is not flags[0].place.document for flag in flags):
        return None
    edits = {f"{edit.action} {edit.pointer}": edit for fix in fixes for edit in fix.edits}
    return Fix(fixes[0].summary, all(fix.safe for fix in fixes), tuple(edits.values()))


def _place(flag: Flag) -> object:
    return flag.place if flag.at is None else flag.place.child(flag.at)
