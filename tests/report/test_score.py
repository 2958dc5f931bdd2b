"""A score as people and programs get it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apilint.findings import Finding, Input, Location, Problem, Report, Severity, Span, Suppression
from apilint.report.layout import painter
from apilint.report.score import as_text, next_grade
from apilint.report.score_json import LISTED, as_json
from apilint.scoring import score

RAW = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


@pytest.fixture
def complete(report: Report) -> Report:
    """A server in clear text, and a write that anyone may do, in one operation of two."""
    return report._replace(problems=(), inputs=(Input("api.yaml", "checked", "3.0", 2, 1),))


def text(report: Report, explain: bool = False, width: int = 80, color: bool = False) -> str:
    return as_text(score(report), width, painter(color), explain)


def value(report: Report) -> Any:
    return json.loads(as_json(score(report), "1.2.3"))


def test_what_is_printed(complete: Report) -> None:
    assert text(complete) == (
        "API security score: F, 49 of 100\n"
        "\n"
        "api.yaml, 2 operations:\n"
        "  authentication  ##########  100\n"
        "  authorization   ##########  100\n"
        "  transport       ######....   67   -12.4  server-cleartext\n"
        "  input           ##########  100\n"
        "  output          ##########  100\n"
        "  resources       ##########  100\n"
        "  configuration   ###.......   33    -9.3  unauthenticated-write\n"
        "  inventory       ##########  100\n"
        "held down: 49 at most with 1 critical finding (unauthenticated-write)\n"
        "worst operation: POST /pets, 49 if it stood alone, 1 finding\n"
        "\n"
        "score version 1, preset default; grades from: A 90, B 80, C 65, D 50\n"
        "next: apilint score --explain shows what costs most and what would help\n"
    )


def test_what_is_explained(complete: Report) -> None:
    explained = text(complete, explain=True)
    _, _, rest = explained.partition("1 finding\n\n")
    assert rest == (
        "What costs most, of 21.7 points lost before caps:\n"
        "   12.4  server-cleartext\n"
        "         api.yaml:3:5\n"
        "    9.3  unauthenticated-write (49 at most)\n"
        "         api.yaml:6:5\n"
        "\n"
        "What lifts the grade: mend this for a score of 79, C:\n"
        "  - unauthenticated-write, 1 finding: then 79\n"
        "\n"
        "score version 1, preset default; grades from: A 90, B 80, C 65, D 50\n"
        "next: apilint explain unauthenticated-write\n"
    )


def test_an_incomplete_run_has_no_score(report: Report) -> None:
    shown = text(report)
    assert shown.startswith(
        "API security score: none, the run is incomplete\n"
        "at most 49, as far as anything was looked at\n"
        "incomplete: 1 problem: not everything could be checked\n"
    )
    assert shown.endswith("next: apilint check shows what could not be looked at\n")
    nothing = report._replace(findings=(), inputs=(), problems=(Problem("nothing-to-lint", "nothing"),))
    assert text(nothing) == (
        "API security score: none, the run is incomplete\n"
        "incomplete: 1 problem: not everything could be checked\n"
        "incomplete: no operation was checked\n"
        "\n"
        "next: apilint check shows what could not be looked at\n"
    )


def test_nothing_found(complete: Report) -> None:
    shown = text(complete._replace(findings=()), explain=True)
    assert shown.startswith("API security score: A, 100 of 100\n")
    assert "Nothing costs a point.\n\nWhat lifts the grade: nothing, it is the best.\n" in shown
    assert shown.endswith("next: keep it so: apilint score --min-score in CI\n")


def test_many_apis_are_listed_the_worst_first(complete: Report) -> None:
    names = [f"good{number:02}.yaml" for number in range(24)]
    inputs = (*(Input(name, "checked", "3.0", 9, 1) for name in names), *complete.inputs)
    shown = text(complete._replace(inputs=inputs))
    assert "25 APIs: the worst of them decides\n  F  49  api.yaml\n  A 100  good00.yaml\n" in shown
    assert "  and 5 more, no worse: --format json lists all\n" in shown
    assert len(value(complete._replace(inputs=inputs))["apis"]) == 25


def test_many_rules_and_suppressed_places(complete: Report, a_finding: Callable[..., Finding]) -> None:
    many = [a_finding(rule=f"rule-{number:02}", severity=Severity.LOW) for number in range(14)]
    again = a_finding(suppression=Suppression("waiver", "it is meant so"))
    shown = text(complete._replace(findings=(*many, a_finding(), again)), explain=True)
    assert "api.yaml:3:5, and 1 more place (1 suppressed)\n" in shown
    assert "5 more rules\n" in shown


def test_what_costs_next_to_nothing_is_not_shown_as_nothing(
    complete: Report, a_finding: Callable[..., Finding]
) -> None:
    small = a_finding(rule="small", severity=Severity.INFO, operation="GET /a", operations=1)
    inputs = (Input("api.yaml", "checked", "3.0", 1_000, 1),)
    shown = text(complete._replace(findings=(small,), inputs=inputs), explain=True)
    assert "  configuration   #########.   99   -<0.1  small\n" in shown
    assert "   <0.1  small\n" in shown


def test_the_width_is_kept(complete: Report, a_finding: Callable[..., Finding]) -> None:
    long = a_finding(
        rule="acme/" + "-".join(["security"] * 8), operation="GET /" + "/".join(["deep"] * 9), operations=1
    )
    report = complete._replace(findings=(*complete.findings, long))
    for width in (60, 80, 120):
        for line in text(report, explain=True, width=width).splitlines():
            # A word that is longer than a line stays whole, so that it can be copied.
            assert len(line) <= width or len(line.split()[-1]) > width - 15, line


def test_colour_is_for_people_only(complete: Report) -> None:
    assert "\x1b[" not in text(complete)
    colored = text(complete, color=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == text(complete)


def test_json(complete: Report) -> None:
    found = value(complete)
    assert (found["version"], found["score_version"], found["tool"]) == (
        "1",
        "1",
        {"name": "apilint", "version": "1.2.3"},
    )
    assert (found["score"], found["grade"], found["complete"], found["gaps"]) == (49, "F", True, [])
    (api,) = found["apis"]
    assert (api["api"], api["operations"], api["score"], api["before_caps"]) == ("api.yaml", 2, 49, 78.322)
    assert api["caps"] == [{"points": 49, "severity": "critical", "findings": 1, "rules": ["unauthenticated-write"]}]
    assert api["worst_operation"] == {"operation": "POST /pets", "score": 49, "findings": 1}
    assert [cost["rule"] for cost in api["findings"]] == ["server-cleartext", "unauthenticated-write"]
    assert api["findings"][0]["line"] == 3
    assert api["lift"] == {
        "grade": "D",
        "score": 50,
        "steps": [{"rule": "unauthenticated-write", "findings": 1, "score": 79}],
    }
    assert value(complete._replace(findings=()))["apis"][0]["lift"] is None


def test_json_says_what_it_does_not_list(complete: Report, a_finding: Callable[..., Finding]) -> None:
    many = [a_finding(message=str(number)) for number in range(LISTED + 7)]
    (api,) = value(complete._replace(findings=many))["apis"]
    assert (len(api["findings"]), api["not_listed"]) == (LISTED, 7)


def test_the_next_grade() -> None:
    assert [next_grade(points) for points in (0, 49, 50, 79, 89)] == [
        ("D", 50), ("D", 50), ("C", 65), ("B", 80), ("A", 90),
    ]  # fmt: skip
    assert next_grade(90) is None


PIECES = [
    "\x1b[2J", "\x9b2J", "\r", "\n", "\u2028", "\u202e", "\u200b", "\ud800", "\n::error file=a::x", "##vso[task.x]",
    "##[error]", "##teamcity[x", "::", "#", "[", "日本", "word", "x" * 90,
]  # fmt: skip
hostile = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hostile, hostile, hostile, hostile)
def test_nothing_raw_gets_out(complete: Report, rule: str, file: str, operation: str, preset: str) -> None:
    place = Location(file, "/a", Span(1, 1, 1, 2))
    findings = [one._replace(rule=rule, operation=operation, location=place) for one in complete.findings]
    report = complete._replace(
        findings=findings, preset=preset, inputs=(Input(file, "checked", "3.0", 2), Input(f"{file}2", "checked", "", 1))
    )
    for shown in (text(report), text(report, explain=True), as_json(score(report), "1")):
        assert not RAW.search(shown)
        assert not re.search(r"^[ \t]*::|##(?:\[|vso\[|teamcity\[)", shown, re.MULTILINE)
    assert value(report)["apis"][0]["findings"]
