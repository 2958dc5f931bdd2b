"""`apilint config`: what holds for an input and why, whether it can be meant, and the schema of it."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, Any

import click

from apilint.cli import options as shared
from apilint.cli.help import Group, Headed, option, settings
from apilint.cli.streams import aside, complain, emit, interactive, width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from apilint.config.discover import Discovery
    from apilint.config.effective import Entry

FINE, WRONG = 0, 2
_NAMES = 40  # columns
_NARROW = 60
_WORD = re.compile(r"(?!null$|true$|false$)[A-Za-z][\w./@:-]*[\w*]|on|off", re.ASCII)


class Config(Group):
    """The group, with its help."""

    examples = (
        ("apilint config show --origin api.yaml", "what holds for a document, and why"),
        ("apilint config check", "whether all configuration below here can be meant"),
        ("apilint config schema > apilint.schema.json", "the JSON Schema, for editors"),
    )


class Show(Headed):
    """The command, with its help."""

    examples = (
        ("apilint config show", "what holds in this folder"),
        ("apilint config show --origin apis/api.yaml", "what holds for a document, and why"),
        ("apilint config show --format json", "for a program"),
    )
    headings = ("Configuration", "Output")


class Schema(Headed):
    """The command, with its help."""

    examples = (("apilint config schema > apilint.schema.json", "for the settings of an editor"),)


class Check(Headed):
    """The command, with its help."""

    examples = (
        ("apilint config check", "all configuration below this folder"),
        ("apilint config check policy.yaml", "one file"),
    )
    statuses = (("0", "all of it can be used"), ("2", "some cannot"), *Headed.statuses[2:])


@click.group("config", cls=Config, context_settings=settings())
def command() -> None:
    """Show and check configuration: apilint.yaml, .apilint.yaml, or [tool.apilint] in pyproject.toml.

    The nearest of them above a document counts, over those in the folders above it, up to the
    root of the repository.
    """


@command.command("show", cls=Show, context_settings=settings())
@click.argument("path", required=False)
@shared.settings
@option("Output", "--origin", is_flag=True, help="Say where each value was set.")
@shared.printed("text", "json", "yaml")
@click.pass_context
def show(context: click.Context, /, **given: Any) -> int:
    """Show what holds for a document, or in a folder; without PATH, in this folder."""
    from apilint.config.effective import enforced, entries, of_policy
    from apilint.config.plan import Plans, Wanted
    from apilint.findings import Severity
    from apilint.policy.model import Configuration, ConfigurationError

    path = given["path"] or "."
    if not os.path.lexists(path):
        raise click.UsageError(f"there is no file or folder {path!r}", context)
    with aside():
        loaded = shared.loaded(given)
    try:
        discovery, policy = _discovery(given), given["policy"]
        document = os.path.join(path, "-") if os.path.isdir(path) else path
        before = discovery.of(document) if discovery is not None else Configuration()
        plans = Plans(loaded, Wanted(), discovery, policy, "")
        plan = plans.of(document)
    except ConfigurationError as error:
        raise click.UsageError(str(error), context) from None
    found = list(entries(plan.configuration, plan.preset, plan.fail_on))
    files = list(plan.configuration.files)
    if policy is not None:
        asked = entries(before, before.preset or "default", Severity.HIGH if before.fail_on is None else before.fail_on)
        found = [*enforced(found, asked, policy), *of_policy(policy)]
        files = list(dict.fromkeys((policy.name, *files)))
    refused = [f"{notice.origin}: {notice.message}" for notice in plans.notices]
    if given["format_name"] == "json":
        emit(_json(path, files, found, refused))
    elif given["format_name"] == "yaml":
        emit(_yaml(found, given["origin"]))
    else:
        columns = max(width(sys.stdout), _NARROW) if interactive(sys.stdout) else 80
        emit(_text(path, files, found, given["origin"], columns, refused))
    return FINE


def _discovery(given: dict[str, Any]) -> Discovery | None:
    from apilint.run import RunOptions, discovery_for

    return discovery_for(
        RunOptions(
            config=given["config"],
            isolated=given["isolated"],
            policy=given["policy"],
            trust_ref=given["trust_ref"] or "",
        )
    )


def _json(path: str, files: Sequence[str], found: Sequence[Entry], refused: Sequence[str]) -> str:
    import json

    from apilint.config.effective import nested
    from apilint.reading.pointer import format_pointer

    origins = {format_pointer(entry.path): str(entry.origin) for entry in found}
    said = {"path": path, "files": list(files), "configuration": nested(found), "origins": origins}
    if refused:
        said["refused"] = list(refused)
    return json.dumps(said, indent=2) + "\n"


def _said(value: Any) -> str:
    """A value in a line of text."""
    from apilint.report.escape import visible

    if value is None or value == []:
        return "none"
    if isinstance(value, list):
        return ", ".join(map(_said, value))
    if isinstance(value, dict):
        return ", ".join(f"{_said(key)} {_said(item)}" for key, item in value.items())
    return visible({True: "on", False: "off"}.get(value, str(value)) if isinstance(value, bool) else str(value))


def _text(
    path: str, files: Sequence[str], found: Sequence[Entry], origin: bool, columns: int, refused: Sequence[str]
) -> str:
    from apilint.config.schema import label
    from apilint.report.escape import screen, visible
    from apilint.report.layout import wrap

    by = ", ".join(map(visible, files)) or "none: these are the defaults"
    lines = [*wrap(f"{visible(path)}, configured by {by}", columns), ""]
    rows = [(label(entry.path), _said(entry.value), visible(str(entry.origin))) for entry in found]
    column = min(max(len(name) for name, _, _ in rows), _NAMES) + 2
    for name, value, where in rows:
        # Where a value stands is one word: it is never broken, and goes with the value where there is room.
        said = wrap(value, columns - column)
        if origin:
            place = f"({where})"
            if len(said[-1]) + 2 + len(place) <= columns - column:
                said[-1] += f"  {place}"
            else:
                said.append(place)
        if len(name) + 2 > column:
            lines.append(name)
            name = ""
        lines.append(f"{name:<{column}}{said[0]}".rstrip())
        lines += [" " * column + line for line in said[1:]]
    if refused:
        lines += ["", "what of this the policy refuses:"]
        lines += [line for one in refused for line in wrap(f"- {visible(one, 1000)}", columns)]
    return screen("".join(f"{line}\n" for line in lines))


def _yaml(found: Sequence[Entry], origin: bool) -> str:
    """The values as configuration that says the same, with comments that tell where each was set."""
    from apilint.config.effective import nested
    from apilint.report.escape import screen, visible

    values = nested(found)
    policy = values.pop("policy", None)
    origins = {entry.path: f"  # {visible(str(entry.origin))}" if origin else "" for entry in found}
    origins["extends",] = origins["preset",]
    lines = ["version: 1", *_members({"extends": f"apilint:{values.pop('preset')}", **values}, (), "", origins)]
    if policy:
        lines += ["", "# What the policy demands:", *_members(policy, ("policy",), "# ", origins)]
    return screen("".join(f"{line}\n" for line in lines))


def _members(
    values: dict[str, Any], path: tuple[str | int, ...], indent: str, origins: dict[tuple[str | int, ...], str]
) -> Iterator[str]:
    for key, value in values.items():
        at = (*path, key)
        if at in origins:
            yield f"{indent}{_scalar(key)}: {_scalar(value)}{origins[at]}"
        elif isinstance(value, dict):
            yield f"{indent}{_scalar(key)}:"
            yield from _members(value, at, f"{indent}  ", origins)
        else:
            yield f"{indent}{_scalar(key)}:"
            for index, item in enumerate(value):
                first, *rest = _members(item, (*at, index), f"{indent}    ", origins)
                yield from (f"{indent}  - {first[len(indent) + 4 :]}", *rest)


def _scalar(value: Any) -> str:
    """A value in YAML: as people write it where it is a plain word, else as JSON, which YAML is, too."""
    import json

    from apilint.report.escape import visible

    return (
        value if isinstance(value, str) and _WORD.fullmatch(value) else visible(json.dumps(value, ensure_ascii=False))
    )


@command.command("check", cls=Check, context_settings=settings())
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.pass_context
def check(context: click.Context, /, paths: tuple[str, ...]) -> int:
    """Tell whether configuration can be used, without checking any document.

    PATH is a file of configuration, waivers or policy, or a folder, in which all of them are
    looked for; without one, this folder.
    """
    from apilint.config.survey import Survey
    from apilint.policy.model import ConfigurationError
    from apilint.report.escape import screen, visible
    from apilint.report.layout import count

    with aside():
        loaded = shared.loaded(shared.in_force(context))
    survey = Survey(os.getcwd(), loaded)
    wrong = 0
    fine = []
    for path in paths or (".",):
        if not os.path.lexists(path):
            raise click.UsageError(f"there is no file or folder {path!r}", context)
        for one in survey.files(path):
            try:
                fine.append(survey.check(one))
            except ConfigurationError as error:
                wrong += 1
                for line in str(error).splitlines():
                    complain(line)
    emit(screen("".join(f"{visible(line)}\n" for line in fine)))
    if not fine and not wrong:
        emit("there is no configuration: apilint init writes one\n")
    elif wrong:
        complain(f"{count(wrong, 'file')} cannot be used", name="config")
    return WRONG if wrong else FINE


@command.command("schema", cls=Schema, context_settings=settings())
def schema() -> int:
    """Print the JSON Schema of configuration and policy, for editors."""
    from apilint.config.schema import text

    emit(text())
    return FINE
