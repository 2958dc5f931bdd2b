"""Standard output and standard error: written whole or said not to be, whatever they are connected to."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import TextIO

CLOSED_PIPE = 141
NOT_WRITTEN = 3


class OutputError(Exception):
    """Standard output did not take the text. `reason` is empty where the reader merely went away."""

    def __init__(self, reason: str, status: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


def prepare() -> None:
    """Make both streams take every character, whatever the locale."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def emit(text: str | bytes) -> None:
    """Write a text that is safe to show (see `report.escape`) to standard output, all of it. Raises OutputError.

    Bytes are a document as it is, for a program.
    """
    # Python leaves None where the descriptor was closed before the start.
    stream: TextIO | None = sys.stdout
    if stream is None:
        raise OutputError("standard output is closed", NOT_WRITTEN)
    try:
        stream.flush()
        descriptor = _descriptor(stream)
        if descriptor is None:
            stream.write(text if isinstance(text, str) else text.decode("utf-8", "backslashreplace"))
            stream.flush()
        else:
            _write_all(descriptor, text.encode(stream.encoding, "backslashreplace") if isinstance(text, str) else text)
    except BrokenPipeError:
        _abandon(stream)
        raise OutputError("", CLOSED_PIPE) from None
    except (OSError, ValueError) as failure:
        _abandon(stream)
        raise OutputError(getattr(failure, "strerror", None) or "standard output is closed", NOT_WRITTEN) from None


def _descriptor(stream: TextIO) -> int | None:
    try:
        return stream.fileno()
    except (OSError, ValueError):
        return None


def _write_all(descriptor: int, data: bytes) -> None:
    """Write past Python's own streams: unbuffered (`PYTHONUNBUFFERED`), they drop what one write does not take."""
    rest = memoryview(data)
    while rest:
        try:
            rest = rest[os.write(descriptor, rest) :]
        except BlockingIOError:
            import select

            select.select([], [descriptor], [])


class _Aside(io.TextIOBase):
    """Takes what a plugin prints: shown on standard error, made safe, and never part of a report."""

    def write(self, text: str) -> int:
        for line in text.splitlines():
            if line.strip():
                complain(line, name="plugin")
        return len(text)

    def close(self) -> None:
        """Stay open: a plugin that closes standard output closes nothing."""


def aside() -> contextlib.AbstractContextManager[object]:
    """Keep standard output for the report while the code of plugins runs."""
    return contextlib.redirect_stdout(_Aside())


def complain(text: str, name: str = "apilint") -> None:
    """Write one line to standard error, made safe; nobody is left to tell if that fails."""
    from apilint.report.escape import screen, visible

    tell(screen(f"{name}: {visible(text, 1000)}\n"))


def tell(text: str) -> None:
    """Write a text that is safe to show to standard error; nobody is left to tell if that fails."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(text)
            sys.stderr.flush()


def colored(choice: str, stream: TextIO | None) -> bool:
    """Whether to colour a stream: the option first, then NO_COLOR and FORCE_COLOR, then whether it is a terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR") or os.environ.get("CLICOLOR_FORCE", "0") != "0":
        return True
    return interactive(stream) and os.environ.get("TERM") != "dumb"


def interactive(stream: TextIO | None) -> bool:
    """Whether a person may be looking at this stream."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


def width(stream: TextIO | None) -> int:
    """The columns of the terminal, or 80: what goes to a file or a pipe depends on no terminal."""
    if stream is not None and interactive(stream):
        with contextlib.suppress(OSError, ValueError):
            return os.get_terminal_size(stream.fileno()).columns or 80
    return 80


def _abandon(stream: TextIO) -> None:
    """Let what is still in the buffer go nowhere, or the interpreter complains about it at its end."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
