"""The README shows what the program prints."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from apilint.cli.overview import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_output_shown_is_the_output() -> None:
    shown = re.search(r"```console\n\$ apilint ([^\n]+)\n(.*?)\n```", README, re.DOTALL)
    assert shown
    command = [sys.executable, "-m", "apilint", *shown[1].split()]
    plain = {name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "CI")}
    environment = {**plain, "COLUMNS": "80", "NO_COLOR": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.rstrip() == shown[2].rstrip(), "copy the new output into README.md"


def test_every_option_named_exists() -> None:
    help_text = ""
    commands = [[name] for name in COMMANDS if name != "config"]
    for words in (*commands, ["config", "show"]):
        command = [sys.executable, "-m", "apilint", *words, "--help"]
        help_text += subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    others = {"--version", "--bin"}  # of the group, and of benchmarks/compare
    ours = set(re.findall(r"--[a-z]+(?:-[a-z]+)*", README)) - others
    assert ours
    assert ours <= set(re.findall(r"--[a-z]+(?:-[a-z]+)*", help_text))


def test_every_file_named_exists() -> None:
    links = re.findall(r"\]\(([^):#]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
