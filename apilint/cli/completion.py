"""`apilint completion SHELL`: a script for the shell, and the answers that the script asks for at each Tab.

Scripts and protocol are click's own (documentation of click, "Shell Completion"): the script calls `apilint` without
arguments and with the words so far in the environment. Here are added what options take (formats, presets, rules,
files), `--name=value` in every shell, and values and descriptions with commas in fish.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import BashComplete, CompletionItem, FishComplete, ShellComplete, ZshComplete

from apilint.cli.commands import Commands, apilint
from apilint.cli.help import Headed, settings
from apilint.cli.overview import COMMANDS
from apilint.cli.streams import aside, emit

if TYPE_CHECKING:
    from apilint.plugins import Plugins

# click makes this name of the program's; scripts that people have installed hold it.
VARIABLE = "_APILINT_COMPLETE"

Described = Iterable[tuple[str, str]]

# Where a format's name does not make a good end for a file name.
_FILES = {
    "markdown": "apilint.md",
    "gitlab": "gl-code-quality-report.json",
    "gitlab-sast": "gl-sast-report.json",
    "junit": "apilint-junit.xml",
    "checkstyle": "apilint-checkstyle.xml",
    "sonarqube": "apilint-sonarqube.json",
    "rdjson": "apilint-rdjson.json",
    "badge": "apilint.svg",
}
_TEXTS = ("full", "concise", "summary", "github", "azure", "teamcity")


class Completion(Headed):
    """The command, with its help."""

    examples = (
        ("apilint completion bash > ~/.local/share/bash-completion/completions/apilint", "for bash 4.4 or later"),
        ('apilint completion zsh > "${fpath[1]}/_apilint"', "for zsh"),
        ("apilint completion fish > ~/.config/fish/completions/apilint.fish", "for fish"),
    )


class Bash(BashComplete):
    """bash, which takes `--name=value` apart."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one that is completed, and that one."""
        words, incomplete = super().get_completion_args()
        return [word for word in words if word != "="], "" if incomplete == "=" else incomplete


class _WholeWords(ShellComplete):
    """A shell that replaces the whole of `--name=value`."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[str]]:
        """What may stand for `incomplete`."""
        found = super().get_completions(args, incomplete)
        name, equals, _ = incomplete.partition("=")
        if not equals or not name.startswith("--"):
            return found
        return [CompletionItem(f"{name}={item.value}", item.type, item.help) for item in found]


class Zsh(_WholeWords, ZshComplete):
    """zsh."""


class Fish(_WholeWords, FishComplete):
    """fish. Script and answers are our own: click's end a description, and a list of rules, at its first comma."""

    source_template = """\
function %(complete_func)s
    for line in (env %(complete_var)s=fish_complete COMP_WORDS=(commandline -cp) \
COMP_CWORD=(commandline -t) %(prog_name)s)
        set -l parts (string split --max 1 "," -- $line)
        switch $parts[1]
            case dir
                __fish_complete_directories $parts[2]
            case file
                __fish_complete_path $parts[2]
            case plain
                echo $parts[2]
        end
    end
end

complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
"""

    def format_completion(self, item: CompletionItem[str]) -> str:
        """A line of the answer: kind, comma, value, and after a tab what it means."""
        described = f"\t{' '.join(item.help.split())}" if item.help else ""
        return f"{item.type},{item.value}{described}"


SHELLS: dict[str, type[ShellComplete]] = {"bash": Bash, "zsh": Zsh, "fish": Fish}


class Values(click.ParamType[Any]):
    """What an option takes, told when it is asked for; with `listed`, several of them with commas between."""

    name = "value"

    def __init__(self, values: Callable[[], Described], listed: bool = False) -> None:
        self._values = values
        self._listed = listed

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
        """The values that begin as `incomplete` does."""
        before, comma, begun = incomplete.rpartition(",") if self._listed else ("", "", incomplete)
        fitting = ((value, help) for value, help in self._values() if value.startswith(begun))
        return [CompletionItem(before + comma + value, help=help or None) for value, help in fitting]


class Completing(Commands):
    """The group, whose commands know what their options take."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command itself, or None."""
        command = super().get_command(ctx, cmd_name)
        for parameter in command.params if command else ():
            taken = _TAKEN.get(str(parameter.metavar))
            if taken is None and {"--preset", "--format"}.intersection(parameter.opts):
                taken = _TAKEN[parameter.opts[0]]
            if taken is not None and not isinstance(parameter.type, click.Choice):
                parameter.type = taken
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """The names of the commands, without importing one, or the options."""
        if incomplete.startswith("-"):
            return click.Command.shell_complete(self, ctx, incomplete)
        return [
            CompletionItem(name, help=summary) for name, (_, summary) in COMMANDS.items() if name.startswith(incomplete)
        ]


def answer() -> int:
    """Answer the script that asks by the environment (VARIABLE): the exit status, 2 where it asks for nothing known."""
    shell, _, asked = os.environ.get(VARIABLE, "").partition("_")
    if shell not in SHELLS or asked not in ("source", "complete"):
        return 2
    complete = _shell(shell)
    if asked == "source":
        emit(_script(complete))
        return 0
    try:
        with aside():
            found = complete.complete()
    # Words that are no command line yet have no completions.
    except (click.ClickException, KeyError, ValueError):
        return 0
    emit(f"{found}\n")
    return 0


@click.command("completion", cls=Completion, context_settings=settings())
@click.argument("shell", type=click.Choice(list(SHELLS)))
def command(shell: str) -> int:
    """Print a script that completes commands, options, formats, presets and rules in a shell.

    Put it where the shell looks for such scripts, and start a new shell.
    """
    emit(_script(_shell(shell)))
    return 0


def _shell(name: str) -> ShellComplete:
    return SHELLS[name](Completing("apilint", params=apilint.params), {}, "apilint", VARIABLE)


def _script(shell: ShellComplete) -> str:
    """The script. bash's own `source` would start bash to learn its version."""
    return ShellComplete.source(shell)


def _plugins() -> Plugins:
    """The plugins that the policy in force allows."""
    from apilint.cli.options import in_force, loaded

    return loaded(in_force(click.get_current_context(True) or click.Context(apilint)))


def _formats() -> Described:
    from apilint.report import FORMATS

    return ((name, "") for name in {**FORMATS, **_plugins().formats})


def _outputs() -> Described:
    return ((f"{name}={_FILES.get(name, f'apilint.{name}')}", "") for name, _ in _formats() if name not in _TEXTS)


def _presets() -> Described:
    from apilint.policy.presets import PRESETS

    return ((name, "") for name in {**PRESETS, **_plugins().presets})


def _rules() -> Described:
    return ((rule.id, rule.severity.label) for rule in _plugins().rules)


_TAKEN: dict[str, click.ParamType[Any]] = {
    "--preset": Values(_presets),
    "--format": Values(_formats),
    "FORMAT=PATH": Values(_outputs),
    "ID": Values(_rules, listed=True),
    "RULE": Values(_rules),
    "[PATH]...": click.Path(),
    "PATH": click.Path(),
    "FILE": click.Path(),
    "DIR": click.Path(file_okay=False),
}
