from __future__ import annotations

import json
from collections.abc import Callable
from importlib import resources
from typing import Any

import jsonschema_rs
import pytest

from apilint.findings import (
    Confidence,
    Edit,
    Finding,
    Fix,
    Location,
    Problem,
    Related,
    Replacement,
    Report,
    Severity,
    Span,
    Suppression,
)
from apilint.report import Presentation, json_report
from apilint.report.json_report import render

MakeFinding = Callable[..., Finding]
MakePlace = Callable[..., Location]
SCHEMA = json.loads(resources.files("apilint.report").joinpath("report-v1.schema.json").read_text("utf-8"))


def value_of(report: Report) -> Any:
    value = json.loads(render(report, Presentation("0.1.0", 3)))
    jsonschema_rs.validator_for(SCHEMA).validate(value)
    return value


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
        "api": None,
        "also": [],
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
        "chain": [],
        "fingerprint": "f2",
        "state": None,
        "owner": None,
        "fixable": True,
        "fix": {"summary": "Remove `security`", "safe": False, "edits": [], "replacements": []},
        "suppression": None,
    }


def test_the_rest_of_the_report(report: Report) -> None:
    value = json.loads(render(report, Presentation("0.1.0", 3)))
    assert list(value) == ["version", "tool", "inputs", "findings", "improvements", "problems", "summary"]
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
        "suppressed": {"configuration": 0, "waiver": 0, "inline": 0, "baseline": 0},
        "states": {"new": 0, "unchanged": 0},
        "fixable": 1,
        "at_or_above_threshold": 2,
        "threshold": "high",
        "gates": [],
        "preset": "default",
        "hidden": 4,
        "ignored": [],
        "since": None,
        "against": None,
        "configuration": [],
        "inputs": {"checked": 1, "fragment": 1, "skipped": 0, "excluded": 0, "failed": 0},
        "operations": 1,
        "problems": 1,
        "exit_status": 3,
    }


def test_a_suppressed_finding_stays_and_says_why(report: Report, a_finding: MakeFinding) -> None:
    waiver = Suppression("waiver", "old client", "W-12", "team-a", "2026-12-31")
    findings = [
        a_finding(suppression=waiver, state="unchanged", owner="team-a", api="root.yaml"),
        a_finding(suppression=Suppression("inline"), state="new"),
        a_finding(state="new"),
    ]
    value = value_of(report._replace(findings=findings))
    waived, inline, plain = value["findings"]
    assert waived["suppression"] == {
        "kind": "waiver",
        "reason": "old client",
        "id": "W-12",
        "owner": "team-a",
        "expires": "2026-12-31",
    }
    assert (waived["state"], waived["owner"], waived["api"]) == ("unchanged", "team-a", "root.yaml")
    assert inline["suppression"] == {"kind": "inline", "reason": "", "id": None, "owner": None, "expires": None}
    assert plain["suppression"] is None
    assert value["summary"]["suppressed"] == {"configuration": 0, "waiver": 1, "inline": 1, "baseline": 0}
    assert value["summary"]["states"] == {"new": 2, "unchanged": 1}
    assert value["summary"]["at_or_above_threshold"] == 1


def test_the_chain_stands_apart_from_what_is_related(
    report: Report, a_finding: MakeFinding, a_place: MakePlace
) -> None:
    related = (Related(a_place(2, 1, 8), "declared here"),)
    found = a_finding(related=related, chain=(a_place(5, 3, 9, pointer="/paths/~1pets/$ref"),))
    (finding,) = value_of(report._replace(findings=[found]))["findings"]
    assert [one["label"] for one in finding["related"]] == ["declared here"]
    assert finding["chain"] == [
        {"file": "api.yaml", "line": 5, "column": 3, "end_line": 5, "end_column": 9, "pointer": "/paths/~1pets/$ref"}
    ]


def test_a_fix_holds_any_value_and_its_text(report: Report, a_finding: MakeFinding) -> None:
    value = {"a": [1, None, True, 1.5, "\ud800"], "": {}}
    fix = Fix("Add it", True, (Edit("/a/-", "set", value), Edit("/b", "remove"), Edit("/c", "rename", "d")))
    made = [Replacement("other.yaml", Span(3, 1, 3, 1), 'x: "y"\n')]
    able = report._replace(findings=[a_finding(fix=fix)], replacements=lambda finding: made)
    (finding,) = value_of(able)["findings"]
    assert finding["fix"] == {
        "summary": "Add it",
        "safe": True,
        "edits": [
            {"pointer": "/a/-", "action": "set", "value": {"a": [1, None, True, 1.5, "\\ud800"], "": {}}},
            {"pointer": "/b", "action": "remove", "value": None},
            {"pointer": "/c", "action": "rename", "value": "d"},
        ],
        "replacements": [
            {"file": "other.yaml", "line": 3, "column": 1, "end_line": 3, "end_column": 1, "text": 'x: "y"\n'}
        ],
    }


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), {"x": {1, 2}}, b"x", {(1, 2): 3}])
def test_a_value_that_json_does_not_have_leaves_no_half_of_a_fix(
    value: object, report: Report, a_finding: MakeFinding
) -> None:
    fix = Fix("Add it", True, (Edit("/b", "remove"), Edit("/a", "set", value)))
    (finding,) = value_of(report._replace(findings=[a_finding(fix=fix)]))["findings"]
    assert finding["fix"]["edits"] == []


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


def test_the_published_schema_is_one_and_names_every_member(
    report: Report, a_finding: MakeFinding, a_place: MakePlace
) -> None:
    jsonschema_rs.meta.validate(SCHEMA)
    full = a_finding(
        fix=Fix("Remove it", True, (Edit("/a", "remove"),)),
        suppression=Suppression("inline"),
        chain=(a_place(1, 1, 2),),
        related=(Related(a_place(1, 1, 2), "here"),),
    )
    made = [Replacement("api.yaml", Span(1, 1, 1, 2), "")]
    value = value_of(report._replace(findings=[full], replacements=lambda finding: made))
    assert set(value) == set(SCHEMA["properties"])
    (finding,) = value["findings"]
    for name, part in (
        ("tool", value["tool"]),
        ("finding", finding),
        ("related", finding["related"][0]),
        ("place", finding["chain"][0]),
        ("fix", finding["fix"]),
        ("edit", finding["fix"]["edits"][0]),
        ("replacement", finding["fix"]["replacements"][0]),
        ("suppression", finding["suppression"]),
        ("problem", value["problems"][0]),
        ("input", value["inputs"][0]),
        ("summary", value["summary"]),
    ):
        assert set(part) == set(SCHEMA["$defs"][name]["required"]) == set(SCHEMA["$defs"][name]["properties"])


def test_only_problems_and_nothing_at_all(report: Report) -> None:
    value = value_of(report._replace(findings=()))
    assert (value["findings"], len(value["problems"])) == ([], 1)
    value = value_of(Report((), (), (), (), (), "default", Severity.HIGH))
    assert (value["findings"], value["problems"], value["inputs"]) == ([], [], [])


def test_names_and_texts_come_back_as_they_were(report: Report, a_finding: MakeFinding) -> None:
    file = "a b/ü:%\u202e\n.yaml"
    found = a_finding(location=Location(file, "/ü/~1", Span(1, 1, 1, 2)), confidence=Confidence.LOW, api=file)
    value = value_of(report._replace(findings=[found], problems=[Problem("x", "y", file)]))
    assert (value["findings"][0]["file"], value["findings"][0]["pointer"]) == (file, "/ü/~1")
    assert value["findings"][0]["api"] == value["problems"][0]["file"] == file
    value = value_of(report._replace(findings=[a_finding(location=Location("\udce9", "/a", Span(1, 1, 1, 2)))]))
    assert value["findings"][0]["file"] == "\\udce9"
