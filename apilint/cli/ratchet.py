"""The file of a baseline for commands: read before a run, made smaller after it, never larger."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from apilint.cli.streams import complain
from apilint.findings import Report

if TYPE_CHECKING:
    from apilint.policy.baseline import Baseline

# Set by CI systems, where what is written is thrown away or, worse, committed by a machine.
_CI = ("CI", "TF_BUILD", "TEAMCITY_VERSION", "JENKINS_URL")
_IN_CI = "not rewritten in CI: run apilint check --baseline where you commit"


def read(path: str, ref_root: str | None, trust_ref: str | None = None) -> Baseline:
    """The baseline in a file, as it stands in `trust_ref` if there is one.

    Raises `click.UsageError` that names the file and the line.
    """
    from apilint.gathering import baseline_for
    from apilint.policy.model import ConfigurationError

    try:
        trusted = None
        if trust_ref:
            from apilint.config.committed import Committed

            trusted = Committed(trust_ref, os.getcwd())
        return baseline_for(path, ref_root, trusted)
    except ConfigurationError as error:
        raise click.UsageError(str(error), click.get_current_context(True)) from None


def shrink(report: Report, ref_root: str | None, environ: Mapping[str, str]) -> None:
    """Take what was mended out of the file of the report's baseline; say so, or why not, in a line on standard error.

    Nothing is ever added, and nothing fails: the run has given its answer. In CI the file stays as it is.
    """
    compared = report.baseline
    if compared is None or compared.keeps == compared.baseline.entries:
        return
    baseline: Baseline = compared.baseline
    gone = f"{compared.mended:,} mended" if compared.mended else ""
    milder = len(set(compared.keeps) - set(baseline.entries))
    said = " and ".join(part for part in (gone, f"{milder:,} milder" if milder else "") if part)
    in_ci = any(environ.get(name, "").lower() not in ("", "0", "false") for name in _CI)
    why = _IN_CI if in_ci else _written(baseline, compared.keeps, ref_root)
    left = f"{len(compared.keeps):,} left" if compared.keeps else "nothing is left: it can go"
    complain(f"{baseline.name}: {said}, {left}" if not why else f"{baseline.name}: {said}; {why}", name="baseline")


def _written(baseline: Baseline, entries: tuple[Any, ...], ref_root: str | None) -> str:
    """Write the smaller baseline; gives the reason where that cannot be done."""
    from apilint.policy import baseline_file
    from apilint.policy.baseline import BaselineError
    from apilint.report.writing import write

    try:
        if baseline_file.content(baseline.name, ref_root) != baseline.data:
            return "not rewritten: the file has changed meanwhile"
        if not os.access(baseline.name, os.W_OK):
            return "not rewritten: the file is read-only"
        write(baseline.name, baseline_file.text(baseline._replace(entries=entries)))
    except (OSError, ValueError) as failure:
        if isinstance(failure, BaselineError):
            return f"not rewritten: {failure}"
        return f"not rewritten: {getattr(failure, 'strerror', None) or failure}"
    return ""
