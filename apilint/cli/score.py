"""`apilint score`: how good an API is, and what would make it better."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from apilint import __version__
from apilint.cli import options as shared
from apilint.cli.help import Headed, option, settings
from apilint.cli.overview import PLAIN_STATUSES
from apilint.cli.streams import colored, emit, width

if TYPE_CHECKING:
    from apilint.findings import Report
    from apilint.scoring import Score

PASS, BELOW, INCOMPLETE = 0, 1, 3


class ScoreCommand(Headed):
    """The command, with its help."""

    examples = (
        ("apilint score api.yaml", "a grade, and how each domain stands"),
        ("apilint score api.yaml --explain", "what costs most, what lifts the grade"),
        ("apilint score --min-score 80", "exit 1 below 80"),
    )
    headings = (*shared.INPUTS, "Gate", "Output", *shared.BOUNDS)
    statuses = (("0", "a score, and none below --min-score"), ("1", "a score below --min-score"), *PLAIN_STATUSES[1:])


@click.command("score", cls=ScoreCommand, context_settings=settings())
@shared.inputs
@shared.preset
@shared.settings
@option("Gate", "--min-score", type=click.IntRange(0, 100), metavar="N", help="Exit 1 for a score below N.")
@option("Output", "--explain", is_flag=True, help="Show what costs most, and what would lift the grade.")
@shared.printed("text", "json")
@shared.color
@shared.bounds
@click.pass_context
def command(context: click.Context, /, **given: Any) -> int:
    """Give each API a score from 0 to 100 and a grade from A to F; the worst decides.

    PATH is a file, a folder, a pattern, or - for standard input; without one, the current
    folder. A run that is incomplete has no score. Rules that configuration turns off or makes
    milder weigh what they weigh, unless the policy says so; what it sets aside weighs half.
    """
    from apilint.scoring import score

    reached = score(_run(context, given))
    emit(_text(reached, given))
    return _status(reached, given["min_score"])


def _run(context: click.Context, given: dict[str, Any]) -> Report:
    from apilint.cli.progress import followed

    # All rules, as they are: a score that one could choose the rules of would say nothing.
    chosen = {"select": (), "ignore": (), "rule_options": (), "min_confidence": None, "plain": True}
    options = shared.run_options({**given, **chosen})
    return followed(context, options)


def _text(reached: Score, given: dict[str, Any]) -> str:
    if given["format_name"] == "json":
        from apilint.report.score_json import as_json

        return as_json(reached, __version__)
    from apilint.report.layout import painter
    from apilint.report.score import as_text

    return as_text(reached, width(sys.stdout), painter(colored(given["color"], sys.stdout)), given["explain"])


def _status(reached: Score, least: int | None) -> int:
    """0, 1 for a score below the least, 3 for none, which outranks 1."""
    if reached.overall is None:
        return INCOMPLETE
    return BELOW if least is not None and reached.overall < least else PASS
