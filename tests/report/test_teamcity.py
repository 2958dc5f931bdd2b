from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from apilint.findings import Finding, Location, Problem, Report, Severity, Suppression
from apilint.report import Presentation, teamcity

Make = Callable[..., Finding]
Place = Callable[..., Location]
MESSAGE = re.compile(r"##teamcity\[(\w+)((?: \w+='(?:[^|'\[\]]|\|(?:[|'n\[\]]|0x[0-9a-f]{4}))*')+)\]", re.ASCII)
ATTRIBUTE = re.compile(r"(\w+)='((?:[^|']|\|.)*)'")


def lines(report: Report, status: int = 1) -> list[str]:
    return teamcity.render(report, Presentation("0.1.0", status)).splitlines()


def messages(report: Report) -> list[tuple[str, dict[str, str]]]:
    """Each service message: its name and its attributes, unescaped."""
    told = [line for line in lines(report) if line.startswith("##")]
    found = [MESSAGE.fullmatch(line) for line in told]
    return [(one[1], {key: unescaped(value) for key, value in ATTRIBUTE.findall(one[2])}) for one in found if one]


def unescaped(text: str) -> str:
    text = re.sub(
        r"\|(?:0x([0-9a-f]{4})|(.))", lambda m: chr(int(m[1], 16)) if m[1] else {"n": "\n"}.get(m[2], m[2]), text
    )
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")


def test_the_whole_output(report: Report) -> None:
    assert lines(report, 3)[:6] == [
        (
            "##teamcity[inspectionType id='server-cleartext' name='The server is reached without encryption' "
            "category='API security' description='The server is reached without encryption. "
            "apilint explain server-cleartext']"
        ),
        (
            "##teamcity[inspectionType id='unauthenticated-write' name='unauthenticated-write' category='API security' "
            "description='unauthenticated-write. apilint explain unauthenticated-write']"
        ),
        (
            "##teamcity[inspection typeId='server-cleartext' "
            "message='The server http://api.example.com/v1 is reached without encryption|nseverity: high; "
            "confidence: high; reached from 1 operation' file='api.yaml' line='3' SEVERITY='ERROR']"
        ),
        (
            "##teamcity[inspection typeId='unauthenticated-write' "
            "message='POST /pets changes data without authentication|nseverity: critical; confidence: medium; "
            "and 2 more operations' file='api.yaml' line='6' SEVERITY='ERROR']"
        ),
        (
            "##teamcity[buildProblem description='apilint: reference-refused: the reference leaves the root "
            "(api.yaml:5:3); the answer is incomplete' identity='apilint_0bba4e9f6a715dfdaefe1b44b53d820d']"
        ),
        "2 findings: 1 critical, 1 high; 1 fixable [*]",
    ]


def test_a_type_comes_once_and_before_its_inspections(report: Report, a_finding: Make) -> None:
    names = [name for name, _ in messages(report._replace(findings=[a_finding() for _ in range(30)], problems=()))]
    assert names == ["inspectionType"] + ["inspection"] * 30


@pytest.mark.parametrize(
    ("severity", "level"), list(zip(Severity, ("INFO", "WEAK WARNING", "WARNING", "ERROR", "ERROR"), strict=True))
)
def test_a_severity_has_one_level(severity: Severity, level: str, report: Report, a_finding: Make) -> None:
    told = messages(report._replace(findings=(a_finding(severity=severity),), problems=()))
    assert told[1][1]["SEVERITY"] == level


def test_what_is_suppressed_stays_as_information(report: Report, a_finding: Make) -> None:
    waived = a_finding(suppression=Suppression("waiver", "old client", "W-12", "team-a", "2026-12-31"))
    [_, (_, attributes)] = messages(report._replace(findings=(waived,), problems=()))
    assert attributes["SEVERITY"] == "INFO"
    assert attributes["message"].endswith("\nsuppressed: waiver W-12 until 2026-12-31: old client (owner: team-a)")


def test_the_same_problem_has_the_same_identity_and_another_another(report: Report) -> None:
    problems = [Problem("unreadable", "a"), Problem("unreadable", "b"), Problem("unreadable", "a")]
    identities = [attributes["identity"] for _, attributes in messages(report._replace(findings=(), problems=problems))]
    assert identities[0] == identities[2] != identities[1]
    assert all(re.fullmatch("[A-Za-z_][A-Za-z0-9_]{0,59}", identity) for identity in identities)


@pytest.mark.parametrize(
    "name",
    ["a b.yaml", "it's.yaml", "a|b[c].yaml", "|0x0041.yaml", "日本.yaml", "😀.yaml", "deep/" * 500 + "api.yaml"],
)
def test_a_file_keeps_its_name(name: str, report: Report, a_finding: Make, a_place: Place) -> None:
    found = a_finding(location=a_place(3, 5, 8, name), message=f"in {name[:100]}")
    told = report._replace(findings=(found,), problems=())
    [_, (_, attributes)] = messages(told)
    assert attributes["file"] == name
    assert attributes["message"].startswith(f"in {name[:100]}\n")
    assert "\n".join(lines(told)).isascii()


def test_no_text_ends_a_message_or_begins_one(report: Report, a_finding: Make, a_place: Place) -> None:
    evil = "x']\r\n##teamcity[buildStop comment='x'] ##vso[a]"
    found = a_finding(message=evil, rule=evil, operation=evil, location=a_place(3, 5, 8, evil))
    told = report._replace(findings=(found,), problems=(Problem(evil, evil, evil),))
    assert [name for name, _ in messages(told)] == ["inspectionType", "inspection", "buildProblem"]
    assert not any("##teamcity[" in line[1:] or "##vso[" in line for line in lines(told))


def test_texts_keep_to_the_limits(report: Report, a_finding: Make, a_place: Place) -> None:
    found = a_finding(message="é" * 9_000, rule="r" * 900, location=a_place(3, 5, 8, "日" * 9_000))
    for _, attributes in messages(report._replace(findings=(found,), problems=(Problem("k", "日" * 9_000),))):
        assert all(len(value) <= 4_000 for value in attributes.values())
        assert all(len(attributes.get(key, "")) <= 255 for key in ("id", "name", "category", "typeId"))
