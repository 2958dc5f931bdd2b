"""The units of an API, what a change touches of them, and which findings the change answers for.

Units are operations, path items, components, the members of the root, and whatever a reference leads to. The change
answers for all that is said of a unit in which something changed. Along the references in reverse it touches what
reaches the unit: there it answers for what is said of an operation as a whole, and of the places on the way to the
reference, but not for what stands beside them. Texts and examples touch nobody else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from apilint.changes.documents import Changed
from apilint.changes.parts import (
    ALIAS,
    APART,
    COLLECTION,
    OUTLINE,
    PATHS,
    Place,
    declared,
    existing,
    holders,
    is_text,
    moved,
)
from apilint.changes.reach import Edge, Reach
from apilint.openapi.names import METHODS
from apilint.reading.pointer import Path, parse_pointer

if TYPE_CHECKING:
    from apilint.openapi.api import Api, Reference
    from apilint.openapi.operation import Operation
    from apilint.reading.document import Document

# What a schema says of its values through these, it does not say of itself.
_WITHIN = frozenset(
    "properties patternProperties additionalProperties items prefixItems additionalItems not if then else contains "
    "definitions $defs".split()
)
# How far a change is: its unit reaches something that changed; what is said of the unit itself may be about it.
_FAR, _NEAR = 1, 2
# Extensions at the root by which gateways limit the calls to all operations.
_GATEWAY = re.compile(
    r"x-.*(?:limit|thrott|quota|gateway|kong|tyk|42c|apisix|gravitee|google-(?:api-)?management)", re.I
)


class Units:
    """The units of one API, and which of them a change touched."""

    def __init__(self, api: Api, changes: Mapping[int, Changed], resolved: Iterable[tuple[Place, Place]] = ()) -> None:
        """`changes` are those of the documents by id; `resolved` what references in the base led to that are gone.

        References that led somewhere in the base and now lead nowhere belong to the changes.
        """
        self._api = api
        self._changes = changes
        self._units: dict[int, dict[Path, int]] = {key: {} for key in api.documents}
        self._uses: dict[Place, list[Place]] = {}
        self._aliases: dict[int, dict[int, list[Path]]] = {}
        self._gone = tuple(resolved)
        # The units in which something changed, how near a change is to those that reach it, and the places on the way.
        self._own: set[Place] = set()
        self._level: dict[Place, int] = {}
        self._ways: set[Place] = set()
        self._passed: dict[Place, int] = {}
        self._pending: list[Place] = []
        self._collect()
        self._edges = tuple(self._references())
        for edge in self._edges:
            self._unit(*edge.target, 0)
            self._uses.setdefault(edge.target, []).append(edge.source)
        self._inherit()
        self._touch_all()

    def answers_for(self, document: Document, path: Path, operations: Sequence[Operation], rule: str | None) -> bool:
        """Whether the change answers for a finding of a rule at a place, about these operations.

        No rule is a finding about suppressions.
        """
        key = id(document)
        change = self._changes.get(key)
        if change is None:
            return True  # who asks has it from elsewhere
        for end in range(len(path) + 1) if change.said else ():
            rules = change.said.get(path[:end], frozenset())
            if rules and (rule is None or rule in rules):
                return True
        unit, kind = self._around(key, path)
        if unit is None:
            return any(one[: len(path[:1])] == path[:1] or not one for one in (*change.touched, *change.removed))
        if (key, unit) in self._own or (key, existing(document, path)) in self._ways:
            return True
        if (key, unit) in self._places and (key, unit) in self._level and len(path) <= len(unit) + 1:
            return True  # what stands at `responses` or `security` is said of the operation
        if not operations:
            return False
        if kind & COLLECTION and (unit == path or len(path) == 1):
            return any(map(self.touches, operations))
        if kind & OUTLINE:
            return False
        return self._newly_reached(key, path, operations)

    def touches(self, operation: Operation) -> bool:
        """Whether something changed in an operation or in what it reaches."""
        place = (id(operation.document), operation.path)
        return place in self._own or place in self._level

    def _newly_reached(self, key: int, path: Path, operations: Sequence[Operation]) -> bool:
        """Whether it is the change that brought all of the operations to a place that is as it was."""
        if not all(map(self.touches, operations)):
            return False
        around = [(key, path[:end]) for end in range(len(path) + 1) if path[:end] in self._units[key]]
        before, now = self._reach
        taken, given = before.at(around)
        takes, gives = now.at(around)
        newly = (takes & ~taken) | (gives & ~(taken | given))
        return all(self._numbers[id(one)] & newly for one in operations)

    # What there is.

    def _unit(self, key: int, path: Path, kind: int) -> None:
        units = self._units.get(key)
        if units is not None:
            units[path] = units.get(path, 0) | kind

    def _collect(self) -> None:
        api = self._api
        root = id(api.document)
        self._unit(root, (), OUTLINE | COLLECTION)
        removed = (path[0] for path in self._changes.get(root, Changed()).removed if path)
        for name in dict.fromkeys((*api.value, *removed)):
            self._unit(root, (name,), APART | OUTLINE | (COLLECTION if name in PATHS else 0))
        for key, document in api.documents.items():
            for path, kind in declared(document.value):
                self._unit(key, path, kind)
        for item in api.path_items:
            self._unit(id(item.document), item.path, APART | OUTLINE | COLLECTION)
        for operation in api.all_operations:
            self._unit(id(operation.document), operation.path, APART)

    def _around(self, key: int, path: Path) -> tuple[Path | None, int]:
        """The innermost unit around a place, and its kind."""
        units = self._units[key]
        for end in range(len(path), -1, -1):
            if path[:end] in units:
                return path[:end], units[path[:end]]
        return None, 0

    # What leads where.

    def _references(self) -> Iterator[Edge]:
        for reference in tuple(self._api.references):
            target = self._api.led(reference.value) if reference.unresolved is None else None
            if target is None:
                continue
            place = (id(target.document), target.path)
            for path in self._written(reference):
                source = (id(reference.document), path)
                yield Edge(source, place, self._is_old(source))
                # A discriminator leads from the general schema to those that extend it.
                if "allOf" in path[-2:-1] and isinstance(target.value, dict) and "discriminator" in target.value:
                    for end in range(len(path)):
                        if path[:end] in self._units[source[0]] or end == len(path) - 2:
                            self._unit(source[0], path[:end], 0)
                            yield Edge(place, (source[0], path[:end]), self._is_old(source))
        yield from self._mappings()

    def _mappings(self) -> Iterator[Edge]:
        """What a discriminator names without a `$ref`."""
        for schema in self._api.schemas:
            discriminator = schema.get("discriminator")
            mapping = discriminator.get("mapping") if isinstance(discriminator, dict) else None
            for name, text in mapping.items() if isinstance(mapping, dict) else ():
                target = self._named(schema.document, text) if isinstance(text, str) else None
                if target is not None:
                    source = (id(schema.document), (*schema.path, "discriminator", "mapping", name))
                    yield Edge(source, target, self._is_old(source))

    def _named(self, document: Document, text: str) -> Place | None:
        """The schema of the same document that a mapping means, if it is one; a name or a reference."""
        path = tuple(parse_pointer(text[1:]))
        if not text.startswith("#/"):
            path = ("components", "schemas", text)
        return (id(document), path) if path in self._units[id(document)] else None

    def _written(self, reference: Reference) -> list[Path]:
        """All places of a reference: what an alias stands for was met only once."""
        return self._aliased(id(reference.document)).get(id(reference.value)) or [reference.path]

    def _aliased(self, key: int) -> dict[int, list[Path]]:
        if key not in self._aliases:
            document = self._api.documents[key]
            shares = document.format == "yaml" and ALIAS.search(document.text) is not None
            self._aliases[key] = holders(document.value) if shares else {}
        return self._aliases[key]

    def _is_old(self, source: Place) -> bool:
        change = self._changes.get(source[0])
        path = (*source[1], "$ref")
        if change is None or len(change.touched) > len(path):
            return change is None or not any(path[:end] in change.touched for end in range(len(path) + 1))
        return not any(path[: len(one)] == one for one in change.touched)

    def _inherit(self) -> None:
        """What operations have from around them, and by name."""
        api, root = self._api, id(self._api.document)
        swagger = api.version == "2.0"
        always = [name for name in api.value if _GATEWAY.match(name)] if isinstance(api.value, dict) else []
        always += ["host", "basePath"] if swagger else []
        for name in always:
            self._unit(root, (name,), APART | OUTLINE)
        removed = self._changes.get(root, Changed()).removed
        always += [path[0] for path in removed if len(path) == 1 and _GATEWAY.match(str(path[0]))]
        for operation in api.all_operations:
            own = (id(operation.document), operation.path)
            item = operation.path_item
            uses: list[Place] = [(id(item.document), item.path)]
            if operation.kind != "callback":
                uses += [(root, (name, item.template)) for name in (PATHS[:1] if item.kind == "path" else PATHS[1:])]
            uses += [(root, (name,)) for name in always]
            if operation.kind == "path" and operation.security.source != "operation":
                uses.append((root, ("security",)))
            if swagger:
                uses += [(root, (n,)) for n in ("consumes", "produces", "schemes") if operation.get(n) is None]
            elif operation.servers is api.servers:
                uses.append((root, ("servers",)))
            uses += self._schemes(operation)
            for place in uses:
                self._uses.setdefault(place, []).append(own)

    def _schemes(self, operation: Operation) -> Iterator[Place]:
        root = id(self._api.document)
        for alternative in operation.security.alternatives:
            for name, required in alternative.schemes.items():
                if required.scheme is not None:
                    yield id(required.scheme.document), required.scheme.path
                for path in (("components", "securitySchemes", name), ("securityDefinitions", name)):
                    self._unit(root, path, APART)
                    yield root, path

    # What is touched.

    def _touch_all(self) -> None:
        for key, change in self._changes.items():
            for path in change.touched:
                self._change(key, path)
            for path in change.removed:
                if not self._is_method(key, path):
                    self._change(key, path)
            whole = change.touched | change.removed
            differs = change.base is None or change.base.text != self._api.documents[key].text
            for path in self._units[key] if differs else ():
                below = any(path[:end] in whole for end in range(len(path)))
                if below or moved(change, path, self._api.documents[key]):
                    self._own.add((key, path))
                    self._raise((key, path), _NEAR)
        used = {edge.target for edge in self._edges}
        for _, target in self._gone:
            if target not in used and target[1] in self._units.get(target[0], ()):
                self._own.add(target)  # what nothing refers to any longer
        while self._pending:
            place = self._pending.pop()
            for source in self._uses.get(place, ()):
                self._pass(source, self._level[place])

    def _change(self, key: int, path: Path) -> None:
        """Touch the units around what changed."""
        text = is_text(path)
        for unit in self._containing(key, path):
            self._own.add(unit)
            if not text:
                self._raise(unit, _NEAR)

    def _pass(self, source: Place, level: int) -> None:
        """Touch what stands around a reference to something touched: units, and the places on the way to it."""
        key, path = source
        if isinstance(path[-1] if path else "", int) and path not in self._units[key]:
            # Many items of one list pass on the same.
            if self._passed.get((key, path[:-1]), 0) >= level:
                if level == _NEAR:
                    self._ways.add(source)
                return
            self._passed[key, path[:-1]] = level
        operations = self._places
        within = level == _FAR
        on_way: set[Path] = set()
        for end in range(len(path), -1, -1):
            if not within:
                on_way.add(path[:end])
            step = path[end - 1] if end else ""
            within = (within or step in _WITHIN) and not (step == "schema" and level == _NEAR)
        for unit in self._containing(key, path):
            near = unit[1] in on_way or unit in operations
            if near:
                self._ways.add(unit)
            self._raise(unit, _NEAR if near else _FAR)
            self._ways.update((key, one) for one in on_way if len(one) >= len(unit[1]))

    def _raise(self, unit: Place, level: int) -> None:
        if self._level.get(unit, 0) < level:
            self._level[unit] = level
            self._pending.append(unit)

    def _is_method(self, key: int, path: Path) -> bool:
        """Whether a path is that of an operation: one that is gone leaves the others on the path as they were."""
        kind = self._units[key].get(path[:-1], 0)
        return bool(kind & COLLECTION) and path[-1:] != () and path[-1] in METHODS

    def _containing(self, key: int, path: Path) -> Iterator[Place]:
        """The units around a place, but for outlines of what stands apart."""
        units = self._units[key]
        apart = False
        for end in range(len(path), -1, -1):
            kind = units.get(path[:end])
            if kind is None:
                continue
            if not (apart and kind & OUTLINE):
                yield key, path[:end]
            apart = apart or bool(kind & APART)

    @cached_property
    def _places(self) -> set[Place]:
        return {(id(one.document), one.path) for one in self._api.all_operations}

    # What was reached before.

    @cached_property
    def _numbers(self) -> dict[int, int]:
        return {id(one): 1 << number for number, one in enumerate(self._api.all_operations)}

    @cached_property
    def _reach(self) -> tuple[Reach, Reach]:
        """What operations reach without what is new, but with what is gone; and what they reach now."""
        orphans: list[Edge] = []
        old = [edge for edge in self._edges if edge.is_old]
        for (key, path), target in self._gone:
            unit, kind = self._around(key, path)
            is_orphan = kind & COLLECTION and path[len(unit or ()) :][:1] != ("parameters",)
            if not is_orphan:
                old.append(Edge((key, path), target, True))
                continue
            within = [one for one in self._places if one[0] == target[0] and one[1][: len(target[1])] == target[1]]
            orphans += (Edge((key, path), one, True) for one in (target, *within))
        operations = {self._numbers[id(one)]: one for one in self._api.all_operations}
        before = {bit: one for bit, one in operations.items() if not self._is_new(one)}
        return (
            Reach(before, self._containing, old, orphans, sum(operations)),
            Reach(operations, self._containing, self._edges),
        )

    def _is_new(self, operation: Operation) -> bool:
        """Whether an operation was not there, or not on this path."""
        item = operation.path_item
        places = [(id(operation.document), operation.path)]
        places += [(id(self._api.document), (name, item.template)) for name in PATHS if operation.kind != "callback"]
        return not all(map(self._is_old, places))
