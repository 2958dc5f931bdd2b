from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from apilint.findings import (
    Confidence,
    Finding,
    Fix,
    Input,
    Location,
    Problem,
    Replacement,
    Report,
    Severity,
    Span,
    Suppression,
)
from apilint.report import Presentation, concise, statistics, terminal
from apilint.report.layout import columns, linked

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
  = unsafe fix: Remove `security`

problem[reference-refused]: the reference leaves the root
 --> api.yaml:5:3
  |
5 |   /pets:
  |   ^
  |

note: api.yaml: info is missing

2 findings: 1 critical, 1 high; 1 fixable [*]
4 or more hidden by preset default or --min-confidence: --preset audit alone
  shows them
checked 1 API with 1 operation, 2 documents read, 1 fragment skipped
1 problem: the answer is incomplete
exit status 3: not everything could be checked

next: apilint explain unauthenticated-write
"""


def test_the_whole_page(report: Report) -> None:
    assert terminal.render(report, Presentation("0.1.0", 3)) == GOLDEN


def test_colour_only_adds_to_the_words(report: Report) -> None:
    text = terminal.render(report, Presentation("0.1.0", 3, color=True))
    assert "\x1b[1;38;5;196mhigh[server-cleartext]\x1b[0m" in text
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
        ({"findings": (), "problems": (), "inputs": (Input("a", "skipped"),)}, 0, "next: name an OpenAPI document"),
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


def suppressed(a_finding: Callable[..., Finding], number: int) -> list[Finding]:
    kinds = ("waiver", "baseline", "inline")
    return [
        a_finding(suppression=Suppression(kinds[n % 3], "old clients", f"W-{n}", "", "2026-03-01"))
        for n in range(number)
    ]


def test_suppressed_findings_come_after_and_say_why(report: Report, a_finding: Callable[..., Finding]) -> None:
    some = report._replace(findings=(*suppressed(a_finding, 1), *report.findings), problems=(), inputs=CHECKED)
    text = terminal.render(some, Presentation(status=1))
    assert text.index("critical[unauthenticated-write]") < text.index("suppressed: 1 finding\n")
    assert (
        "  api.yaml:3:5: high[server-cleartext] The server http://api.example.com/v1 is\n"
        "      reached without encryption (waiver W-0 until 2026-03-01: old clients)\n" in text
    )
    assert "2 findings: 1 critical, 1 high; 1 waived; 1 fixable [*]\n" in text
    assert "exit status 1: 2 findings at or above high" in text
    line = next(line for line in concise.render(some, Presentation()).splitlines() if "W-0" in line)
    assert line == (
        "api.yaml:3:5: suppressed high[server-cleartext] The server http://api.example.com/v1 is reached without"
        " encryption (waiver W-0 until 2026-03-01: old clients)"
    )


def test_many_suppressed_findings_are_counted(report: Report, a_finding: Callable[..., Finding]) -> None:
    many = report._replace(findings=suppressed(a_finding, 20), problems=())
    for render, more in (
        (terminal.render, "  and 10 more: --all\n"),
        (concise.render, "and 10 more suppressed: --all\n"),
    ):
        text = render(many, Presentation())
        assert text.count("W-") == 10
        assert more in text
        assert "no findings; 7 waived, 7 baselined, 6 ignored inline" in text
        assert render(many, Presentation(everything=True)).count("W-") == 20
    assert "suppressed: 7 waived, 7 baselined, 6 ignored inline\n" in statistics.render(many, Presentation())
    assert "next: apilint check --preset audit" in terminal.render(many, Presentation())


def test_what_is_new_and_who_answers(report: Report, a_finding: Callable[..., Finding]) -> None:
    one = report._replace(findings=(a_finding(state="new", owner="team-pets"),))
    assert "= confidence: high; reached from 1 operation; new; owner: team-pets\n" in terminal.render(
        one, Presentation()
    )
    assert "without encryption (new) (owner: team-pets)\n" in concise.render(one, Presentation())


def fixed(report: Report, a_finding: Callable[..., Finding], *replacements: Replacement) -> str:
    one = a_finding(fix=Fix("Mend it", True, ()))
    changed = report._replace(findings=(one,), problems=(), replacements=lambda finding: replacements)
    text = terminal.render(changed, Presentation(quiet=True))
    return text[text.index("  = fix: ") :]


def test_a_fix_shows_the_lines_that_it_changes(report: Report, a_finding: Callable[..., Finding]) -> None:
    assert fixed(report, a_finding, Replacement("api.yaml", Span(3, 10, 3, 14), "https")) == (
        "  = fix: Mend it\n3 -   - url: http://api.example.com/v1\n3 +   - url: https://api.example.com/v1\n\n"
    )


def test_a_fix_of_several_places(report: Report, a_finding: Callable[..., Finding]) -> None:
    assert (
        fixed(
            report,
            a_finding,
            Replacement("api.yaml", Span(7, 1, 8, 1), ""),
            Replacement("api.yaml", Span(2, 1, 2, 1), "info:\r\n  title: x\n"),
            Replacement("other.yaml", Span(1, 1, 1, 1), "not shown"),
        )
        == "  = fix: Mend it\n2 + info:\n3 +   title: x\n7 -       security: []\n\n"
    )


def test_a_long_fix_is_cut(report: Report, a_finding: Callable[..., Finding]) -> None:
    text = fixed(report, a_finding, Replacement("api.yaml", Span(1, 1, 1, 1), "x\n" * 30))
    assert text.count(" + x\n") == 10
    assert "   = and 20 more changed lines\n" in text
    assert fixed(report, a_finding, Replacement("api.yaml", Span(1, 1, 900, 1), "")) == "  = fix: Mend it\n\n"


def test_rule_ids_are_links_where_the_terminal_can(report: Report) -> None:
    link = "\x1b]8;;https://owasp.org/API-Security/editions/2023/en/0xa8-security-misconfiguration/\x1b\\"
    for render in (terminal.render, concise.render, statistics.render):
        text = render(report, Presentation(links=True))
        assert f"{link}server-cleartext\x1b]8;;\x1b\\" in text
        assert re.sub("\x1b]8;;[^\x1b]*\x1b\\\\", "", text) == render(report, Presentation())


STATISTICS = """\
confidence   high medium    low    all
  critical      0      1      0      1
      high      1      0      0      1
    medium      0      0      0      0
       low      0      0      0      0
      info      0      0      0      0
       all      1      1      0      2

by rule: 2 rules with findings, of 1 rule that ran
       1  high      server-cleartext
          The server is reached without encryption; OWASP-API8:2023, CWE-319,
          RFC 9110
       1  critical  unauthenticated-write [*]
          1 fixable

by file: 1 file with findings
       2  api.yaml

not checked: 1 problem
       1  reference-refused
"""


def test_statistics(report: Report) -> None:
    text = statistics.render(report, Presentation("1", 3))
    assert text == f"{STATISTICS}\n{GOLDEN[GOLDEN.index('2 findings: ') :]}"
    assert f"\n{STATISTICS}\n" in terminal.render(report, Presentation("1", 3, statistics=True))
    assert f"\n{STATISTICS}" in concise.render(report, Presentation("1", 3, statistics=True))
    assert statistics.render(report, Presentation(quiet=True)) == f"{STATISTICS}\n"


@pytest.mark.parametrize("width", [40, 80])
def test_statistics_keep_to_the_width(width: int, report: Report, a_finding: Callable[..., Finding]) -> None:
    found = [*report.findings, *(a_finding(api=f"api-{n}.yaml") for n in range(30))]
    text = statistics.render(report._replace(findings=found), Presentation(width=width))
    assert [line for line in text.splitlines() if columns(line) > width and "unauthenticated-write" not in line] == []
    assert "by API: 30 APIs with findings\n" in text
    assert "          and 10 more: --all\n" in text


@pytest.mark.parametrize("url", [None, "http://example.com", "https://a\x1b]8;;x", "https://é.example", "javascript:x"])
def test_only_plain_addresses_become_links(url: str | None) -> None:
    assert linked("id", url) == "id"


def test_rules_that_were_not_asked_are_named(report: Report) -> None:
    some = report._replace(ignored=tuple(f"rule-{n}" for n in "abcdefg"))
    said = "7 rules not asked, by --ignore: rule-a, rule-b, rule-c, rule-d, rule-e and 2 more\n"
    assert said in terminal.render(some, Presentation(width=120))
    assert said in statistics.render(some, Presentation(width=120))
