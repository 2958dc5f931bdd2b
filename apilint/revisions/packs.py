"""Packs of objects and their indexes, read within bounds: see gitformat-pack(5).

An object says how long it is before it is, and a stranger may have said it.
"""

from __future__ import annotations

import os
import struct
import zlib
from bisect import bisect_left
from collections.abc import Iterator
from mmap import ACCESS_READ, mmap
from typing import NamedTuple

from apilint.revisions.files import RevisionError, TooLargeError

COMMIT, TREE, BLOB, TAG = "commit", "tree", "blob", "tag"
KINDS = {1: COMMIT, 2: TREE, 3: BLOB, 4: TAG}
HEAD = 128  # bytes in which the head of an object ends
_OFFSET, _REFERENCE = 6, 7
_BASE = 1 << 26  # bytes of what a difference is to
_CHAIN = 4_096  # differences in a row, as many as git makes at most
_WORK = 1 << 31  # bytes that the differences of one object may make
_DELTAS = 1 << 25  # bytes that the differences of one object may have
_CACHE = 1 << 24  # bytes
_INDEX = b"\377tOc\0\0\0\2"
_TABLE = 8 + 4 * 256  # where the ids begin in an index


class _Entry(NamedTuple):
    """An object in a pack: what kind, how long once inflated, where its bytes begin, and what it differs from."""

    kind: int
    size: int
    start: int
    base: int | bytes | None


class Pack:
    """A pack and its index."""

    def __init__(self, base: str, hash: int) -> None:
        """`base` is the path without an extension, `hash` the length of an id. Raises OSError and RevisionError."""
        self.name = os.path.basename(base)
        self._hash = hash
        self._index = _mapped(f"{base}.idx")
        try:
            self._bytes = _mapped(f"{base}.pack")
        except (OSError, ValueError):
            self._index.close()
            raise
        self._known: dict[int, tuple[str, bytes]] = {}
        self._kept = 0
        # What is before the table of ids: a mark, a version, and how many ids begin with each byte or a lower one.
        counts = self._index[8:_TABLE]
        self._counts = struct.unpack(">256L", counts) if len(counts) == 1024 else ()
        self._count = self._counts[-1] if self._counts else 0
        least = _TABLE + self._count * (hash + 8) + 2 * hash
        if self._index[:8] != _INDEX or len(self._index) < least or list(self._counts) != sorted(self._counts):
            self.close()
            raise RevisionError(f"{self.name}.idx is no index of a pack in version 2")

    def close(self) -> None:
        """Let go of the files."""
        self._index.close()
        self._bytes.close()

    def offset(self, id: bytes) -> int | None:
        """Where an object begins, None if it is not here. Raises RevisionError."""
        number = self._first(id)
        if number >= self._count or self._id(number) != id:
            return None
        table = _TABLE + self._count * (self._hash + 4)
        (at,) = struct.unpack_from(">L", self._index, table + 4 * number)
        if at & 0x80000000:
            far = table + 4 * self._count + 8 * (at & 0x7FFFFFFF)
            if far + 8 > len(self._index):
                raise RevisionError("the index of its pack ends before it says where")
            (at,) = struct.unpack_from(">Q", self._index, far)
        return int(at)

    def beginning(self, prefix: str) -> Iterator[str]:
        """The ids that begin so, in order."""
        digits = 2 * self._hash
        for number in range(self._first(bytes.fromhex(prefix.ljust(digits, "0"))), self._count):
            id = self._id(number).hex()
            if not id.startswith(prefix):
                return
            yield id

    def _id(self, number: int) -> bytes:
        at = _TABLE + number * self._hash
        return self._index[at : at + self._hash]

    def _first(self, id: bytes) -> int:
        """The number of the first id that is not lower."""
        low = self._counts[id[0] - 1] if id[0] else 0
        return bisect_left(range(self._count), id, low, self._counts[id[0]], key=self._id)

    def read(self, offset: int, limit: int) -> tuple[str, bytes]:
        """The kind and bytes of the object at an offset, whatever it differs from.

        Raises TooLargeError for one of more than `limit` bytes, RevisionError for one that is broken.
        """
        chain: dict[int, bytes] = {}
        work = length = 0
        known = self._known.get(offset)
        while known is None:
            entry = self._entry(offset)
            if entry.kind in KINDS:
                known = (KINDS[entry.kind], self._inflated(entry, _BASE if chain else limit))
                self._keep(offset, known)
                break
            delta = self._inflated(entry, _DELTAS)
            size = _made(delta)
            work, length = work + size, length + len(delta)
            if size > (_BASE if chain else limit):
                raise TooLargeError(f"it has {size:,} bytes")
            if len(chain) >= _CHAIN or work > _WORK or length > _DELTAS:
                raise RevisionError("it takes too many differences to make")
            chain[offset] = delta
            if isinstance(entry.base, bytes):
                found = self.offset(entry.base)
                if found is None:
                    raise RevisionError("it differs from an object that is not in its pack")
                offset = found
            else:
                offset -= entry.base or 0
            if offset in chain:
                raise RevisionError("it differs from itself")
            known = self._known.get(offset)
        kind, data = known
        for at, delta in reversed(chain.items()):
            data = _applied(data, delta)
            self._keep(at, (kind, data))
        if len(data) > limit:
            raise TooLargeError(f"it has {len(data):,} bytes")
        return kind, data

    def _keep(self, offset: int, found: tuple[str, bytes]) -> None:
        if len(found[1]) > _CACHE:
            return
        if self._kept + len(found[1]) > _CACHE:
            self._known.clear()
            self._kept = 0
        self._known[offset] = found
        self._kept += len(found[1])

    def _entry(self, offset: int) -> _Entry:
        if not 12 <= offset < len(self._bytes):
            raise RevisionError("its pack ends before it begins")
        head = self._bytes[offset : offset + HEAD]
        at = 1
        kind, size, shift = (head[0] >> 4) & 7, head[0] & 15, 4
        while head[at - 1] & 0x80:
            size |= (head[at] & 0x7F) << shift
            shift += 7
            at += 1
        base: int | bytes | None = None
        if kind == _OFFSET:
            base = head[at] & 0x7F
            while head[at] & 0x80:
                at += 1
                base = ((base + 1) << 7) | (head[at] & 0x7F)
            at += 1
            if not base:
                raise RevisionError("it differs from itself")
        elif kind == _REFERENCE:
            base = head[at : at + self._hash]
            at += self._hash
        elif kind not in KINDS:
            raise RevisionError(f"it is of a kind that there is not: {kind}")
        return _Entry(kind, size, offset + at, base)

    def _inflated(self, entry: _Entry, limit: int) -> bytes:
        if entry.size > limit:
            raise TooLargeError(f"it has {entry.size:,} bytes")
        inflater = zlib.decompressobj()
        parts: list[bytes] = []
        left, at = entry.size + 1, entry.start
        while left > 0 and not inflater.eof:
            given = inflater.unconsumed_tail
            if not given:
                given = self._bytes[at : at + min(max(entry.size, 256), 1 << 16)]
                at += len(given)
                if not given:
                    break
            parts.append(inflater.decompress(given, left))
            left -= len(parts[-1])
        if left != 1 or not inflater.eof:
            raise RevisionError("it is not as long as it says")
        return b"".join(parts)


def _mapped(path: str) -> mmap:
    if not os.path.isfile(path):
        raise RevisionError(f"{path} is no file")
    with open(path, "rb") as file:
        return mmap(file.fileno(), 0, access=ACCESS_READ)


def _length(delta: bytes, at: int) -> tuple[int, int]:
    """A length at an offset in a difference, and the offset behind it."""
    size = shift = 0
    while True:
        byte = delta[at]
        at += 1
        size |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return size, at


def _made(delta: bytes) -> int:
    """The length of what a difference makes."""
    return _length(delta, _length(delta, 0)[1])[0]


def _applied(base: bytes, delta: bytes) -> bytes:
    """What a difference makes of what it is to."""
    size, at = _length(delta, 0)
    if size != len(base):
        raise RevisionError("it differs from an object of another length")
    left, at = _length(delta, at)
    parts: list[bytes] = []
    while at < len(delta):
        code = delta[at]
        at += 1
        if code & 0x80:
            start = length = 0
            for shift in range(7):
                if code >> shift & 1:
                    if shift < 4:
                        start |= delta[at] << 8 * shift
                    else:
                        length |= delta[at] << 8 * (shift - 4)
                    at += 1
            length = length or 0x10000
            part = base[start : start + length]
        else:
            length = code
            part = delta[at : at + length]
            at += length
        left -= length
        if left < 0 or len(part) != length or not length:
            raise RevisionError("it differs in a way that makes no sense")
        parts.append(part)
    if left:
        raise RevisionError("it is not as long as it says")
    return b"".join(parts)
