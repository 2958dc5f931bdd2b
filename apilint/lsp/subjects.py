"""What is checked: one API by its root document, and how files are told apart for it."""

from __future__ import annotations

import os
from collections.abc import Iterable

from apilint.findings import Report
from apilint.lsp.marks import Mark
from apilint.lsp.texts import split
from apilint.reading.limits import LimitReached, Limits, Malformed, Unreadable
from apilint.reading.source import decode, read


class Subject:
    """The API of one root document: what was found, the files that were read for it, and whether to look again.

    `shown` is the path by which the root document is known, `real` its real path.
    """

    def __init__(self, shown: str, real: str) -> None:
        self.shown = shown
        self.real = real
        self.dirty = True
        self.read: set[str] = set()
        self.report: Report | None = None
        self.marks: dict[str, list[Mark]] = {}


def folder_of(path: str, folders: Iterable[str]) -> str:
    """The folder that stands for the working directory of a command line: the workspace's, or the document's own.

    A home folder is no workspace: nobody wants all of it searched.
    """
    real = os.path.realpath(path)
    home = os.path.realpath(os.path.expanduser("~"))
    above = [folder for folder in folders if folder not in (home, os.sep) and real.startswith(folder + os.sep)]
    return max(above, key=len, default=os.path.dirname(real))


def lines_on_disk(path: str) -> tuple[str, ...]:
    """The lines of a file that the editor does not hold; none where it cannot be read, as what was fetched."""
    try:
        return tuple(split(decode(read(path, path, Limits()).data)))
    except (Unreadable, LimitReached, Malformed):
        return ()
