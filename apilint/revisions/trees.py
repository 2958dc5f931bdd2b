"""The folders of a commit: what stands in a tree object, and a walk through them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from apilint.revisions.files import RevisionError
from apilint.revisions.objects import BLOB, TREE

_KINDS = {b"100": BLOB, b"40": TREE, b"040": TREE, b"120": "link", b"160": "submodule"}
_FILES = 1_000_000
_DEPTH = 200


class Entry(NamedTuple):
    """A file, a folder, a link or a submodule in a tree."""

    name: str
    kind: str
    id: str


def entries(data: bytes, hash: int, id: str) -> dict[str, Entry]:
    """What a tree holds, by name. Raises RevisionError for one that git would not check out."""
    found: dict[str, Entry] = {}
    at = 0
    while at < len(data):
        end = data.find(b"\0", at)
        mode, _, raw = data[at:end].partition(b" ")
        name = raw.decode("utf-8", "surrogateescape")
        kind = _KINDS.get(mode[:-3])
        at = end + 1 + hash
        if end < 0 or at > len(data) or kind is None or name in ("", ".", "..") or "/" in name or name in found:
            raise RevisionError(f"the tree {id[:12]} is broken: it holds what no folder may hold")
        found[name] = Entry(name, kind, data[end + 1 : at].hex())
    return found


def walk(tree: str, prefix: str, listed: Callable[[str], Mapping[str, Entry]]) -> Iterator[tuple[str, str]]:
    """The paths and ids of all regular files below a tree, in the order of a folder's names.

    Raises RevisionError where there are more than a work tree could hold.
    """
    stack = [(prefix, iter(listed(tree).values()))]
    count = 0
    while stack:
        before, rest = stack[-1]
        entry = next(rest, None)
        if entry is None:
            stack.pop()
            continue
        # Folders count, too: a tree may hold the same empty one again and again.
        count += 1
        if count > _FILES or len(stack) > _DEPTH:
            raise RevisionError("the commit holds more files than apilint looks at")
        if entry.kind == TREE:
            stack.append((f"{before}{entry.name}/", iter(listed(entry.id).values())))
        elif entry.kind == BLOB:
            yield before + entry.name, entry.id
