from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from apilint.findings import Confidence, Finding, Input, Location, Problem, Report, Severity
from apilint.report import Presentation, concise, terminal
from apilint.report.layout import columns

GOLDEN = """\
api.yaml (OpenAPI 3.0, 1 operation)

high[server-cleartext]: The server http://api.example.com/v1 is reached without
  encryption
 --> api.yaml:3:5
  |
3 |   - url: http://api.example.com/v1
  |     ^^^
  |
  = confidence: high; reached from 1 operation
  = help: apilint explain server-cleartext

critical[unauthenticated-write] [*]: POST /pets changes data without
  authentication
 --> api.yaml:6:5
  |
6 |     post:
  |     ^^^^
7 |       security: []
  |       -------- switched off here
  |
 --> other.yaml:2:1
  = declared here
  = confidence: medium; operation: POST /pets and 2 more operations
  = help: apilint explain unauthenticated-write

problem[reference-refused]: the reference leaves the root
 --> api.yaml:5:3
  |
5 |   /pets:
  |   ^
  |

note: api.yaml: info is missing

2 findings: 1 critical, 1 high; 1 fixable [*]
4 or more hidden by preset default or --min-confidence: --preset audit shows
  them
checked 1 API with 1 operation, 2 documents read, 1 fragment skipped
1 problem: the answer is incomplete
exit status 3: not everything could be checked

next: apilint explain unauthenticated-write
"""


def test_the_whole_page(report: Report) -> None:
    assert terminal.render(report, Presentation("0.1.0", 3)) == GOLDEN


def test_colour_only_adds_to_the_words(report: Report) -> None:
    text = terminal.render(report, Presentation("0.1.0", 3, color=True))
    assert "\x1b[1;31mhigh[server-cleartext]\x1b[0m" in text
    assert re.sub(r"\x1b\[[0-9;]*m", "", text) == GOLDEN


def test_quiet_leaves_out_the_summary(report: Report) -> None:
    text = terminal.render(report, Presentation(quiet=True))
    assert text == GOLDEN[: GOLDEN.index("note:")]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_lines_keep_to_the_width(width: int, report: Report) -> None:
    text = terminal.render(report, Presentation(width=width))
    assert [line for line in text.splitlines() if columns(line) > width] == []


def many(a_finding: Callable[..., Finding], a_place: Callable[..., Location], number: int) -> list[Finding]:
    return [
        a_finding(rule="string-max-length", severity=Severity.MEDIUM, message=f"number {n}", location=a_place(n, 1, 2))
        for n in range(1, number + 1)
    ]


def test_a_rule_that_speaks_often_is_gathered(
    report: Report, a_finding: Callable[..., Finding], a_place: Callable[..., Location]
) -> None:
    found = [*many(a_finding, a_place, 20_000), *report.findings]
    text = terminal.render(report._replace(findings=found), Presentation())
    assert len(text.splitlines()) < 90
    assert "string-max-length: 20,000 findings\n" in text
    assert text.count("medium[string-max-length]") == 1
    assert text.count("  api.yaml:") == 3
    assert "and 19,996 more: --all, with --select string-max-length for these alone" in text
    assert "20,002 findings: 1 critical, 1 high, 20,000 medium" in text
    assert text.index("high[server-cleartext]") < text.index("string-max-length: 20,000")


def test_a_few_are_shown_and_more_of_a_rule_gathered(
    report: Report, a_finding: Callable[..., Finding], a_place: Callable[..., Location]
) -> None:
    text = terminal.render(report._replace(findings=many(a_finding, a_place, 20)), Presentation())
    assert text.count("medium[string-max-length]") == 3
    assert text.count("  api.yaml:") == 5
    assert "and 12 more: --all," in text


def test_all_shows_all(report: Report, a_finding: Callable[..., Finding], a_place: Callable[..., Location]) -> None:
    text = terminal.render(report._replace(findings=many(a_finding, a_place, 11)), Presentation(everything=True))
    assert text.count("medium[string-max-length]") == 11
    ten = terminal.render(report._replace(findings=many(a_finding, a_place, 10)), Presentation())
    assert ten.count("medium[string-max-length]") == 10


def test_many_problems_are_counted(report: Report) -> None:
    problems = [Problem("reference-refused", f"number {n}") for n in range(30)]
    text = terminal.render(report._replace(problems=problems), Presentation())
    assert text.count("problem[reference-refused]") == 10
    assert "and 20 more problems of the kind reference-refused: --all" in text
    assert "30 problems: the answer is incomplete" in text


def test_a_fourth_related_place_is_counted(report: Report) -> None:
    found = report.findings[1]
    found = found._replace(related=found.related * 3)
    text = terminal.render(report._replace(findings=[found]), Presentation())
    assert "  = and 3 more related places\n" in text


CHECKED = (Input("api.yaml", "checked", "3.0", 1, 1),)
FAILED = (Input("api.yaml", "failed"),)
PROBLEM = (Problem("malformed", "x", "api.yaml"),)


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"findings": (), "problems": (), "hidden": 0}, 0, "nothing at or above high\n\nnext: keep it so"),
        ({"findings": (), "problems": ()}, 0, "nothing at or above high\n\nnext: apilint check --preset audit"),
        ({"problems": ()}, 1, "exit status 1: 2 findings at or above high\n\nnext: apilint explain unauth"),
        ({"problems": ()}, 0, "exit status 0: 2 findings at or above high, which --exit-zero lets pass"),
        ({"problems": (), "fail_on": Severity.CRITICAL}, 1, "1 finding at or above critical"),
        ({"findings": (), "inputs": FAILED, "problems": PROBLEM}, 3, "1 input not checked\n1 problem: the answer"),
        ({"findings": (), "inputs": FAILED, "problems": PROBLEM}, 3, "next: mend the problem above and run again"),
        ({"findings": (), "inputs": (), "problems": PROBLEM}, 3, "next: name an OpenAPI document"),
        ({"findings": (), "inputs": CHECKED, "problems": PROBLEM}, 3, "next: mend the problem above and run again"),
        ({"preset": "audit"}, 3, "hidden by --min-confidence: run without it"),
    ],
)
def test_the_summary_says_why_and_what_next(changes: dict[str, object], status: int, said: str, report: Report) -> None:
    text = terminal.render(report._replace(**changes), Presentation("1", status))  # type: ignore[arg-type]
    assert said in text
    assert text.count("\nnext: ") == 1


def test_concise_is_a_line_each(report: Report) -> None:
    assert concise.render(report, Presentation("0.1.0", 3)) == (
        "api.yaml:3:5: high[server-cleartext] The server http://api.example.com/v1 is reached without encryption\n"
        "api.yaml:6:5: critical[unauthenticated-write] [*] POST /pets changes data without authentication\n"
        "api.yaml:5:3: problem[reference-refused] the reference leaves the root\n"
        "api.yaml: note: info is missing\n"
        "2 findings: 1 critical, 1 high; 1 fixable [*]; 4 or more hidden; 1 problem; exit status 3\n"
    )


def test_confidence_is_in_words(report: Report, a_finding: Callable[..., Finding]) -> None:
    text = terminal.render(report._replace(findings=[a_finding(confidence=Confidence.LOW)]), Presentation())
    assert "= confidence: low" in text
