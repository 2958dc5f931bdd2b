"""What the rules about missing authentication say where the mark `x-apilint-public` of a document is not believed.

A policy may not believe any; with `--trust-ref`, those alone are believed that stood in the trusted revision.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from apilint.engine import Judging, Raised, check
from apilint.findings import Flag
from apilint.openapi.public import EXTENSION, suppose, supposing
from apilint.policy.policy_rules import SUPPRESSION_REFUSED
from apilint.policy.trust_rules import PENDING
from apilint.rule import Rule

if TYPE_CHECKING:
    from apilint.findings import Problem
    from apilint.openapi.api import Api
    from apilint.policy.standing import Stood


def unmarked(
    api: Api, raised: Sequence[Raised], rules: Mapping[str, Rule], why: str
) -> tuple[list[Raised], list[Raised]]:
    """The flags of an API with those of some rules as if nothing were marked, and one for each mark that mattered.

    `why` says who does not believe the marks.
    """
    marked = [one for one in api.all_operations if one.marked_public]
    if not marked or not rules:
        return list(raised), []
    problems: list[tuple[Any, Problem]] = []
    with supposing(marked, "marked_public", ""):
        again = [one for rule in rules.values() for one in check(rule, api, problems)]
    if problems:
        return list(raised), []  # it failed before, too, and that is said
    before = _concerned(one for one in raised if one.rule.id in rules)
    now = _concerned(iter(again))
    about: dict[tuple[int, tuple[str | int, ...]], Raised] = {}
    for operation in marked:
        if id(operation) in now - before:
            place = operation if EXTENSION in operation.value else operation.path_item
            path = (*place.path, EXTENSION)
            message = f"{operation.name} is not taken for public, whatever {EXTENSION} says: {why}"
            flag = Flag(place, EXTENSION, message, operations=(operation,))
            about.setdefault(
                (id(place.document), path), Raised(SUPPRESSION_REFUSED, flag, path, place.document, asked=True)
            )
    return [*(one for one in raised if one.rule.id not in rules), *again], list(about.values())


class Unmerged(NamedTuple):
    """Judges as `judged` does, and says which marks do not hold yet."""

    about: tuple[Raised, ...]
    judged: Judging

    @property
    def asked(self) -> frozenset[str]:
        """See `Judging.asked`."""
        return self.judged.asked

    def judge(self, api: Api, raised: Sequence[Raised], root: str) -> tuple[list[Raised], frozenset[tuple[str, str]]]:
        """The findings as the policy leaves them, and those about marks."""
        found, waived = self.judged.judge(api, raised, root)
        return [*found, *self.about], waived


def believing(api: Api, stood: Stood, rules: Iterable[Rule], judge: Judging) -> Judging:
    """Let the marks alone hold that `stood` knows, before a rule asks; gives what judges findings and says so."""
    page = next((one for one in rules if one.id == PENDING.id), None)
    about: dict[tuple[int, tuple[str | int, ...]], Raised] = {}
    for operation in api.all_operations:
        if not operation.marked_public:
            continue
        place = operation if operation.get(EXTENSION) is not None else operation.path_item
        path = (*place.path, EXTENSION)
        before = stood.value(place.document, path)
        if isinstance(before, str) and before.strip():
            continue
        suppose(operation, "marked_public", "")
        said = "does not hold yet, as the trusted revision does not have it: somebody should review it"
        flag = Flag(place, EXTENSION, f"{operation.name} is not taken for public: {EXTENSION} {said}")
        if page is not None:
            about.setdefault((id(place.document), path), Raised(page, flag, path, place.document))
    return Unmerged(tuple(about.values()), judge) if about else judge


def _concerned(raised: Iterator[Raised]) -> set[int]:
    found: set[int] = set()
    for one in raised:
        found.update(map(id, one.flag.operations))
        found.add(id(one.flag.place))
    return found
