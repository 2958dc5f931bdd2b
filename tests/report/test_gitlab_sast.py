from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cmarkgfm  # type: ignore[import-untyped]
import jsonschema_rs
import pytest

from apilint.findings import Finding, Input, Location, Problem, Related, Report, Severity, Suppression
from apilint.report import Presentation, gitlab_sast
from apilint.rule import Rule

Make = Callable[..., Finding]
Place = Callable[..., Location]
PUBLISHED = "APILINT_GITLAB_SAST_SCHEMA"

TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
URL: dict[str, Any] = {"type": "string", "pattern": "^https?://.+"}
TIME: dict[str, Any] = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$"}


def thing(required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required.split(), "properties": properties}


def many(items: dict[str, Any], least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": least}


TOOL = thing("id name version vendor", id=TEXT, name=TEXT, version=TEXT, url=URL, vendor=thing("name", name=TEXT))
PLACE = {"file": {"type": "string"}, "start_line": {"type": "number"}, "end_line": {"type": "number"}}
DETAIL = {
    "oneOf": [
        thing("type value", type={"const": "text"}, value={"type": "string"}),
        thing("type value", type={"const": "value"}, value={"type": ["number", "string", "boolean"]}),
        thing(
            "type file_name line_start",
            type={"const": "file-location"},
            file_name=TEXT,
            line_start={"type": "integer"},
            line_end={"type": "integer"},
        ),
        thing("type items", type={"const": "list"}, items=many({"$ref": "#/definitions/detail"})),
    ]
}
VULNERABILITY = thing(
    "id identifiers location",
    id=TEXT,
    name={"type": "string", "maxLength": 255},
    description={"type": "string", "maxLength": 1_048_576},
    severity={"enum": ["Info", "Unknown", "Low", "Medium", "High", "Critical"]},
    solution={"type": "string", "maxLength": 7_000},
    identifiers=many(thing("type name value", type=TEXT, name=TEXT, value=TEXT, url=URL), 1),
    links=many(thing("url", name={"type": "string"}, url=URL)),
    details={
        "type": "object",
        "additionalProperties": {"allOf": [thing("name", name=TEXT), {"$ref": "#/definitions/detail"}]},
    },
    tracking=thing(
        "items",
        type={"const": "source"},
        items=many(
            thing(
                "signatures",
                **PLACE,
                signatures=many(thing("algorithm value", algorithm=TEXT, value={"type": "string"}), 1),
            )
        ),
    ),
    location={"type": "object", "properties": PLACE},
)
# What version 15.0 of the published schema asks of the members that the format writes, in our own words: no package has
# that schema. Where the variable names a copy, the report is held to that, too.
SCHEMA = {
    "definitions": {"detail": DETAIL},
    **thing(
        "scan version vulnerabilities",
        version={"type": "string", "pattern": r"^[0-9]+\.[0-9]+\.[0-9]+$"},
        schema=URL,
        scan=thing(
            "analyzer end_time scanner start_time status type",
            analyzer=TOOL,
            scanner=TOOL,
            start_time=TIME,
            end_time=TIME,
            status={"enum": ["success", "failure"]},
            type={"enum": ["sast"]},
            messages=many(thing("level value", level={"enum": ["info", "warn", "fatal"]}, value=TEXT)),
        ),
        vulnerabilities=many(VULNERABILITY),
    ),
}
VALIDATOR = jsonschema_rs.validator_for(SCHEMA)


def sast(report: Report, moment: str = "1970-01-01T00:00:00") -> dict[str, Any]:
    value: dict[str, Any] = json.loads(gitlab_sast.render(report, Presentation("0.1.0", 1, moment=moment)))
    VALIDATOR.validate(value)
    return value


def one(report: Report, finding: Finding) -> dict[str, Any]:
    [vulnerability] = sast(report._replace(findings=(finding,)))["vulnerabilities"]
    assert isinstance(vulnerability, dict)
    return vulnerability


def test_a_vulnerability_for_each_finding(report: Report) -> None:
    cleartext, write = sast(report)["vulnerabilities"]
    assert cleartext == {
        "id": "1b076112-cc7a-5a73-8943-1d3f5182dee9",
        "name": "The server is reached without encryption",
        "description": "The server `http://api.example.com/v1` is reached without encryption.\n\n"
        "Whoever is on the way reads and changes what is sent.",
        "severity": "High",
        "solution": "More: `apilint explain server-cleartext`",
        "identifiers": [
            {"type": "apilint_rule", "name": "apilint server-cleartext", "value": "server-cleartext"},
            {
                "type": "owasp",
                "name": "API8:2023 - Security Misconfiguration",
                "value": "API8:2023",
                "url": "https://owasp.org/API-Security/editions/2023/en/0xa8-security-misconfiguration/",
            },
            {
                "type": "cwe",
                "name": "CWE-319",
                "value": "319",
                "url": "https://cwe.mitre.org/data/definitions/319.html",
            },
        ],
        "links": [{"name": "RFC 9110 HTTP Semantics", "url": "https://www.rfc-editor.org/rfc/rfc9110"}],
        "location": {"file": "api.yaml", "start_line": 3, "end_line": 3},
        "details": {
            "confidence": {"name": "Confidence", "type": "text", "value": "high"},
            "operations": {"name": "Operations concerned", "type": "value", "value": 1},
            "pointer": {"name": "Pointer", "type": "text", "value": "/servers/0/url"},
        },
        "tracking": {
            "type": "source",
            "items": [
                {
                    "file": "api.yaml",
                    "start_line": 3,
                    "end_line": 3,
                    "signatures": [{"algorithm": "scope_offset", "value": "f1"}],
                }
            ],
        },
    }
    assert write["severity"] == "Critical"
    assert write["details"]["operation"]["value"] == "POST /pets"
    assert write["details"]["related"]["items"] == [
        {"type": "file-location", "file_name": "api.yaml", "line_start": 7, "line_end": 7},
        {"type": "file-location", "file_name": "other.yaml", "line_start": 2, "line_end": 2},
    ]


def test_the_scan_says_what_could_not_be_done(report: Report) -> None:
    scan = sast(report)["scan"]
    assert scan["status"] == "failure"
    assert scan["messages"] == [
        {"level": "warn", "value": "api.yaml:5:3: reference-refused: the reference leaves the root"},
        {"level": "info", "value": "not checked, for they are no whole OpenAPI documents: part.yaml"},
        {"level": "info", "value": "api.yaml: info is missing"},
    ]
    scan = sast(report._replace(findings=(), problems=(), inputs=()))["scan"]
    assert (scan["status"], scan["messages"]) == ("success", [])


def test_the_moment_is_the_one_of_the_presentation(report: Report) -> None:
    assert sast(report)["scan"]["start_time"] == sast(report)["scan"]["end_time"] == "1970-01-01T00:00:00"
    scan = sast(report, "2026-11-23T04:05:06Z")["scan"]
    assert scan["end_time"] == "2026-11-23T04:05:06"


@pytest.mark.parametrize("severity", list(Severity))
def test_a_severity_has_one_level(severity: Severity, report: Report, a_finding: Make) -> None:
    assert one(report, a_finding(severity=severity))["severity"] == severity.label.title()


def test_ids_are_unique_and_stable(report: Report, a_finding: Make, a_place: Place) -> None:
    findings = [a_finding(fingerprint=name) for name in ("a", "a", "b")]
    told = sast(report._replace(findings=findings))["vulnerabilities"]
    assert len({vulnerability["id"] for vulnerability in told}) == 3
    moved = [finding._replace(location=a_place(99, 1, 4), message="in other words") for finding in findings]
    again = sast(report._replace(findings=moved))["vulnerabilities"]
    assert [vulnerability["id"] for vulnerability in again] == [vulnerability["id"] for vulnerability in told]


def test_what_is_suppressed_stays_and_says_so(report: Report, a_finding: Make) -> None:
    waived = a_finding(suppression=Suppression("waiver", "old client", "W-12", "", "2026-12-31"))
    told = one(report, waived)
    assert told["severity"] == "Info"
    assert told["details"]["suppression"]["value"] == "suppressed: waiver W-12 until 2026-12-31: old client"
    assert told["details"]["severity"]["value"] == "high"
    assert told["id"] == one(report, a_finding())["id"]


def test_the_solution_is_the_remedy_of_the_rule(report: Report, a_rule: Rule, a_finding: Make) -> None:
    mending = a_rule._replace(doc="The server.\n\n    To fix: write `https:`\n    in the URL.\n")
    told = one(report._replace(rules=(mending,)), a_finding())
    assert told["solution"] == "Write `https:` in the URL. More: `apilint explain server-cleartext`"


def test_long_texts_keep_to_the_limits(report: Report, a_rule: Rule, a_finding: Make) -> None:
    wordy = a_rule._replace(doc=f"{'Long ' * 100}.\n\n    {'Why ' * 9_000}\n\n    To fix: {'so ' * 9_000}\n")
    one(report._replace(rules=(wordy,)), a_finding(message="x" * 9_000))


def test_markdown_from_a_document_shows_as_text(report: Report, a_finding: Make) -> None:
    evil = "![x](http://evil.example) <img src=x> @everyone `"
    told = one(report, a_finding(message=evil, rule=evil))
    html = cmarkgfm.github_flavored_markdown_to_html(
        told["description"] + "\n\n" + told["solution"], cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE
    )
    assert "<img" not in html
    assert "<a " not in html


def test_nothing_that_a_document_holds_breaks_the_schema(report: Report, a_finding: Make, a_place: Place) -> None:
    place = a_place(1, 1, 2, "", "")
    empty = a_finding(rule="x", message="", operation="", fingerprint="", location=place, related=(Related(place, ""),))
    odd = a_finding(message="\x00\ud800\n", location=a_place(1, 1, 2, "a b:%\udce9.yaml", "\ud800"))
    told = report._replace(
        findings=(empty, odd), problems=(Problem("", ""),), inputs=(Input("", "skipped", None, 0, 0, ("",)),)
    )
    assert [one["location"]["file"] for one in sast(told)["vulnerabilities"]] == ["", "a b:%\\udce9.yaml"]


def test_the_report_holds_to_the_published_schema(report: Report, a_finding: Make) -> None:
    if PUBLISHED not in os.environ:
        pytest.skip(
            f"NOT CHECKED: no package has GitLab's schema; {PUBLISHED} may name a copy of version 15.0 or later"
        )
    schema = json.loads(Path(os.environ[PUBLISHED]).read_text(encoding="utf-8"))
    told = report._replace(findings=(*report.findings, a_finding(suppression=Suppression("baseline"))))
    jsonschema_rs.validator_for(schema).validate(sast(told))
