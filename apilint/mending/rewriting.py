"""Files rewritten: all of them or none, and none that is read-only, that changed meanwhile, or that is elsewhere."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Sequence

from apilint.mending.model import Mended
from apilint.reading.workspace import choose_root, inside
from apilint.report.writing import Prepared, prepare, write

_IDENTITY = ("st_dev", "st_ino", "st_size", "st_mtime_ns", "st_mode")


class Refused(Exception):
    """A file may not be rewritten; the message says why."""


def rewrite(files: Sequence[Mended], ref_root: str | None = None) -> list[str]:
    """Write all files, or none of them; gives why not, by file, or nothing if all is well.

    `ref_root` is the folder that links may lead to, if another than the root of each file.
    """
    known: list[os.stat_result] = []
    refusals = []
    for one in files:
        try:
            known.append(_checked(one, ref_root))
        except Refused as refused:
            refusals.append(f"{one.file}: {refused}")
    if refusals:
        return refusals
    waiting: list[Prepared] = []
    try:
        waiting += (_prepared(one) for one in files)
        for one, status in zip(files, known, strict=True):
            if not _is_same(one.path, status):
                return [f"{one.file}: it has changed meanwhile"]
        _replace(files, waiting)
    except Refused as refused:
        return [str(refused)]
    finally:
        for prepared in waiting:
            prepared.discard()
    return []


def _prepared(mended: Mended) -> Prepared:
    try:
        return prepare(mended.path, mended.after)
    except OSError as failure:
        raise Refused(_unwritten(mended, failure)) from None


def _unwritten(mended: Mended, failure: OSError) -> str:
    return f"{mended.file}: it could not be written: {failure.strerror or failure}"


def _replace(files: Sequence[Mended], waiting: Sequence[Prepared]) -> None:
    """Put all files into their places; what was there before comes back where one of them cannot be."""
    replaced = []
    try:
        for one, prepared in zip(files, waiting, strict=True):
            replaced.append(one)
            prepared.commit()
    except BaseException as failure:
        for one in replaced:
            with contextlib.suppress(OSError):
                write(one.path, one.before)
        if isinstance(failure, OSError):
            raise Refused(_unwritten(replaced[-1], failure)) from None
        raise


def _checked(mended: Mended, ref_root: str | None) -> os.stat_result:
    """What is known of a file that may be rewritten. Raises `Refused`."""
    if not inside(mended.path, _root(mended.file, ref_root)):
        raise Refused("it is reached by a link that leads out of the root")
    try:
        status = os.lstat(mended.path)
        if not stat.S_ISREG(status.st_mode):
            raise Refused("it is no longer a regular file")
        with open(mended.path, "rb") as file:
            if file.read(len(mended.before) + 1) != mended.before:
                raise Refused("it has changed meanwhile")
    except OSError as failure:
        raise Refused(f"it can no longer be read: {failure.strerror or failure}") from None
    # root could write it all the same, but nobody was meant to.
    if not status.st_mode & 0o222 or not os.access(mended.path, os.W_OK):
        raise Refused("it is read-only")
    if not os.access(os.path.dirname(mended.path) or os.curdir, os.W_OK | os.X_OK):
        raise Refused("its folder is read-only")
    if status.st_nlink > 1:
        raise Refused("it has a second name (a hard link), which would keep the old text")
    if os.geteuid() not in (0, status.st_uid):
        raise Refused("it belongs to another user, and would no longer")
    return status


def _root(file: str, ref_root: str | None) -> str:
    """The folder out of which no link may lead from a file, by the name that it was given.

    Unlike that of references, it is looked for above the name: a link to a folder must not carry it along.
    """
    here = os.path.realpath(os.getcwd())
    above = folder = os.path.dirname(os.path.abspath(file))
    if ref_root is not None and inside(os.path.realpath(folder), os.path.realpath(ref_root)):
        return os.path.realpath(ref_root)
    while not os.path.lexists(os.path.join(above, ".git")):
        parent = os.path.dirname(above)
        if parent == above:
            return here if inside(folder, here) else choose_root(file, here)
        above = parent
    return os.path.realpath(above)


def _is_same(path: str, known: os.stat_result) -> bool:
    """Whether a file is the one that it was."""
    try:
        now = os.lstat(path)
    except OSError:
        return False
    return all(getattr(now, name) == getattr(known, name) for name in _IDENTITY)
