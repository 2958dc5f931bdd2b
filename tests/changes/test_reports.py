"""What the formats say of a change: what was left out, and of which files nobody can tell."""

from __future__ import annotations

import json

import pytest

from apilint.findings import Input, Report, Severity, Since
from apilint.report import FORMATS, Presentation, renderer
from apilint.report.summary import since

CHANGE = Since("origin/main", ("abc1234",), 12, (("old.yaml", "as it was, it is malformed: no \x1b[31mend"),))
REPORT = Report((), (), (Input("api.yaml", "checked"),), (), (), "default", Severity.HIGH, since=CHANGE)
# These have no place for what is no finding.
SILENT = set(FORMATS) - set("full concise markdown checkstyle junit sonarqube sarif json html".split())


def test_words() -> None:
    first, second = since(CHANGE)
    assert first == "since origin/main (abc1234): 12 findings elsewhere are not shown"
    assert second.startswith("all of old.yaml counts as changed: as it was, it is malformed: no ")
    assert "\x1b" not in second
    assert since(Since("HEAD~1", ("abc1234",), 1)) == ["since HEAD~1 (abc1234): 1 finding elsewhere is not shown"]
    assert since(Since("abc1234", ("abc1234",))) == ["since abc1234: nothing was left out"]
    many = Since("x", (), 0, tuple((f"{n}.yaml", "why") for n in range(9)))
    assert since(many)[-1] == "and 4 more files"


@pytest.mark.parametrize("name", sorted(set(FORMATS) - SILENT))
def test_every_format_with_a_place_for_it(name: str) -> None:
    text = renderer(FORMATS[name])(REPORT, Presentation("1", 0, width=300))
    assert "origin/main" in text
    assert "12" in text
    assert "old.yaml" in text
    assert "\x1b" not in text


def test_for_programs() -> None:
    value = json.loads(renderer(FORMATS["json"])(REPORT, Presentation("1", 0)))["summary"]["since"]
    assert (value["revision"], value["commits"], value["elsewhere"]) == ("origin/main", ["abc1234"], 12)
    assert value["unknown"][0]["file"] == "old.yaml"
