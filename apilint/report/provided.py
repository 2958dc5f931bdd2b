"""The plugin that provides apilint's own formats: they come in by the door that third parties use."""

from __future__ import annotations

from apilint.hooks import hookimpl
from apilint.report import FORMATS


@hookimpl
def provide_formats() -> dict[str, str]:
    """Name the module of each format; it is imported when it is asked for."""
    return FORMATS
