"""Where configuration is read from: the files of this machine, or those of a commit."""

from __future__ import annotations

import os
from typing import Protocol

from apilint.reading.limits import Limits

PYPROJECT = "pyproject.toml"  # which holds configuration of other tools, too
LIMITS = Limits(bytes=1 << 20, nodes=200_000, depth=40)


class Tree(Protocol):
    """Files by absolute path, their links resolved by nobody but the tree itself."""

    def read(self, path: str) -> bytes | None:
        """The bytes of a file of at most `LIMITS.bytes`, or None if there is none.

        Raises `Unreadable` for what is no regular file and `LimitReached` for one that is too large.
        """

    def real(self, path: str) -> str:
        """Where a path leads when its links are followed, in this tree."""

    def label(self, name: str) -> str:
        """How a file is shown: its name, and the commit if it is of one."""

    def hold(self, path: str | None) -> None:
        """Expect to be asked for the files of the input at a path, None without one. Raises `ConfigurationError`."""


class Files:
    """The files of this machine."""

    def read(self, path: str) -> bytes | None:
        """See `Tree.read`."""
        from apilint.reading.source import read

        try:
            os.lstat(path)
        except (OSError, ValueError):
            return None
        return read(path, path, LIMITS).data

    def real(self, path: str) -> str:
        """See `Tree.real`."""
        return os.path.realpath(path)

    def label(self, name: str) -> str:
        """See `Tree.label`."""
        return name

    def hold(self, path: str | None) -> None:
        """See `Tree.hold`."""
