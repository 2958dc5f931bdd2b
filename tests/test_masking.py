"""A secret that a rule names, or that stands in a shown line, is in no output."""

from __future__ import annotations

from pathlib import Path

import pytest

from apilint import __version__
from apilint.api import Api, Confidence, Flag, Rule, Severity
from apilint.findings import Report
from apilint.masking import Mask
from apilint.plugins import Plugins
from apilint.report import FORMATS, Presentation, renderer
from apilint.run import RunOptions, run

SECRET = "hunter2-is-my-password"
TEXT = f"""openapi: 3.0.0
info: {{title: T, version: "1", description: "use {SECRET} here"}}
paths:
  /{SECRET}:
    get: {{responses: {{"200": {{description: ok}}}}}}
"""


def flag_description(api: Api) -> list[Flag]:
    """Find it."""
    return [api.flag(("info", "description"), f"here is {SECRET}", secret=SECRET, related=((api, f"see {SECRET}"),))]


def report(folder: Path) -> Report:
    path = folder / "openapi.yaml"
    path.write_text(TEXT, encoding="utf-8")
    rule = Rule("acme/leak", Api, Severity.HIGH, Confidence.HIGH, flag_description, "It leaks.")
    return run(RunOptions(paths=(str(path),), select=("acme/leak",)), Plugins((rule,), {}, {}, (), ()))


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_shows_it(tmp_path: Path, name: str) -> None:
    text = renderer(name)(report(tmp_path), Presentation(version=__version__, color=False, width=80, everything=True))
    assert SECRET not in text
    assert "here is hunt******************" in text


def test_a_line_keeps_its_length(tmp_path: Path) -> None:
    found = report(tmp_path)
    file = found.findings[0].location.file
    lines = [found.line(file, number) for number in range(1, 6)]
    assert [len(line) for line in lines] == [len(line) for line in TEXT.splitlines()]
    assert not any(SECRET in line for line in lines)


def test_credentials_that_no_rule_named() -> None:
    key = "AKIA" + "Q3EGRZ7YNWPTJ5XD"
    masked = Mask().line(f"    aws: {key} # mine")
    assert key not in masked
    assert masked.startswith("    aws: AKIA")
    assert len(masked) == len(f"    aws: {key} # mine")


def test_parts_and_short_secrets() -> None:
    mask = Mask()
    mask.add(("-----BEGIN KEY-----\nMIIabcdefghijklmnop\n", "abc", " "))
    assert mask.text("x MIIabcdefghijklmnop y") == "x MIIa*************** y"
    assert mask.text("abc, a b c") == "***, a b c"
