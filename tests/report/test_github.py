from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from apilint.findings import Finding, Input, Location, Problem, Related, Report, Severity, Suppression
from apilint.report import Presentation, github

Make = Callable[..., Finding]
Place = Callable[..., Location]


def lines(report: Report, status: int = 1) -> list[str]:
    return github.render(report, Presentation("0.1.0", status)).splitlines()


def commands(report: Report) -> list[tuple[str, dict[str, str], str]]:
    """Each command as the runner reads it: its name, its properties and its message."""
    return [read for line in lines(report) if (read := parsed(line))]


def parsed(line: str) -> tuple[str, dict[str, str], str] | None:
    """What the runner does with a line of a log, after its parser of commands."""
    line = line.lstrip()
    if not line.startswith("::") or (end := line.find("::", 2)) < 0:
        return None
    name, _, listed = line[2:end].partition(" ")
    pairs = [pair.partition("=") for pair in listed.strip().split(",") if pair]
    properties = {key: unescaped(value, property=True) for key, _, value in pairs}
    return name, properties, unescaped(line[end + 2 :])


def unescaped(text: str, property: bool = False) -> str:
    for code, character in (("%0D", "\r"), ("%0A", "\n"), *((("%3A", ":"), ("%2C", ",")) if property else ())):
        text = text.replace(code, character)
    return text.replace("%25", "%")


def test_the_whole_output(report: Report) -> None:
    assert lines(report, 3) == [
        (
            "::error file=api.yaml,line=5,col=3,title=problem%3A reference-refused::the reference leaves the root"
            "%0AThe answer is incomplete: this could not be checked."
        ),
        (
            "::error file=api.yaml,line=6,endLine=6,col=5,endColumn=9,title=critical%3A unauthenticated-write::"
            "POST /pets changes data without authentication%0Aconfidence: medium; and 2 more operations"
            "%0Asee api.yaml:7:7: switched off here%0Asee other.yaml:2:1: declared here"
            "%0Aapilint explain unauthenticated-write"
        ),
        (
            "::error file=api.yaml,line=3,endLine=3,col=5,endColumn=8,title=high%3A server-cleartext::"
            "The server http://api.example.com/v1 is reached without encryption%0Aconfidence: high; "
            "reached from 1 operation%0Aapilint explain server-cleartext"
        ),
        "2 findings: 1 critical, 1 high; 1 fixable [*]",
        "4 or more hidden by preset default or --min-confidence: --preset audit alone shows them",
        "checked 1 API with 1 operation, 2 documents read, 1 fragment skipped",
        "1 problem: the answer is incomplete",
        "exit status 3: not everything could be checked",
        "",
        "next: apilint explain unauthenticated-write",
    ]


@pytest.mark.parametrize(
    ("severity", "level"), list(zip(Severity, ("notice", "notice", "warning", "error", "error"), strict=True))
)
def test_a_severity_has_one_level(severity: Severity, level: str, report: Report, a_finding: Make) -> None:
    [(name, properties, _)] = commands(report._replace(findings=(a_finding(severity=severity),), problems=()))
    assert name == level
    assert properties["title"] == f"{severity.label}: server-cleartext"


def test_ten_of_a_level_the_gravest_and_a_notice_for_the_others(report: Report, a_finding: Make) -> None:
    findings = [a_finding(severity=severity, fingerprint=f"{severity}{n}") for severity in Severity for n in range(12)]
    told = commands(report._replace(findings=findings, problems=[Problem("unreadable", f"{n}") for n in range(8)]))
    names = [name for name, _, _ in told]
    assert [names.count(level) for level in ("error", "warning", "notice")] == [10, 10, 10]
    titles = [properties["title"] for _, properties, _ in told]
    assert titles[:10] == ["problem: unreadable"] * 5 + ["critical: server-cleartext"] * 5
    assert set(titles[20:29]) == {"low: server-cleartext"}
    assert told[-1][2] == (
        "36 more findings (7 critical, 12 high, 2 medium, 3 low, 12 info) and 3 more problems "
        "not shown here: see the summary of this job"
    )


def test_problems_take_the_room_that_findings_leave(report: Report) -> None:
    told = commands(report._replace(problems=[Problem("unreadable", f"{n}") for n in range(12)]))
    titles = [properties["title"] for _, properties, _ in told]
    assert titles.count("problem: unreadable") == 8
    assert told[-1][2].startswith("4 more problems ")


def test_what_is_suppressed_is_counted_only(report: Report, a_finding: Make) -> None:
    waived = a_finding(suppression=Suppression("waiver", "old client", "W-12"))
    [(name, properties, message)] = commands(report._replace(findings=(waived,), problems=()))
    assert (name, properties) == ("notice", {"title": "apilint"})
    assert message == "suppressed findings (1 waived) not shown here: see the summary of this job"


def test_columns_are_for_one_line(report: Report, a_finding: Make, a_place: Place) -> None:
    place = a_place(3, 5, 8)
    long = a_finding(location=place._replace(span=place.span._replace(end_line=5)))
    [(_, properties, _)] = commands(report._replace(findings=(long,), problems=()))
    assert properties == {"file": "api.yaml", "line": "3", "endLine": "5", "title": "high: server-cleartext"}


@pytest.mark.parametrize("name", ["a b.yaml", "a,b=c.yaml", "a:b::c.yaml", "100%.yaml", "%0A%2C.yaml", "日本.yaml"])
def test_a_file_keeps_its_name(name: str, report: Report, a_finding: Make, a_place: Place) -> None:
    found = a_finding(location=a_place(3, 5, 8, name), message=f"in {name}")
    [(_, properties, message)] = commands(report._replace(findings=(found,), problems=()))
    assert properties["file"] == name
    assert message.startswith(f"in {name}\n")


def test_a_path_has_no_dot_before_it_and_no_bytes_that_are_not_text(
    report: Report, a_finding: Make, a_place: Place
) -> None:
    found = a_finding(location=a_place(3, 5, 8, "./caf\udce9.yaml"))
    [(_, properties, _)] = commands(report._replace(findings=(found,), problems=()))
    assert properties["file"] == "caf\\udce9.yaml"


def test_no_text_ends_a_command_or_begins_one(report: Report, a_finding: Make, a_place: Place) -> None:
    evil = "x\r\n::error::owned\n##[error]owned ##vso[task.complete] ,title=y::z"
    place = a_place(3, 5, 8, evil)
    found = a_finding(message=evil, rule=evil, operation=evil, location=place, related=(Related(place, evil),))
    told = report._replace(
        findings=(found,), problems=(Problem(evil, evil, evil),), inputs=(Input(evil, "failed", None, 0, 0, (evil,)),)
    )
    assert [name for name, _, _ in commands(told)] == ["error", "error"]
    assert set(commands(told)[1][1]) == {"file", "line", "endLine", "col", "endColumn", "title"}
    assert not any(re.search(r"##[a-z]*\[", line) for line in lines(told))
    assert "owned" not in {read[2] for line in lines(told) if (read := parsed(line))}


def test_quiet_leaves_the_commands(report: Report) -> None:
    text = github.render(report, Presentation("0.1.0", 3, quiet=True))
    assert all(line.startswith("::error ") for line in text.splitlines())


def test_nothing_found_is_no_annotation(report: Report) -> None:
    told = lines(report._replace(findings=(), problems=(), hidden=0), 0)
    assert told[0] == "no findings"
    assert not any(line.startswith("::") for line in told)
