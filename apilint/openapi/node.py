"""A value in a document that knows where it stands: what every view of the model is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from apilint.findings import Confidence, Fix, Flag, Location, Severity
from apilint.reading.pointer import format_pointer

if TYPE_CHECKING:
    from apilint.openapi.api import Api
    from apilint.reading.document import Document

Key = str | int | tuple[str | int, ...]


class Node:
    """A value, the document that holds it, and the keys that lead to it.

    A node without a parent is anchored: its `key` is the whole path from the root of its document.
    A key may be a tuple, so that a property needs no node for the `properties` map between.
    """

    is_operation = False
    __slots__ = ("_path", "api", "document", "key", "parent", "value")

    def __init__(self, api: Api, document: Document, parent: Node | None, key: Key, value: Any) -> None:
        self.api = api
        self.document = document
        self.parent = parent
        self.key = key
        self.value = value
        self._path: tuple[str | int, ...] | None = None

    @property
    def path(self) -> tuple[str | int, ...]:
        """Keys and indices from the root of the document."""
        path = self._path
        if path is None:
            key = self.key
            last: tuple[str | int, ...] = key if isinstance(key, tuple) else (key,)
            # As deep as the document is nested, which a limit bounds.
            path = self._path = last if self.parent is None else self.parent.path + last
        return path

    @property
    def pointer(self) -> str:
        """The RFC 6901 pointer of the value."""
        return format_pointer(self.path)

    @property
    def file(self) -> str:
        """The document's display name."""
        return str(self.document.name)

    @property
    def label(self) -> str:
        """The thing's name for people: "GET /users/{id}: parameter `limit` in query"."""
        return self.api.names.label(self.document, self.path)

    @property
    def extensions(self) -> dict[str, Any]:
        """The specification extensions (`x-…`) written on the object."""
        if not isinstance(self.value, dict):
            return {}
        return {key: value for key, value in self.value.items() if key.startswith("x-")}

    @property
    def operations(self) -> Sequence[Any]:
        """The operations that this place belongs to; none for a part of the document as a whole."""
        return ()

    def get(self, key: str, default: Any = None) -> Any:
        """The raw value of a key, or the default where the key or the object is missing."""
        return self.value.get(key, default) if isinstance(self.value, dict) else default

    def text(self, key: str) -> str:
        """The string at a key, or an empty one."""
        value = self.get(key)
        return value if isinstance(value, str) else ""

    def child(self, key: Key) -> Node:
        """The node at a key or a tuple of keys; its value is None where nothing stands there."""
        value = self.value
        for step in key if isinstance(key, tuple) else (key,):
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                value = None
        return Node(self.api, self.document, self, key, value)

    def mapping(self, key: str) -> Node | None:
        """The object at a key; None where it is missing. Another type is a problem of the run."""
        return self._typed(key, dict, "an object")

    def members(self, key: str) -> Iterator[Node]:
        """The members of the object at a key, as nodes."""
        found = self.mapping(key)
        if found is None:
            return
        if isinstance(found.value.get("$ref"), str):
            # No OpenAPI version allows it, but documents in many files do it, and bundlers follow it.
            target = self.api.follow(found)
            if target is not None and isinstance(target.value, dict):
                for name, value in target.value.items():
                    yield Node(self.api, target.document, target, name, value)
            return
        for name, value in found.value.items():
            yield Node(self.api, self.document, self, (key, name), value)

    def items(self, key: str) -> Iterator[Node]:
        """The items of the array at a key, as nodes."""
        found = self._typed(key, list, "an array")
        if found is not None:
            for index, value in enumerate(found.value):
                yield Node(self.api, self.document, self, (key, index), value)

    def _typed(self, key: str, kind: type, expected: str) -> Node | None:
        value = self.value.get(key) if isinstance(self.value, dict) else None
        if isinstance(value, kind):
            return Node(self.api, self.document, self, key, value)
        if isinstance(self.value, dict) and key in self.value:
            self.api.misread(Node(self.api, self.document, self, key, value), expected)
        return None

    def flag(
        self,
        at: Key | None,
        message: str,
        *,
        severity: Severity | None = None,
        confidence: Confidence | None = None,
        related: tuple[tuple[Node | Location, str], ...] = (),
        operations: Sequence[Any] | None = None,
        fix: Fix | None = None,
        secret: str | tuple[str, ...] = (),
    ) -> Flag:
        """Say that something is wrong here.

        `at` is the key (or the keys) below this place to point at, None for the place itself.
        `operations` are those that the flag speaks for; left out, those of the place are concerned.
        `secret` is text that must be masked wherever it would be shown.
        """
        speaks = self.is_operation if operations is None else True
        concerned = self.operations if operations is None else operations
        secrets = (secret,) if isinstance(secret, str) else secret
        return Flag(self, at, message, severity, confidence, related, concerned, fix, speaks, secrets)
