"""Looking for text anywhere in the documents of an API: over the raw text at first, which costs next to nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from apilint.openapi.node import Node

if TYPE_CHECKING:
    from apilint.openapi.api import Api
    from apilint.reading.document import Document
    from apilint.reading.pointer import Path

_MOST = 2_000  # places of one hint in one document
_PROSE = frozenset(("description", "summary", "title"))
_SAMPLES = frozenset("example examples default enum const x-example x-examples".split())
_NAMES = frozenset("responses properties patternProperties headers parameters schemas definitions examples".split())
# What JSON writers escape although they need not; a hint is looked for in both forms.
_ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "'": "\\u0027", "/": "\\/"}


class Text(Node):
    """A text in a document: a value, or the key of the member at `path` where `is_key`."""

    __slots__ = ("is_key",)

    def __init__(self, api: Api, document: Document, path: Path, value: str, is_key: bool) -> None:
        super().__init__(api, document, None, path, value)
        self.is_key = is_key

    @property
    def role(self) -> str:
        """What the text is for: "prose", "sample" (an example, a default, a listed value), "extension" or "other"."""
        keys = [step for step in self.path if isinstance(step, str)]
        # `responses.default` is a response, and a property may be called `example`.
        if any(key in _SAMPLES and above not in _NAMES for above, key in zip(("", *keys), keys, strict=False)):
            return "sample"
        if any(key.startswith("x-") for key in keys):
            return "extension"
        return "prose" if keys and keys[-1] in _PROSE and not self.is_key else "other"

    @property
    def member(self) -> Any:
        """What stands at the place: the text itself, or the value of the member whose key it is."""
        return _value(self.document.value, self.path)


def search(api: Api, hints: tuple[str, ...]) -> Iterator[Text]:
    """Every text in the opened documents that holds one of the hints, each once, in the order of the documents.

    The hints are literal and in lower case, and are found in any case; of each, the first 2,000 places in a
    document count.
    """
    written = tuple(dict.fromkeys(one for hint in hints for one in (hint, _escape(hint))))
    for document in list(api.documents.values()):
        offsets = document.offsets(written if document.format == "json" else hints, _MOST)
        seen: set[tuple[Path, bool]] = set()
        for at in document.at(offsets) if offsets else ():
            if at in seen:
                continue
            seen.add(at)
            value = at.path[-1] if at.is_key else _value(document.value, at.path)
            # A hit in a comment leads to what stands before it.
            if isinstance(value, str) and any(hint in value.lower() for hint in hints):
                yield Text(api, document, at.path, value, at.is_key)


def _escape(hint: str) -> str:
    return "".join(_ESCAPED.get(character, character) for character in hint)


def _value(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value
