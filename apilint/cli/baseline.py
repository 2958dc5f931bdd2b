"""`apilint baseline`: write down what is found today, so that only new findings fail."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from apilint.cli import options as shared
from apilint.cli import ratchet
from apilint.cli.help import Headed, option, settings
from apilint.cli.streams import aside, complain, emit

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
@option("Output", "--output", default=DEFAULT, metavar="FILE", help=f"The file to write. [default: {DEFAULT}]")
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
    from apilint.report.writing import write

    path = given["output"]
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
    try:
        write(path, text)
    except (OSError, ValueError) as failure:
        reason = getattr(failure, "strerror", None) or str(failure)
        complain(f"{path} could not be written: {reason}", name="baseline")
        return INCOMPLETE
    emit(_summary(before, after, there))
    if report.problems:
        complain("not everything could be checked: what was not is not in the baseline", name="baseline")
    return INCOMPLETE if report.problems else WRITTEN


def _run(context: click.Context, given: dict[str, Any], before: Baseline) -> Report:
    from apilint.cli.progress import Progress
    from apilint.run import UsageError, run

    options = shared.run_options(given)._replace(baseline=before, jobs=0)
    with Progress(shown=True) as progress, aside():
        try:
            return run(options._replace(progress=progress.step if progress.possible else None))
        except UsageError as wrong:
            raise click.UsageError(str(wrong), context) from None


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


def _summary(before: Baseline, after: Baseline, there: bool) -> str:
    from apilint.report.escape import screen, visible
    from apilint.report.layout import count

    old, new = set(before.entries), set(after.entries)
    known = {entry.fingerprint for entry in before.entries}
    entered = len(new - old)
    left = len(known - {entry.fingerprint for entry in after.entries})
    said = f"{visible(after.name)}: {count(len(after.entries), 'finding')} of {count(len(after.apis), 'API')}"
    if there:
        said += f"; {entered:,} came in, {left:,} left"
    next_step = f"next: apilint check --baseline {visible(after.name)}"
    return screen(f"{said}\n{next_step}\n")
