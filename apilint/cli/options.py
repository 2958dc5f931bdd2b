"""The options that several commands share, and what they mean for a run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from apilint.cli.help import option
from apilint.findings import Confidence, Severity
from apilint.reading.limits import Limits

if TYPE_CHECKING:
    from apilint.run import RunOptions

Decorated = Callable[..., Any]

INPUTS = ("Input", "Rules")
BOUNDS = ("Limits", "Network")
_LIMITS = {
    "bytes": "Bytes of one document.",
    "run_bytes": "Bytes of all documents together.",
    "nodes": "Values in one document.",
    "depth": "Nesting of one document.",
    "aliases": "Values that YAML aliases expand to.",
    "references": "References followed.",
    "files": "Documents read.",
    "seconds": "Seconds for one document.",
}


def words(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Repeated options whose values may also be lists with commas."""
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip())


def _rule_options(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, str, str], ...]:
    """`ID.NAME=VALUE`, as three texts."""
    found = []
    for value in values:
        path, equals, text = value.partition("=")
        id, dot, name = path.rpartition(".")
        if not (equals and dot and id and name):
            raise click.BadParameter(f"{value!r} is not ID.NAME=VALUE", context, parameter)
        found.append((id, name, text))
    return tuple(found)


def _reproducible_day() -> str:
    """The day of SOURCE_DATE_EPOCH; without it empty, so that only what needs today asks for it."""
    from os import environ

    return day(None, None, None) if environ.get("SOURCE_DATE_EPOCH") else ""


def _hosts(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Names of hosts, perhaps with a port. A URL would match nothing, and a path is an argument that was swallowed."""
    for value in values:
        if not value or not value.isascii() or any(character <= " " or character in "/\\?#@*" for character in value):
            raise click.BadParameter(f"{value!r} is not a host, as in api.example.com", context, parameter)
    return values


def _positive(context: click.Context, parameter: click.Parameter, value: float) -> float:
    if not value > 0:
        raise click.BadParameter(f"{value} is not above 0", context, parameter)
    return value


def day(context: click.Context | None, parameter: click.Parameter | None, value: str | None) -> str:
    """A day as `YYYY-MM-DD`: the one given, that of SOURCE_DATE_EPOCH, or today in UTC."""
    import os
    from datetime import UTC, date, datetime

    if value is None:
        epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
        if not epoch.isascii() or not epoch.isdigit():
            return datetime.now(UTC).date().isoformat()
        return datetime.fromtimestamp(min(int(epoch), 253_402_300_799), UTC).date().isoformat()
    try:
        found = date.fromisoformat(value).isoformat()
    except ValueError:
        found = ""
    if found != value:
        raise click.BadParameter(f"{value!r} is no date such as 2026-03-01", context, parameter)
    return value


preset = option(
    "Rules",
    "--preset",
    default="default",
    metavar="NAME",
    help="Which findings count: default, strict, audit (all), owasp, gateway or agents.",
)
color = option(
    "Output", "--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour the text."
)


def inputs(command: Decorated) -> Decorated:
    """What to look at."""
    return _all(
        command,
        click.argument("paths", nargs=-1, metavar="[PATH]..."),
        option("Input", "--stdin-filename", metavar="NAME", help="What to call the document that - reads."),
        option("Input", "--skip-others", is_flag=True, help="Skip named files that are no OpenAPI documents."),
        option(
            "Input",
            "--with-roots",
            is_flag=True,
            help="For a named fragment, check the documents of its repository that refer to it.",
        ),
        option("Input", "--ref-root", metavar="DIR", help="The folder that references may not leave."),
    )


def rules(command: Decorated) -> Decorated:
    """Which rules run, and which of their findings count."""
    return _all(
        command,
        option("Rules", "--select", multiple=True, callback=words, metavar="ID", help="Run only these. Repeatable."),
        option("Rules", "--ignore", multiple=True, callback=words, metavar="ID", help="Do not run these. Repeatable."),
        option(
            "Rules",
            "--option",
            "rule_options",
            multiple=True,
            callback=_rule_options,
            metavar="ID.NAME=VALUE",
            help="Set an option of a rule; apilint explain ID names them. Repeatable.",
        ),
        preset,
        option("Rules", "--no-ignores", is_flag=True, help="Show what is suppressed inline as if it were not."),
        option(
            "Rules",
            "--min-confidence",
            type=click.Choice([confidence.label for confidence in Confidence]),
            metavar="CONFIDENCE",
            help="Show only findings at least this sure: low, medium or high.",
        ),
    )


def bounds(command: Decorated) -> Decorated:
    """One option for each limit, and the hosts that may be asked for documents."""
    limits = [
        option(
            "Limits",
            f"--max-{name.replace('_', '-')}",
            f"max_{name}",
            type=type(default),
            default=default,
            callback=_positive,
            metavar="N",
            help=f"{_LIMITS[name]} [default: {default:,.0f}]",
        )
        for name, default in Limits._field_defaults.items()
    ]
    network = option(
        "Network",
        "--allow-remote-refs",
        "remote_hosts",
        multiple=True,
        metavar="HOST",
        callback=_hosts,
        help="Fetch references to this host. Repeatable; nothing else reaches the network.",
    )
    return _all(command, *limits, network)


def run_options(given: dict[str, Any], fail_on: str = "high") -> RunOptions:
    """What the shared options mean for a run."""
    from apilint.run import RunOptions

    confidence = given["min_confidence"]
    return RunOptions(
        paths=given["paths"],
        select=given["select"],
        ignore=given["ignore"],
        rule_options=given["rule_options"],
        preset=given["preset"],
        fail_on=Severity[fail_on.upper()],
        min_confidence=None if confidence is None else Confidence[confidence.upper()],
        limits=Limits(**{name: given[f"max_{name}"] for name in Limits._fields}),
        stdin_filename=given["stdin_filename"],
        skip_others=given["skip_others"],
        with_roots=given["with_roots"],
        ref_root=given["ref_root"],
        remote_hosts=given["remote_hosts"],
        no_ignores=given.get("no_ignores", False),
        today=_reproducible_day(),
    )


def _all(command: Decorated, *decorators: Decorated) -> Decorated:
    # Help lists options in the order in which they are given here.
    for decorate in reversed(decorators):
        command = decorate(command)
    return command
