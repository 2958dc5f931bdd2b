"""`apilint check`: parse the arguments, run, print the report, give the exit status."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from apilint import __version__
from apilint.cli.help import Headed, option, settings
from apilint.cli.streams import aside, colored, emit, width
from apilint.findings import Confidence, Problem, Report, Severity
from apilint.reading.limits import Limits
from apilint.report import FORMATS, Presentation, Render, renderer

if TYPE_CHECKING:
    from apilint.cli.timing import Timing
    from apilint.run import RunOptions

_LIMITS = {
    "bytes": "Bytes of one document.",
    "run_bytes": "Bytes of all documents together.",
    "nodes": "Values in one document.",
    "depth": "Nesting of one document.",
    "aliases": "Values that YAML aliases expand to.",
    "references": "References followed.",
    "files": "Documents read.",
    "seconds": "Seconds for one document.",
}


Decorated = Callable[..., Any]


class FormatFailedError(Exception):
    """A plugin's format gave no text; the message says which and why."""


class Check(Headed):
    """The command, with its help."""

    examples = (
        ("apilint check", "all documents below this folder"),
        ("apilint check api.yaml --fail-on medium", "fail on medium findings, too"),
        ("apilint check --select ID --format json", "one rule, for a program"),
    )
    headings = ("Input", "Rules", "Gate", "Output", "Limits", "Network")


def _words(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Repeated options whose values may also be lists with commas."""
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip())


def _rule_options(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, str, str], ...]:
    """`ID.NAME=VALUE`, as three texts."""
    found = []
    for value in values:
        path, equals, text = value.partition("=")
        id, dot, name = path.rpartition(".")
        if not (equals and dot and id and name):
            raise click.BadParameter(f"{value!r} is not ID.NAME=VALUE", context, parameter)
        found.append((id, name, text))
    return tuple(found)


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


def _positive(context: click.Context, parameter: click.Parameter, value: float) -> float:
    if not value > 0:
        raise click.BadParameter(f"{value} is not above 0", context, parameter)
    return value


def _limits(command: Decorated) -> Decorated:
    """One option for each limit."""
    for name, default in reversed(Limits._field_defaults.items()):
        command = option(
            "Limits",
            f"--max-{name.replace('_', '-')}",
            f"max_{name}",
            type=type(default),
            default=default,
            callback=_positive,
            metavar="N",
            help=f"{_LIMITS[name]} [default: {default:,.0f}]",
        )(command)
    return command


@click.command("check", cls=Check, context_settings=settings())
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@option("Input", "--stdin-filename", metavar="NAME", help="What to call the document that - reads.")
@option("Input", "--skip-others", is_flag=True, help="Skip named files that are no OpenAPI documents.")
@option("Input", "--ref-root", metavar="DIR", help="The folder that references may not leave.")
@option("Rules", "--select", multiple=True, callback=_words, metavar="ID", help="Run only these rules. Repeatable.")
@option("Rules", "--ignore", multiple=True, callback=_words, metavar="ID", help="Do not run these. Repeatable.")
@option(
    "Rules",
    "--option",
    "rule_options",
    multiple=True,
    callback=_rule_options,
    metavar="ID.NAME=VALUE",
    help="Set an option of a rule; apilint explain ID names them. Repeatable.",
)
@option(
    "Rules",
    "--preset",
    default="default",
    metavar="NAME",
    help="Which findings to show: default, strict, audit (all), owasp, gateway or agents.",
)
@option(
    "Rules",
    "--min-confidence",
    type=click.Choice([confidence.label for confidence in Confidence]),
    metavar="CONFIDENCE",
    help="Show only findings at least this sure: low, medium or high.",
)
@option(
    "Gate",
    "--fail-on",
    type=click.Choice([severity.label for severity in Severity]),
    default="high",
    metavar="SEVERITY",
    help="Exit 1 for findings at or above info, low, medium, high or critical. [default: high]",
)
@option("Gate", "--exit-zero", is_flag=True, help="Exit 0 instead of 1; 2 and 3 stay.")
@option(
    "Output",
    "--format",
    "format_name",
    default="full",
    metavar="FORMAT",
    help=f"What to print: {', '.join(FORMATS)}. [default: full]",
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
@option("Output", "--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour the text.")
@option("Output", "--quiet", "-q", is_flag=True, help="Leave out the summary.")
@option("Output", "--no-progress", is_flag=True, help="Show no progress.")
@option("Output", "--timing", is_flag=True, help="Say on standard error where the time went.")
@option("Output", "--debug", is_flag=True, help="Show where apilint itself fails.")
@_limits
@option(
    "Network",
    "--allow-remote-refs",
    "remote_hosts",
    multiple=True,
    metavar="HOST",
    help="Fetch references to this host. Repeatable; nothing else reaches the network.",
)
@click.pass_context
def command(context: click.Context, /, **given: Any) -> int:
    """Check OpenAPI documents (Swagger 2.0, OpenAPI 3.0, 3.1 and 3.2) and report findings.

    PATH is a file, a folder, a pattern, or - for standard input; without one, the current
    folder. Put -- before file names that begin with a dash.
    """
    chosen = _renderer(given["format_name"], "--format")
    files = {path: _renderer(name, "--output") for path, name in given["outputs"].items()}
    timing = _timing(given)
    report = _run(context, given, timing)
    presentation = Presentation(
        version=__version__,
        color=colored(given["color"], sys.stdout),
        width=width(sys.stdout),
        everything=given["everything"],
        quiet=given["quiet"],
    )
    report = _write(report, files, presentation, given["exit_zero"])
    status = _status(report, given["exit_zero"])
    try:
        text = chosen(report, presentation._replace(status=status))
    except FormatFailedError as failure:
        report = _with_problem(report, str(failure))
        status = _status(report, given["exit_zero"])
        text = renderer("full")(report, presentation._replace(status=status))
    emit(text)
    if timing is not None:
        click.echo("\n".join(timing.lines()), err=True)
    return status


def _timing(given: dict[str, Any]) -> Timing | None:
    if not given["timing"]:
        return None
    from apilint.cli.timing import Timing

    return Timing()


def _run(context: click.Context, given: dict[str, Any], timing: Timing | None) -> Report:
    from apilint.cli.progress import Progress
    from apilint.run import UsageError, run

    options = _options(given)
    with Progress(shown=not (given["no_progress"] or given["quiet"])) as progress, aside():
        try:
            step = progress.step if progress.possible else None
            return run(options._replace(progress=step, clock=timing.record if timing else None))
        except UsageError as wrong:
            raise click.UsageError(str(wrong), context) from None
        except KeyboardInterrupt:
            raise
        except BaseException as failure:
            if given["debug"]:
                raise
            said = f"apilint failed ({type(failure).__name__}); run again with --debug to see where"
            return Report((), (Problem("internal-error", said),), (), (), (), options.preset, options.fail_on)


def _options(given: dict[str, Any]) -> RunOptions:
    from apilint.run import RunOptions

    confidence = given["min_confidence"]
    return RunOptions(
        paths=given["paths"],
        select=given["select"],
        ignore=given["ignore"],
        rule_options=given["rule_options"],
        preset=given["preset"],
        fail_on=Severity[given["fail_on"].upper()],
        min_confidence=None if confidence is None else Confidence[confidence.upper()],
        limits=Limits(**{name: given[f"max_{name}"] for name in Limits._fields}),
        stdin_filename=given["stdin_filename"],
        skip_others=given["skip_others"],
        ref_root=given["ref_root"],
        remote_hosts=given["remote_hosts"],
        debug=given["debug"],
    )


def _write(report: Report, files: dict[str, Render], presentation: Presentation, exit_zero: bool) -> Report:
    """Write the reports that go to files; one that cannot be written is a problem of the report that is given back."""
    for path, render in files.items():
        from apilint.report.writing import write

        status = _status(report, exit_zero)
        try:
            write(path, render(report, presentation._replace(status=status, color=False, width=80, everything=True)))
        except FormatFailedError as failure:
            report = _with_problem(report, f"the report could not be written to {path}: {failure}")
        except (OSError, ValueError) as failure:
            reason = getattr(failure, "strerror", None) or str(failure)
            report = _with_problem(report, f"the report could not be written to {path}: {reason}")
    return report


def _with_problem(report: Report, message: str) -> Report:
    return report._replace(problems=(*report.problems, Problem("report-not-written", message)))


def _status(report: Report, exit_zero: bool) -> int:
    from apilint.policy.gate import exit_status

    status = exit_status(report)
    return 0 if status == 1 and exit_zero else status


def _renderer(name: str, option_name: str) -> Render:
    if name in FORMATS:
        return renderer(name)
    from apilint import plugins

    with aside():
        provided = plugins.load().formats
    if name in provided:
        return _adapted(name, provided[name])
    from difflib import get_close_matches

    near = get_close_matches(name, [*FORMATS, *provided], 1)
    hint = f"Did you mean {near[0]!r}?" if near else f"There are {', '.join([*FORMATS, *provided])}."
    raise click.UsageError(f"{option_name}: no such format: {name!r}. {hint}", click.get_current_context())


def _adapted(name: str, render: Callable[[Report], object]) -> Render:
    """A plugin's format, which needs to know no more than the report."""

    def text(report: Report, presentation: Presentation) -> str:
        try:
            with aside():
                rendered = render(report)
        except (Exception, SystemExit) as failure:
            raise FormatFailedError(f"the format {name} failed: {type(failure).__name__}") from failure
        if not isinstance(rendered, str):
            raise FormatFailedError(f"the format {name} gave {type(rendered).__name__}, not text")
        return rendered

    return text
