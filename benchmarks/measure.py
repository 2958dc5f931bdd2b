"""Run a command to its end and say what it cost: CPU, wall time, peak memory, output.

The parent stays small on purpose: on Linux a child's peak memory starts from its parent's at the fork.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple


class Cost(NamedTuple):
    """What one run took: seconds of CPU (user and system, children included), seconds by the clock, memory, status."""

    cpu: float
    wall: float
    megabytes: float
    status: int


def run(
    command: Sequence[str],
    *,
    output: Path | None = None,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    seconds: float = 600,
) -> Cost:
    """Run `command` once, its standard output written to `output` or dropped.

    A command that outlives `seconds` is killed with its children, and its status is -9. Raises OSError if it cannot
    start.
    """
    # An installed program has its byte code; one in a checkout writes it down at its first run, unless this forbids it.
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryFile() as dropped, open(output, "wb") if output else tempfile.TemporaryFile() as kept:
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env={**inherited, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=kept,
            stderr=dropped,
            start_new_session=True,
        )
        timer = threading.Timer(seconds, os.killpg, (process.pid, signal.SIGKILL))
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        timer.cancel()
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
        return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / unit, process.returncode)


def alternate(
    commands: Sequence[Sequence[str]], rounds: int, *, after: Callable[[], None] | None = None, **options: Any
) -> list[Cost]:
    """Run the commands in turn, `rounds` times, and return each one's medians; a round to warm up goes before several.

    `after` is called at the end of each round. In turn, so that a machine that slows down slows all of them: the ratio
    between them is what counts.
    """
    costs: list[list[Cost]] = [[] for _ in commands]
    warm_up = rounds > 1
    for number in range(rounds + warm_up):
        for kept, command in zip(costs, commands, strict=True):
            cost = run(command, **options)
            if number or not warm_up:
                kept.append(cost)
        if after:
            after()
    return [
        Cost(
            statistics.median(cost.cpu for cost in kept),
            statistics.median(cost.wall for cost in kept),
            max(cost.megabytes for cost in kept),
            kept[-1].status,
        )
        for kept in costs
    ]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, its columns aligned to be read as they stand."""
    widths = [max(len(cell) for cell in column) for column in zip(head, *rows, strict=True)]
    lines = [head, ["-" * width for width in widths], *rows]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    )


def corpus() -> Path | None:
    """The folder of real documents: `APILINT_CORPUS`, else `../shared/corpus` beside the checkout, else None."""
    named = os.environ.get("APILINT_CORPUS")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "corpus"
    return folder if folder.is_dir() else None
