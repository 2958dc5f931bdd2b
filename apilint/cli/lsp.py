"""`apilint lsp`: the language server, over standard input and output, for editors to start."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from apilint.cli import options as shared
from apilint.cli.help import Headed, option, settings
from apilint.cli.streams import aside, complain

if TYPE_CHECKING:
    from apilint.plugins import Plugins
    from apilint.run import RunOptions

_MISSING = "apilint lsp needs pygls 2: install apilint with its extra lsp, as in pip install '.[lsp]' in a clone"
# What the settings of an editor may say. They come with a repository, and what a stranger wrote must neither widen the
# root nor reach the network.
_SETTINGS = ("preset", "select", "ignore", "min-confidence", "option")


class Lsp(Headed):
    """The command, with its help."""

    examples = (
        ("apilint lsp", "what an editor starts"),
        ("apilint lsp --preset strict", "show what the preset shows"),
    )
    headings = ("Rules", "Input", *shared.BOUNDS)


@click.command("lsp", cls=Lsp, context_settings=settings())
@shared.rules
@option("Input", "--ref-root", metavar="DIR", help="The folder that references may not leave.")
@option("Input", "--stdio", is_flag=True, help="Taken for clients that give it: it is the only way.")
@shared.bounds
@click.pass_context
def command(context: click.Context, /, **given: Any) -> int:
    """Serve editors: findings in the text as it is written, what they mean, and fixes.

    Speaks the Language Server Protocol over standard input and output; an editor starts it. Settings of the
    editor named apilint.preset, .select, .ignore, .min-confidence and .option mean what the options do. Needs
    pygls, which comes with the extra lsp.
    """
    try:
        from apilint.lsp.server import Server
    except ImportError as missing:
        if (missing.name or "").partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        raise click.UsageError(_MISSING, context) from None
    from apilint.run import UsageError

    if sys.stdin is not None and sys.stdin.isatty():
        complain("an editor starts this and speaks to it; to check documents from here: apilint check")
    incoming, outgoing = _taken()
    with aside():
        loaded = shared.loaded(given)
        options = _options(given)
        try:
            _try(options, loaded)
        except UsageError as wrong:
            raise click.UsageError(str(wrong), context) from None

        def configure(said: Mapping[str, Any]) -> RunOptions:
            chosen = _configured(options, said)
            _try(chosen, loaded)
            return chosen

        _log_to_standard_error()
        return Server(options, loaded, configure).serve(incoming, outgoing)


def _options(given: dict[str, Any]) -> RunOptions:
    return shared.run_options({**given, "paths": (), "stdin_filename": None, "skip_others": False, "with_roots": False})


def _try(options: RunOptions, loaded: Plugins) -> None:
    """Raise `UsageError` where the options are wrong, before a document is there to be checked by them."""
    from apilint.run import run

    run(options._replace(paths=(os.devnull,), skip_others=True), loaded)


def _configured(options: RunOptions, said: Mapping[str, Any]) -> RunOptions:
    """The options of the command line, and over them the settings. Raises ValueError."""
    words: list[str] = []
    fields: set[str] = set()
    for name, value in said.items():
        name = name.replace("_", "-")
        if name not in _SETTINGS:
            raise ValueError(f"there is no {name!r}; there are {', '.join(_SETTINGS)}")
        if value in (None, "", []):
            continue
        several = value if isinstance(value, list) else [value]
        if not all(isinstance(one, str) for one in several):
            raise ValueError(f"{name!r} is to be a text or a list of texts")
        words += [f"--{name}={one}" for one in several]
        fields.add("rule_options" if name == "option" else name.replace("-", "_"))
    try:
        with command.make_context("apilint lsp", words) as context:
            wanted = _options(context.params)
    except click.ClickException as wrong:
        raise ValueError(wrong.format_message()) from None
    return options._replace(**{field: getattr(wanted, field) for field in fields})


def _taken() -> tuple[BinaryIO, BinaryIO]:
    """Both standard streams, taken away from everybody else: whatever a plugin prints goes to standard error."""
    sys.stdout.flush()
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    try:
        os.dup2(2, 1)
    except OSError:
        os.dup2(nowhere, 1)
    os.close(nowhere)
    return incoming, outgoing


class _Complaints(logging.Handler):
    """What pygls has to say, a safe line each, without what documents hold."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record's message, not its traceback."""
        complain(str(record.msg), name="lsp")


def _log_to_standard_error() -> None:
    for name in ("pygls", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers[:] = [_Complaints(logging.WARNING)]
        logger.propagate = False
