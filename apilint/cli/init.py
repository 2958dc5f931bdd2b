"""`apilint init`: a first configuration, with comments that say what else there is."""

from __future__ import annotations

import os
from typing import Any

import click

from apilint.cli.files import saved
from apilint.cli.help import Headed, option, settings
from apilint.cli.streams import emit

WRITTEN, INCOMPLETE = 0, 3
FILE = "apilint.yaml"
_NAMED = 3

_TEXT = """\
# Configuration of apilint. What holds for a document, and why:
#   apilint config show --origin PATH
version: 1

# What is shown: default; strict (hardening, too); owasp; gateway; agents;
# audit (everything).
extends: apilint:default

# apilint check fails on findings of this severity and graver: info, low,
# medium, high or critical.
gate:
  fail_on: high

# Documents that a search of this folder leaves out.
{found}# exclude: ["legacy/**"]

# Rules by id, pattern or tag: on, off or a severity. apilint rules lists them.
# rules:
#   server-cleartext: critical
#   jwt-*: high

# Other settings for some files or operations. Off needs a reason.
# overrides:
#   - operations: ["GET /health"]
#     rules: {{rate-limit-undefined: off}}
#     reason: only the load balancer can reach it

# Operations that anybody may call, and why.
# public:
#   - operations: ["POST /login"]
#     reason: this is where callers get their token
"""


class Init(Headed):
    """The command, with its help."""

    examples = (
        ("apilint init", f"write {FILE} into this folder"),
        ("apilint init --print", "only show it"),
        ("apilint config show --origin", "what holds then"),
    )
    headings = ("Output",)


@click.command("init", cls=Init, context_settings=settings())
@option("Output", "--print", "only_print", is_flag=True, help="Print it and write nothing.")
@click.pass_context
def command(context: click.Context, /, **given: Any) -> int:
    """Write a first apilint.yaml with comments into this folder. It says what holds without it."""
    from apilint.policy.model import ConfigurationError

    text = _text()
    if given["only_print"]:
        emit(text)
        return WRITTEN
    try:
        there = _there()
    except ConfigurationError as error:
        raise click.UsageError(str(error), context) from None
    if there:
        raise click.UsageError(f"{there} is there already: apilint config show tells what holds", context)
    if not saved(FILE, text, "init"):
        return INCOMPLETE
    emit(f"{FILE} is written\nnext: apilint check\n")
    return WRITTEN


def _there() -> str:
    """The configuration that this folder has already."""
    from apilint.config.discover import NAMES, NEARLY, Discovery
    from apilint.config.tree import PYPROJECT

    discovery = Discovery(os.getcwd())
    for name in NAMES:
        if os.path.lexists(name) and (name != PYPROJECT or discovery.read(os.path.abspath(name)).value is not None):
            return name
    return next(filter(os.path.lexists, NEARLY), "")


def _text() -> str:
    from apilint.reading.discovery import discover
    from apilint.reading.limits import Limits
    from apilint.report.escape import visible
    from apilint.report.layout import count, wrap

    found = discover((), cwd=os.getcwd(), stdin_name=None, limits=Limits())
    names = [visible(one.name, 200) for one in found if not one.fragment]
    said = ""
    if names:
        more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
        said = f"It finds {count(len(names), 'document')}: {', '.join(names[:_NAMED])}{more}."
    return _TEXT.format(found="".join(f"# {line}\n" for line in wrap(said, 78) if line))
