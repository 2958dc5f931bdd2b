from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from apilint.findings import Confidence, Finding, Location, Problem, Related, Report, Severity, Span, Suppression
from apilint.report import Presentation, sonarqube


def imported(report: Report, status: int = 3) -> Any:
    """The report as the importer reads it: raises where one of its checks, or of its text ranges, would stop it."""
    value = json.loads(sonarqube.render(report, Presentation("1", status)))
    rules: set[str] = set()
    for rule in value["rules"]:
        assert all(rule[name] for name in ("id", "name", "engineId"))
        assert rule["id"] not in rules
        assert rule["type"] in ("VULNERABILITY", "BUG")
        assert rule["severity"] in ("BLOCKER", "CRITICAL", "MAJOR", "MINOR", "INFO")
        assert [impact["severity"] in ("HIGH", "MEDIUM", "LOW") for impact in rule["impacts"]] == [True]
        assert len(rule["id"]) <= 200
        rules.add(rule["id"])
    for issue in value["issues"]:
        assert set(issue) <= {"ruleId", "primaryLocation", "secondaryLocations"}
        assert issue["ruleId"] in rules
        for place in (issue["primaryLocation"], *issue.get("secondaryLocations", ())):
            assert isinstance(place["filePath"], str)
            assert isinstance(place["message"], str)
            if "textRange" in place or place is not issue["primaryLocation"]:
                fits(place["textRange"], report.line(place["filePath"], place["textRange"]["startLine"]))
    return value


def fits(stretch: dict[str, int], line: str) -> None:
    assert stretch["startLine"] >= 1
    if "startColumn" in stretch:
        length = len(line.encode("utf-16-le", "surrogatepass")) // 2
        assert stretch["endLine"] == stretch["startLine"]
        assert 0 <= stretch["startColumn"] < stretch["endColumn"] <= length


def test_the_entries(report: Report) -> None:
    value = imported(report)
    assert value["issues"] == [
        {
            "ruleId": "server-cleartext",
            "primaryLocation": {
                "message": "The server http://api.example.com/v1 is reached without encryption"
                " (confidence: high; reached from 1 operation)",
                "filePath": "api.yaml",
                "textRange": {"startLine": 3, "endLine": 3, "startColumn": 4, "endColumn": 7},
            },
        },
        {
            "ruleId": "unauthenticated-write.critical",
            "primaryLocation": {
                "message": "POST /pets changes data without authentication (confidence: medium; and 2 more operations)",
                "filePath": "api.yaml",
                "textRange": {"startLine": 6, "endLine": 6, "startColumn": 4, "endColumn": 8},
            },
            "secondaryLocations": [
                {
                    "message": "switched off here",
                    "filePath": "api.yaml",
                    "textRange": {"startLine": 7, "endLine": 7, "startColumn": 6, "endColumn": 14},
                },
                {"message": "declared here", "filePath": "other.yaml", "textRange": {"startLine": 2}},
            ],
        },
        {
            "ruleId": "problem.reference-refused",
            "primaryLocation": {
                "message": "the reference leaves the root",
                "filePath": "api.yaml",
                "textRange": {"startLine": 5},
            },
        },
    ]
    assert value["rules"][0] == {
        "id": "server-cleartext",
        "name": "The server is reached without encryption",
        "description": "<p>The server is reached without encryption</p>"
        "<p>Whoever is on the way reads and changes what is sent.</p>"
        "<p>References: OWASP-API8:2023, CWE-319, RFC 9110</p><p>More: apilint explain server-cleartext</p>",
        "engineId": "apilint",
        "cleanCodeAttribute": "TRUSTWORTHY",
        "type": "VULNERABILITY",
        "severity": "CRITICAL",
        "impacts": [{"softwareQuality": "SECURITY", "severity": "HIGH"}],
    }
    assert value["rules"][2]["impacts"] == [{"softwareQuality": "RELIABILITY", "severity": "HIGH"}]
    assert value["apilint"] == {
        "version": "1",
        "exitStatus": 3,
        "problems": 1,
        "gates": [],
        "configuration": [],
        "hidden": 4,
        "ignoredRules": [],
        "suppressed": [],
        "notChecked": [{"file": "part.yaml", "status": "fragment"}],
        "deviations": [{"file": "api.yaml", "message": "info is missing"}],
    }


def test_a_severity_of_its_own_is_a_rule_of_its_own(report: Report, a_finding: Callable[..., Finding]) -> None:
    found = [a_finding(severity=severity) for severity in Severity] * 2
    value = imported(report._replace(findings=found, problems=()))
    assert [(rule["id"], rule["severity"], rule["impacts"][0]["severity"]) for rule in value["rules"]] == [
        ("server-cleartext.info", "INFO", "LOW"),
        ("server-cleartext.low", "MINOR", "LOW"),
        ("server-cleartext.medium", "MAJOR", "MEDIUM"),
        ("server-cleartext", "CRITICAL", "HIGH"),
        ("server-cleartext.critical", "BLOCKER", "HIGH"),
    ]


def test_ranges_stay_inside_their_line(report: Report, a_finding: Callable[..., Finding]) -> None:
    line = "a😀: \ud800é"
    for span in (Span(1, 2, 1, 3), Span(1, 5, 1, 99), Span(1, 3, 1, 3), Span(1, 9, 1, 12), Span(1, 3, 4, 1)):
        found = (a_finding(location=Location("a.yaml", "", span)),)
        imported(report._replace(findings=found, line=lambda file, number: line, problems=()))
    place = Location("a.yaml", "", Span(1, 2, 1, 3))
    value = imported(report._replace(findings=(a_finding(location=place),), line=lambda file, number: line))
    stretch = value["issues"][0]["primaryLocation"]["textRange"]
    assert stretch == {"startLine": 1, "endLine": 1, "startColumn": 1, "endColumn": 3}


def test_suppressed_findings_are_no_entries(report: Report, a_finding: Callable[..., Finding]) -> None:
    waived = a_finding(suppression=Suppression("waiver", "why", "W-1"), confidence=Confidence.LOW)
    value = imported(report._replace(findings=(waived,), problems=()), 0)
    assert (value["rules"], value["issues"]) == ([], [])
    assert value["apilint"]["suppressed"][0]["reason"] == "waiver W-1: why"


def test_problems_without_a_place(report: Report) -> None:
    value = imported(report._replace(findings=(), problems=(Problem("x", "m"), Problem("x", "n", "b.yaml"))))
    assert [issue["primaryLocation"] for issue in value["issues"]] == [
        {"message": "m", "filePath": "api.yaml"},
        {"message": "n", "filePath": "b.yaml"},
    ]
    assert len(value["rules"]) == 1


def test_many_related_places_are_cut(report: Report, a_finding: Callable[..., Finding]) -> None:
    other = Related(report.findings[0].location, "x")
    value = imported(report._replace(findings=(a_finding(related=(other,) * 500),)))
    assert len(value["issues"][0]["secondaryLocations"]) == sonarqube.SECONDARY
