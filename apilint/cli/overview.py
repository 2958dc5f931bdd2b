"""The help of `apilint` itself, and how all help is laid out. Without click, which costs more than all of this."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from apilint.cli.streams import width
from apilint.report.layout import wrap

WIDEST = 40

COMMANDS = {
    "check": ("apilint.cli.check", "Check OpenAPI documents and report findings."),
    "score": ("apilint.cli.score", "Give an API a score, and say what would lift it."),
    "diff": ("apilint.cli.diff", "Say what a change takes away from the security of APIs."),
    "fix": ("apilint.cli.fix", "Mend what can be mended without touching anything else."),
    "gate": ("apilint.cli.gate", "Say what is asked of an API, where it stands, and the least to mend."),
    "baseline": ("apilint.cli.baseline", "Write down what is found today, so that only new findings fail."),
    "waive": ("apilint.cli.waive", "Accept a finding until a day, by name and with a reason."),
    "waivers": ("apilint.cli.waivers", "List the waivers, and how many days they have left."),
    "init": ("apilint.cli.init", "Write a first configuration, with comments."),
    "config": ("apilint.cli.config", "Show what configuration holds and why, and check it."),
    "import-spectral": ("apilint.cli.import_spectral", "Carry a Spectral ruleset over into rules without code."),
    "rules": ("apilint.cli.rules", "List the rules."),
    "explain": ("apilint.cli.explain", "Show the page of a rule: why it matters, and examples."),
    "lsp": ("apilint.cli.lsp", "Serve editors: findings in the text as it is written."),
    "completion": ("apilint.cli.completion", "Print a script that completes words in a shell."),
}

EXAMPLES = (
    ("apilint check", "all documents below this folder"),
    ("apilint check --output sarif=out.sarif", "a report for code scanning, too"),
    ("apilint explain unauthenticated-write", "what a rule means"),
)

OPTIONS = (
    ("--version", "Show the versions of apilint and its plugins."),
    ("-h, --help", "Show this message and exit."),
)

_FAILURES = (
    ("2", "wrong use"),
    ("3", "incomplete: something could not be read, checked or written"),
    ("130", "interrupted"),
)
EXIT_STATUSES = (
    ("0", "nothing at or above the threshold"),
    ("1", "findings at or above the threshold, or a gate that is not passed"),
    *_FAILURES,
)
# Of a command that judges nothing.
PLAIN_STATUSES = (("0", "done"), *_FAILURES)


def overview(columns: int) -> str:
    """What apilint is, examples, commands, options, exit statuses."""
    return "".join(
        (
            paragraphs("A static API security linter for OpenAPI documents.", columns),
            table("Examples", EXAMPLES, columns),
            "\nUsage: apilint COMMAND ...\n",
            table("Commands", [(name, summary) for name, (_, summary) in COMMANDS.items()], columns),
            table("Options", OPTIONS, columns),
            table("Exit status", EXIT_STATUSES, columns),
        )
    )


def help_width() -> int:
    """The columns that help is laid out for."""
    return min(max(width(sys.stdout), 40), 100)


def paragraphs(text: str, columns: int) -> str:
    """Paragraphs, wrapped."""
    wrapped = (wrap(" ".join(part.split()), columns) for part in text.split("\n\n"))
    return "\n".join("".join(f"{line}\n" for line in lines) for lines in wrapped)


def table(heading: str, rows: Sequence[tuple[str, str]], columns: int) -> str:
    """A heading, and below it names with what they mean; nothing where there are no rows."""
    if not rows:
        return ""
    column = min(max(len(name) for name, _ in rows), WIDEST) + 4
    lines = ["", f"{heading}:"]
    for name, text in rows:
        first, *rest = wrap(text, columns - column)
        if len(name) + 4 <= column:
            lines.append(f"  {name}{' ' * (column - 2 - len(name))}{first}")
        else:
            lines += [f"  {name}", " " * column + first]
        lines += [" " * column + line for line in rest]
    return "".join(f"{line}\n" for line in lines)
