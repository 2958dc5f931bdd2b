"""Write docs/apilint.1, the manual page, from the commands themselves: what `--help` says, in one page.

`python docs/manual.py` writes it, `--check` fails where the page and the commands disagree. The date in the page is the
day on which its text changed last.
"""

from __future__ import annotations

import datetime
import importlib
import inspect
import re
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

from apilint import __version__
from apilint.cli.commands import apilint
from apilint.cli.help import Group, Headed
from apilint.cli.overview import COMMANDS, EXAMPLES, EXIT_STATUSES, OPTIONS

PAGE = Path(__file__).with_name("apilint.1")

DESCRIPTION = """
apilint reads OpenAPI documents (Swagger 2.0, OpenAPI 3.0, 3.1 and 3.2, YAML or JSON, one file or many) the way an
attacker would, and reports what it finds: what may be called without credentials, what travels in clear, what has no
bounds. It never runs or fetches what a document asks for, and never passes a document that it could not read whole.

A finding has a severity (the harm if it is true: info, low, medium, high or critical) and a confidence (the chance that
it is true: low, medium or high). A preset decides which findings are shown, `--fail-on` which of them fail the run.
What could not be done is a problem; a run with problems ends with status 3, whatever it found.
"""

ENVIRONMENT = (
    ("NO_COLOR", "Not empty: text is not coloured, unless `--color always` asks for it."),
    (
        "FORCE_COLOR, CLICOLOR_FORCE",
        "Set, and the second not 0: text is coloured where nobody looks on, too.",
    ),
    ("TERM", "dumb: text is not coloured."),
    ("GITHUB_STEP_SUMMARY", "The file that the format github appends a summary to. GitHub sets it."),
    ("SOURCE_DATE_EPOCH", "The time, in seconds, for formats that must name one. Without it they name the epoch."),
)

FILES = (
    (".gitignore", "What git ignores is not looked at in folders. Files that are named are."),
    (".git", "The nearest folder above a document that has one is the root, which references may not leave."),
)

CAPTION = "A static API security linter for OpenAPI documents"


def main(arguments: Sequence[str]) -> int:
    """Write the page, or with `--check` compare it: 1 where it is stale."""
    old = PAGE.read_text(encoding="ascii") if PAGE.exists() else ""
    found = re.search(r'^\.TH APILINT 1 "([0-9-]+)"', old, re.MULTILINE)
    fresh = page(found[1] if found else "")
    if fresh == old:
        return 0
    if "--check" in arguments:
        sys.stderr.write(f"{PAGE.name} is stale: run python docs/manual.py\n")
        return 1
    PAGE.write_text(page(datetime.datetime.now(datetime.UTC).date().isoformat()), encoding="ascii", newline="\n")
    return 0


def page(date: str) -> str:
    """The manual page in the language of man(7)."""
    lines = [
        '.\\" Made by docs/manual.py from the commands; change those.',
        f'.TH APILINT 1 "{date}" "apilint {__version__}" "User Commands"',
        *section("NAME", [f"apilint \\- {marked(CAPTION)}"]),
        *section("SYNOPSIS", synopsis()),
        *section("DESCRIPTION", paragraphs(DESCRIPTION)),
        *section("COMMANDS", items((name, summary) for name, (_, summary) in COMMANDS.items())),
        *section("OPTIONS", items(OPTIONS)),
    ]
    for name in names():
        lines += section(f"APILINT {name.upper()}", described(name))
    lines += [
        *section("EXIT STATUS", items(EXIT_STATUSES)),
        *section("ENVIRONMENT", items(ENVIRONMENT)),
        *section("FILES", items(FILES)),
        *section("EXAMPLES", examples(EXAMPLES)),
    ]
    return "".join(f"{line}\n" for line in lines)


def synopsis() -> list[str]:
    """A line for each command."""
    lines: list[str] = []
    for name in names():
        lines += [".br"] * bool(lines) + [usage(name)]
    return lines


def described(name: str) -> list[str]:
    """What the help of a command says, but for the exit statuses, which are the same everywhere."""
    command, context = made(name)
    lines = [usage(name), ".PP", *paragraphs(command.help or "")]
    options = [one for one in command.get_params(context) if isinstance(one, click.Option)]
    for heading in (*command.headings, "Help"):
        members = [option for option in options if getattr(option, "heading", "Help") == heading]
        if records := command.records(context, members):
            lines += [f".SS {marked(heading if command.headings else 'Options')}", *items(records)]
    return [*lines, ".SS Examples", *examples(command.examples)] if command.examples else lines


def names() -> Iterator[str]:
    """The commands, and those of a command of commands."""
    for name, (module, _) in COMMANDS.items():
        command = importlib.import_module(module).command
        yield from (f"{name} {one}" for one in command.commands) if isinstance(command, Group) else (name,)


def made(name: str) -> tuple[Headed, click.Context]:
    """A command and the context in which its help is given."""
    first, _, second = name.partition(" ")
    command = importlib.import_module(COMMANDS[first][0]).command
    if second:
        command = command.commands[second]
    if not isinstance(command, Headed):
        raise TypeError(f"{name}: the help has no headings")
    return command, click.Context(command, info_name=name, parent=click.Context(apilint, info_name="apilint"))


def usage(name: str) -> str:
    """How a command is called."""
    command, context = made(name)
    return f"\\fBapilint {marked(name)}\\fR {marked(' '.join(command.collect_usage_pieces(context)))}"


def section(title: str, lines: Iterable[str]) -> list[str]:
    """A heading and what is below it."""
    return [f".SH {marked(title)}", *lines]


def paragraphs(plain: str) -> list[str]:
    """Paragraphs."""
    lines: list[str] = []
    for part in inspect.cleandoc(plain).split("\n\n"):
        lines += [".PP"] * bool(lines) + filled(part)
    return lines


def items(rows: Iterable[tuple[str, str]]) -> list[str]:
    """Names and what they mean."""
    return [line for name, meaning in rows for line in (".TP", f"\\fB{marked(name)}\\fR", *filled(meaning))]


def examples(rows: Iterable[tuple[str, str]]) -> list[str]:
    """What command lines are for, and each below that."""
    lines: list[str] = []
    for code, meaning in rows:
        caption = f"{meaning[:1].upper()}{meaning[1:]}:"
        lines += [".PP"] * bool(lines) + [marked(caption), ".PP", ".EX", marked(code), ".EE"]
    return lines


def filled(plain: str) -> list[str]:
    """Running text: lines of 80 bytes at most, and one at least for each sentence, as roff wants them."""
    sentences = re.split(r"(?<=[.\])]) +(?=[A-Z\[])", " ".join(plain.split()))
    return [marked(line) for sentence in sentences for line in textwrap.wrap(sentence, 70, break_on_hyphens=False)]


def marked(plain: str) -> str:
    """A text that roff shows as it is; what stands in backticks is bold. Raises UnicodeError for what is not ASCII."""
    plain.encode("ascii")
    marks = {"\\": "\\e", "-": "\\-", "'": "\\(aq", "^": "\\(ha", "~": "\\(ti", '"': "\\(dq"}
    shown = "".join(marks.get(character, character) for character in plain)
    shown = re.sub(r"`([^`]*)`", r"\\fB\1\\fR", shown).replace("`", "\\(ga")
    return f"\\&{shown}" if shown.startswith(".") else shown


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
