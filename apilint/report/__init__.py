"""Formats: a report in, text out. One module for each format, imported when it is asked for.

A format is a function `render(report, presentation) -> str`. Formats never change what was found,
never open a file, and pass every string through `apilint.report.escape`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import NamedTuple

from apilint.findings import Report


class Presentation(NamedTuple):
    """How a report was asked for: what formats need to know beside the report.

    `version` is apilint's own; `status` is the exit status of the run. `color`, `width`,
    `everything` (no grouping) and `quiet` concern text for people only.
    """

    version: str = "0"
    status: int = 0
    color: bool = False
    width: int = 80
    everything: bool = False
    quiet: bool = False


Render = Callable[[Report, Presentation], str]

FORMATS: dict[str, str] = {
    "full": "apilint.report.terminal",
    "concise": "apilint.report.concise",
    "json": "apilint.report.json_report",
    "sarif": "apilint.report.sarif",
}


def renderer(name: str) -> Render:
    """The function that renders the built-in format `name`. Raises KeyError for any other."""
    render: Render = importlib.import_module(FORMATS[name]).render
    return render
