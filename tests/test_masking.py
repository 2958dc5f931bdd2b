"""A secret that a rule names, or that stands in a shown line, is in no output."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest

from apilint import __version__, plugins
from apilint.api import Api, Confidence, Edit, Fix, Flag, Rule, Severity
from apilint.findings import Report
from apilint.masking import Mask
from apilint.plugins import Plugins
from apilint.reading.pointer import format_pointer
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
    presentation = Presentation(version=__version__, color=False, width=80, everything=True)
    text = renderer(FORMATS[name])(report(tmp_path), presentation)
    assert SECRET not in text
    if name not in ("badge", "summary"):  # which show no message
        assert "hunt******************" in text


def test_a_line_keeps_its_length(tmp_path: Path) -> None:
    found = report(tmp_path)
    file = found.findings[0].location.file
    lines = [found.line(file, number) for number in range(1, 6)]
    assert [len(line) for line in lines] == [len(line) for line in TEXT.splitlines()]
    assert not any(SECRET in line for line in lines)


def test_credentials_that_no_rule_named() -> None:
    key = "AKIA" + "Q3EGRZ7YNWPTJ5XD"
    masked = Mask().text(f"    aws: {key} # mine")
    assert key not in masked
    assert masked.startswith("    aws: AKIA")
    assert len(masked) == len(f"    aws: {key} # mine")


def test_parts_and_short_secrets() -> None:
    mask = Mask()
    mask.add(("-----BEGIN KEY-----\nMIIabcdefghijklmnop\n", "abc", " "))
    assert mask.text("x MIIabcdefghijklmnop y") == "x MIIa*************** y"
    assert mask.text("abc, a b c") == "***, a b c"


@pytest.mark.parametrize("secret", ['it\'s-"mine"-alone', "back\\slash\\inside", "schlüssel-für-alle"])
def test_a_fix_that_would_write_it_says_no_more_than_what_it_is_for(secret: str, tmp_path: Path) -> None:
    mask = Mask()
    mask.add([secret])
    place = report(tmp_path).findings[0]
    edits = (Edit("/info", "set", {"x": ["a", {secret: 1}]}),)
    for value in (edits, (Edit("/info", "set", [secret]),), (Edit(f"/info/{secret}", "remove"),)):
        masked = mask.finding(place._replace(fix=Fix(f"put {secret} there", True, value)))
        assert masked.fix is not None
        assert masked.fix.edits == ()
        assert secret not in masked.fix.summary
    harmless = Fix("Remove it", True, (Edit("/info/x", "remove"),))
    assert mask.finding(place._replace(fix=harmless)).fix == harmless


TOKEN = "sk_" + "live_8Zk3vNw9TxLm2PdYr5cJb7Fq"
ESCAPED = """Zk8/q"Pw+3v&N1\\x'~z"""


JSON = json.dumps(ESCAPED)


@pytest.mark.parametrize(
    "written",
    [
        ESCAPED,
        ESCAPED.replace("'", "''"),
        JSON,
        JSON.replace("/", "\\/"),
        JSON.replace("+", "\\u002B").replace("&", "\\x26"),
        format_pointer(("a", ESCAPED)),
        quote(format_pointer(("a", ESCAPED))),
    ],
)
def test_a_secret_is_masked_however_it_is_written(written: str) -> None:
    mask = Mask()
    mask.add([ESCAPED])
    masked = mask.text(f"before {written} after")
    assert len(masked) == len(f"before {written} after")
    assert "Pw" not in masked
    assert "v" not in masked


def test_a_credential_that_no_rule_named_is_in_no_message(tmp_path: Path) -> None:
    path = tmp_path / "openapi.yaml"
    path.write_text(
        f"openapi: 3.0.0\ninfo: {{title: T, version: '1'}}\nservers: {TOKEN}\n"
        f"paths:\n  /{TOKEN}:\n    get:\n      parameters: [5]\n      responses: {{}}\n",
        encoding="utf-8",
    )
    found = run(
        RunOptions(paths=(str(path),), select=("operation-id-undefined", "rate-limit-undefined")), plugins.load()
    )
    assert found.findings
    assert found.problems
    assert found.inputs[0].deviations
    assert TOKEN[10:] not in repr((found.findings, found.problems, found.inputs))
