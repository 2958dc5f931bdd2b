"""Which operations a finding concerns, also through references: as bit sets, so that many findings cost little."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from apilint.engine import Raised
from apilint.openapi.schema import Schema
from apilint.policy.choosing import Chooser
from apilint.policy.selectors import is_in
from apilint.reading.pointer import Path

if TYPE_CHECKING:
    from apilint.openapi.api import Api
    from apilint.openapi.operation import Operation
    from apilint.policy.model import Where

_STRANGER = 1  # stands for operations that nobody knows: nothing selects them


class Reach:
    """The operations of an API, by what is found there: bit 1 for the first of `all_operations`."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._bits: dict[int, int] = {}
        self._files: dict[str | None, int] = {}
        written: dict[tuple[int, Path], int] = {}
        for number, operation in enumerate(api.all_operations, 1):
            key = (id(operation.document), operation.path)
            written[key] = written.get(key, 0) | 1 << number
            path = operation.document.path
            self._files[path] = self._files.get(path, 0) | 1 << number
        for operation in api.all_operations:
            # Two paths may refer to one path item: what is found there is about the operations of both.
            self._bits[id(operation)] = written[(id(operation.document), operation.path)]
        self._written = written
        self._known: dict[int, tuple[Sequence[Any], int]] = {}
        self._chooser: Chooser | None = None
        self._parts: dict[tuple[int, Path], int] | None = None

    def concerned(self, one: Raised) -> int:
        """The operations that a finding concerns; 0 for what is about none, as the title of an API."""
        flag = one.flag
        # What a schema says of its operations is either those that send it or those that receive it.
        if flag.operations and (flag.speaks or not (flag.place is self._api or isinstance(flag.place, Schema))):
            return self.of(flag.operations)
        node = None if flag.place is self._api else flag.place
        while node is not None:
            if found := self._of_view(node):
                return found
            node = getattr(node, "parent", None)
        return self._around(one.document, one.path) or self.of(flag.operations)

    def selected(self, selectors: Iterable[str]) -> int:
        """The operations that selectors mean."""
        if self._chooser is None:
            self._chooser = Chooser(self._api)
        return self._chooser.chosen(selectors) << 1

    def standing(self, where: Where) -> int:
        """The operations that are meant where the document, or the file in which they stand, is meant too."""
        found = self.selected(where.operations)
        if not where.files or is_in(where, self._api.document.path):
            return found
        for path, there in self._files.items():
            if not is_in(where, path):
                found &= ~there
        return found

    def operations(self, bits: int) -> list[Operation]:
        """The operations of a bit set."""
        return [one for number, one in enumerate(self._api.all_operations, 1) if bits >> number & 1]

    def of(self, operations: Sequence[Any]) -> int:
        """The bit set of some operations."""
        known = self._known.get(id(operations))
        if known is None:
            found = 0
            for operation in operations:
                found |= self._bits.get(id(operation), _STRANGER)
            # The sequence is kept, so that its identity stays its own.
            known = self._known[id(operations)] = (operations, found)
        return known[1]

    def _of_view(self, node: Any) -> int:
        if isinstance(node, Schema):
            return _of_schema(node)
        return self.of(getattr(node, "operations", ()))

    def _around(self, document: Any, path: Path) -> int:
        """The operations of the innermost part of the API that holds a place."""
        if self._parts is None:
            self._parts = dict(self._written)
            api = self._api
            for views in (api.path_items, api.parameters, api.request_bodies, api.responses, api.headers):
                self._add(views)
            self._add(api.media_types)
            self._add(api.security_schemes.values())
            self._add(one for one in api.schemas if one.root.schema is one)
        return next(
            (found for end in range(len(path), 0, -1) if (found := self._parts.get((id(document), path[:end])))), 0
        )

    def _add(self, views: Iterable[Any]) -> None:
        assert self._parts is not None
        for view in views:
            key = (id(view.document), view.path)
            self._parts[key] = self._parts.get(key, 0) | self._of_view(view)


def _of_schema(schema: Schema) -> int:
    # The lowest bit says that something reaches it of which no operation is known.
    return (schema.root.inputs | schema.root.outputs) >> 1 << 1
