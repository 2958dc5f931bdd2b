from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from apilint.findings import Finding, Input, Location, Problem, Report, Severity, Suppression
from apilint.report import Presentation, gitlab
from apilint.rule import Rule

Make = Callable[..., Finding]
Place = Callable[..., Location]


def entries(report: Report) -> list[dict[str, Any]]:
    value: list[dict[str, Any]] = json.loads(gitlab.render(report, Presentation("0.1.0", 1)))
    return value


def test_an_entry_for_each_finding_each_problem_and_what_was_not_checked(report: Report) -> None:
    cleartext, write, refused, part = entries(report)
    assert cleartext == {
        "type": "issue",
        "check_name": "server-cleartext",
        "description": "The server http://api.example.com/v1 is reached without encryption "
        "(confidence: high; reached from 1 operation; apilint explain server-cleartext)",
        "categories": ["Security"],
        "severity": "critical",
        "fingerprint": "f1",
        "location": {"path": "api.yaml", "lines": {"begin": 3, "end": 3}},
    }
    assert (write["severity"], write["fingerprint"]) == ("blocker", "f2")
    assert refused["check_name"] == "problem-reference-refused"
    assert refused["severity"] == "critical"
    assert refused["description"] == "not everything could be checked: the reference leaves the root"
    assert refused["location"] == {"path": "api.yaml", "lines": {"begin": 5, "end": 5}}
    assert (part["check_name"], part["severity"]) == ("not-checked", "info")
    assert "part.yaml" in part["description"]


def test_one_entry_a_line(report: Report) -> None:
    text = gitlab.render(report, Presentation("0.1.0", 1))
    assert [json.loads(line.strip("[],")) for line in text.splitlines()] == entries(report)


@pytest.mark.parametrize(
    ("severity", "level"), list(zip(Severity, ("info", "minor", "major", "critical", "blocker"), strict=True))
)
def test_a_severity_has_one_level(severity: Severity, level: str, report: Report, a_finding: Make) -> None:
    assert entries(report._replace(findings=(a_finding(severity=severity),)))[0]["severity"] == level


def test_a_remedy_comes_from_the_page_of_the_rule(report: Report, a_rule: Rule, a_finding: Make) -> None:
    mending = a_rule._replace(doc="The server.\n\n    To fix: write `https:`\n    in the URL.\n")
    entry = entries(report._replace(rules=(mending,), findings=(a_finding(),)))[0]
    assert entry["content"] == {"body": "To fix: Write `https:` in the URL."}


def test_what_is_suppressed_stays_and_says_so(report: Report, a_finding: Make) -> None:
    waived = a_finding(suppression=Suppression("waiver", "old client", "W-12", "", "2026-12-31"))
    entry = entries(report._replace(findings=(waived,)))[0]
    assert (entry["severity"], entry["fingerprint"]) == ("info", "f1")
    assert entry["description"].startswith(
        "suppressed: waiver W-12 until 2026-12-31: old client: high: The server http://api.example.com/v1 "
    )


def test_fingerprints_are_unique_and_stable(report: Report, a_finding: Make) -> None:
    findings = [a_finding(fingerprint=name) for name in ("a", "a", "a-2", "a", "b", "")]
    problems = [Problem("unreadable", "x"), Problem("unreadable", "x"), Problem("unreadable", "y")]
    told = report._replace(findings=findings, problems=problems)
    names = [entry["fingerprint"] for entry in entries(told)]
    assert names[:6] == ["a", "a-2", "a-2-2", "a-3", "b", "none"]
    assert len(set(names)) == len(names) == 10
    assert names == [entry["fingerprint"] for entry in entries(told)]


def test_a_problem_keeps_its_name_when_its_line_moves(report: Report) -> None:
    there = report._replace(findings=(), problems=(Problem("unreadable", "x", "api.yaml", 5),))
    moved = report._replace(findings=(), problems=(Problem("unreadable", "x", "api.yaml", 9),))
    assert entries(there)[0]["fingerprint"] == entries(moved)[0]["fingerprint"]


def test_every_entry_has_a_path(report: Report) -> None:
    nowhere = report._replace(findings=(), problems=(Problem("plugin-broken", "x"),))
    assert entries(nowhere)[0]["location"]["path"] == "api.yaml"
    assert entries(nowhere._replace(inputs=()))[0]["location"] == {"path": ".", "lines": {"begin": 1, "end": 1}}


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("./a.yaml", "a.yaml"),
        ("a b:c%.yaml", "a b:c%.yaml"),
        ("日本.yaml", "日本.yaml"),
        ("\udce9.yaml", "\\udce9.yaml"),
    ],
)
def test_paths_are_relative_and_as_they_are(
    name: str, path: str, report: Report, a_finding: Make, a_place: Place
) -> None:
    found = a_finding(location=a_place(3, 5, 8, name))
    assert entries(report._replace(findings=(found,)))[0]["location"]["path"] == path


def test_nothing_found_is_an_empty_array(report: Report) -> None:
    empty = report._replace(findings=(), problems=(), inputs=(Input("api.yaml", "checked"),))
    assert gitlab.render(empty, Presentation()) == "[]\n"


def test_the_report_has_the_published_types_of_code_climate(tmp_path: Path, report: Report, a_finding: Make) -> None:
    """GitLab reads a subset of the Code Climate specification, of which a package has the types."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("NOT CHECKED: the types of Code Climate need npm and node")
    (tmp_path / "package.json").write_text('{"private": true}', encoding="utf-8")
    packages = ["codeclimate-types@0.3.1", "typescript@5.9.3"]
    install = [npm, "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", *packages]
    try:
        subprocess.run(install, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    except (OSError, subprocess.SubprocessError) as failure:
        pytest.skip(f"NOT CHECKED: npm could not fetch the types of Code Climate ({type(failure).__name__})")
    told = report._replace(findings=(*report.findings, a_finding(suppression=Suppression("baseline"))))
    head = "import type { Issue } from 'codeclimate-types'\nconst issues: Issue[] ="
    # What another type has must be refused, or the check would check nothing.
    for text, accepted in ((gitlab.render(told, Presentation()), True), ('[{"type": "issue"}]', False)):
        (tmp_path / "report.ts").write_text(f"{head} {text}\nexport default issues\n", encoding="utf-8")
        tsc = [node, "node_modules/typescript/bin/tsc", "--noEmit", "--strict", "--skipLibCheck", "report.ts"]
        done = subprocess.run(tsc, cwd=tmp_path, check=False, capture_output=True, text=True, timeout=120)
        assert (done.returncode == 0) is accepted, done.stdout
