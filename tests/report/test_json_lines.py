from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from importlib import resources
from typing import Any

import jsonschema_rs
import pytest

from apilint.findings import Finding, Report, Severity, Suppression
from apilint.report import Presentation, json_report
from apilint.report.json_lines import render

MakeFinding = Callable[..., Finding]


def schema(name: str) -> Any:
    return json.loads(resources.files("apilint.report").joinpath(name).read_text("utf-8"))


LINE = jsonschema_rs.Draft202012Validator(
    {**schema("report-v1-line.schema.json"), "$id": "https://apilint.example/report-v1-line.schema.json"},
    registry=jsonschema_rs.Registry(
        [("https://apilint.example/report-v1.schema.json", schema("report-v1.schema.json"))]
    ),
)


def values_of(report: Report) -> list[Any]:
    text = render(report, Presentation("0.1.0", 3))
    assert text.endswith("\n")
    values = [json.loads(line) for line in text.removesuffix("\n").split("\n")]
    for value in values:
        LINE.validate(value)
    return values


def test_each_line_says_what_it_is(report: Report) -> None:
    values = values_of(report)
    assert [value["type"] for value in values] == [
        "run", "input", "input", "finding", "finding", "problem", "summary"
    ]  # fmt: skip
    assert values[0] == {
        "type": "run",
        "version": 1,
        "tool": {"name": "apilint", "version": "0.1.0", "plugins": ["apilint 0.1.0", "acme-rules 2.0"]},
    }


def test_the_objects_are_those_of_the_format_json(report: Report, a_finding: MakeFinding) -> None:
    report = report._replace(findings=[*report.findings, a_finding(suppression=Suppression("waiver", "old"))])
    whole = json.loads(json_report.render(report, Presentation("0.1.0", 3)))
    by_type: dict[str, list[Any]] = {}
    for value in values_of(report):
        by_type.setdefault(value.pop("type"), []).append(value)
    assert by_type["input"] == whole["inputs"]
    assert by_type["finding"] == whole["findings"]
    assert by_type["problem"] == whole["problems"]
    assert by_type["summary"] == [whole["summary"]]
    assert by_type["run"] == [{"version": whole["version"], "tool": whole["tool"]}]


def test_nothing_at_all_is_a_first_and_a_last_line() -> None:
    values = values_of(Report((), (), (), (), (), "default", Severity.HIGH))
    assert [value["type"] for value in values] == ["run", "summary"]


def test_a_line_is_held_to_its_type() -> None:
    for value in ({"type": "finding"}, {"type": "other"}, {}, {"type": "run", "version": 2, "tool": {}}):
        assert not LINE.is_valid(value)


def test_the_schema_of_a_line_is_one() -> None:
    jsonschema_rs.meta.validate(schema("report-v1-line.schema.json"))


def test_no_name_breaks_a_line(report: Report, a_finding: MakeFinding) -> None:
    found = a_finding(message="a\nb\u2028c\x85", owner="x\ny")
    assert len(values_of(report._replace(findings=[found]))) == 6


def test_jq_reads_it_as_a_stream(report: Report) -> None:
    program = shutil.which("jq")
    if program is None:
        pytest.skip("NOT READ BY JQ: there is no jq on this machine")
    done = subprocess.run(
        [program, "-r", 'select(.type == "finding" and .severity == "critical") | "\\(.file):\\(.line) \\(.rule)"'],
        input=render(report, Presentation()),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == "api.yaml:6 unauthenticated-write\n"
