"""Path templates compared with each other: equal but for names, twins, versions of one resource, ambiguous ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from apilint.concepts.strength import is_weaker, security_key
from apilint.openapi.security import EffectiveSecurity

if TYPE_CHECKING:
    from apilint.openapi.api import Api
    from apilint.openapi.node import Node
    from apilint.openapi.operation import Operation

_ANY = "{}"
_MOST_STEPS = 100_000
_MOST_PAIRS = 1_000


def canonical(template: str) -> str:
    """The template without the names of its parameters: OpenAPI calls templates identical that agree in this."""
    return re.sub(r"\{[^{}/]*\}", _ANY, template)


def folded(template: str) -> str:
    """The canonical template as lenient servers read it: any letter case, with or without a slash at the end."""
    return canonical(template).lower().rstrip("/") or "/"


@lru_cache(maxsize=8_192)
def split_version(template: str) -> tuple[int, str] | None:
    """The major version that a segment such as `v2` or `v2.1` names, and the canonical template without it."""
    if "/v" not in template and "/V" not in template:
        return None
    parts = canonical(template).lower().split("/")
    for position, part in enumerate(parts):
        found = re.fullmatch(r"v(\d{1,4})(?:\.\d{1,4}){0,2}", part)
        if found:
            return int(found[1]), "/".join([*parts[:position], "{version}", *parts[position + 1 :]])
    return None


def operations_by_template(api: Api) -> dict[str, dict[str, Operation]]:
    """The operations under `paths`: those of each template by method."""
    found: dict[str, dict[str, Operation]] = {}
    for operation in api.operations:
        found.setdefault(operation.path_template, {}).setdefault(operation.method, operation)
    return found


def path_entry(api: Api, template: str) -> Node:
    """The member of `paths` with the template, as it is written there."""
    holder: Any = api.child("paths")
    if isinstance(holder.get("$ref"), str):
        holder = api.follow(holder) or holder
    found: Node = holder.child(template)
    return found


def is_same_security(one: EffectiveSecurity, other: EffectiveSecurity) -> bool:
    """Whether two operations ask for the same; nothing at all is the same however it is written."""
    return (one.is_anonymous and other.is_anonymous) or security_key(one) == security_key(other)


class _Branch:
    """Where templates part: the next segments, those with parameters apart from the others."""

    __slots__ = ("literal", "template", "variable")

    def __init__(self) -> None:
        self.literal: dict[str, _Branch] = {}
        self.variable: dict[str, _Branch] = {}
        self.template = ""

    def next(self, part: str) -> _Branch:
        return (self.variable if "{" in part else self.literal).setdefault(part, _Branch())

    def matching(self, part: str) -> Iterator[tuple[str, _Branch]]:
        """The following segments that match something that the part matches, too."""
        if "{" in part:
            yield from self.literal.items()
        elif part in self.literal:
            yield part, self.literal[part]
        yield from self.variable.items()


def is_easier(one: EffectiveSecurity, other: EffectiveSecurity) -> bool:
    """Whether the first lets callers in more easily than the second."""
    return (one.is_anonymous and not other.is_anonymous) or is_weaker(one, other)


def is_uneven(one: EffectiveSecurity, other: EffectiveSecurity) -> bool:
    """Whether one of the two lets callers in more easily than the other."""
    return is_easier(one, other) or is_easier(other, one)


def ambiguous(templates: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Pairs of templates that match a common URL although neither is the more specific one.

    `/{a}/c` and `/b/{x}` are such a pair, `/b` and `/{a}` are not: there the literal goes first (OAS, Paths
    Object). The first of a pair is the later one. Stops after many pairs or steps.
    """
    tree = _Branch()
    steps, pairs = _MOST_STEPS, _MOST_PAIRS
    for template in templates:
        parts = canonical(template).split("/")
        reached = [(tree, False, False)]
        for part in parts:
            following = []
            for branch, more, less in reached:
                for other, child in branch.matching(part):
                    steps -= 1
                    if steps < 0:
                        return
                    if _overlap(part, other):
                        wins, loses = _compare(part, other)
                        following.append((child, more or wins, less or loses))
            reached = following
        for branch, more, less in reached:
            if more and less and branch.template and pairs > 0:
                pairs -= 1
                yield template, branch.template
        branch = tree
        for part in parts:
            branch = branch.next(part)
        branch.template = branch.template or template


def _overlap(one: str, other: str) -> bool:
    if one == other:
        return True
    if _ANY in (one, other):
        return bool(one and other)
    (start, end), (other_start, other_end) = _ends(one), _ends(other)
    return (start.startswith(other_start) or other_start.startswith(start)) and (
        end.endswith(other_end) or other_end.endswith(end)
    )


def _compare(one: str, other: str) -> tuple[bool, bool]:
    """Whether the one is more specific, and whether the other is: literal before part before the whole segment."""
    if one == other:
        return False, False
    first, second = ((part != _ANY) + ("{" not in part) for part in (one, other))
    if first != second:
        return first > second, second > first
    (start, end), (other_start, other_end) = _ends(one), _ends(other)
    wins = start.startswith(other_start) and end.endswith(other_end)
    loses = other_start.startswith(start) and other_end.endswith(end)
    return (True, True) if wins == loses else (wins, loses)


def _ends(part: str) -> tuple[str, str]:
    """The literal text before the first parameter of a segment and after the last; all of it where there is none."""
    return part.partition("{")[0], part.rpartition("}")[2]
