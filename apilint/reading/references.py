"""What a `$ref` says: its file and its fragment, and how a fragment leads to a value. No file is touched here."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from apilint.reading.document import Document
from apilint.reading.pointer import Path, format_pointer

# Longer references are refused unread: no path of a real file or place comes near.
LONGEST = 16_384
# Nearly all documents have none of these, and need no index.
_IDENTIFIERS = re.compile(r"\$(?:id|anchor|dynamicAnchor|self)\b")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_INDEX = re.compile(r"0|[1-9][0-9]{0,9}")
_ESCAPE = re.compile(r"%(?:[0-9A-Fa-f]{2})")


class Target(NamedTuple):
    """What a reference leads to."""

    document: Document
    path: Path
    value: Any


class Unresolved(NamedTuple):
    """Why a reference leads nowhere, and in words.

    "missing" is what the documents that were read do not hold; what was not looked at is "absent" (no such file),
    "refused", "unreadable", "malformed" or beyond a "limit". "loop" leads back to itself.
    """

    reason: str
    message: str


def unescape(text: str) -> str | None:
    """Undo percent escapes; None where they are broken or do not spell text."""
    if "%" not in text:
        return text
    if text.count("%") != len(_ESCAPE.findall(text)):
        return None
    try:
        raw = re.sub(rb"%(..)", lambda found: bytes((int(found[1], 16),)), text.encode("utf-8"))
        return raw.decode("utf-8")
    except ValueError:
        return None


def scheme(text: str) -> str:
    """The scheme of a reference, lower case; empty for a relative one."""
    found = _SCHEME.match(text)
    return found.group()[:-1].lower() if found else ""


def follow(document: Document, fragment: str, start: Path = ()) -> Target | Unresolved:
    """Go along a JSON pointer, its percent escapes undone, from the root of a document or a place that exists."""
    value = document.value
    for step in start:
        value = value[step]
    steps: list[str | int] = list(start)
    for token in fragment.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~") if "~" in token else token
        if type(value) is dict and key in value:
            steps.append(key)
            value = value[key]
        elif type(value) is list and _INDEX.fullmatch(key) and int(key) < len(value):
            steps.append(int(key))
            value = value[int(key)]
        else:
            return Unresolved("missing", f"the reference leads nowhere: there is no {shown(key)}{_within(steps)}")
    return Target(document, tuple(steps), value)


def _within(steps: list[str | int]) -> str:
    return f" under #{shorten(format_pointer(steps))}" if steps else " at the root of the document"


def shown(text: str) -> str:
    """A text from a document in quotes, shortened."""
    return f"`{shorten(text)}`"


def shorten(text: str, length: int = 100) -> str:
    """A text that fits into a message."""
    return text if len(text) <= length else text[: length - 3] + "..."


class Identifiers:
    """The schemas of a document that have a name of their own: `$id`, `$anchor`, `$dynamicAnchor`; and `$self`.

    `anchors` are keyed by the identifier of the schema that holds them ("" for the document's
    own) and the anchor's name; `resources` by `$id`. Where one stands twice the first counts.
    """

    def __init__(self, document: Document) -> None:
        self.anchors: dict[tuple[str, str], Path] = {}
        self.resources: dict[str, Path] = {}
        self.bases: dict[Path, str] = {}
        self.own = ""
        if not _IDENTIFIERS.search(document.text):
            return
        if type(document.value) is dict and type(document.value.get("$self")) is str:
            self.own = document.value["$self"].partition("#")[0]
        self._collect(document.value)

    def _collect(self, root: Any) -> None:
        work: list[tuple[Any, Path, str]] = [(root, (), "")]
        seen: set[int] = set()
        while work:
            value, path, base = work.pop()
            if id(value) in seen:
                continue
            seen.add(id(value))
            if type(value) is dict:
                base = self._name(value, path, base)
                work += [
                    (item, (*path, key), base)
                    for key, item in reversed(value.items())
                    if type(item) in (dict, list) and (key not in _DATA or path[-1:] in _MAPS)
                ]
            else:
                work += [(item, (*path, at), base) for at, item in enumerate(value) if type(item) in (dict, list)][::-1]

    def _name(self, value: dict[str, Any], path: Path, base: str) -> str:
        identifier = value.get("$id")
        if type(identifier) is str and 0 < len(identifier) <= LONGEST:
            text, _, fragment = identifier.partition("#")
            if text:
                base = join(base, text)
                self.resources.setdefault(base, path)
                self.bases[path] = base
            elif fragment:
                self.anchors.setdefault((base, fragment), path)
        for keyword in ("$anchor", "$dynamicAnchor"):
            if type(name := value.get(keyword)) is str:
                self.anchors.setdefault((base, name), path)
        return base

    def base(self, path: Path) -> tuple[str, Path]:
        """The identifier that holds at a place, and where the schema that has it stands."""
        if self.bases:
            for length in range(len(path), -1, -1):
                if (found := self.bases.get(path[:length])) is not None:
                    return found, path[:length]
        return "", ()


# Inside these a `$id` is data, unless they are names that the author chose.
_DATA = frozenset({"example", "examples", "default", "enum", "const", "value"})
_MAPS = {("properties",), ("schemas",), ("$defs",), ("definitions",), ("patternProperties",)}


def join(base: str, reference: str) -> str:
    """A relative identifier against its base, as RFC 3986 has it for paths; no file is meant."""
    if not base or scheme(reference):
        return reference
    found = re.match(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://[^/?#]*)?", base)
    root = found.group() if found else ""
    if reference.startswith("//"):
        return root.partition("//")[0] + reference
    path = reference if reference.startswith("/") else base[len(root) :].rpartition("/")[0] + "/" + reference
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            if len(parts) > 1:
                parts.pop()
        elif part != ".":
            parts.append(part)
    return root + "/".join(parts)
