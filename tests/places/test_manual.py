"""docs/apilint.1: fresh, whole, and a page that both readers of such pages take without a word."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from apilint.cli.overview import COMMANDS

Tool = Callable[[str], str]


def test_it_is_fresh(root: Path) -> None:
    command = [sys.executable, str(root / "docs" / "manual.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_mandoc_has_nothing_to_say(root: Path, tool: Tool) -> None:
    command = [tool("mandoc"), "-T", "lint", "-W", "style", str(root / "docs" / "apilint.1")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.fixture
def shown(root: Path, tool: Tool) -> str:
    command = [tool("man"), "--warnings", "-l", str(root / "docs" / "apilint.1")]
    environment = {**os.environ, "MANWIDTH": "200", "LC_ALL": "C", "MANPAGER": "cat", "PAGER": "cat"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_option_and_example_is_there(shown: str, name: str) -> None:
    command = importlib.import_module(COMMANDS[name][0]).command
    parts = {f"{name} {one}": part for one, part in getattr(command, "commands", {}).items()} or {name: command}
    for words, part in parts.items():
        options = [one for one in part.params if isinstance(one, click.Option) and not one.hidden]
        assert [flag for one in options for flag in one.opts if flag not in shown] == []
        assert [code for code, _ in part.examples if code not in shown] == []
        assert f"APILINT {words.upper()}" in shown
