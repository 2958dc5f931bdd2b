"""What a run looked at, and whether that was all that something in configuration could be about."""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import NamedTuple

from apilint.policy import globs
from apilint.policy.model import Where


class Looked(NamedTuple):
    """What a run looked at, by real paths: all files, the root documents that were checked, and whole folders.

    `complete` is false where anything could not be done, or was left out.
    """

    files: Collection[str]
    checked: Collection[str]
    folders: Collection[str]
    complete: bool

    def covers(self, where: Where) -> bool:
        """Whether all was checked that something could be about: the files that it names, or all below its folder."""
        if not where.folder:
            return False
        folder = os.path.realpath(where.folder)
        if any(folder == one or folder.startswith(one.rstrip(os.sep) + os.sep) for one in self.folders):
            return True
        if not where.files or not all(map(globs.is_plain, where.files)):
            return False
        named = (os.path.realpath(os.path.join(folder, name)) for name in where.files)
        return all(path in self.checked or not os.path.lexists(path) for path in named)
