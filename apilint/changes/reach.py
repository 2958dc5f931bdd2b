"""Which operations reach which units, as input or as output, along some of the references."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from apilint.changes.parts import Place
from apilint.reading.pointer import Path

if TYPE_CHECKING:
    from apilint.openapi.operation import Operation

_REQUEST = frozenset(("requestBody", "parameters"))


class Edge(NamedTuple):
    """A reference: where it stands, where it leads, and whether it was there in the base."""

    source: Place
    target: Place
    is_old: bool


class Reach:
    """Bit sets of operations by unit, bit 0 for the first operation."""

    def __init__(
        self,
        operations: Mapping[int, Operation],
        containing: Callable[[int, Path], Iterable[Place]],
        edges: Iterable[Edge],
        orphans: Iterable[Edge] = (),
        everybody: int = 0,
    ) -> None:
        """`operations` are those that count, by their bits; `containing` gives the units around a place.

        `orphans` are references of operations that are gone: for `everybody` it is nothing new
        to reach what they led to.
        """
        self.inputs: dict[Place, int] = {}
        self.outputs: dict[Place, int] = {}
        # An operation is where it is written, and so are the parameters of its path item.
        starts: dict[Place, list[tuple[int, bool]]] = {}
        for bit, one in operations.items():
            sends = one.kind != "path"  # the API itself: its request is what comes out
            for node in (one, one.path_item):
                starts.setdefault((id(node.document), node.path), []).append((bit, sends))
        leads: dict[Place, list[Place]] = {}
        begun: deque[Place] = deque()
        for (key, path), target, _ in edges:
            for unit in containing(key, path):
                end = len(unit[1])
                requested = path[end : end + 1] != () and path[end] in _REQUEST
                for bit, sends in starts.get(unit, ()):
                    masks = self.inputs if requested is not sends else self.outputs
                    masks[target] = masks.get(target, 0) | bit
                    begun.append(target)
                if unit not in starts:
                    leads.setdefault(unit, []).append(target)
        for (_, path), target, _ in orphans:
            for masks in (self.outputs,) if "responses" in path else (self.inputs, self.outputs):
                masks[target] = everybody
            begun.append(target)
        self._spread(leads, begun)

    def _spread(self, leads: Mapping[Place, Sequence[Place]], work: deque[Place]) -> None:
        """Carry the operations along until nothing changes: their sets only grow, so it ends."""
        while work:
            place = work.popleft()
            for target in leads.get(place, ()):
                grown = False
                for masks in (self.inputs, self.outputs):
                    mask = masks.get(place, 0) | masks.get(target, 0)
                    if mask != masks.get(target, 0):
                        masks[target] = mask
                        grown = True
                if grown:
                    work.append(target)

    def at(self, places: Iterable[Place]) -> tuple[int, int]:
        """The operations that reach one of some units with what they take, and with what they give."""
        inputs = outputs = 0
        for place in places:
            inputs |= self.inputs.get(place, 0)
            outputs |= self.outputs.get(place, 0)
        return inputs, outputs
