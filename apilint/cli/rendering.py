"""Reports in the formats that were asked for: printed, or written to files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

from apilint.cli.streams import aside
from apilint.findings import Problem, Report
from apilint.report import Presentation, Render, renderer


class FormatFailedError(Exception):
    """A plugin's format gave no text; the message says which and why."""


def chosen(name: str, option_name: str, formats: Mapping[str, Any]) -> Render:
    """What renders the format `name`. Raises `click.UsageError` for a name that no plugin provides."""
    if name not in formats:
        from difflib import get_close_matches

        near = get_close_matches(name, formats, 1)
        hint = f"Did you mean {near[0]!r}?" if near else f"There are {', '.join(formats)}."
        raise click.UsageError(f"{option_name}: no such format: {name!r}. {hint}", click.get_current_context())
    provided = formats[name]
    if isinstance(provided, str) and provided.startswith("apilint."):
        return renderer(provided)
    return _guarded(name, provided)


def written(report: Report, files: Mapping[str, Render], shown: Callable[[Report], Presentation]) -> Report:
    """Write reports to files; one that cannot be written is a problem of the report that is given back."""
    for path, render in files.items():
        from apilint.report.writing import write

        try:
            write(path, render(report, shown(report)._replace(color=False, links=False, width=80, everything=True)))
        except FormatFailedError as failure:
            report = with_problem(report, f"the report could not be written to {path}: {failure}")
        except (OSError, ValueError) as failure:
            reason = getattr(failure, "strerror", None) or str(failure)
            report = with_problem(report, f"the report could not be written to {path}: {reason}")
    return report


def with_problem(report: Report, message: str) -> Report:
    """The report, and that not all of it was written."""
    return report._replace(problems=(*report.problems, Problem("report-not-written", message)))


def _guarded(name: str, provided: Any) -> Render:
    """A third party's format, whose failure must not cost the report."""

    def text(report: Report, presentation: Presentation) -> str:
        try:
            with aside():
                rendered = renderer(provided)(report, presentation)
        except (Exception, SystemExit) as failure:
            raise FormatFailedError(f"the format {name} failed: {type(failure).__name__}") from failure
        if not isinstance(rendered, str):
            raise FormatFailedError(f"the format {name} gave {type(rendered).__name__}, not text")
        return rendered

    return text
