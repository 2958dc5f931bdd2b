"""The files that commands write beside reports: whole, or said not to be."""

from __future__ import annotations

from apilint.cli.streams import complain


def saved(path: str, content: str | bytes, command: str, shown: str = "") -> bool:
    """Write a file, called `shown` if not by its path; where that fails, say so for the command and give False."""
    from apilint.report.writing import write

    try:
        write(path, content)
    except (OSError, ValueError) as failure:
        reason = getattr(failure, "strerror", None) or str(failure)
        complain(f"{shown or path} could not be written: {reason}", name=command)
        return False
    return True
