"""`apilint gate`: what is asked of each API, where it stands, and the least that would let it pass."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from apilint import __version__
from apilint.cli import options as shared
from apilint.cli.help import Headed, option, settings
from apilint.cli.overview import PLAIN_STATUSES
from apilint.cli.streams import colored, emit, width
from apilint.findings import Severity

if TYPE_CHECKING:
    from apilint.findings import Gated, Report


class GateCommand(Headed):
    """The command, with its help."""

    examples = (
        ("apilint gate", "what is asked of each API, and where it stands"),
        ("apilint gate --todo", "the least to mend so that the gate passes"),
        ("apilint gate api.yaml --level public --todo", "what is missing for all to call it"),
    )
    headings = (*shared.INPUTS, "Gate", "Output", *shared.BOUNDS)
    statuses = (("0", "every API passes"), ("1", "an API does not pass"), *PLAIN_STATUSES[1:])


@click.command("gate", cls=GateCommand, context_settings=settings())
@shared.inputs
@shared.preset
@shared.settings
@shared.level
@option(
    "Gate",
    "--fail-on",
    type=click.Choice([severity.label for severity in Severity]),
    metavar="SEVERITY",
    help="The threshold, in place of those of levels and configuration.",
)
@option("Gate", "--baseline", metavar="FILE", help="Let pass what this file of apilint baseline knows.")
@option("Output", "--todo", "wants_todo", is_flag=True, help="Say the least to mend so that the gate passes.")
@option("Output", "--all", "everything", is_flag=True, help="With --todo, list every place.")
@shared.printed("text", "json", "markdown")
@shared.color
@shared.bounds
@click.pass_context
def command(context: click.Context, /, **given: Any) -> int:
    """Say for each API what the gate asks of it, how it stands, and whether it passes.

    PATH is a file, a folder, a pattern, or - for standard input; without one, the current
    folder. The levels draft, internal, partner and public need no configuration, which says
    who is held to which; x-apilint-level in a document can only ask for more.
    """
    from apilint.cli import gate_text as texts
    from apilint.policy.gate import exit_status
    from apilint.policy.todo import todo
    from apilint.scoring import findings_of

    report = _complete(_run(context, given))
    status = exit_status(report)
    found = findings_of(report)
    shown = [
        texts.Shown(gate, todo(gate, found[name]) if given["wants_todo"] and _fails(gate) else None)
        for name, gate in sorted(report.gates.items(), key=lambda item: (not _fails(item[1]), item[0]))
    ]
    if given["format_name"] == "json":
        emit(texts.as_json(report, shown, status, __version__))
    elif given["format_name"] == "markdown":
        emit(texts.as_markdown(report, shown, status))
    else:
        from apilint.report.layout import painter

        paint = painter(colored(given["color"], sys.stdout))
        layout = texts.Layout(width(sys.stdout), paint, given["everything"], _again(given))
        emit(texts.as_text(report, shown, status, layout))
    return status


def _fails(gate: Gated) -> bool:
    return any(demand.failure for demand in gate.demands)


def _run(context: click.Context, given: dict[str, Any]) -> Report:
    from apilint.cli.progress import followed

    none = {"select": (), "ignore": (), "rule_options": (), "min_confidence": None}
    options = shared.run_options({**given, **none}, given["fail_on"])
    if given["baseline"] is not None:
        from apilint.cli.ratchet import read

        options = options._replace(baseline=read(given["baseline"], given["ref_root"], given["trust_ref"]))
    return followed(context, options)


def _complete(report: Report) -> Report:
    """The report with the gate of every API, also of those of which no more is asked than the threshold."""
    from apilint.policy.demands import gated
    from apilint.policy.levels import Asked
    from apilint.policy.model import Configuration

    left = [one.file for one in report.inputs if one.status == "checked" and one.file not in report.gates]
    plain = gated(report, {name: Asked(Configuration(), report.fail_on) for name in left})
    return report._replace(gates={**report.gates, **plain})


def _again(given: dict[str, Any]) -> str:
    """The command that says what to do, for the same APIs."""
    from shlex import quote

    level = ["--level", given["level"]] if given["level"] else []
    return " ".join(map(quote, ["apilint", "gate", "--todo", *level, *given["paths"]]))
