"""Repositories made by hand, byte by byte: no git is needed, and what git would never write can be written."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

LINK, MODULE = "120000", "160000"
KINDS = {"commit": 1, "tree": 2, "blob": 3, "tag": 4}


class Made:
    """A repository with a work tree. Files are given as texts, or as a mode and bytes."""

    def __init__(self, root: Path, form: str = "sha1") -> None:
        self.root = root
        self.form = form
        self.git = root / ".git"
        for folder in ("objects/pack", "objects/info", "refs/heads", "refs/tags"):
            (self.git / folder).mkdir(parents=True)
        (self.git / "HEAD").write_text("ref: refs/heads/main\n")
        extension = "" if form == "sha1" else f"[extensions]\n\tobjectFormat = {form}\n"
        (self.git / "config").write_text(
            f"[core]\n\trepositoryformatversion = {int(form != 'sha1')}\n\tbare = false\n{extension}"
        )
        self.time = 1_700_000_000

    def object(self, kind: str, data: bytes, *, head: bytes | None = None) -> str:
        """Write an object of its own file; `head` stands for what it says of itself."""
        whole = (head if head is not None else b"%s %d\0" % (kind.encode(), len(data))) + data
        id = hashlib.new(self.form, b"%s %d\0" % (kind.encode(), len(data)) + data).hexdigest()
        self.write(id, zlib.compress(whole))
        return id

    def write(self, id: str, packed: bytes) -> None:
        path = self.git / "objects" / id[:2] / id[2:]
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(packed)

    def tree(self, files: Mapping[str, str | tuple[str, bytes | str]]) -> str:
        """Write a tree; a mode may come with the id of what is there already."""
        entries: dict[str, tuple[str, str]] = {}
        below: dict[str, dict[str, str | tuple[str, bytes | str]]] = {}
        for path, given in files.items():
            name, slash, rest = path.partition("/")
            if slash:
                below.setdefault(name, {})[rest] = given
            elif isinstance(given, str):
                entries[name] = ("100644", self.object("blob", given.encode()))
            else:
                mode, data = given
                entries[name] = (mode, data if isinstance(data, str) else self.object("blob", data))
        entries.update((name, ("40000", self.tree(inner))) for name, inner in below.items())
        order = sorted(entries, key=lambda name: name.encode() + (b"/" if entries[name][0] == "40000" else b""))
        rows = (f"{entries[name][0]} {name}".encode() + b"\0" + bytes.fromhex(entries[name][1]) for name in order)
        return self.object("tree", b"".join(rows))

    def commit(
        self,
        files: Mapping[str, str | tuple[str, bytes | str]] | str,
        parents: Sequence[str] = (),
        branch: str | None = "main",
        time: int | None = None,
    ) -> str:
        """Write a commit of files, or of a tree by its id, and let a branch be there."""
        tree = files if isinstance(files, str) else self.tree(files)
        self.time += 60
        who = f"A <a@example.com> {self.time if time is None else time} +0000"
        rows = [
            f"tree {tree}",
            *(f"parent {one}" for one in parents),
            f"author {who}",
            f"committer {who}",
            "",
            "said\n",
        ]
        id = self.object("commit", "\n".join(rows).encode())
        if branch is not None:
            self.ref(f"refs/heads/{branch}", id)
        return id

    def tag(self, name: str, target: str, kind: str = "commit") -> str:
        who = f"A <a@example.com> {self.time} +0000"
        id = self.object("tag", f"object {target}\ntype {kind}\ntag {name}\ntagger {who}\n\nsaid\n".encode())
        self.ref(f"refs/tags/{name}", id)
        return id

    def ref(self, name: str, text: str) -> None:
        path = self.git / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n")

    def out(self, files: Mapping[str, str]) -> None:
        """Put files into the work tree."""
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def pack(self, objects: Sequence[tuple[str, bytes]], *, name: str = "pack-one") -> Path:
        """Write a pack of objects, each by its id and its bytes there: see `whole`, `by_offset` and `by_id`."""
        body = b"PACK" + struct.pack(">LL", 2, len(objects))
        offsets: dict[str, int] = {}
        for id, data in objects:
            offsets[id] = len(body)
            body += data
        path = self.git / "objects" / "pack" / f"{name}.pack"
        path.write_bytes(body + self._sum(body))
        ids = sorted(offsets)
        counts = [sum(int(id[:2], 16) <= byte for id in ids) for byte in range(256)]
        index = b"\377tOc" + struct.pack(">L256L", 2, *counts) + b"".join(map(bytes.fromhex, ids))
        index += b"\0\0\0\0" * len(ids) + b"".join(struct.pack(">L", offsets[id]) for id in ids)
        index += self._sum(body)
        path.with_suffix(".idx").write_bytes(index + self._sum(index))
        return path

    def _sum(self, data: bytes) -> bytes:
        return hashlib.new(self.form, data).digest()

    def id(self, kind: str, data: bytes) -> str:
        return hashlib.new(self.form, b"%s %d\0" % (kind.encode(), len(data)) + data).hexdigest()


def whole(kind: str, data: bytes, length: int | None = None) -> bytes:
    """An object as a pack holds it; `length` stands for what it says of itself."""
    return _head(KINDS[kind], len(data) if length is None else length) + zlib.compress(data)


def by_offset(back: int, delta: bytes) -> bytes:
    """A difference to the object that begins so many bytes before."""
    digits = [back & 0x7F]
    while back := back >> 7:
        back -= 1
        digits.append(0x80 | (back & 0x7F))
    return _head(6, len(delta)) + bytes(reversed(digits)) + zlib.compress(delta)


def by_id(id: str, delta: bytes) -> bytes:
    """A difference to an object by its id."""
    return _head(7, len(delta)) + bytes.fromhex(id) + zlib.compress(delta)


def delta(before: int, after: int, *steps: bytes | tuple[int, int]) -> bytes:
    """A difference: steps are bytes to add, or where to copy from and how much."""
    found = _number(before) + _number(after)
    for step in steps:
        if isinstance(step, bytes):
            found += bytes([len(step)]) + step
        else:
            found += b"\xff" + struct.pack("<L", step[0]) + struct.pack("<L", step[1])[:3]
    return found


def _number(value: int) -> bytes:
    found = b""
    while value >= 0x80:
        found += bytes([value & 0x7F | 0x80])
        value >>= 7
    return found + bytes([value])


def _head(kind: int, size: int) -> bytes:
    first = kind << 4 | size & 15
    size >>= 4
    return bytes([first | 0x80]) + _number(size) if size else bytes([first])
