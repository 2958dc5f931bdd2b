"""The command line: arguments in, exit status out. Commands parse, call and print; they decide nothing."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from apilint.cli.overview import help_width, overview
from apilint.cli.streams import OutputError, complain, emit, prepare

PASS = 0
WRONG_USE = 2
INCOMPLETE = 3
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Never raises, but under `--debug`; what went wrong is a line on standard error."""
    # One short process: what is alive stays alive, and collecting it while modules load costs a tenth of the start.
    gc.disable()
    words = list(sys.argv[1:] if arguments is None else arguments)
    prepare()
    try:
        # Asked by a shell; with words this is a command like any other, whatever the environment holds.
        if not words and "_APILINT_COMPLETE" in os.environ:
            from apilint.cli.completion import answer

            return answer()
        if words == ["--version"]:
            emit(version_text())
            return PASS
        if not words or words in (["--help"], ["-h"]):
            emit(overview(help_width()))
            # Nothing asked is wrong use, and the help is the answer: a pipeline must not take it for a pass.
            return PASS if words else WRONG_USE
        return _command(words)
    except OutputError as failure:
        if failure.reason:
            complain(f"the report could not be written: {failure.reason}")
        return failure.status
    except KeyboardInterrupt:
        complain("interrupted")
        return INTERRUPTED
    # SystemExit and its kin, too: whoever raised it below here must not decide that nothing was found.
    except BaseException as failure:
        if "--debug" in words:
            raise
        complain(f"internal error ({type(failure).__name__}); run again with check --debug to see where")
        return INCOMPLETE


def version_text() -> str:
    """The versions of apilint and of its plugins, a line each."""
    from apilint import __version__, plugins
    from apilint.report.escape import visible

    # apilint's own rules are a plugin of its own distribution.
    others = [plugin for plugin in plugins.installed() if plugin[0] != "apilint"]
    return "".join(f"{visible(name)} {visible(version)}\n" for name, version in (("apilint", __version__), *others))


def _command(words: list[str]) -> int:
    import click

    from apilint.cli.commands import apilint

    try:
        status = apilint.main(words, prog_name="apilint", standalone_mode=False)
    except click.Abort:
        raise KeyboardInterrupt from None
    except click.ClickException as wrong:
        for line in _messages(wrong.format_message()):
            complain(line)
        context = getattr(wrong, "ctx", None)
        complain(f"see {context.command_path if context else 'apilint'} --help", name="help")
        return WRONG_USE
    return int(status or PASS)


def _messages(text: str) -> list[str]:
    """A text as messages of one line. Some of click's are laid out over several, which are then indented."""
    messages: list[str] = []
    for line in text.splitlines():
        if messages and (line[:1].isspace() or not line):
            messages[-1] = f"{messages[-1]} {line.strip()}".rstrip()
        else:
            messages.append(line)
    return messages
