"""Reports and other files written: complete or not at all, and never through a link.

Source: rename(2), by which a name refers to the old file or to the new one at every moment.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator


def write(path: str, content: str | bytes) -> None:
    """Put text, in UTF-8, or bytes into the file at `path`; on any error what was there before stays.

    Only a regular file is ever replaced: not a link, which a stranger's tree may point anywhere,
    and not a device. Raises OSError.
    """
    prepared = prepare(path, content)
    try:
        prepared.commit()
    except BaseException:
        prepared.discard()
        raise


def prepare(path: str, content: str | bytes) -> Prepared:
    """Write what is to be in the file at `path` beside it, with the permissions of that; see `write`."""
    folder, name = os.path.split(path)
    status = _status(path)
    temporary = f".apilint-{os.urandom(8).hex()}.tmp"
    with _opened(folder or os.curdir) as directory:
        file = os.open(
            temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=directory
        )
        try:
            with os.fdopen(file, "wb") as stream:
                stream.write(content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace"))
                stream.flush()
                if status is not None:
                    _keep(path, stream.fileno(), status)
                os.fchmod(stream.fileno(), _usual() if status is None else stat.S_IMODE(status.st_mode) & 0o777)
                os.fsync(stream.fileno())
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary, dir_fd=directory)
            raise
    return Prepared(folder or os.curdir, temporary, name)


class Prepared:
    """A file that waits beside the one that it is to replace."""

    def __init__(self, folder: str, temporary: str, name: str) -> None:
        self._folder = folder
        self._temporary = temporary
        self._name = name

    def commit(self) -> None:
        """Put it in its place. Raises OSError."""
        with _opened(self._folder) as directory:
            os.replace(self._temporary, self._name, src_dir_fd=directory, dst_dir_fd=directory)
            # Some file systems cannot sync a folder; the file is in place all the same.
            with contextlib.suppress(OSError):
                os.fsync(directory)

    def discard(self) -> None:
        """Take it away again."""
        with contextlib.suppress(OSError), _opened(self._folder) as directory:
            os.unlink(self._temporary, dir_fd=directory)


@contextlib.contextmanager
def _opened(folder: str) -> Iterator[int]:
    directory = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield directory
    finally:
        os.close(directory)


def _keep(path: str, file: int, status: os.stat_result) -> None:
    """Give a new file the owner and the attributes, access lists among them, of the old one, as far as one may."""
    new = os.fstat(file)
    if (new.st_uid, new.st_gid) != (status.st_uid, status.st_gid):
        with contextlib.suppress(OSError):
            os.fchown(file, status.st_uid if new.st_uid != status.st_uid else -1, status.st_gid)
    if hasattr(os, "listxattr"):
        with contextlib.suppress(OSError):
            for name in os.listxattr(path, follow_symlinks=False):
                with contextlib.suppress(OSError):
                    os.setxattr(file, name, os.getxattr(path, name, follow_symlinks=False))


def _status(path: str) -> os.stat_result | None:
    """What is known of the file to replace, None if there is none. Raises OSError for what is no file."""
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        raise OSError(0, "not a regular file (a link is none), and nothing else is ever replaced")
    return status


def _usual() -> int:
    """The permissions that the umask gives a new file."""
    umask = os.umask(0o077)
    os.umask(umask)
    return 0o666 & ~umask
