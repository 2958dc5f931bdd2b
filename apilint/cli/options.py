"""The options that several commands share, and what they mean for a run."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from apilint.cli.help import option
from apilint.findings import Confidence, Severity
from apilint.reading.limits import Limits

if TYPE_CHECKING:
    from apilint.config.committed import Committed
    from apilint.plugins import Plugins
    from apilint.policy.model import Policy
    from apilint.run import RunOptions

Decorated = Callable[..., Any]

POLICY = "APILINT_POLICY"  # names a policy, too
INPUTS = ("Input", "Rules", "Configuration")
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

    return today() if environ.get("SOURCE_DATE_EPOCH") else ""


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
    """A day as `YYYY-MM-DD`: the one given, that of SOURCE_DATE_EPOCH, or today in UTC. Raises `click.BadParameter`."""
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


def today() -> str:
    """Today, or the day of SOURCE_DATE_EPOCH, as `YYYY-MM-DD` in UTC."""
    return day(None, None, None)


def _trusted(context: click.Context) -> Committed | None:
    """The revision that is trusted, where the working folder is in a repository: a policy in it is a part of it."""
    revision = context.params.get("trust_ref")
    if not revision:
        return None
    from apilint.config.committed import Committed

    return Committed.here(revision, os.getcwd())


def _policy(context: click.Context, parameter: click.Parameter | None, source: str | None) -> Policy | None:
    """The policy that is named, or the one that is installed."""
    from apilint import plugins

    if not source and not plugins.entry_points(plugins.POLICIES):
        return None
    from apilint.config.policy_file import installed, read
    from apilint.policy.model import ConfigurationError

    try:
        return read(source, _trusted(context)) if source else installed()
    except ConfigurationError as wrong:
        by = f"{_named_by(context, parameter)}: " if source else ""
        raise click.UsageError(f"{by}{wrong}", context) from None


def _named_by(context: click.Context, parameter: click.Parameter | None) -> str:
    """Who names the policy."""
    from click.core import ParameterSource

    name = None if parameter is None else parameter.name
    given = name is not None and context.get_parameter_source(name) is not ParameterSource.ENVIRONMENT
    return "--policy" if given else POLICY


def in_force(context: click.Context) -> dict[str, Any]:
    """What stands for the options of a command without --policy: the policy that holds all the same, if any does."""
    return {"policy": _policy(context, None, os.environ.get(POLICY))}


def loaded(given: dict[str, Any]) -> Plugins:
    """The plugins that the policy allows."""
    from apilint import plugins

    policy: Policy | None = given.get("policy")
    return plugins.load(allow=None if policy is None else policy.plugins)


rule_options = option(
    "Rules",
    "--option",
    "rule_options",
    multiple=True,
    callback=_rule_options,
    metavar="ID.NAME=VALUE",
    help="Set an option of a rule; apilint explain ID names them. Repeatable.",
)
preset = option(
    "Rules",
    "--preset",
    metavar="NAME",
    help="Which findings count: default, strict, audit (all), owasp, gateway or agents.",
)


def printed(*formats: str) -> Callable[[Decorated], Decorated]:
    """In which of some formats a command prints what it has to say, the first if nobody asks."""
    *others, last = formats
    return option(
        "Output",
        "--format",
        "format_name",
        type=click.Choice(formats),
        default=formats[0],
        metavar="FORMAT",
        help=f"What to print: {', '.join(others)} or {last}. [default: {formats[0]}]",
    )


level = option(
    "Gate", "--level", metavar="NAME", help="Hold every API to this level: draft, internal, partner, public, or yours."
)
color = option(
    "Output", "--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour the text."
)


def inputs(command: Decorated) -> Decorated:
    """What to look at."""
    return together(
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
    return together(
        command,
        option("Rules", "--select", multiple=True, callback=words, metavar="ID", help="Run only these. Repeatable."),
        option("Rules", "--ignore", multiple=True, callback=words, metavar="ID", help="Do not run these. Repeatable."),
        rule_options,
        preset,
        option(
            "Rules", "--no-ignores", is_flag=True, help="Show what is waived or suppressed inline as if it were not."
        ),
        option(
            "Rules",
            "--min-confidence",
            type=click.Choice([confidence.label for confidence in Confidence]),
            metavar="CONFIDENCE",
            help="Show only findings at least this sure: low, medium or high.",
        ),
    )


def settings(command: Decorated) -> Decorated:
    """Which configuration and which policy hold."""
    return together(
        command,
        option("Configuration", "--config", metavar="FILE", help="Use this configuration and no other."),
        option("Configuration", "--isolated", is_flag=True, help="Use no configuration of the repository."),
        option(
            "Configuration",
            "--policy",
            metavar="FILE",
            envvar=POLICY,
            callback=_policy,
            help="What no configuration may weaken: a file, or package:NAME.",
        ),
        option(
            "Configuration",
            "--trust-ref",
            metavar="REVISION",
            is_eager=True,  # what --policy names may be a file of that revision
            help="Use configuration, waivers and baseline as they stand there, and report changes to them.",
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
    return together(command, *limits, network)


def run_options(given: dict[str, Any], fail_on: str | None = None) -> RunOptions:
    """What the shared options mean for a run."""
    from apilint.run import RunOptions

    confidence = given["min_confidence"]
    return RunOptions(
        paths=given["paths"],
        select=given["select"],
        ignore=given["ignore"],
        rule_options=given["rule_options"],
        preset=given["preset"],
        fail_on=None if fail_on is None else Severity[fail_on.upper()],
        min_confidence=None if confidence is None else Confidence[confidence.upper()],
        limits=Limits(**{name: given[f"max_{name}"] for name in Limits._fields}),
        stdin_filename=given["stdin_filename"],
        skip_others=given["skip_others"],
        with_roots=given["with_roots"],
        ref_root=given["ref_root"],
        remote_hosts=given["remote_hosts"],
        no_ignores=given.get("no_ignores", False),
        today=_reproducible_day(),
        config=given.get("config"),
        isolated=given.get("isolated", False),
        policy=given.get("policy"),
        trust_ref=given.get("trust_ref") or "",
        since=given.get("since") or "",
        level=given.get("level") or "",
        plain=given.get("plain", False),
    )


def together(command: Decorated, *decorators: Decorated) -> Decorated:
    """A command with several decorators."""
    # Help lists options in the order in which they are given here.
    for decorate in reversed(decorators):
        command = decorate(command)
    return command
