"""`apilint diff`: what a change takes away from the security of APIs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from apilint.cli import options as shared
from apilint.cli import reporting
from apilint.cli.help import Headed, option, settings
from apilint.cli.overview import PLAIN_STATUSES
from apilint.cli.streams import aside

if TYPE_CHECKING:
    from apilint.policy.baseline import Baseline

_AFTER = "apilint.diff.after"  # what follows on `--`


class Diff(Headed):
    """The command, with its help."""

    examples = (
        ("apilint diff origin/main...HEAD", "what this branch takes away"),
        ("apilint diff HEAD", "what is not committed yet"),
        ("apilint diff v1.yaml v2.yaml", "two files; or two folders, paired by name"),
        ("apilint diff v1.2..v1.3 -- apis/orders.yaml", "one document in two releases"),
    )
    headings = ("Input", "Rules", "Configuration", "Gate", "Output", *shared.BOUNDS)
    statuses = (
        ("0", "no regression at or above the threshold"),
        ("1", "regressions at or above the threshold"),
        *PLAIN_STATUSES[1:],
    )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep what follows on `--` apart: paths, whatever else might be called so."""
        if "--" in args:
            at = args.index("--")
            ctx.meta[_AFTER] = tuple(args[at + 1 :])
            args = args[:at]
        return super().parse_args(ctx, args)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Say where paths stand."""
        return [*super().collect_usage_pieces(ctx), "[--] [PATH]..."]


@click.command("diff", cls=Diff, context_settings=settings())
@click.argument("states", nargs=-1, metavar="BASE [HEAD]")
@shared.rules
@shared.settings
@option("Input", "--ref-root", metavar="DIR", help="The folder that references may not leave.")
@reporting.fail_on
@option("Gate", "--baseline", metavar="FILE", help="Fail on regressions only that this file of apilint baseline lacks.")
@reporting.exit_zero
@reporting.formats
@reporting.debug
@reporting.jobs
@shared.bounds
@click.pass_context
def command(context: click.Context, /, **given: Any) -> int:
    """Say what a change takes away from the security of APIs: a regression is a finding, an improvement is not.

    BASE and HEAD are two files, two folders, or revisions of git: A..B, A...B (from where the two
    parted), or one alone, which is compared with the work tree. Nothing is checked out. PATH is a
    file, a folder or a pattern in the repository; without one, the current folder.
    """
    from apilint.cli.diff_states import WrongStatesError, comparison

    with aside():
        loaded = shared.loaded(given)
    wanted = reporting.wanted(given, loaded)
    options = shared.run_options({**given, **_NOT_HERE}, given["fail_on"])._replace(
        debug=given["debug"], jobs=given["jobs"], baseline=_baseline(given)
    )
    try:
        compared = comparison(given["states"], context.meta.get(_AFTER), options, loaded.rules)
    except WrongStatesError as wrong:
        raise click.UsageError(str(wrong), context) from None
    report = reporting.ran(context, given, options._replace(comparison=compared), loaded)
    report = reporting.told(report, wanted, given)
    return reporting.status(report, given["exit_zero"])


_NOT_HERE = {"paths": (), "stdin_filename": None, "skip_others": False, "with_roots": False}


def _baseline(given: dict[str, Any]) -> Baseline | None:
    if given["baseline"] is None:
        return None
    from apilint.cli.ratchet import read

    return read(given["baseline"], given["ref_root"], given["trust_ref"])
