"""The snippets for other CI systems: valid where there is a schema, and their commands are apilint's."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from apilint.cli.check import command as check
from apilint.report import FORMATS

Tool = Callable[[str], str]
FOLDER = Path(__file__).resolve().parents[2] / "examples" / "ci"
PAGE = FOLDER.parents[1] / "docs" / "ci.md"


@pytest.mark.parametrize("name", ["azure-pipelines", "bitbucket-pipelines"])
def test_it_fits_its_schema(tool: Tool, name: str) -> None:
    # The schema of Azure Pipelines has a pattern that is valid without the flag u only.
    command = [tool("check-jsonschema"), "--regex-variant", "nonunicode", "--builtin-schema", f"vendor.{name}"]
    command.append(str(FOLDER / f"{name}.yml"))
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", [*sorted(FOLDER.iterdir()), PAGE], ids=lambda path: path.name)
def test_its_options_and_formats_exist(path: Path) -> None:
    text = re.sub(r"\\\n\s*", "", path.read_text(encoding="utf-8"))
    known = {flag for option in check.params if isinstance(option, click.Option) for flag in option.opts} | {
        "--",
        "--help",
    }
    for line in re.findall(r"(?:^|[\s/\"`])apilint\"? check ([^\n`|#]*)", text):
        assert [word for word in re.findall(r"(?<!\S)\"?(--?[a-z-]*)", line) if word not in known] == [], line
        for name in re.findall(r"--(?:format[ =]|output[ =]\"?)([a-z-]+)", line):
            assert name in FORMATS


def test_every_file_named_exists() -> None:
    links = re.findall(r"\]\(([^):#]+)\)", PAGE.read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (PAGE.parent / link).exists()] == []
