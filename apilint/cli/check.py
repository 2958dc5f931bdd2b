"""`apilint check`: parse the arguments, run, print the report, give the exit status."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from apilint.cli import options as shared
from apilint.cli import reporting
from apilint.cli.help import Headed, option, settings
from apilint.cli.overview import PLAIN_STATUSES
from apilint.cli.streams import aside, emit
from apilint.findings import Report

if TYPE_CHECKING:
    from apilint.cli.timing import Timing
    from apilint.plugins import Plugins
    from apilint.policy.baseline import Baseline


class Check(Headed):
    """The command, with its help."""

    examples = (
        ("apilint check", "all documents below this folder"),
        ("apilint check api.yaml --fail-on medium", "fail on medium findings, too"),
        ("apilint check --select ID --format json", "one rule, for a program"),
    )
    headings = (*shared.INPUTS, "Gate", "Output", *shared.BOUNDS)
    statuses = (
        ("0", "nothing at or above the threshold"),
        ("1", "findings at or above the threshold, or a level not reached"),
        *PLAIN_STATUSES[1:],
    )


@click.command("check", cls=Check, context_settings=settings())
@shared.inputs
@shared.rules
@shared.settings
@option("Input", "--since", metavar="REVISION", help="Report only what has changed since this revision of git.")
@reporting.fail_on
@shared.level
@option("Gate", "--baseline", metavar="FILE", help="Fail on findings only that this file of apilint baseline lacks.")
@option("Gate", "--frozen-baseline", is_flag=True, help="Leave the file of the baseline as it is.")
@reporting.exit_zero
@reporting.formats
@option("Output", "--show-files", is_flag=True, help="List the files that would be looked at, and do no more.")
@option("Output", "--watch", is_flag=True, help="Check again whenever a file changes, until interrupted.")
@option("Output", "--timing", is_flag=True, help="Say on standard error where the time went.")
@reporting.debug
@reporting.jobs
@shared.bounds
@click.pass_context
def command(context: click.Context, /, **given: Any) -> int:
    """Check OpenAPI documents (Swagger 2.0, OpenAPI 3.0, 3.1 and 3.2) and report findings.

    PATH is a file, a folder, a pattern, or - for standard input; without one, the current
    folder. Put -- before file names that begin with a dash.
    """
    with aside():
        loaded = shared.loaded(given)
    _require_sense(context, given)
    wanted = reporting.wanted(given, loaded)
    if given["show_files"]:
        from apilint.cli.show_files import text

        emit(text(shared.run_options(given)))
        return 0
    if given["watch"]:
        from apilint.cli.watch import watch

        return watch(given["paths"], lambda: _looked_at(*_check(context, given, loaded, wanted)), wanted.files)
    return _check(context, given, loaded, wanted)[0]


def _require_sense(context: click.Context, given: dict[str, Any]) -> None:
    """Raise `click.UsageError` for an option that would do nothing beside the others."""
    if given["stdin_filename"] is not None and "-" not in given["paths"]:
        raise click.UsageError("--stdin-filename names the document that - reads, and there is no -", context)
    for name, parameter in (("--output", "outputs"), ("--watch", "watch")):
        if given["show_files"] and given[parameter]:
            raise click.UsageError(f"{name} does nothing beside --show-files, which checks nothing", context)


def _check(
    context: click.Context, given: dict[str, Any], loaded: Plugins, wanted: reporting.Wanted
) -> tuple[int, Report]:
    """Run once and report: the exit status, and what was found."""
    timing = _timing(given)
    baseline = _baseline(given)
    options = shared.run_options(given, given["fail_on"])._replace(
        debug=given["debug"], jobs=given["jobs"], baseline=baseline
    )
    report = reporting.ran(context, given, options, loaded, timing.record if timing else None)
    report = reporting.told(report, wanted, given)
    if timing is not None:
        click.echo("\n".join(timing.lines()), err=True)
    # What is tried out under --watch comes back a moment later; that of a revision is not the file that is here.
    if report.baseline is not None and not (given["frozen_baseline"] or given["watch"] or given["trust_ref"]):
        from apilint.cli.ratchet import shrink

        shrink(report, given["ref_root"], os.environ)
    return reporting.status(report, given["exit_zero"]), report


def _looked_at(status: int, report: Report) -> tuple[int, set[str]]:
    """The exit status, and the files that decided it, as far as they have names."""
    failed = (problem.file for problem in report.problems if problem.file)
    names = {*report.documents, *report.configuration, *failed, *(looked_at.file for looked_at in report.inputs)}
    return status, {os.path.realpath(name) for name in names}


def _timing(given: dict[str, Any]) -> Timing | None:
    if not given["timing"]:
        return None
    from apilint.cli.timing import Timing

    return Timing()


def _baseline(given: dict[str, Any]) -> Baseline | None:
    if given["baseline"] is None:
        return None
    from apilint.cli.ratchet import read

    return read(given["baseline"], given["ref_root"], given["trust_ref"])
