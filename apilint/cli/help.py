"""How help looks: examples first, options under headings, exit statuses last."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import click

from apilint.cli.overview import PLAIN_STATUSES, help_width, paragraphs, table
from apilint.cli.streams import emit

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class Headed(click.Command):
    """A command whose help has examples, options under headings, and exit statuses."""

    examples: Sequence[tuple[str, str]] = ()
    headings: Sequence[str] = ()
    statuses: Sequence[tuple[str, str]] = PLAIN_STATUSES

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What it does, examples, usage, options under headings, exit statuses."""
        columns = formatter.width
        usage = f"\nUsage: {ctx.command_path} {' '.join(self.collect_usage_pieces(ctx))}\n"
        parts = [
            paragraphs(inspect.cleandoc(self.help or ""), columns),
            table("Examples", self.examples, columns),
            usage,
        ]
        options = [parameter for parameter in self.get_params(ctx) if isinstance(parameter, click.Option)]
        for heading in (*self.headings, "Help"):
            members = [option for option in options if getattr(option, "heading", "Help") == heading]
            parts.append(table(heading if self.headings else "Options", self.records(ctx, members), columns))
        formatter.write("".join((*parts, table("Exit status", self.statuses, columns))))

    def get_help_option(self, ctx: click.Context) -> click.Option:
        """See `help_option`."""
        return help_option()

    @staticmethod
    def records(ctx: click.Context, parameters: Iterable[click.Parameter]) -> list[tuple[str, str]]:
        """The rows of a table of options."""
        return [record for parameter in parameters if (record := parameter.get_help_record(ctx)) is not None]


class Group(click.Group):
    """A command of commands, whose help has examples, the commands and exit statuses."""

    examples: Sequence[tuple[str, str]] = ()
    statuses: Sequence[tuple[str, str]] = PLAIN_STATUSES

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        """Without words it is wrong use, as everywhere; click would print the help and call it an error."""
        super().__init__(*arguments, **{"no_args_is_help": False, **keywords})

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What it does, examples, usage, commands, exit statuses."""
        columns = formatter.width
        rows = [(name, command.get_short_help_str(200)) for name, command in self.commands.items()]
        parts = (
            paragraphs(inspect.cleandoc(self.help or ""), columns),
            table("Examples", self.examples, columns),
            f"\nUsage: {ctx.command_path} COMMAND ...\n",
            table("Commands", rows, columns),
            table("Options", Headed.records(ctx, self.get_params(ctx)), columns),
            table("Exit status", self.statuses, columns),
        )
        formatter.write("".join(parts))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; for an unknown one say what was perhaps meant."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            from apilint.policy.selection import suggest

            hint = suggest(args[0], self.commands) or f"; there are {', '.join(self.commands)}"
            raise click.UsageError(f"{ctx.command_path} has no command {args[0]!r}{hint}", ctx)
        return super().resolve_command(ctx, args)

    def get_help_option(self, ctx: click.Context) -> click.Option:
        """See `help_option`."""
        return help_option()


class HeadedOption(click.Option):
    """An option that knows under which heading of the help it stands."""

    heading = "Help"


def option(heading: str, *names: str, **settings: Any) -> Decorator:
    """`click.option` under a heading of the help."""

    def named(*arguments: Any, **keywords: Any) -> HeadedOption:
        made = HeadedOption(*arguments, **keywords)
        made.heading = heading
        return made

    return click.option(*names, cls=named, **settings)  # type: ignore[arg-type]


def help_option() -> click.Option:
    """`--help`, written as everything else is: click's own passes over a closed standard output in silence."""

    def show(context: click.Context, parameter: click.Parameter, given: bool) -> None:
        if given and not context.resilient_parsing:
            emit(context.get_help() + "\n")
            context.exit()

    return click.Option(
        ["-h", "--help"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=show,
        help="Show this message and exit.",
    )


def settings() -> dict[str, Any]:
    """What all commands tell click: the width of the help."""
    return {"terminal_width": help_width()}
