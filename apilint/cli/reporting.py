"""What commands share that give a report in every format: options, formats to print and to write, exit status."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from apilint import __version__
from apilint.cli import options as shared
from apilint.cli.help import option
from apilint.cli.rendering import FormatFailedError, chosen, with_problem, written
from apilint.cli.streams import aside, colored, emit, interactive, width
from apilint.findings import Report, Severity
from apilint.report import FORMATS, Presentation, Render, renderer

if TYPE_CHECKING:
    from apilint.options import RunOptions
    from apilint.plugins import Plugins


class Wanted(NamedTuple):
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


fail_on = option(
    "Gate",
    "--fail-on",
    type=click.Choice([severity.label for severity in Severity]),
    metavar="SEVERITY",
    help="Exit 1 for findings at or above info, low, medium, high or critical. [default: high]",
)
exit_zero = option("Gate", "--exit-zero", is_flag=True, help="Exit 0 instead of 1; 2 and 3 stay.")
debug = option("Output", "--debug", is_flag=True, help="Show where apilint itself fails.")
jobs = option(
    "Limits",
    "--jobs",
    "-j",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="Processes for many documents. [default: 0, as many as processors]",
)


def formats(command: shared.Decorated) -> shared.Decorated:
    """What to print and to write, and how."""
    return shared.together(
        command,
        option(
            "Output",
            "--format",
            "format_names",
            multiple=True,
            default=("full",),
            metavar="FORMAT",
            help=f"What to print: {', '.join(FORMATS)}. Repeatable. [default: full]",
        ),
        option(
            "Output",
            "--output",
            "outputs",
            multiple=True,
            callback=_outputs,
            metavar="FORMAT=PATH",
            help="Write a report to a file, too. Repeatable.",
        ),
        option("Output", "--all", "everything", is_flag=True, help="Show every finding in full, not gathered by rule."),
        option("Output", "--statistics", is_flag=True, help="Count findings by rule, too."),
        shared.color,
        option("Output", "--quiet", "-q", is_flag=True, help="Leave out the summary."),
        option("Output", "--no-progress", is_flag=True, help="Show no progress."),
    )


def wanted(given: dict[str, Any], loaded: Plugins) -> Wanted:
    """The formats that the options name. Raises `click.UsageError` for one that no plugin provides."""
    return Wanted(
        [chosen(name, "--format", loaded.formats) for name in given["format_names"]],
        {path: chosen(name, "--output", loaded.formats) for path, name in given["outputs"].items()},
        "github" in given["format_names"],
    )


def told(report: Report, wanted: Wanted, given: dict[str, Any]) -> Report:
    """Write and print the report in all formats; what could not be written is a problem of the one given back."""

    def shown(report: Report) -> Presentation:
        return presentation(given)._replace(status=status(report, given["exit_zero"]))

    report = written(report, wanted.files, shown)
    if wanted.job_summary:
        from apilint.cli.job_summary import append

        if failure := append(report, shown(report), os.environ):
            report = with_problem(report, failure)
    texts: list[str] = []
    for render in wanted.printed:
        presented = shown(report)
        if texts:
            presented = presented._replace(quiet=True)  # the first has said the totals
        try:
            texts.append(render(report, presented))
        except FormatFailedError as failed:
            report = with_problem(report, str(failed))
            texts.append(renderer(FORMATS["full"])(report, shown(report)))
    emit("".join(texts))
    return report


def presentation(given: dict[str, Any]) -> Presentation:
    """How the options want a report to be shown."""
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


def ran(
    context: click.Context,
    given: dict[str, Any],
    options: RunOptions,
    loaded: Plugins,
    clock: Callable[[str, float], None] | None = None,
) -> Report:
    """Run, with progress where that is wanted; what fails in apilint itself is a problem of the report.

    Raises `click.UsageError` for wrong options.
    """
    from apilint.cli.progress import Progress
    from apilint.run import UsageError, failed, run

    with Progress(shown=not (given["no_progress"] or given["quiet"])) as progress, aside():
        try:
            step = progress.step if progress.possible else None
            return run(options._replace(progress=step, clock=clock), loaded)
        except UsageError as wrong:
            raise click.UsageError(str(wrong), context) from None
        except KeyboardInterrupt:
            raise
        except BaseException as failure:
            if given["debug"]:
                raise
            return failed(failure, options)


def status(report: Report, exit_zero: bool) -> int:
    """The exit status that a report means."""
    from apilint.policy.gate import exit_status

    found = exit_status(report)
    return 0 if found == 1 and exit_zero else found
