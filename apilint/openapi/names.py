"""What places are called: for people in messages, and for fingerprints that survive edits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from apilint.reading.pointer import Path

try:
    from _blake2 import blake2b  # hashlib's own source of it: hashlib loads all of OpenSSL besides
except ImportError:
    from hashlib import blake2b

if TYPE_CHECKING:
    from apilint.reading.document import Document

METHODS = frozenset(("get", "put", "post", "delete", "options", "head", "patch", "trace", "query"))

_COMPONENTS = {
    "schemas": "schema",
    "definitions": "schema",
    "$defs": "schema",
    "parameters": "parameter",
    "responses": "response",
    "requestBodies": "request body",
    "headers": "header",
    "examples": "example",
    "links": "link",
    "callbacks": "callback",
    "mediaTypes": "media type",
    "securitySchemes": "security scheme",
    "securityDefinitions": "security scheme",
}
_SINGLE = {"requestBody": "request body", "additionalProperties": "each value", "items": "each item"}
_NAMED = {**_COMPONENTS, "content": "", "patternProperties": "", "flows": "flow", "variables": "variable"}
_PATH_ITEMS = {
    "paths": "path",
    "pathItems": "path item",
    "webhooks": "webhook",
    "x-webhooks": "webhook",
    "expressions": "",
}
# Keys of schemas and operations: at the root of a part they name a place in it, not the part.
_OF_OBJECTS = frozenset(
    "type allOf oneOf anyOf properties items additionalProperties required enum parameters responses requestBody "
    "content schema headers in name get put post delete patch head options".split()
)
# Objects whose keys are names.
_HOLDERS = frozenset(("properties", "additionalOperations", *_NAMED, *_PATH_ITEMS))
# What tells the items of an array apart; the first of these groups that an item has whole.
_TELLING = (("$ref",), ("in", "name"), ("url",), ("operationId",), ("title",), ("name",))


class Name(NamedTuple):
    """A place's names.

    `operation` is the operation around it or "", `words` the rest of what people read, `property`
    the dotted property path that is still open, `canonical` what a fingerprint is made of.
    """

    operation: str
    words: tuple[str, ...]
    property: str
    canonical: str
    value: Any
    kind: str


class Names:
    """Names for the places of some documents, each container named once."""

    def __init__(self) -> None:
        self._known: dict[int, dict[Path, Name]] = {}

    def name(self, document: Document, path: Path) -> Name:
        """Name the place at a path of a document; keys that do not exist are named as written."""
        known = self._known.get(id(document))
        if known is None:
            known = self._known[id(document)] = {(): Name("", (), "", "", document.value, "object")}
        name = known.get(path)
        if name is not None:
            return name
        count = len(path) - 1
        while (name := known.get(path[:count])) is None:
            count -= 1
        for end in range(count, len(path)):
            name = known[path[: end + 1]] = _step(name, path[end], not end)
        return name

    def label(self, document: Document, path: Path) -> str:
        """What people read: "GET /users/{id}: parameter `limit` in query, property `a.b`"."""
        name = self.name(document, path)
        words = [*name.words, *([f"property `{name.property}`"] if name.property else [])]
        if name.operation and words:
            return f"{name.operation}: {', '.join(words)}"
        return (
            name.operation or ", ".join(words) or (f"`{document.name}`" if _is_part(document.value) else "the document")
        )

    def operation(self, document: Document, path: Path) -> str:
        """The operation inside which a path of a root document stands, or an empty string."""
        return self.name(document, path).operation

    def canonical(self, document: Document, path: Path) -> str:
        """A name without indices: the same after keys are reordered, lines inserted and items moved."""
        return self.name(document, path).canonical


def _step(name: Name, key: str | int, is_first: bool) -> Name:
    operation, words, dotted, canonical, above, within = name
    value = _child(above, key)
    if isinstance(key, int):
        return _item(name, key, value)
    plain = "/" not in key and "~" not in key
    canonical = f"{canonical}/{key if plain else key.replace('~', '~0').replace('/', '~1')}"
    kind = "object"
    if within == "properties":
        dotted = f"{dotted}.{key}" if dotted else key
    elif within in _PATH_ITEMS:
        words, kind = (*words, f"{_PATH_ITEMS[within]} `{key}`".strip()), "path-item"
    elif within == "additionalOperations":
        operation, words = _operation(key, words), ()
    elif within in _NAMED:
        words = (*_close(words, dotted), f"{_NAMED[within]} `{key}`".strip())
        dotted, kind = "", "expressions" if within == "callbacks" else "object"
    elif within == "path-item" and key.lower() in METHODS:
        operation, words = _operation(key.upper(), words), ()
    elif key in _HOLDERS and isinstance(value, dict):
        kind = key
    elif is_first and key not in _OF_OBJECTS and _is_part(above):
        words = (f"`{key}`",)
    elif key in _SINGLE:
        words, dotted = (*_close(words, dotted), _SINGLE[key]), ""
    return Name(operation, words, dotted, canonical, value, kind)


def _is_part(root: Any) -> bool:
    """Whether a document is a part of another: what it holds is best called by its file or key."""
    return isinstance(root, dict) and "openapi" not in root and "swagger" not in root


def _operation(method: str, words: tuple[str, ...]) -> str:
    """The operation's name as `Operation.name` spells it."""
    kind, _, rest = words[-1].partition("`") if words else ("", "", "")
    prefix = {"path ": "", "webhook ": "webhook ", "": "callback "}.get(kind, kind)
    return f"{method} {prefix}{rest[:-1]}"


def _close(words: tuple[str, ...], dotted: str) -> tuple[str, ...]:
    return (*words, f"property `{dotted}`") if dotted else words


def _item(name: Name, index: int, value: Any) -> Name:
    signature = _signature(value)
    siblings = name.value if isinstance(name.value, list) else []
    same = sum(1 for other in siblings[:index] if _signature(other) == signature) if len(siblings) <= 500 else index
    canonical = f"{name.canonical}/{signature}" + (f"~{same + 1}" if same else "")
    words, dotted = name.words, name.property
    if isinstance(value, dict) and isinstance(value.get("in"), str) and isinstance(value.get("name"), str):
        words = (*_close(words, dotted), f"parameter `{value['name']}` in {value['in']}")
        dotted = ""
    elif isinstance(value, dict) and isinstance(value.get("url"), str):
        words = (*words, f"server `{value['url']}`")
    return Name(name.operation, words, dotted, canonical, value, "node")


def _signature(value: Any) -> str:
    """What an array item is called: never by its index, and shallow, so that it costs little."""
    if isinstance(value, dict):
        for keys in _TELLING:
            if keys[0] not in value:
                continue
            found = [value.get(key) for key in keys]
            if all(isinstance(text, str) for text in found):
                return ":".join(map(str, found)).replace("/", "~1")[:120]
        members = value.get("properties")
        parts = [*map(str, value), str(value.get("type")), str(value.get("format"))]
        parts += sorted(map(str, members)) if isinstance(members, dict) else []
        return _digest(parts)
    if isinstance(value, list):
        return _digest([str(len(value))])
    return str(value)[:120].replace("/", "~1")


def _digest(parts: list[str]) -> str:
    text = "\0".join(sorted(part[:200] for part in parts[:200]))
    return "#" + digest(text, 6)


def digest(text: str, size: int) -> str:
    """A stable hexadecimal digest of `size` bytes."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()


def _child(value: Any, key: str | int) -> Any:
    if isinstance(value, dict):
        return value.get(key)
    if isinstance(value, list) and isinstance(key, int) and 0 <= key < len(value):
        return value[key]
    return None
