"""The objects of a repository by their ids, each read within bounds: see gitformat-pack(5).

No library is used for it. Where a stranger has made the repository, dulwich 1.2 took a gigabyte for one object, libgit2
1.9 more than 20 seconds, and both waited for a pipe in place of a branch. To import dulwich takes four times as long as
configuration may add to a run.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from itertools import islice

from apilint.revisions.files import RevisionError, TooLargeError, contents
from apilint.revisions.packs import BLOB, COMMIT, HEAD, KINDS, TAG, TREE, Pack

LARGEST = 16 << 20  # bytes of a commit, a tree or a tag
_PACKS = 10_000
_ALTERNATES = 32
_MATCHES = 8


class Objects:
    """All objects of a repository, and of those that it borrows from."""

    def __init__(self, folder: str, hash: int) -> None:
        """`folder` is `objects`, `hash` the length of an id in bytes. Raises RevisionError.

        `broken` is the name of a pack that could not be opened, if there is one.
        """
        self._hash = hash
        self._folders = _folders(folder)
        self._packs: list[Pack] | None = None
        self.broken = ""

    def close(self) -> None:
        """Let go of the files."""
        for pack in self._packs or ():
            pack.close()
        self._packs = None

    def read(self, id: str, limit: int = LARGEST) -> tuple[str, bytes] | None:
        """The kind of an object and its bytes, None if it is not here.

        Raises TooLargeError for one of more than `limit` bytes, RevisionError for one that is not what its id says.
        """
        try:
            found = self._packed(bytes.fromhex(id), limit) or self._loose(id, limit)
        except RevisionError as error:
            raise type(error)(f"object {id[:12]}: {error}") from None
        except (OSError, ValueError, IndexError, MemoryError, zlib.error) as error:
            raise RevisionError(f"object {id[:12]} is broken: {error}") from None
        if found is None:
            return None
        kind, data = found
        if self.id(kind, data) != id:
            raise RevisionError(f"object {id[:12]} is broken: its bytes are not those that its id says")
        return found

    def id(self, kind: str, data: bytes) -> str:
        """The id of an object with these bytes."""
        digest = hashlib.new("sha1" if self._hash == 20 else "sha256", usedforsecurity=False)
        digest.update(b"%s %d\0" % (kind.encode(), len(data)))
        digest.update(data)
        return digest.hexdigest()

    def beginning(self, prefix: str) -> list[str]:
        """The ids that begin so, a few at most; the prefix has four digits or more."""
        found: dict[str, None] = {}
        for folder in self._folders:
            try:
                names = os.listdir(os.path.join(folder, prefix[:2]))
            except OSError:
                names = []
            whole = (prefix[:2] + name for name in names if len(name) == 2 * self._hash - 2)
            found.update(dict.fromkeys(one for one in whole if one.startswith(prefix)))
        for pack in self._opened():
            found.update(dict.fromkeys(islice(pack.beginning(prefix), _MATCHES)))
        return list(found)

    def _packed(self, id: bytes, limit: int) -> tuple[str, bytes] | None:
        packs = self._opened()
        for number, pack in enumerate(packs):
            offset = pack.offset(id)
            if offset is not None:
                # What is asked for next is likely in the same pack.
                packs.insert(0, packs.pop(number))
                return pack.read(offset, limit)
        return None

    def _opened(self) -> list[Pack]:
        if self._packs is None:
            self._packs = []
            for folder in self._folders:
                try:
                    names = sorted(os.listdir(os.path.join(folder, "pack")))
                except OSError:
                    continue
                for name in names[:_PACKS]:
                    if name.endswith(".idx"):
                        self._open(os.path.join(folder, "pack", name.removesuffix(".idx")))
        return self._packs

    def _open(self, base: str) -> None:
        try:
            pack = Pack(base, self._hash)
        except (OSError, ValueError):
            self.broken = self.broken or os.path.basename(base)
        else:
            assert self._packs is not None
            self._packs.append(pack)

    def _loose(self, id: str, limit: int) -> tuple[str, bytes] | None:
        for folder in self._folders:
            # What cannot be made smaller takes a little more.
            data = contents(os.path.join(folder, id[:2], id[2:]), limit + limit // 100 + 4096)
            if data is not None:
                return _inflated(data, limit)
        return None


def _inflated(packed: bytes, limit: int) -> tuple[str, bytes]:
    """The object of a file of its own: its head says how long it is."""
    inflater = zlib.decompressobj()
    begin = inflater.decompress(packed, HEAD)
    head, null, body = begin.partition(b"\0")
    kind, _, size = head.partition(b" ")
    if not null or not size.isdigit() or kind.decode("ascii", "replace") not in KINDS.values():
        raise RevisionError("it does not begin as an object does")
    length = int(size)
    if length > limit:
        raise TooLargeError(f"it has {length:,} bytes")
    if len(body) <= length:
        body += inflater.decompress(inflater.unconsumed_tail, length - len(body) + 1)
    if len(body) != length or not inflater.eof:
        raise RevisionError("it is not as long as it says")
    return kind.decode("ascii"), body


def _folders(folder: str) -> list[str]:
    """The folder with the objects, and those that its file of alternates names, each once."""
    found = [os.path.realpath(folder)]
    for one in found:  # which grows on the way
        text = os.fsdecode(contents(os.path.join(one, "info", "alternates"), 1 << 16) or b"")
        for row in text.splitlines():
            if row and not row.startswith("#") and "\0" not in row and len(found) <= _ALTERNATES:
                path = os.path.realpath(os.path.join(one, row))
                if path not in found:
                    found.append(path)
    return found


__all__ = ["BLOB", "COMMIT", "LARGEST", "TAG", "TREE", "Objects"]
