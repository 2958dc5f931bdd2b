"""The group `apilint`: its commands by name, each imported when it is called."""

from __future__ import annotations

import importlib
import os

import click

from apilint.cli.help import help_option, settings
from apilint.cli.overview import COMMANDS, overview
from apilint.cli.streams import emit


class Commands(click.Group):
    """A group that knows the names and summaries of its commands, and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command itself, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(COMMANDS[cmd_name][0]).command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; for an unknown one say what was perhaps meant."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.UsageError(_unknown(args[0]), ctx)
        return super().resolve_command(ctx, args)

    def get_help_option(self, ctx: click.Context) -> click.Option:
        """See `help_option`."""
        return help_option()

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The overview; see `apilint.cli.overview`."""
        formatter.write(overview(formatter.width))


def _unknown(name: str) -> str:
    from difflib import get_close_matches

    if near := get_close_matches(name, COMMANDS, 1):
        return f"no such command: {name!r}. Did you mean {near[0]!r}?"
    if os.path.exists(name):
        return f"no such command: {name!r}. To check that document: apilint check {name}"
    return f"no such command: {name!r}. There are {', '.join(COMMANDS)}."


def _print_version(context: click.Context, parameter: click.Parameter, given: bool) -> None:
    if given and not context.resilient_parsing:
        from apilint.cli import version_text

        emit(version_text())
        context.exit()


apilint = Commands(
    "apilint",
    params=[
        click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_print_version,
            help="Show the versions of apilint and its plugins.",
        )
    ],
    context_settings=settings(),
)
