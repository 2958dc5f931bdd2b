"""Which fixes touch which places."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from apilint.findings import Edit, Finding
from apilint.reading.document import Document
from apilint.reading.pointer import parse_pointer
from apilint.run import Opened


def close(
    batch: Sequence[Finding], new: Sequence[Finding], edits: Mapping[str, tuple[Opened, Sequence[Edit]]]
) -> Iterator[Finding]:
    """Those of a batch whose edits are beside, above or below what has come, or a place that belongs to it.

    Also those that take away or set anew what refers there. `edits` has the documents before them, by file.
    """
    places = {(at.file, at.pointer) for one in new for at in (one.location, *(other.location for other in one.related))}
    around = {(file, higher) for file, pointer in places for higher in above(pointer)} | places
    parts = {pointer for _, pointer in around if pointer.count("/") > 1}
    for one in batch:
        file = one.location.file
        document = edits[file][0].document(file)
        for edit in one.fix.edits if one.fix is not None else ():
            beside = edit.pointer[: edit.pointer.rfind("/")] if edit.action == "set" else edit.pointer
            if (
                (file, edit.pointer) in around
                or any((file, higher) in places for higher in above(edit.pointer))
                or (beside.count("/") > 1 and (file, beside) in around)
                or (document is not None and not parts.isdisjoint(_referred(document, edit.pointer)))
            ):
                yield one
                break


def _referred(document: Document, pointer: str) -> Iterator[str]:
    """The pointers to which what stands at a place refers, in whatever file."""
    value: Any = document.value
    try:
        for part in parse_pointer(pointer):
            value = value[int(part)] if isinstance(value, list) else value[part]
    except (LookupError, ValueError, TypeError):
        return
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if isinstance(reference := value.get("$ref"), str):
                yield reference.partition("#")[2]
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def apart(findings: Iterable[Finding], path: Callable[[Finding], str]) -> list[Finding]:
    """Those of the findings whose fixes do not touch a place that an earlier one touches, or what is around it.

    `path` gives the file of a finding, by which a file is the same whatever its name.
    """
    chosen = []
    taken: dict[tuple[str, str], str] = {}
    around: set[tuple[str, str]] = set()
    names: dict[str, str] = {}
    for one in findings:
        assert one.fix is not None
        file = path(one)
        if names.setdefault(file, one.location.file) != one.location.file:
            continue
        if all(_is_free(file, edit, taken, around) for edit in one.fix.edits):
            chosen.append(one)
            for edit in one.fix.edits:
                taken[file, edit.pointer] = repr(edit)
                around.update((file, higher) for higher in above(edit.pointer))
    return chosen


def _is_free(file: str, edit: Edit, taken: dict[tuple[str, str], str], around: set[tuple[str, str]]) -> bool:
    known = taken.get((file, edit.pointer))
    if known is not None:
        return known == repr(edit)
    return (file, edit.pointer) not in around and not any((file, higher) in taken for higher in above(edit.pointer))


def above(pointer: str) -> Iterator[str]:
    """The pointers of all that a place stands in."""
    while pointer:
        pointer = pointer[: pointer.rfind("/")]
        yield pointer
