"""The job summary of GitHub Actions: the whole table of findings, where the annotations of `--format github` end.

Source: GitHub's documentation: Markdown appended to the file that GITHUB_STEP_SUMMARY names, at most 1 MiB a step.
"""

from __future__ import annotations

from collections.abc import Mapping

from apilint.findings import Report
from apilint.report import Presentation

VARIABLE = "GITHUB_STEP_SUMMARY"
MOST = 1_048_576
_KEPT = 1_024  # bytes left free: GitHub refuses the whole summary of a step that is larger
_LEAST = 4_096  # bytes in which a table says something


def append(report: Report, presentation: Presentation, environ: Mapping[str, str]) -> str | None:
    """Append the table to the file that the environment names, if it names one.

    Gives None, or what went wrong: a summary that cannot be written must not hide the findings. Never raises.
    """
    name = environ.get(VARIABLE)
    if not name:
        return None
    try:
        with open(name, "ab") as file:
            file.seek(0, 2)
            data = _table(report, presentation, MOST - _KEPT - file.tell())
            if not data:
                return f"the job summary has no room left below {MOST:,} bytes"
            file.write(data)
    except Exception as failure:
        said = failure.strerror if isinstance(failure, OSError) and failure.strerror else type(failure).__name__
        return f"the job summary could not be written: {said}"
    return None


def _table(report: Report, presentation: Presentation, room: int) -> bytes:
    """The table in at most `room` bytes of UTF-8; empty if there is no room even for a short one."""
    from apilint.report import markdown

    if room < _LEAST:
        return b""
    data = f"\n{markdown.table(report, presentation, room - 2)}\n".encode("utf-8", "backslashreplace")
    return data if len(data) <= room else b""
