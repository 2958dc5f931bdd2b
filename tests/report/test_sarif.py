from __future__ import annotations

import json
from typing import Any

import pytest

from apilint.findings import Confidence, Report, Severity
from apilint.report import Presentation, sarif
from apilint.rule import Rule


def run_of(report: Report, status: int = 3) -> Any:
    return json.loads(sarif.render(report, Presentation("0.1.0", status)))["runs"][0]


def test_a_result_says_where_and_what(report: Report) -> None:
    run = run_of(report)
    result = run["results"][1]
    assert result["ruleId"] == "unauthenticated-write"
    assert result["level"] == "error"
    assert result["partialFingerprints"] == {"apilint/v1": "f2"}
    assert result["locations"][0] == {
        "physicalLocation": {
            "artifactLocation": {"uri": "api.yaml", "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 6, "startColumn": 5, "endLine": 6, "endColumn": 9},
        },
        "logicalLocations": [{"fullyQualifiedName": "/paths/~1pets/post", "name": "POST /pets"}],
    }
    assert [related["message"]["text"] for related in result["relatedLocations"]] == [
        "switched off here",
        "declared here",
    ]
    assert run["results"][0]["ruleIndex"] == 0
    assert run["columnKind"] == "unicodeCodePoints"
    assert set(run["originalUriBaseIds"]) == {"%SRCROOT%"}


def test_a_rule_brings_its_page_and_its_tags(report: Report) -> None:
    (descriptor,) = run_of(report)["tool"]["driver"]["rules"]
    assert descriptor["id"] == "server-cleartext"
    assert descriptor["name"] == "ServerCleartext"
    assert descriptor["shortDescription"]["text"] == "The server is reached without encryption"
    assert descriptor["fullDescription"]["text"] == "Whoever is on the way reads and changes what is sent."
    assert "## Flagged" in descriptor["help"]["markdown"]
    assert descriptor["helpUri"].startswith("https://owasp.org/API-Security/")
    assert descriptor["properties"] == {
        "tags": ["security", "owasp-api-2023/API8", "external/cwe/cwe-319"],
        "precision": "high",
        "security-severity": "8.0",
    }


@pytest.mark.parametrize("severity", Severity)
def test_scores_fall_where_code_scanning_puts_the_word(severity: Severity, a_rule: Rule, report: Report) -> None:
    run = run_of(report._replace(rules=[a_rule._replace(severity=severity, confidence=Confidence.LOW)]))
    score = float(run["tool"]["driver"]["rules"][0]["properties"]["security-severity"])
    word = "critical" if score > 9 else "high" if score >= 7 else "medium" if score >= 4 else "low"
    assert word == ("low" if severity == Severity.INFO else severity.label)


def test_problems_make_the_run_unsuccessful(report: Report) -> None:
    (invocation,) = run_of(report)["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == 3
    refused, deviation = invocation["toolExecutionNotifications"]
    assert refused["descriptor"] == {"id": "reference-refused"}
    assert refused["locations"][0]["physicalLocation"]["region"] == {"startLine": 5, "startColumn": 3}
    assert (deviation["level"], deviation["message"]["text"]) == ("note", "info is missing")
    (invocation,) = run_of(report._replace(problems=(), inputs=()), 1)["invocations"]
    assert invocation == {"executionSuccessful": True, "exitCode": 1, "toolExecutionNotifications": []}


def test_the_worst_are_kept_when_there_are_too_many(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "LISTED", 1)
    run = run_of(report)
    assert [result["ruleId"] for result in run["results"]] == ["unauthenticated-write"]
    notifications = run["invocations"][0]["toolExecutionNotifications"]
    assert notifications[-1]["descriptor"]["id"] == "results-left-out"
