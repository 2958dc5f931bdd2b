"""Identifiers of a report's own: the same in every run, and different for what is different."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import NAMESPACE_URL, uuid5

from apilint.findings import Problem
from apilint.report.escape import visible


def guid(name: str) -> str:
    """An identifier that is the same for the same name in every run."""
    return str(uuid5(NAMESPACE_URL, f"apilint/{name}"))


def problem_identity(problem: Problem) -> str:
    """An identifier for a problem that stays while its line moves."""
    # Text that is not UTF-8 has no UUID.
    parts = ("problem", problem.kind, problem.file or "", problem.pointer or "", problem.message)
    return guid(visible("\0".join(parts)))


def unique(names: Sequence[str]) -> list[str]:
    """The same names, a number after each that already stood before: readers drop what has the same name twice."""
    seen = set[str]()
    given: list[str] = []
    for name in names:
        candidate, number = name, 1
        while candidate in seen:
            number += 1
            candidate = f"{name}-{number}"
        seen.add(candidate)
        given.append(candidate)
    return given
