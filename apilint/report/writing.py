"""Reports written to files: complete or not at all, and never through a link.

Source: rename(2), by which a name refers to the old file or to the new one at every moment.
"""

from __future__ import annotations

import contextlib
import os
import stat


def write(path: str, text: str) -> None:
    """Put `text` into the file at `path`, in UTF-8; on any error what was there before stays.

    Only a regular file is ever replaced: not a link, which a stranger's tree may point anywhere,
    and not a device. Raises OSError.
    """
    folder, name = os.path.split(path)
    folder = folder or os.curdir
    mode = _mode(path)
    directory = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        temporary = f".apilint-{os.urandom(8).hex()}.tmp"
        file = os.open(
            temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=directory
        )
        try:
            with os.fdopen(file, "wb") as stream:
                stream.write(text.encode("utf-8", "backslashreplace"))
                stream.flush()
                os.fchmod(stream.fileno(), mode)
                os.fsync(stream.fileno())
            os.replace(temporary, name, src_dir_fd=directory, dst_dir_fd=directory)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary, dir_fd=directory)
            raise
        # Some file systems cannot sync a folder; the report is in place all the same.
        with contextlib.suppress(OSError):
            os.fsync(directory)
    finally:
        os.close(directory)


def _mode(path: str) -> int:
    """The permissions of the file to replace, or those that the umask gives a new one. Raises OSError."""
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        umask = os.umask(0o077)
        os.umask(umask)
        return 0o666 & ~umask
    if not stat.S_ISREG(status.st_mode):
        raise OSError(0, "not a regular file (a link is none), and nothing else is ever replaced")
    return stat.S_IMODE(status.st_mode) & 0o777
