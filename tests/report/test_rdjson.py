from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cmarkgfm  # type: ignore[import-untyped]
import jsonschema_rs
import pytest

from apilint.findings import (
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
from apilint.report import Presentation, rdjson

Make = Callable[..., Finding]
Place = Callable[..., Location]
MODULE = "github.com/reviewdog/reviewdog"
VERSION = "v0.21.2"
READER = """\
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/reviewdog/reviewdog/proto/rdf"
	"google.golang.org/protobuf/encoding/protojson"
)

func main() {
	data, _ := io.ReadAll(os.Stdin)
	var result rdf.DiagnosticResult
	if err := protojson.Unmarshal(data, &result); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(len(result.Diagnostics))
}
"""


def result(report: Report) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(rdjson.render(report, Presentation("0.1.0", 1)))
    return value


def diagnostics(report: Report) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = result(report)["diagnostics"]
    return found


def test_a_diagnostic_for_each_finding_each_problem_and_what_was_not_checked(report: Report) -> None:
    told = result(report)
    assert (told["source"], told["severity"]) == ({"name": "apilint"}, "ERROR")
    cleartext, write, refused, part = told["diagnostics"]
    assert cleartext == {
        "message": "high: The server `http://api.example.com/v1` is reached without encryption\n\n"
        "confidence: high; reached from 1 operation\n\nMore: `apilint explain server-cleartext`",
        "location": {
            "path": "api.yaml",
            "range": {"start": {"line": 3, "column": 5}, "end": {"line": 3, "column": 8}},
        },
        "severity": "ERROR",
        "code": {
            "value": "server-cleartext",
            "url": "https://owasp.org/API-Security/editions/2023/en/0xa8-security-misconfiguration/",
        },
        "original_output": "api.yaml:3:5: high[server-cleartext] "
        "The server http://api.example.com/v1 is reached without encryption",
    }
    assert [place["message"] for place in write["related_locations"]] == ["switched off here", "declared here"]
    assert write["related_locations"][1]["location"]["path"] == "other.yaml"
    assert refused == {
        "message": "not everything could be checked: the reference leaves the root",
        "location": {"path": "api.yaml", "range": {"start": {"line": 5, "column": 3}}},
        "severity": "ERROR",
        "code": {"value": "reference-refused"},
        "original_output": "api.yaml:5: problem[reference-refused] the reference leaves the root",
    }
    assert (part["severity"], part["location"]) == ("INFO", {"path": "api.yaml"})
    assert "part.yaml" in part["message"]


@pytest.mark.parametrize(
    ("severity", "level"), list(zip(Severity, ("INFO", "INFO", "WARNING", "ERROR", "ERROR"), strict=True))
)
def test_a_severity_has_one_level(severity: Severity, level: str, report: Report, a_finding: Make) -> None:
    told = result(report._replace(findings=(a_finding(severity=severity),), problems=()))
    assert told["diagnostics"][0]["severity"] == told["severity"] == level


def test_columns_are_bytes(report: Report, a_finding: Make, a_place: Place) -> None:
    line = "  é日😀: x"
    found = a_finding(location=a_place(1, 3, 6), related=(Related(a_place(1, 8, 9), "here"),))
    told = diagnostics(report._replace(findings=(found,), line=lambda file, number: line))[0]
    start, end = told["location"]["range"]["start"]["column"], told["location"]["range"]["end"]["column"]
    assert line.encode()[start - 1 : end - 1].decode() == "é日😀"
    related = told["related_locations"][0]["location"]["range"]
    assert line.encode()[related["start"]["column"] - 1 :].decode() == "x"


def test_a_column_beyond_the_known_line_counts_on(report: Report, a_finding: Make, a_place: Place) -> None:
    found = a_finding(location=a_place(1, 5, 9))
    told = diagnostics(report._replace(findings=(found,), line=lambda file, number: "é"))[0]
    assert told["location"]["range"] == {"start": {"line": 1, "column": 6}, "end": {"line": 1, "column": 10}}


def test_a_fix_of_one_place_is_a_suggestion(report: Report, a_finding: Make) -> None:
    fixable = a_finding(fix=Fix("Write https", True, ()))
    change = Replacement("api.yaml", Span(3, 10, 3, 14), "https")
    for changes, expected in (
        (
            [change],
            [{"range": {"start": {"line": 3, "column": 10}, "end": {"line": 3, "column": 14}}, "text": "https"}],
        ),
        ([change, change], None),
        ([change._replace(file="other.yaml")], None),
        ([], None),
    ):
        told = report._replace(findings=(fixable,), replacements=lambda finding, told=changes: told)  # type: ignore[misc]
        assert diagnostics(told)[0].get("suggestions") == expected
    suppressed = report._replace(
        findings=(fixable._replace(suppression=Suppression("inline")),), replacements=lambda finding: [change]
    )
    assert "suggestions" not in diagnostics(suppressed)[0]


def test_what_is_suppressed_stays_as_information(report: Report, a_finding: Make) -> None:
    waived = a_finding(suppression=Suppression("waiver", "old client", "W-12"))
    told = diagnostics(report._replace(findings=(waived,), problems=()))[0]
    assert told["severity"] == "INFO"
    assert "suppressed: waiver `W-12`: old client" in told["message"]
    assert told["original_output"].endswith("(suppressed: waiver W-12: old client)")


def test_a_comment_shows_hostile_text_as_text(report: Report, a_finding: Make) -> None:
    evil = "![x](http://evil.example) <img src=x> @everyone"
    message = diagnostics(report._replace(findings=(a_finding(message=evil, operation=evil),)))[0]["message"]
    html = cmarkgfm.github_flavored_markdown_to_html(message, cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE)
    assert "<img" not in html
    assert "<a " not in html
    assert "<code>@everyone</code>" in html


def test_nothing_found_has_no_diagnostics(report: Report) -> None:
    empty = report._replace(findings=(), problems=(), inputs=(Input("api.yaml", "checked"),))
    assert result(empty) == {"source": {"name": "apilint"}, "severity": "INFO", "diagnostics": []}


def rich(report: Report, a_finding: Make, a_place: Place) -> Report:
    """A report with all that a diagnostic can have."""
    fixable = a_finding(fix=Fix("Write https", True, ()), location=a_place(3, 5, 8, "a b:\udce9.yaml"))
    changes = (Replacement("a b:\udce9.yaml", Span(3, 10, 3, 14), "https"),)
    findings = (*report.findings, fixable, a_finding(suppression=Suppression("baseline")))
    problems = (*report.problems, Problem("unreadable", "nowhere"))
    return report._replace(findings=findings, problems=problems, replacements=lambda finding: changes)


@pytest.fixture(scope="module")
def go(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The Go tool, and a module that requires reviewdog's published definition."""
    tool = shutil.which("go")
    if tool is None:
        pytest.skip("NOT CHECKED: reviewdog's definition needs go")
    folder = tmp_path_factory.mktemp("reviewdog")
    (folder / "go.mod").write_text(f"module reader\n\ngo 1.23\n\nrequire {MODULE} {VERSION}\n", encoding="utf-8")
    (folder / "main.go").write_text(READER, encoding="utf-8")
    for command in (["mod", "download", MODULE], ["get", "google.golang.org/protobuf"], ["build", "-o", "reader", "."]):
        try:
            subprocess.run(
                [tool, *command], cwd=folder, env=_environment(), check=True, capture_output=True, timeout=200
            )
        except (OSError, subprocess.SubprocessError) as failure:
            pytest.skip(f"NOT CHECKED: go could not fetch reviewdog's definition ({type(failure).__name__})")
    return tool, folder


def _environment() -> dict[str, str]:
    return {**os.environ, "GOFLAGS": "-mod=mod -modcacherw"}


def test_the_report_holds_to_the_published_schema(
    go: tuple[str, Path], report: Report, a_finding: Make, a_place: Place
) -> None:
    tool, folder = go
    listed = subprocess.run(
        [tool, "list", "-m", "-f", "{{.Dir}}", MODULE],
        cwd=folder, env=_environment(), check=True, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    schema = Path(listed.stdout.strip()) / "proto/rdf/jsonschema/DiagnosticResult.json"
    validator = jsonschema_rs.validator_for(json.loads(schema.read_text(encoding="utf-8")))
    validator.validate(result(rich(report, a_finding, a_place)))
    assert not validator.is_valid({"diagnostics": [{"severity": "BAD"}]})


def test_the_published_definition_reads_every_member(
    go: tuple[str, Path], report: Report, a_finding: Make, a_place: Place
) -> None:
    """Reviewdog's own types, through the strict parser: a member that they do not know is refused."""
    _, folder = go
    text = rdjson.render(rich(report, a_finding, a_place), Presentation("0.1.0", 1))
    for given, accepted in ((text, True), ('{"diagnostics":[{"place":1}]}', False)):
        done = subprocess.run(
            [folder / "reader"], input=given, check=False, capture_output=True, text=True, timeout=60
        )  # fmt: skip
        assert (done.returncode == 0) is accepted, done.stdout
