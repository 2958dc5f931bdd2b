"""What holds for each input: plans, what the command line says, and what reports say of the configuration in force."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from apilint import plugins
from apilint.config.plan import Plans, Wanted
from apilint.findings import Confidence, Finding, Location, Report, Severity, Span, Suppression
from apilint.plugins import Plugins
from apilint.policy.model import Configuration, ConfigurationError, Setting
from apilint.report import Presentation, renderer
from apilint.run import RunOptions, run

LOADED = plugins.load()
Checked = Callable[..., Report]
API = """
openapi: 3.0.3
info: {title: Pets, version: "1"}
security: [{login: []}]
paths:
  /health-data:
    post: {security: [], responses: {"200": {description: ok}}}
components: {securitySchemes: {login: {type: http, scheme: bearer}}}
"""


class Found:
    """A discovery that was told what it finds."""

    def __init__(self, **by_name: Configuration) -> None:
        self.by_name = by_name
        self.none = Configuration()

    def of(self, path: str | None) -> Configuration:
        return self.by_name.get(os.path.basename(path or ""), self.none)


def plans(wanted: Wanted | None = None, loaded: Plugins = LOADED, **by_name: Configuration) -> Plans:
    return Plans(loaded, wanted or Wanted(), Found(**by_name), None, "2026-03-01")  # type: ignore[arg-type]


def configuration(**values: object) -> Configuration:
    return Configuration(files=("apilint.yaml",), **values)  # type: ignore[arg-type]


def test_inputs_with_one_configuration_have_one_plan() -> None:
    one, other = configuration(preset="strict"), configuration(preset="audit", fail_on=Severity.LOW)
    made = plans(a=one, b=one, c=other)
    assert made.of("/x/a") is made.of("/x/b")
    assert [made.of(f"/x/{name}").preset for name in "abcd"] == ["strict", "strict", "audit", "default"]
    assert [made.of(f"/x/{name}").fail_on.label for name in "acd"] == ["high", "low", "high"]
    assert len(made.all()) == 3
    assert made.of(None).judge is None


@pytest.mark.parametrize(
    ("wanted", "says", "ran", "ignored"),
    [
        (Wanted(), {"a": Setting(enabled=False)}, {"b"}, ("a",)),
        (Wanted(ignore=("b",)), {"a": Setting(enabled=False)}, set(), ("a", "b")),
        (Wanted(select=("a",)), {"a": Setting(enabled=False)}, {"a"}, ()),
        (Wanted(select=("a", "b"), ignore=("a",)), {"a": Setting(enabled=False)}, {"b"}, ("a",)),
        (Wanted(), {"*": Setting(enabled=False), "b": Setting(severity=Severity.HIGH)}, {"b"}, ("a",)),
    ],
)
def test_which_rules_run(wanted: Wanted, says: dict[str, Setting], ran: set[str], ignored: tuple[str, ...]) -> None:
    rules = tuple(LOADED.rules[0]._replace(id=id, module="", tags=()) for id in "ab")
    made = plans(wanted, LOADED._replace(rules=rules), x=configuration(rules=says)).of("x")
    assert ({rule.id for rule in made.rules}, made.ignored) == (ran, ignored)


def test_the_preset_of_a_configuration_has_to_exist() -> None:
    with pytest.raises(ConfigurationError, match="no preset is called 'strickt'; did you mean 'strict'"):
        plans(x=configuration(preset="strickt")).of("x")
    assert plans(Wanted(preset="agents"), x=configuration(preset="audit")).of("x").preset == "agents"


def test_least_confidence_holds_for_what_is_on(checked: Checked) -> None:
    on = "rules: {response-schema-undefined: {severity: low, confidence: medium}}"
    assert any(one.rule == "response-schema-undefined" for one in checked(on, API, preset="default").findings)
    sure = checked(on, API, preset="default", min_confidence=Confidence.HIGH)
    assert not any(one.rule == "response-schema-undefined" for one in sure.findings)


def test_several_configurations_in_one_report(checked: Checked) -> None:
    files = {
        "api.yaml": API,
        "x/api.yaml": API,
        "x/apilint.yaml": "{version: 1, extends: [apilint:strict], gate: {fail_on: low}, rules: {security-d*: off}}",
    }
    report = checked("rules: {duplicate-key: off}", files, preset=None)
    assert report.preset == "default, strict"
    assert report.fail_on == Severity.LOW
    assert report.ignored == ("duplicate-key", "security-disabled")
    assert report.configuration == ("apilint.yaml", "x/apilint.yaml")
    disabled = {one.location.file for one in report.findings if one.rule == "security-disabled"}
    assert disabled == {"api.yaml"}


def test_without_configuration_nothing_of_it_is_imported(tmp_path: Path) -> None:
    import subprocess
    import sys

    (tmp_path / ".git").mkdir()
    (tmp_path / "api.yaml").write_text(API, encoding="utf-8")
    said = (
        "import sys; from apilint.run import *; run(RunOptions(('api.yaml',)));"
        "print([one for one in sys.modules if one.startswith('apilint.config')])"
    )
    out = subprocess.run([sys.executable, "-c", said], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    for name in ("overrides", "effect", "reach", "public", "patterns", "judge"):
        assert f"'apilint.config.{name}'" not in out


# Formats whose receivers have no place for what is about a run, and which say it of each finding.
NO_PLACE = {"badge", "gitlab", "rdjson"}


@pytest.mark.parametrize("name", sorted(LOADED.formats.keys() - NO_PLACE))
def test_every_format_says_which_configuration_holds(name: str, checked: Checked) -> None:
    report = checked("public: [{operations: [POST /health-data], reason: a shop}]", API)
    text = renderer(LOADED.formats[name])(report, Presentation(version="1.0.0", width=100))
    assert "apilint.yaml" in text


# Formats that count what is suppressed, and name none of it.
COUNTING = {"azure", "badge", "checkstyle", "concise", "github", "summary"}


@pytest.mark.parametrize("name", sorted(LOADED.formats.keys() - COUNTING))
def test_every_format_says_why_configuration_suppresses(name: str) -> None:
    suppression = Suppression("configuration", "a shop", "conf/apilint.yaml:7")
    place = Location("api.yaml", "/paths", Span(1, 1, 1, 2))
    finding = Finding("r", Severity.HIGH, Confidence.HIGH, "m", place, None, 0, (), "f" * 32, suppression=suppression)
    report = run(RunOptions(paths=(os.devnull,), skip_others=True, isolated=True))._replace(
        findings=[finding], problems=[]
    )
    text = renderer(LOADED.formats[name])(report, Presentation(version="1.0.0", width=100, everything=True))
    assert "a shop" in text
