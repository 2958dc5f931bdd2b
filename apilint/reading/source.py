"""A name and its bytes: opening files without being held up by them, and decoding them strictly."""

from __future__ import annotations

import errno
import os
import stat
from typing import NamedTuple

from apilint.reading.limits import LimitReached, Limits, Malformed, Unreadable

_CHUNK = 1 << 20
# Which of the first four bytes are not zero, where the text begins with two ASCII characters (or one, in UTF-32).
_ZEROS = {
    bytes((1, 0, 0, 0)): "utf-32-le",
    bytes((0, 0, 0, 1)): "utf-32-be",
    bytes((1, 0, 1, 0)): "utf-16-le",
    bytes((0, 1, 0, 1)): "utf-16-be",
}


class Source(NamedTuple):
    """The bytes of a document; `name` is for display, `path` the real path or None for standard input."""

    name: str
    path: str | None
    data: bytes


def read(path: str, name: str, limits: Limits) -> Source:
    """Read a regular file of at most `limits.bytes`.

    `path` may be a symbolic link; who calls decides whether it may be followed. Raises
    `Unreadable` for anything but a readable regular file, `LimitReached` for a file too large.
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except (OSError, ValueError) as error:
        raise _unreadable(error) from None
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable(f"it is {_kind(status.st_mode)}, not a file", "refused")
        if not status.st_mode & 0o444:
            # root could read it all the same, but nobody was meant to.
            raise Unreadable("its mode lets nobody read it")
        data = _counted(handle, status.st_size, limits.bytes)
    except OSError as error:
        raise _unreadable(error) from None
    finally:
        os.close(handle)
    return Source(name, os.path.realpath(path), data)


def counted(data: bytes, limits: Limits) -> bytes:
    """Give the bytes back if they are within `limits.bytes`; raises `LimitReached`."""
    if len(data) > limits.bytes:
        raise LimitReached("bytes", limits.bytes, "the document is too large")
    return data


def decode(data: bytes) -> str:
    """Turn bytes into text without a byte order mark: UTF-8, or UTF-16 and UTF-32 that say so.

    Without a mark, UTF-16 and UTF-32 are known by the zero bytes round the first character. Raises
    `Malformed` with the place of the first byte that is not text, and for NUL characters.
    """
    codec, skip = encoding(data)
    body = data[skip:] if skip else data
    try:
        text = body.decode(codec)
    except UnicodeDecodeError as error:
        before = body[: error.start].decode(codec, "replace")
        raise Malformed(f"the text is not valid {codec.upper()}", *_place(before)) from None
    end = text.find("\0")
    if end >= 0:
        raise Malformed("the text holds a NUL character", *_place(text[:end]))
    return text


def is_plain_utf8(data: bytes) -> bool:
    """Whether what `decode` made of the bytes is, encoded as UTF-8, these bytes again."""
    return encoding(data) == ("utf-8", 0)


def encoding(data: bytes) -> tuple[str, int]:
    """The codec of a text and the length of its byte order mark."""
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8", 3
    if data.startswith(b"\xff\xfe\0\0"):
        return "utf-32-le", 4
    if data.startswith(b"\0\0\xfe\xff"):
        return "utf-32-be", 4
    if data.startswith(b"\xff\xfe"):
        return "utf-16-le", 2
    if data.startswith(b"\xfe\xff"):
        return "utf-16-be", 2
    return _ZEROS.get(bytes(byte != 0 for byte in data[:4]), "utf-8"), 0


def _place(before: str) -> tuple[int, int]:
    """The line and column that follow a text."""
    plain = before.replace("\r\n", "\n").replace("\r", "\n")
    return plain.count("\n") + 1, len(plain) - (plain.rfind("\n") + 1) + 1


def _counted(handle: int, size: int, bound: int) -> bytes:
    """Read to the end, or stop one byte after the bound: `size` may be a lie (`/proc`, a file that grows)."""
    if size > bound:
        raise LimitReached("bytes", bound, f"the file has {size:,} bytes")
    chunks = []
    total = 0
    # The size that the system tells is read at once: parts to be joined would need twice the memory.
    while chunk := os.read(handle, min(size - total + 1 if size > total else _CHUNK, bound - total + 1)):
        chunks.append(chunk)
        total += len(chunk)
        if total > bound:
            raise LimitReached("bytes", bound, "the file is too large")
    return b"".join(chunks)


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a directory"
    if stat.S_ISFIFO(mode):
        return "a named pipe"
    if stat.S_ISSOCK(mode):
        return "a socket"
    return "a device"


_WORDS = {
    errno.ENOENT: ("missing", "there is no such file"),
    errno.ENOTDIR: ("missing", "a part of its path is not a directory"),
    errno.ENAMETOOLONG: ("missing", "its name is too long"),
    errno.ELOOP: ("unreadable", "its symbolic links lead round in a circle"),
    errno.EACCES: ("unreadable", "permission was denied"),
    errno.EPERM: ("unreadable", "permission was denied"),
    errno.EMFILE: ("unreadable", "too many files are open"),
    errno.ENXIO: ("refused", "it is a socket or a named pipe, not a file"),
}


def _unreadable(error: Exception) -> Unreadable:
    """The exception for an error of the system, without the path that it repeats."""
    code = error.errno if isinstance(error, OSError) else None
    if not code:
        return Unreadable("its name cannot be the name of a file", "missing")
    reason, words = _WORDS.get(code) or ("unreadable", os.strerror(code).lower())
    return Unreadable(words, reason)
