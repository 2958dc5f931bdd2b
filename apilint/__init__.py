"""A static API security linter for OpenAPI documents.

`lint()` checks documents as the command line does; what it gives back is made of the other names here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from apilint.findings import Confidence, Finding, Problem, Report, Severity

__version__ = "0.1.0"
__all__ = ["Confidence", "Finding", "Problem", "Report", "Severity", "__version__", "lint"]


def lint(*paths: str, **options: Any) -> Report:
    """Check files, directories, globs, or the working directory where none is given.

    `options` are the fields of `apilint.run.RunOptions` (`select`, `ignore`, `preset`, `limits`, …). Raises
    `apilint.run.UsageError` for wrong ones; whatever the documents hold becomes findings and problems
    of the report.
    """
    from apilint.run import RunOptions, run

    return run(RunOptions(paths=paths, **options))


def __getattr__(name: str) -> Any:
    # Late, so that the command line starts without what it does not use.
    if name in __all__:
        from apilint import findings

        return getattr(findings, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
