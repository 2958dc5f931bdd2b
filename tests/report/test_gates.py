"""The gate in every format: an API that does not reach what is asked of it is named with the reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import resources
from typing import Any
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

from apilint.findings import Finding, Gated, Input, Problem, Report, Severity
from apilint.report import FORMATS, Presentation, gates, renderer
from apilint.report.layout import painter
from apilint.report.summary import reason, summary

FAILED = Gated("api.yaml", Severity.HIGH, "public", 61, ("score 61, at least 80 needed",))
PASSED = Gated("other.yaml", Severity.MEDIUM, "draft", None)
INPUTS = (Input("api.yaml", "checked", "3.0", 1, 1), Input("other.yaml", "checked", "3.0", 1, 1))
HOSTILE = "a\x1b[31m\n::error::<script>alert(1)</script>##vso[x]##teamcity[y]|'](javascript:x)\u202e"


def report(*found: Gated, findings: tuple[Finding, ...] = (), **changes: Any) -> Report:
    named = {one.api: one for one in found}
    return Report(findings, (), INPUTS, (), (), "default", Severity.HIGH, gates=named)._replace(**changes)


def rendered(name: str, of: Report, status: int = 1) -> str:
    return renderer(FORMATS[name])(of, Presentation("1", status))


def text_of(name: str, text: str) -> str:
    """The text with what the format escapes taken back, as far as it matters here."""
    return text.replace("&#44;", ",").replace("%2C", ",") if name in ("html", "markdown", "github") else text


@pytest.mark.parametrize("name", [one for one in FORMATS if one not in ("badge", "patch")])
def test_every_format_says_why_the_gate_failed(name: str) -> None:
    text = text_of(name, rendered(name, report(FAILED, PASSED)))
    assert "score 61, at least 80 needed" in text
    assert "public" in text
    assert "at least 80 needed" not in rendered(name, report(FAILED._replace(failures=()), PASSED), 0)


@pytest.mark.parametrize("name", list(FORMATS))
def test_nothing_raw_gets_out(name: str) -> None:
    gate = Gated(HOSTILE, Severity.HIGH, HOSTILE, 1, (f"{HOSTILE} is rejected", "b"))
    text = rendered(name, report(gate, inputs=(Input(HOSTILE, "checked", "3.0", 1, 1),)))
    assert "\x1b" not in text
    assert "\u202e" not in text
    if name in ("html", "junit", "checkstyle"):
        assert "<script>alert" not in text
    assert all(not line.startswith(("::error::<", "::error::&")) for line in text.splitlines())
    if name == "teamcity":
        assert "##teamcity[y]" not in text
    if name == "azure":
        assert "##vso[x]" not in text
    if name in ("json", "sarif", "gitlab", "gitlab-sast", "rdjson", "sonarqube"):
        json.loads(text)
    if name in ("junit", "checkstyle"):
        ElementTree.fromstring(text)


def test_the_summary_says_what_is_asked_and_what_to_do() -> None:
    lines = summary(report(FAILED, PASSED), 1, 80, painter(False))
    assert "gate public of api.yaml: failed: score 61, at least 80 needed" in lines
    assert lines[-1] == "next: apilint gate --todo api.yaml"
    assert "exit status 1: score 61, at least 80 needed" in lines
    several = FAILED._replace(failures=("score 61, at least 80 needed", "rule x is rejected (2 findings)"))
    lines = summary(report(several, PASSED), 1, 80, painter(False))
    at = lines.index("gate public of api.yaml: failed:")
    assert lines[at + 1 : at + 3] == ["  - score 61, at least 80 needed", "  - rule x is rejected (2 findings)"]
    assert "exit status 1: 2 demands of the gate not met by 1 API" in lines


def test_many_apis_are_counted() -> None:
    many = [FAILED._replace(api=f"{number}.yaml") for number in range(30)]
    lines = summary(report(*many), 1, 80, painter(False))
    assert sum("failed: score" in line for line in lines) == 10
    assert "gate: 20 more APIs failed" in lines
    assert lines[-1] == "next: apilint gate --todo"
    for name in ("github", "azure"):
        told = rendered(name, report(*many)).splitlines()
        assert sum(line.startswith(("::error", "##vso[task.logissue type=error")) for line in told) == 3


def test_the_reason_names_findings_and_demands(a_finding: Callable[..., Finding]) -> None:
    found = report(FAILED, PASSED, findings=(a_finding(api="api.yaml"),))
    assert reason(found, 1) == "1 finding at or above the threshold of their API; score 61, at least 80 needed"
    assert reason(found, 0).endswith("which --exit-zero lets pass")
    alike = report(FAILED, PASSED._replace(fail_on=Severity.HIGH))
    assert gates.threshold(alike) == "high"
    assert reason(alike._replace(gates={}), 0) == "nothing at or above high"
    draft = report(PASSED._replace(fail_on=Severity.LOW))
    assert reason(draft, 0) == "nothing at or above the threshold of their API"
    assert reason(found._replace(problems=(Problem("malformed", "no"),)), 3) == "not everything could be checked"


def test_json_has_every_gate_and_its_schema_knows_them() -> None:
    value = json.loads(rendered("json", report(FAILED, PASSED)))
    assert value["summary"]["gates"] == [
        {
            "api": "api.yaml",
            "level": "public",
            "threshold": "high",
            "score": 61,
            "failures": ["score 61, at least 80 needed"],
        },
        {"api": "other.yaml", "level": "draft", "threshold": "medium", "score": None, "failures": []},
    ]
    schema = json.loads(resources.files("apilint.report").joinpath("report-v1.schema.json").read_text())
    Draft202012Validator(schema).validate(value)
    assert json.loads(rendered("json", report()))["summary"]["gates"] == []


def test_sarif_has_a_notification_and_properties() -> None:
    (run,) = json.loads(rendered("sarif", report(FAILED, PASSED)))["runs"]
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notification["descriptor"]["id"] == "gate-failed"
    assert notification["level"] == "error"
    assert notification["message"]["text"] == "gate public of api.yaml: failed: score 61, at least 80 needed"
    assert run["invocations"][0]["executionSuccessful"] is True
    assert [one["api"] for one in run["properties"]["gates"]] == ["api.yaml", "other.yaml"]


def test_junit_has_a_case_for_each_gate() -> None:
    root = ElementTree.fromstring(rendered("junit", report(FAILED, PASSED)))
    cases = {one.get("name"): one for one in root.iter("testcase") if one.get("classname") == "gate"}
    assert list(cases) == ["gate public: api.yaml", "gate draft: other.yaml"]
    failure = cases["gate public: api.yaml"].find("failure")
    assert failure is not None
    assert failure.get("message") == "score 61, at least 80 needed"
    assert "apilint gate --todo" in (failure.text or "")
    assert len(cases["gate draft: other.yaml"]) == 0


def test_a_build_server_is_not_told_to_fail_what_passes() -> None:
    assert "buildProblem" in rendered("teamcity", report(FAILED), 1)
    assert "buildProblem" not in rendered("teamcity", report(FAILED), 0)
