"""What the command line really prints on the examples, on a terminal of 80 and of 120 columns, with and without colour.

The files are in `snapshots/`; `cat` one in a terminal to see what a person sees. After a change that is meant:
`APILINT_UPDATE_SNAPSHOTS=1 python -m pytest tests/report/test_snapshots.py`, and read the difference.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SNAPSHOTS = Path(__file__).parent / "snapshots"
EXAMPLES = ("examples/petstore.yaml", "examples/orders/openapi.yaml")


@pytest.mark.parametrize("color", ["never", "always"])
@pytest.mark.parametrize(("name", "width"), [("full", 80), ("full", 120), ("concise", 80), ("summary", 80)])
def test_what_a_person_sees(name: str, width: int, color: str) -> None:
    shown = on_a_terminal(width, "check", "--format", name, "--color", color, *EXAMPLES)
    snapshot = SNAPSHOTS / f"{name}-{width}{'-color' if color == 'always' else ''}.txt"
    if os.environ.get("APILINT_UPDATE_SNAPSHOTS"):
        snapshot.write_text(shown, encoding="utf-8", newline="\n")
    assert shown == snapshot.read_text(encoding="utf-8"), f"{snapshot} differs; this file says how to update it"


def on_a_terminal(width: int, *arguments: str) -> str:
    """What a process that runs apilint writes to a terminal of `width` columns."""
    pty = pytest.importorskip("pty")
    termios = pytest.importorskip("termios")
    leader, follower = pty.openpty()
    termios.tcsetwinsize(follower, (50, width))
    changed = {"TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"}
    environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    with subprocess.Popen(
        [sys.executable, "-m", "apilint", *arguments],
        cwd=ROOT,
        env={**environment, **changed},
        stdin=subprocess.DEVNULL,
        stdout=follower,
        stderr=subprocess.DEVNULL,
    ) as process:
        os.close(follower)
        written = b"".join(iter(lambda: piece(leader), b""))
    os.close(leader)
    assert process.returncode == 1
    return written.decode("utf-8").replace("\r\n", "\n")


def piece(leader: int) -> bytes:
    """The next bytes; nothing when the process has closed its end, which Linux tells by an error."""
    try:
        return os.read(leader, 1 << 16)
    except OSError:
        return b""
