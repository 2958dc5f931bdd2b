"""References that lead in a circle, so that what stands there means nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from apilint.reading.workspace import Target

if TYPE_CHECKING:
    from apilint.openapi.api import Api, Reference


class _Step(NamedTuple):
    """A reference that must be resolved before the object around it means anything, and the object it leads to."""

    target: int
    reference: Reference


def loops(api: Api) -> Iterator[list[Reference]]:
    """Every circle of references, each by `$ref` alone or in the branches of `allOf`; where they begin comes first.

    Properties, items and alternatives may lead back: their values end somewhere.
    """
    steps: dict[int, list[_Step]] = {}
    for reference in api.references:
        target = _target(reference) if reference.unresolved is None else None
        key, parent = reference.key, reference.parent
        if isinstance(key, tuple) and key[:1] == ("allOf",) and parent is not None:
            steps.setdefault(id(parent.value), []).append(_Step(id(target), reference))
        elif isinstance(target, dict) and ("$ref" in target or "allOf" in target):
            steps.setdefault(id(reference.value), []).append(_Step(id(target), reference))
    return _circles(steps)


def _target(reference: Reference) -> Any:
    node = reference.api.hop(reference)
    if node is not None:
        return node.value
    # A reference of which it is known that it never ends.
    found = reference.api.workspace.resolve(reference.document, reference.reference, (*reference.path, "$ref"))
    return found.value if isinstance(found, Target) else None


def _circles(steps: dict[int, list[_Step]]) -> Iterator[list[Reference]]:
    """Walk along the steps, each once, and give what closes a circle."""
    done: set[int] = set()
    for start in steps:
        if start in done:
            continue
        path: list[_Step] = []
        at = [start]
        position = {start: 0}
        stack = [iter(steps[start])]
        while stack:
            step = next(stack[-1], None)
            if step is None:
                stack.pop()
                left = at.pop()
                done.add(left)
                del position[left]
                if path:
                    path.pop()
            elif step.target in position:
                yield [one.reference for one in (*path[position[step.target] :], step)]
            elif step.target in steps and step.target not in done:
                path.append(step)
                position[step.target] = len(at)
                at.append(step.target)
                stack.append(iter(steps[step.target]))
