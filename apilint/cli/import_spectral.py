"""`apilint import-spectral`: carry the rules of a Spectral ruleset over into rules without code."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import click

from apilint.cli.files import saved
from apilint.cli.help import Headed, option, settings
from apilint.cli.streams import complain, emit

if TYPE_CHECKING:
    from apilint.declared.spectral.convert import Converted

CARRIED, PARTLY, FAILED = 0, 1, 3


class ImportSpectral(Headed):
    """The command, with its help."""

    examples = (
        ("apilint import-spectral .spectral.yaml", "print what it is here"),
        ("apilint import-spectral .spectral.yaml --output apilint-rules.yaml", "write it into a file"),
        ("apilint import-spectral .spectral.yaml --vendor acme", "ids that begin with acme/"),
    )
    headings = ("Output",)
    statuses = (
        ("0", "all of it was carried over"),
        ("1", "some of it could not be carried over"),
        ("2", "wrong use, or no ruleset"),
        ("3", "the file could not be written"),
        ("130", "interrupted"),
    )


@click.command("import-spectral", cls=ImportSpectral, context_settings=settings())
@click.argument("ruleset", metavar="FILE")
@option("Output", "--output", metavar="FILE", help="The file to write. [default: standard output]")
@option("Output", "--force", is_flag=True, help="Write over a file that is there.")
@option("Output", "--vendor", default="own", metavar="NAME", help="What the ids begin with. [default: own]")
@click.pass_context
def command(context: click.Context, /, ruleset: str, output: str | None, force: bool, vendor: str) -> int:
    """Carry the rules of a Spectral ruleset over into a configuration file.

    FILE is read as data, and so is what it extends; nothing in it is run, and nothing is fetched.
    What becomes of each rule is said on standard error.
    """
    from apilint.declared.spectral import writing
    from apilint.declared.spectral.convert import convert
    from apilint.declared.spectral.reading import RulesetError, load

    if not re.fullmatch(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", vendor) or len(vendor) > 20:
        raise click.UsageError("--vendor: a name in lower case with hyphens, 20 characters at most", context)
    if output and not force and os.path.lexists(output):
        raise click.UsageError(f"{output} is there already: --force writes over it", context)
    try:
        converted = convert(load(ruleset), vendor)
    except RulesetError as error:
        raise click.UsageError(str(error), context) from None
    text = writing.text(converted, os.path.basename(ruleset))
    _tell(converted)
    if output:
        if not saved(output, text, "import-spectral"):
            return FAILED
    else:
        emit(text)
    return PARTLY if converted.lost else CARRIED


def _tell(converted: Converted) -> None:
    """Say what became of each rule, and how many there are of each kind."""
    from collections import Counter

    from apilint.report.escape import visible

    for fate in converted.fates:
        said = f" as {', '.join(fate.what)}" if fate.what else ""
        why = f": {fate.why}" if fate.why else ""
        complain(visible(f"{fate.name} - {fate.kind}{said}{why}"), name="rule")
    counts = Counter(fate.kind for fate in converted.fates)
    complain(", ".join(f"{count:,} {kind}" for kind, count in counts.items()) or "no rules", name="summary")
