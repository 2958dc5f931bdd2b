"""Progress on standard error: one line for long work, none in CI, in a pipe, or in the first second."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

import click

from apilint.cli.streams import aside, interactive, width

if TYPE_CHECKING:
    from apilint.findings import Report
    from apilint.options import RunOptions
    from apilint.plugins import Plugins

DELAY = 1.0
INTERVAL = 0.1


class Progress:
    """A line that says how far the work is, and that is gone when the work is done."""

    def __init__(self, shown: bool) -> None:
        """`shown` is what the user asked for; `possible` says whether anybody would see it."""
        self.possible = shown and interactive(sys.stderr) and not os.environ.get("CI")
        self._next = time.monotonic() + DELAY
        self._drawn = False

    def step(self, name: str, done: int, total: int) -> None:
        """Say that the work is at `name`, with `done` of `total` behind it."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + INTERVAL
        self._drawn = True
        from apilint.report.escape import screen, visible

        line = f"{done} of {total}: {name}" if total else name
        self._write("\r" + screen(visible(line, max(20, width(sys.stderr) - 1))) + "\x1b[K")

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._drawn:
            self._write("\r\x1b[K")

    @staticmethod
    def _write(text: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(text)
            sys.stderr.flush()


def followed(context: click.Context, options: RunOptions, loaded: Plugins | None = None) -> Report:
    """Run, and show how far it is. Raises `click.UsageError` for wrong options."""
    from apilint.run import UsageError, run

    with Progress(shown=True) as progress, aside():
        try:
            return run(options._replace(progress=progress.step if progress.possible else None), loaded)
        except UsageError as wrong:
            raise click.UsageError(str(wrong), context) from None
