"""`apilint check`: parse the arguments, run, print the report, give the exit status."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from apilint import __version__
from apilint.cli import options as shared
from apilint.cli.help import Headed, option, settings
from apilint.cli.overview import PLAIN_STATUSES
from apilint.cli.rendering import FormatFailedError, chosen, with_problem, written
from apilint.cli.streams import aside, colored, emit, interactive, width
from apilint.findings import Report, Severity
from apilint.report import FORMATS, Presentation, Render, renderer

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
        ("1", "findings at or above the threshold"),
        *PLAIN_STATUSES[1:],
    )


class _Wanted(NamedTuple):
    """The formats to print, and those to write to files, by path."""

    printed: Sequence[Render]
    files: dict[str, Render]
    job_summary: bool


def _outputs(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """`FORMAT=PATH`, as path to format: two reports in one file would be one."""
    outputs: dict[str, str] = {}
    for value in values:
        name, equals, path = value.partition("=")
        if not equals or not path or path == "-":
            raise click.BadParameter(f"{value!r} is not FORMAT=PATH", context, parameter)
        if path in outputs:
            raise click.BadParameter(f"two reports for {path!r}", context, parameter)
        outputs[path] = name
    return outputs


@click.command("check", cls=Check, context_settings=settings())
@shared.inputs
@shared.rules
@option(
    "Gate",
    "--fail-on",
    type=click.Choice([severity.label for severity in Severity]),
    default="high",
    metavar="SEVERITY",
    help="Exit 1 for findings at or above info, low, medium, high or critical. [default: high]",
)
@option("Gate", "--baseline", metavar="FILE", help="Fail on findings only that this file of apilint baseline lacks.")
@option("Gate", "--frozen-baseline", is_flag=True, help="Leave the file of the baseline as it is.")
@option("Gate", "--exit-zero", is_flag=True, help="Exit 0 instead of 1; 2 and 3 stay.")
@option(
    "Output",
    "--format",
    "format_names",
    multiple=True,
    default=("full",),
    metavar="FORMAT",
    help=f"What to print: {', '.join(FORMATS)}. Repeatable. [default: full]",
)
@option(
    "Output",
    "--output",
    "outputs",
    multiple=True,
    callback=_outputs,
    metavar="FORMAT=PATH",
    help="Write a report to a file, too. Repeatable.",
)
@option("Output", "--all", "everything", is_flag=True, help="Show every finding in full, not gathered by rule.")
@option("Output", "--statistics", is_flag=True, help="Count findings by rule, too.")
@shared.color
@option("Output", "--quiet", "-q", is_flag=True, help="Leave out the summary.")
@option("Output", "--no-progress", is_flag=True, help="Show no progress.")
@option("Output", "--show-files", is_flag=True, help="List the files that would be looked at, and do no more.")
@option("Output", "--watch", is_flag=True, help="Check again whenever a file changes, until interrupted.")
@option("Output", "--timing", is_flag=True, help="Say on standard error where the time went.")
@option("Output", "--debug", is_flag=True, help="Show where apilint itself fails.")
@option(
    "Limits",
    "--jobs",
    "-j",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="Processes for many documents. [default: 0, as many as processors]",
)
@shared.bounds
@click.pass_context
def command(context: click.Context, /, **given: Any) -> int:
    """Check OpenAPI documents (Swagger 2.0, OpenAPI 3.0, 3.1 and 3.2) and report findings.

    PATH is a file, a folder, a pattern, or - for standard input; without one, the current
    folder. Put -- before file names that begin with a dash.
    """
    from apilint import plugins

    with aside():
        loaded = plugins.load()
    _require_sense(context, given)
    wanted = _wanted(given, loaded)
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
    if given["frozen_baseline"] and given["baseline"] is None:
        raise click.UsageError("--frozen-baseline is about the file of --baseline, and there is none", context)
    for name, parameter in (("--output", "outputs"), ("--watch", "watch")):
        if given["show_files"] and given[parameter]:
            raise click.UsageError(f"{name} does nothing beside --show-files, which checks nothing", context)


def _wanted(given: dict[str, Any], loaded: Plugins) -> _Wanted:
    return _Wanted(
        [chosen(name, "--format", loaded.formats) for name in given["format_names"]],
        {path: chosen(name, "--output", loaded.formats) for path, name in given["outputs"].items()},
        "github" in given["format_names"],
    )


def _check(context: click.Context, given: dict[str, Any], loaded: Plugins, wanted: _Wanted) -> tuple[int, Report]:
    """Run once and report: the exit status, and what was found."""
    timing = _timing(given)
    baseline = _baseline(given)
    report = _run(context, given, timing, loaded, baseline)

    def shown(report: Report) -> Presentation:
        return _presentation(given)._replace(status=_status(report, given["exit_zero"]))

    report = written(report, wanted.files, shown)
    if wanted.job_summary:
        from apilint.cli.job_summary import append

        if failure := append(report, shown(report), os.environ):
            report = with_problem(report, failure)
    texts: list[str] = []
    for render in wanted.printed:
        presentation = shown(report)
        if texts:
            presentation = presentation._replace(quiet=True)  # the first has said the totals
        try:
            texts.append(render(report, presentation))
        except FormatFailedError as failure:
            report = with_problem(report, str(failure))
            texts.append(renderer(FORMATS["full"])(report, shown(report)))
    emit("".join(texts))
    if timing is not None:
        click.echo("\n".join(timing.lines()), err=True)
    # What is tried out under --watch comes back a moment later.
    if baseline is not None and not (given["frozen_baseline"] or given["watch"]):
        from apilint.cli.ratchet import shrink

        shrink(baseline, report, given["ref_root"], os.environ)
    return _status(report, given["exit_zero"]), report


def _looked_at(status: int, report: Report) -> tuple[int, set[str]]:
    """The exit status, and the files that decided it, as far as they have names."""
    failed = (problem.file for problem in report.problems if problem.file)
    names = {*report.documents, *failed, *(looked_at.file for looked_at in report.inputs)}
    return status, {os.path.realpath(name) for name in names}


def _presentation(given: dict[str, Any]) -> Presentation:
    color = colored(given["color"], sys.stdout)
    plain = Presentation(
        version=__version__,
        color=color,
        width=width(sys.stdout),
        links=color and interactive(sys.stdout),
        everything=given["everything"],
        statistics=given["statistics"],
        quiet=given["quiet"],
    )
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not re.fullmatch("[0-9]{1,20}", epoch):
        return plain
    from time import gmtime, strftime

    return plain._replace(moment=strftime("%Y-%m-%dT%H:%M:%S", gmtime(min(int(epoch), 253_402_300_799))))


def _timing(given: dict[str, Any]) -> Timing | None:
    if not given["timing"]:
        return None
    from apilint.cli.timing import Timing

    return Timing()


def _baseline(given: dict[str, Any]) -> Baseline | None:
    if given["baseline"] is None:
        return None
    from apilint.cli.ratchet import read

    return read(given["baseline"], given["ref_root"])


def _run(
    context: click.Context,
    given: dict[str, Any],
    timing: Timing | None,
    loaded: Plugins,
    baseline: Baseline | None = None,
) -> Report:
    from apilint.cli.progress import Progress
    from apilint.run import UsageError, failed, run

    options = shared.run_options(given, given["fail_on"])._replace(
        debug=given["debug"], jobs=given["jobs"], baseline=baseline
    )
    with Progress(shown=not (given["no_progress"] or given["quiet"])) as progress, aside():
        try:
            step = progress.step if progress.possible else None
            return run(options._replace(progress=step, clock=timing.record if timing else None), loaded)
        except UsageError as wrong:
            raise click.UsageError(str(wrong), context) from None
        except KeyboardInterrupt:
            raise
        except BaseException as failure:
            if given["debug"]:
                raise
            return failed(failure, options)


def _status(report: Report, exit_zero: bool) -> int:
    from apilint.policy.gate import exit_status

    status = exit_status(report)
    return 0 if status == 1 and exit_zero else status
