"""`apilint baseline`: write down what is found today, so that only new findings fail."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from apilint.cli import options as shared
from apilint.cli import ratchet
from apilint.cli.files import saved
from apilint.cli.help import Headed, option, settings
from apilint.cli.streams import complain, emit

if TYPE_CHECKING:
    from apilint.findings import Report
    from apilint.policy.baseline import Baseline

WRITTEN, INCOMPLETE = 0, 3
DEFAULT = ".apilint-baseline.json"
_NAMED = 5


class BaselineCommand(Headed):
    """The command, with its help."""

    examples = (
        ("apilint baseline", f"write {DEFAULT} for this folder"),
        (f"apilint check --baseline {DEFAULT}", "fail on new findings only"),
        ("apilint baseline --update", "take in what is new, too"),
    )
    headings = (*shared.INPUTS, "Output", *shared.BOUNDS)


@click.command("baseline", cls=BaselineCommand, context_settings=settings())
@shared.inputs
@shared.rules
@shared.settings
@option(
    "Output",
    "--output",
    metavar="FILE",
    help=f"The file to write. [default: what configuration names as baseline, else {DEFAULT}]",
)
@option(
    "Output",
    "--update",
    is_flag=True,
    help="Change a file that is there: new findings come in, what was mended leaves, dates stay.",
)
@option("Output", "--today", callback=shared.day, metavar="DATE", help="The day to write down. [default: today, UTC]")
@shared.bounds
@click.pass_context
def command(context: click.Context, /, **given: Any) -> int:
    """Write the findings of today into a file; apilint check --baseline FILE fails on others only.

    PATH is a file, a folder, a pattern, or - for standard input; without one, the current
    folder. The findings are those that apilint check shows with the same options.
    """
    from apilint.policy import baseline_file
    from apilint.policy.baseline import Baseline, BaselineError, updated

    named = "" if given["output"] else _named_by_configuration(context, given)
    path = given["output"] or named or DEFAULT
    if path == "-":
        raise click.UsageError("--output: a baseline is a file, not standard output", context)
    there = os.path.lexists(path)
    if there and not given["update"]:
        raise click.UsageError(f"{path} is there already: --update changes it", context)
    before = ratchet.read(path, given["ref_root"]) if there else Baseline(path)
    report = _run(context, given, before)
    for problem in report.problems[:_NAMED]:
        complain(f"{problem.file or 'problem'}: {problem.message}")
    if not any(one.status == "checked" for one in report.inputs) or report.baseline is None:
        complain(f"{path} was not written: nothing could be checked", name="baseline")
        return INCOMPLETE
    try:
        after = updated(before, report.findings, report.baseline, given["today"], _gone(path, given, report))
        text = baseline_file.text(after)
    except BaselineError as error:
        raise click.UsageError(str(error), context) from None
    with suppress(OSError, ValueError):  # what keeps the file from being written is said of it
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    if not saved(path, text, "baseline"):
        return INCOMPLETE
    emit(_summary(before, after, there, "apilint check" if named else f"apilint check --baseline {path}"))
    if report.problems:
        complain("not everything could be checked: what was not is not in the baseline", name="baseline")
    return INCOMPLETE if report.problems else WRITTEN


def _named_by_configuration(context: click.Context, given: dict[str, Any]) -> str:
    """The baseline that the configuration of the documents names; empty for none.

    Raises `click.UsageError` for several, among which a person has to choose, and for configuration that is wrong.
    """
    from apilint.policy.model import ConfigurationError
    from apilint.reading.discovery import discover, display_name
    from apilint.revisions.files import RevisionError
    from apilint.run import discovery_for

    options = shared.run_options(given)
    paths = [path for path in options.paths if path != "-"]  # which can be read once
    try:
        discovery = discovery_for(options)
        if discovery is None:
            return ""
        asked: list[str | None] = [options.stdin_filename] if len(paths) < len(options.paths) else []
        if paths or not options.paths:
            found = discover(paths, cwd=os.getcwd(), stdin_name=None, limits=options.limits)
            asked += [one.path for one in found if not (one.fragment or one.other)]
        names = {discovery.of(path).baseline for path in asked} - {None}
    except (ConfigurationError, RevisionError) as error:
        raise click.UsageError(str(error), context) from None
    shown = sorted(display_name(name, os.getcwd()) for name in names if name)
    if len(shown) > 1:
        said = f"the configurations of these documents name several baselines ({', '.join(shown)})"
        raise click.UsageError(f"{said}: --output says which", context)
    return shown[0] if shown else ""


def _run(context: click.Context, given: dict[str, Any], before: Baseline) -> Report:
    from apilint.cli.progress import followed

    options = shared.run_options(given)._replace(baseline=before, jobs=0)
    return followed(context, options)


def _gone(path: str, given: dict[str, Any], report: Report) -> Callable[[str], bool]:
    """Whether a file of the baseline is there no more, as far as can be told: a name in it is one from the root."""
    from apilint.reading.workspace import choose_root

    files = report.baseline.looked.files.values() if report.baseline else ()
    roots = {real.removesuffix(name) for real, name in files if real is not None and real.endswith(name)}
    roots.add(choose_root(path, os.getcwd(), given["ref_root"]))

    def gone(file: str) -> bool:
        outside = "://" in file or file.startswith("<")
        return not outside and not any(os.path.lexists(os.path.join(root, file)) for root in roots)

    return gone


def _summary(before: Baseline, after: Baseline, there: bool, next_step: str) -> str:
    from apilint.report.escape import screen, visible
    from apilint.report.layout import count

    old, new = set(before.entries), set(after.entries)
    known = {entry.fingerprint for entry in before.entries}
    entered = len(new - old)
    left = len(known - {entry.fingerprint for entry in after.entries})
    said = f"{visible(after.name)}: {count(len(after.entries), 'finding')} of {count(len(after.apis), 'API')}"
    if there:
        said += f"; {entered:,} came in, {left:,} left"
    return screen(f"{said}\nnext: {visible(next_step)}\n")
