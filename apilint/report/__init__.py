"""Formats: a report in, text out. One module for each format, imported when it is asked for.

A format is a function `render(report, presentation) -> str`. Formats never change what was found,
never open a file or look at a clock, and pass every string through `apilint.report.escape`. `provided`
is the plugin that provides those here, as a third party provides its own.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import NamedTuple

from apilint.findings import Report


class Presentation(NamedTuple):
    """How a report was asked for: what formats need to know beside the report.

    `version` is apilint's own; `status` is the exit status of the run. `color`, `width`, `links` (the terminal
    can link), `everything` (no grouping), `statistics` and `quiet` concern text for people only. `moment` is for
    formats that must name a time (ISO 8601, UTC): two runs give the same bytes unless the caller says otherwise.
    """

    version: str = "0"
    status: int = 0
    color: bool = False
    width: int = 80
    everything: bool = False
    quiet: bool = False
    links: bool = False
    statistics: bool = False
    moment: str = "1970-01-01T00:00:00"


Render = Callable[[Report, Presentation], str]

FORMATS = {
    "full": "apilint.report.terminal",
    "concise": "apilint.report.concise",
    "summary": "apilint.report.statistics",
    "json": "apilint.report.json_report",
    "jsonl": "apilint.report.json_lines",
    "sarif": "apilint.report.sarif",
    "html": "apilint.report.html",
    "markdown": "apilint.report.markdown",
    "github": "apilint.report.github",
    "gitlab": "apilint.report.gitlab",
    "gitlab-sast": "apilint.report.gitlab_sast",
    "azure": "apilint.report.azure",
    "teamcity": "apilint.report.teamcity",
    "junit": "apilint.report.junit",
    "checkstyle": "apilint.report.checkstyle",
    "sonarqube": "apilint.report.sonarqube",
    "rdjson": "apilint.report.rdjson",
    "badge": "apilint.report.badge",
}


def renderer(provided: Render | str) -> Render:
    """The function that renders a format: what a plugin provided, or what the module that it named has as `render`."""
    return importlib.import_module(provided).render if isinstance(provided, str) else provided
