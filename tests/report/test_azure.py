from __future__ import annotations

from collections.abc import Callable

import pytest

from apilint.findings import Finding, Location, Problem, Report, Severity, Suppression
from apilint.report import Presentation, azure

Make = Callable[..., Finding]
Place = Callable[..., Location]
ESCAPES = (("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%AZP25", "%"))


def lines(report: Report, status: int = 1) -> list[str]:
    return azure.render(report, Presentation("0.1.0", status)).splitlines()


def commands(report: Report) -> list[tuple[str, dict[str, str], str]]:
    return [read for line in lines(report) if (read := parsed(line))]


def parsed(line: str) -> tuple[str, dict[str, str], str] | None:
    """What the agent does with a line of a log, after its parser of commands."""
    if (start := line.find("##vso[")) < 0 or (end := line.find("]", start)) < 0:
        return None
    name, _, listed = line[start + 6 : end].partition(" ")
    pairs = [pair.partition("=") for pair in listed.split(";") if pair]
    return name, {key: unescaped(value) for key, _, value in pairs}, unescaped(line[end + 1 :])


def unescaped(text: str) -> str:
    for code, character in ESCAPES:
        text = text.replace(code, character)
    return text


def test_the_whole_output(report: Report) -> None:
    assert lines(report, 3)[:4] == [
        (
            "##vso[task.logissue type=error;sourcepath=api.yaml;linenumber=5;columnnumber=3;code=reference-refused]"
            "problem: the reference leaves the root (the answer is incomplete)"
        ),
        (
            "##vso[task.logissue type=error;sourcepath=api.yaml;linenumber=6;columnnumber=5;code=unauthenticated-write]"
            "critical: POST /pets changes data without authentication "
            "(confidence: medium%3B and 2 more operations%3B apilint explain unauthenticated-write)"
        ),
        (
            "##vso[task.logissue type=error;sourcepath=api.yaml;linenumber=3;columnnumber=5;code=server-cleartext]"
            "high: The server http://api.example.com/v1 is reached without encryption "
            "(confidence: high%3B reached from 1 operation%3B apilint explain server-cleartext)"
        ),
        "2 findings: 1 critical, 1 high; 1 fixable [*]",
    ]


def test_ten_of_a_level_the_gravest_and_a_warning_for_the_others(report: Report, a_finding: Make) -> None:
    findings = [a_finding(severity=severity) for severity in Severity for _ in range(12)]
    told = commands(report._replace(findings=findings, problems=[Problem("unreadable", f"{n}") for n in range(8)]))
    levels = [properties["type"] for _, properties, _ in told]
    assert levels == ["error"] * 10 + ["warning"] * 10
    assert [message.partition(":")[0] for _, _, message in told[:10]] == ["problem"] * 5 + ["critical"] * 5
    assert told[-1][2] == (
        "46 more findings and 3 more problems not shown here: a report for all of them is --output html=PATH"
    )


def test_what_is_suppressed_is_counted_only(report: Report, a_finding: Make) -> None:
    told = report._replace(findings=(a_finding(suppression=Suppression("waiver")),), problems=())
    assert commands(told) == []
    assert lines(told)[0] == "no findings; 1 waived"


@pytest.mark.parametrize("name", ["a b.yaml", "a;b=c.yaml", "a]b.yaml", "100%.yaml", "%3B%AZP25.yaml", "日本.yaml"])
def test_a_file_keeps_its_name(name: str, report: Report, a_finding: Make, a_place: Place) -> None:
    found = a_finding(location=a_place(3, 5, 8, name), message=f"in {name}")
    [(_, properties, message)] = commands(report._replace(findings=(found,), problems=()))
    assert properties["sourcepath"] == name
    assert message.startswith(f"high: in {name} (")


def test_no_text_ends_a_command_or_begins_one(report: Report, a_finding: Make, a_place: Place) -> None:
    evil = "x]\r\n##vso[task.setvariable variable=a]b;type=debug ##[error]c"
    found = a_finding(message=evil, rule=evil, operation=evil, location=a_place(3, 5, 8, evil))
    told = commands(report._replace(findings=(found,), problems=(Problem(evil, evil, evil),)))
    assert [(name, properties["type"]) for name, properties, _ in told] == [("task.logissue", "error")] * 2
    for line in lines(report._replace(findings=(found,), problems=(Problem(evil, evil, evil),))):
        assert "##vso[" not in line[1:]
        assert "##[" not in line
