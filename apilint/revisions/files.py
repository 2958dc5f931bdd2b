"""The small files of a repository, read without being held up by them: a stranger may have made it."""

from __future__ import annotations

import os
import stat

SMALL = 1 << 20  # bytes


class RevisionError(ValueError):
    """A revision, or a repository, that cannot be read; the message says which and why."""


class NoRepositoryError(RevisionError):
    """A path that is in no repository."""


class TooLargeError(RevisionError):
    """A file of a commit that is larger than who asked for it allows."""


def contents(path: str, limit: int = SMALL) -> bytes | None:
    """The bytes of a regular file, None if there is none. Raises TooLargeError and RevisionError."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, ValueError):
        return None
    except OSError as error:
        if os.path.isdir(path):  # Windows calls it a lack of permission
            return None
        raise RevisionError(f"{path} cannot be read: {error.strerror}") from None
    try:
        status = os.fstat(handle)
        if stat.S_ISDIR(status.st_mode):
            return None
        if not stat.S_ISREG(status.st_mode):
            raise RevisionError(f"{path} is no regular file")
        # As many bytes as are asked for are taken from memory before one is read.
        with os.fdopen(handle, "rb", closefd=False) as file:
            data = file.read(min(limit, status.st_size) + 1)
    except OSError as error:
        raise RevisionError(f"{path} cannot be read: {error.strerror}") from None
    finally:
        os.close(handle)
    if len(data) > limit:
        raise TooLargeError(f"{path} is larger than {limit:,} bytes")
    return data


def line(path: str) -> str:
    """The first line of a small file, empty if there is none. Raises RevisionError."""
    data = contents(path, 1 << 12) or b""
    if b"\0" in data:
        raise RevisionError(f"{path} is no text")
    return os.fsdecode(data.partition(b"\n")[0].rstrip(b"\r"))
