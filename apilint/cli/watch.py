"""`apilint check --watch`: check, and check again when a file has changed."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any

import click

from apilint.cli.streams import complain, emit, interactive
from apilint.config.discover import NAMES, WAIVERS
from apilint.reading.discovery import SUFFIXES, display_name, folders, kind_of
from apilint.reading.limits import LimitReached, Limits, Unreadable
from apilint.reading.source import read

INTERRUPTED = 130
_MISSING = "--watch needs watchfiles: install apilint with its extra watch, as in pip install '.[watch]' in a clone"
_CLEAR = "\x1b[2J\x1b[H"
_NAMED = 3
# Milliseconds: how long a burst of changes may grow, the silence that ends one, and how long to wait at most.
_BURST, _SILENCE, _TICK = 1_000, 100, 250

# Checks once and prints; gives the exit status, and the paths of the files that were read.
Once = Callable[[], tuple[int, Collection[str]]]
Changes = set[tuple[Any, str]]
Watching = Callable[..., Iterator[Changes]]


def watch(paths: Sequence[str], once: Once, written: Iterable[str] = ()) -> int:
    """Call `once`, and again whenever a document has changed, until interrupted; gives the exit status for that.

    `paths` are the arguments of the command; below folders, those count that git would see. `written` are the
    files that `once` itself writes. Raises `click.UsageError` where that cannot be done, and what `once` raises at
    first.
    """
    if "-" in paths:
        raise click.UsageError("--watch: standard input does not change; name a file", click.get_current_context(True))
    try:
        import watchfiles
    except ImportError as missing:
        if missing.name != "watchfiles":
            raise
        raise click.UsageError(_MISSING, click.get_current_context(True)) from None
    try:
        _Watch(watchfiles.watch, paths, once, written).go()
    except KeyboardInterrupt:
        return INTERRUPTED
    return INTERRUPTED


class _Watch:
    def __init__(self, watching: Watching, paths: Sequence[str], once: Once, written: Iterable[str]) -> None:
        self.watching = watching
        self.paths = paths
        self.named = {os.path.realpath(path) for path in paths}
        self.once = once
        self.written = {os.path.realpath(path) for path in written}
        self.files: set[str] = set()
        self.watched: tuple[str, ...] = ()

    def go(self) -> None:
        """Check and wait in turns; ends by an interrupt only."""
        changes: Iterator[Changes] = iter(())
        while True:
            started = time.time_ns()
            self.check()
            changed: list[str] = []
            folders = tuple(sorted(self.folders()))
            if folders != self.watched:
                self.watched = folders
                changes = self.begin()
                # The watcher begins to watch when it is first asked: what changed before that, the clock tells.
                changed = [*self.relevant(next(changes)), *self.missed(started)]
            if not changed:
                complain(f"{_now()} waiting for changes; Ctrl-C ends", name="watch")
            while not changed:
                changed = self.relevant(next(changes))
            self.tell(sorted(set(changed)))

    def check(self) -> None:
        try:
            _, files = self.once()
        except click.UsageError as wrong:
            # What the command line asks for was right before: it is configuration that somebody is about to write.
            if not self.watched:
                raise
            for line in wrong.format_message().splitlines():
                complain(line)
        else:
            self.files = {os.path.realpath(path) for path in files}
        gc.collect()  # One check leaves its garbage to the end of the process; many must not.

    def begin(self) -> Iterator[Changes]:
        return self.watching(
            *self.watched,
            watch_filter=None,
            debounce=_BURST,
            step=_SILENCE,
            rust_timeout=_TICK,
            yield_on_timeout=True,
            recursive=False,
            ignore_permission_denied=True,
        )

    def folders(self) -> set[str]:
        """The folders to watch: those of the files that were read, and below the arguments all that git would see."""
        found = {os.path.dirname(path) for path in self.files}
        for argument in self.paths or (".",):
            path = os.path.realpath(argument)
            if os.path.isdir(path):
                found.update(folders(path))
            else:
                found.add(os.path.dirname(path))
        return {folder for folder in found if os.path.isdir(folder)}

    def missed(self, moment: int) -> list[str]:
        """What has changed since a moment in time, in nanoseconds, and counts."""
        found = self.files.union(path for folder in self.watched for path in _inside(folder))
        return [path for path in found if _newer(path, moment) and path not in self.written and self.counts(path)]

    def relevant(self, changes: Changes) -> list[str]:
        """The changed paths for which to check again: what was read or named, other documents, folders come or gone."""
        return [path for _, path in changes if path not in self.written and self.counts(path)]

    def counts(self, path: str) -> bool:
        if path in self.files or path in self.named or os.path.basename(path) in (*NAMES, WAIVERS):
            return True
        if path in self.watched:
            return not os.path.isdir(path)
        if path.lower().endswith(SUFFIXES):
            return _is_document(path)
        return os.path.isdir(path) and path in self.folders()

    def tell(self, changed: Sequence[str]) -> None:
        if interactive(sys.stdout):
            emit(_CLEAR)
        cwd = os.path.realpath(os.getcwd())
        names = [display_name(path, cwd) for path in changed[:_NAMED]]
        more = f" and {len(changed) - _NAMED} more" if len(changed) > _NAMED else ""
        complain(f"{_now()} changed: {', '.join(names)}{more}", name="watch")


def _is_document(path: str) -> bool:
    """Whether a file looks like a document or a part of one, so that what others write here is let be."""
    try:
        return kind_of(read(path, path, Limits()).data) in ("openapi", "fragment")
    except (Unreadable, LimitReached):
        return False


def _inside(folder: str) -> list[str]:
    try:
        return [os.path.join(folder, name) for name in os.listdir(folder)]
    except OSError:
        return []


def _newer(path: str, moment: int) -> bool:
    try:
        return os.stat(path).st_mtime_ns >= moment
    except (OSError, ValueError):
        return False  # Where nothing is, or nothing more, its folder tells when something comes.


def _now() -> str:
    return time.strftime("%H:%M:%S")
