from __future__ import annotations

import json
from importlib import resources

import jsonschema_rs
import pytest

from apilint.findings import Report
from apilint.report import Presentation, json_report
from apilint.report.json_report import render


def test_a_finding_has_all_its_members(report: Report) -> None:
    value = json.loads(render(report, Presentation("0.1.0", 3)))
    assert value["findings"][1] == {
        "rule": "unauthenticated-write",
        "severity": "critical",
        "confidence": "medium",
        "message": "POST /pets changes data without authentication",
        "file": "api.yaml",
        "line": 6,
        "column": 5,
        "end_line": 6,
        "end_column": 9,
        "pointer": "/paths/~1pets/post",
        "operation": "POST /pets",
        "operations": 3,
        "related": [
            {
                "file": "api.yaml",
                "line": 7,
                "column": 7,
                "end_line": 7,
                "end_column": 15,
                "pointer": "/servers/0/url",
                "label": "switched off here",
            },
            {
                "file": "other.yaml",
                "line": 2,
                "column": 1,
                "end_line": 2,
                "end_column": 8,
                "pointer": "/servers/0/url",
                "label": "declared here",
            },
        ],
        "fingerprint": "f2",
        "fixable": True,
        "fix": {"summary": "Remove `security`", "safe": False},
        "suppression": None,
    }


def test_the_rest_of_the_report(report: Report) -> None:
    value = json.loads(render(report, Presentation("0.1.0", 3)))
    assert list(value) == ["version", "tool", "inputs", "findings", "problems", "summary"]
    assert value["version"] == 1
    assert value["tool"] == {"name": "apilint", "version": "0.1.0", "plugins": ["apilint 0.1.0", "acme-rules 2.0"]}
    assert [(one["file"], one["status"], one["documents"]) for one in value["inputs"]] == [
        ("api.yaml", "checked", 2),
        ("part.yaml", "fragment", 0),
    ]
    assert value["problems"] == [
        {
            "kind": "reference-refused",
            "message": "the reference leaves the root",
            "file": "api.yaml",
            "line": 5,
            "column": 3,
            "pointer": None,
            "rule": None,
        }
    ]
    assert value["summary"] == {
        "findings": 2,
        "not_listed": 0,
        "severities": {"critical": 1, "high": 1, "medium": 0, "low": 0, "info": 0},
        "confidences": {"high": 1, "medium": 1, "low": 0},
        "at_or_above_threshold": 2,
        "threshold": "high",
        "preset": "default",
        "hidden": 4,
        "problems": 1,
        "exit_status": 3,
    }


def test_a_report_is_one_finding_a_line(report: Report) -> None:
    lines = render(report, Presentation()).splitlines()
    assert sum('"fingerprint"' in line for line in lines) == 2
    assert render(report, Presentation()) == render(report, Presentation(color=True, width=200))


def test_what_is_not_listed_is_counted(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_report, "LISTED", 1)
    value = json.loads(render(report, Presentation()))
    assert len(value["findings"]) == 1
    assert value["summary"]["findings"] == 2
    assert value["summary"]["not_listed"] == 1


def test_long_texts_lose_their_middle(report: Report) -> None:
    found = report.findings[0]._replace(message="m" * 10_000, operation="o" * 10_000)
    found = found._replace(location=found.location._replace(pointer="/p" * 10_000))
    value = json.loads(render(report._replace(findings=[found]), Presentation()))["findings"][0]
    assert (len(value["message"]), len(value["pointer"]), len(value["operation"])) == (300, 1000, 1000)


def test_the_published_schema_is_one_and_names_every_member(report: Report) -> None:
    schema = json.loads(resources.files("apilint.report").joinpath("report-v1.schema.json").read_text("utf-8"))
    jsonschema_rs.meta.validate(schema)
    value = json.loads(render(report, Presentation()))
    assert set(value) == set(schema["properties"])
    for name, part in (
        ("finding", value["findings"][1]),
        ("related", value["findings"][1]["related"][0]),
        ("problem", value["problems"][0]),
        ("input", value["inputs"][0]),
        ("summary", value["summary"]),
    ):
        assert set(part) == set(schema["$defs"][name]["required"]) == set(schema["$defs"][name]["properties"])
