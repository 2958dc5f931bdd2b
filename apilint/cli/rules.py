"""`apilint rules`: all rules, those of plugins among them."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from apilint.cli import options as shared
from apilint.cli.help import Headed, settings
from apilint.cli.streams import aside, complain, emit, interactive, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apilint.rule import Rule


class Rules(Headed):
    """The command, with its help."""

    examples = (
        ("apilint rules", "a table"),
        ("apilint rules --format json", "for a program"),
        ("apilint explain ID", "the page of one rule"),
    )


@click.command("rules", cls=Rules, context_settings=settings())
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="What to print.",
)
@click.pass_context
def command(context: click.Context, /, format_name: str) -> int:
    """List the rules, with the severity and the confidence of their findings.

    Rules that the configuration of this folder declares are among them.
    """
    from apilint.config.here import own_rules
    from apilint.policy.model import ConfigurationError
    from apilint.report import catalogue

    with aside():
        loaded = shared.loaded(shared.in_force(context))
    try:
        own = own_rules(os.getcwd())
    except ConfigurationError as error:
        raise click.UsageError(str(error), context) from None
    rules: Sequence[Rule] = sorted((*loaded.rules, *own), key=lambda rule: rule.id)
    columns = width(sys.stdout) if interactive(sys.stdout) else None
    emit(catalogue.as_json(rules) if format_name == "json" else catalogue.as_text(rules, columns))
    for problem in loaded.problems:
        complain(problem.message, name="problem")
    return 3 if loaded.problems else 0
