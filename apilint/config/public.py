"""What is left of findings about missing authentication where some of their operations are declared public."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from apilint.config.patterns import MISSING_AUTHENTICATION
from apilint.engine import Raised, check, give_way
from apilint.openapi.api import Api
from apilint.openapi.public import supposing

if TYPE_CHECKING:
    from apilint.config.effect import Effects
    from apilint.findings import Problem


def without_public(api: Api, raised: Sequence[Raised], speaking: Sequence[Raised], effects: Effects) -> list[Raised]:
    """The findings that speak; those about public operations and others as they are about the others alone.

    Their rules are asked again with the operations known as public. A finding that they do not repeat is set aside
    only where what they say instead is about all the operations that are left of it.
    """
    if not any(_is_mixed(one, effects) for one in speaking):
        return list(speaking)
    rules = {one.rule.id: one.rule for one in raised if MISSING_AUTHENTICATION in one.rule.tags}
    problems: list[tuple[Any, Problem]] = []
    with supposing(effects.reach.operations(effects.public), "public", "declared in the configuration"):
        again = [one for rule in rules.values() for one in check(rule, api, problems)]
    if problems:
        return list(speaking)
    others = [one for one in raised if one.rule.id not in rules]
    instead = {one.key: one for one in give_way([*others, *again]) if one.rule.id in rules}
    covered = 0
    for one in instead.values():
        covered |= effects.reach.concerned(one)
    found = []
    for one in speaking:
        left = instead.pop(one.key, None)
        if not _is_mixed(one, effects):
            found.append(one)
        elif left is not None:
            found.append(_saying(left, (effects.reach.concerned(one) & effects.public).bit_count()))
        else:
            uncovered = effects.reach.concerned(one) & ~effects.public & ~covered
            found.append(one if uncovered else effects.set_aside(one))
    # What gave way to a finding that is now about fewer operations.
    return [*found, *(one for one in instead.values() if not effects.reach.concerned(one) & effects.public)]


def _is_mixed(one: Raised, effects: Effects) -> bool:
    if MISSING_AUTHENTICATION not in one.rule.tags:
        return False
    concerned = effects.reach.concerned(one)
    return bool(concerned & effects.public and concerned & ~effects.public)


def _saying(one: Raised, public: int) -> Raised:
    """The finding, with what configuration took out of it: nothing that it does is silent."""
    return one._replace(flag=one.flag._replace(message=f"{one.flag.message} ({public:,} more declared public)"))
