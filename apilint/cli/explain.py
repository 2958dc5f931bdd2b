"""`apilint explain RULE`: the page of a rule."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from apilint.cli import options as shared
from apilint.cli.help import Headed, settings
from apilint.cli.streams import aside, colored, complain, emit, interactive, width

if TYPE_CHECKING:
    from apilint.rule import Rule


class Explain(Headed):
    """The command, with its help."""

    examples = (
        ("apilint explain server-cleartext", "a built-in rule"),
        ("apilint explain acme/tenant-header", "a rule of a plugin"),
        ("apilint rules", "which rules there are"),
    )


@click.command("explain", cls=Explain, context_settings=settings())
@click.argument("rule_id", metavar="RULE")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour the text.")
@click.pass_context
def command(context: click.Context, /, rule_id: str, color: str) -> int:
    """Show the page of a rule: why it matters, what is flagged, what is accepted, and where to read more."""
    from apilint.report.escape import screen
    from apilint.report.page import page

    with aside():
        loaded = shared.loaded(shared.in_force(context))
    rules = {rule.id: rule for rule in loaded.rules}
    if rule_id not in rules and "/" in rule_id:
        rules.update((rule.id, rule) for rule in _own(context))
    for problem in loaded.problems:
        complain(problem.message, name="problem")
    if rule_id not in rules:
        raise click.UsageError(_unknown(rule_id, list(rules)), context)
    text = page(rules[rule_id])
    if color == "always" or interactive(sys.stdout):
        text = _rendered(text, colored(color, sys.stdout), width(sys.stdout))
    emit(screen(text))
    return 0


def _own(context: click.Context) -> tuple[Rule, ...]:
    """The rules that the configuration of this folder declares."""
    import os

    from apilint.config.here import own_rules
    from apilint.policy.model import ConfigurationError

    try:
        return own_rules(os.getcwd())
    except ConfigurationError as error:
        raise click.UsageError(str(error), context) from None


def _unknown(rule_id: str, known: list[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(rule_id, known, 1)
    return f"no such rule: {rule_id!r}. " + (f"Did you mean {near[0]!r}?" if near else "See apilint rules.")


def _rendered(text: str, color: bool, columns: int) -> str:
    """Markdown laid out for a terminal. Links stay text: a terminal is told no addresses behind words."""
    import io

    from rich.console import Console
    from rich.markdown import Markdown
    from rich.theme import Theme

    target = io.StringIO()
    console = Console(
        file=target,
        width=columns,
        force_terminal=color,
        color_system="standard" if color else None,
        # rich's own style for code has a black ground, which is a blot on a light terminal.
        theme=Theme({"markdown.code": "bold cyan"}),
        emoji=False,
        markup=False,
        highlight=False,
    )
    console.print(Markdown(text, hyperlinks=False, code_theme="ansi_dark"))
    return target.getvalue()
