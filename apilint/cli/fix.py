"""`apilint fix`: mend what can be mended without touching anything else."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from apilint.cli import options as shared
from apilint.cli.help import Headed, option, settings
from apilint.cli.overview import PLAIN_STATUSES
from apilint.cli.streams import aside, colored, emit, tell, width

if TYPE_CHECKING:
    from apilint.mending import Mending
    from apilint.plugins import Plugins
    from apilint.run import RunOptions

DONE, LEFT, INCOMPLETE = 0, 1, 3


class Fix(Headed):
    """The command, with its help."""

    examples = (
        ("apilint fix --diff", "show what would change, and change nothing"),
        ("apilint fix api.yaml", "apply the safe fixes"),
        ("apilint fix api.yaml --unsafe-fixes --rule ID", "all fixes of one rule"),
    )
    headings = ("Fixes", "Input", "Rules", "Configuration", "Output", *shared.BOUNDS)
    statuses = (
        ("0", "done; with --diff: nothing would change"),
        ("1", "a fix could not be kept; with --diff: something would change"),
        *PLAIN_STATUSES[1:],
    )


@click.command("fix", cls=Fix, context_settings=settings())
@shared.inputs
@option("Input", "--since", metavar="REVISION", help="Mend only what has changed since this revision of git.")
@option("Input", "--baseline", metavar="FILE", help="Leave alone what this file of apilint baseline holds.")
@option("Fixes", "--diff", is_flag=True, help="Print what would change as a unified diff, and write nothing.")
@option("Fixes", "--safe/--unsafe-fixes", default=True, help="Leave out, or apply, fixes that change what is accepted.")
@option(
    "Fixes", "--rule", "rules", multiple=True, callback=shared.words, metavar="ID", help="Only of these. Repeatable."
)
@shared.preset
@shared.rule_options
@shared.settings
@shared.color
@option("Output", "--no-progress", is_flag=True, help="Show no progress.")
@shared.bounds
@click.pass_context
def command(context: click.Context, /, **given: Any) -> int:
    """Mend what findings name, as edits to the text: all else stays as it is, comments included.

    PATH is a file, a folder or a pattern; without one, the current folder. For - the fixed text of
    standard input is printed. Safe fixes never change which messages the API accepts or returns. The
    documents are checked again with each fix: its finding has to be gone, and nothing new may have
    come; else it is not applied. What is waived or suppressed stays.
    """
    with aside():
        loaded = shared.loaded(given)
    _require_rules(context, given["rules"], loaded)
    piped = "-" in given["paths"]
    options = _from_standard_input(context, given) if piped else _options(given)
    mending = _mended(context, given, options, loaded)
    refusals: list[str] = []
    if given["diff"]:
        emit(_diff(mending, colored(given["color"], sys.stdout)))
    elif piped:
        emit(mending.files[0].after if mending.files else next(iter(options.texts.values())))
    else:
        from apilint.mending.rewriting import rewrite

        refusals = rewrite(mending.files, given["ref_root"])
    _say(mending, refusals, given, piped=piped)
    if refusals or mending.before.problems:
        return INCOMPLETE
    return LEFT if mending.left or (given["diff"] and mending.files) else DONE


def _require_rules(context: click.Context, ids: tuple[str, ...], loaded: Plugins) -> None:
    """Raise `click.UsageError` for rules that there are not, or that have no fix."""
    from apilint.policy.selection import suggest

    known = {rule.id: rule for rule in loaded.rules}
    for id in ids:
        if id not in known:
            raise click.UsageError(f"--rule: no rule is called {id!r}{suggest(id, known)}", context)
        if not known[id].fixable:
            raise click.UsageError(f"--rule: {id} has no fix: apilint explain {id} says what to do", context)


def _options(given: dict[str, Any]) -> RunOptions:
    """What the run is asked; what a baseline holds is left alone."""
    baseline = None
    if given["baseline"] is not None:
        from apilint.cli.ratchet import read

        baseline = read(given["baseline"], given["ref_root"], given["trust_ref"])
    return shared.run_options({**given, "select": (), "ignore": (), "min_confidence": None})._replace(
        baseline=baseline, jobs=0
    )


def _from_standard_input(context: click.Context, given: dict[str, Any]) -> RunOptions:
    """What the run is asked where standard input stands for a file, which need not be there."""
    from apilint.reading.discovery import discover
    from apilint.reading.limits import Limits

    if len(given["paths"]) > 1:
        raise click.UsageError("- is fixed alone: what is printed is its text", context)
    limits = Limits(bytes=given["max_bytes"])
    (read,) = discover(("-",), cwd=os.getcwd(), stdin_name=given["stdin_filename"], limits=limits)
    path = read.path or os.path.join(os.getcwd(), read.name)
    given = {**given, "paths": (path,), "stdin_filename": None, "skip_others": False, "with_roots": False}
    return _options(given)._replace(texts={os.path.realpath(path): read.data or b""})


def _mended(context: click.Context, given: dict[str, Any], options: RunOptions, loaded: Plugins) -> Mending:
    from apilint.cli.progress import Progress
    from apilint.mending import mend
    from apilint.run import UsageError

    with Progress(shown=not given["no_progress"]) as progress, aside():
        try:
            step = progress.step if progress.possible else None
            return mend(options._replace(progress=step), unsafe=not given["safe"], rules=given["rules"], loaded=loaded)
        except UsageError as wrong:
            raise click.UsageError(str(wrong), context) from None


def _diff(mending: Mending, color: bool) -> str:
    from apilint.reading.source import decode
    from apilint.report.layout import painter
    from apilint.report.patch import patch

    paint = painter(color)
    return "".join(patch(one.file, decode(one.before), decode(one.after), mending.mask, paint) for one in mending.files)


def _say(mending: Mending, refusals: list[str], given: dict[str, Any], *, piped: bool) -> None:
    """Say what was done; on standard error where standard output has a text or a difference."""
    from apilint.cli.fix_text import as_text
    from apilint.report.layout import painter

    stream, say = (sys.stderr, tell) if piped or given["diff"] else (sys.stdout, emit)
    paint = painter(colored(given["color"], stream))
    say(as_text(mending, refusals, width(stream), paint, tried=given["diff"]))
