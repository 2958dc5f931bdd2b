"""The format `html` as text: whole, closed to the outside, the same each time, and small."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import html5lib
import pytest
from hypothesis import given, settings

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
from apilint.report import Presentation
from apilint.report.html import render
from apilint.report.html.data import LISTED, shared
from apilint.report.html.excerpts import split
from apilint.report.html.prose import inline, rule_page
from apilint.rule import Rule
from tests.report.test_hostile import COMMAND, RAW, reports

ATTACKS = (
    "<script>alert(1)</script>", "</script><script>alert(2)</script>", "<!--", "]]>", "<img src=x onerror=alert(3)>",
    "javascript:alert(4)", "[x](javascript:alert(5))", "{{ 7 * 7 }}", "{% raw %}", '" onmouseover="alert(6)',
    "' autofocus onfocus='alert(7)", "&lt;b&gt;", "`<b>`", "</style>", "</noscript><b>", "\u2028", "##vso[x]",
)  # fmt: skip


def data(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="ui:data">(.*?)</script>', text, re.DOTALL)
    assert found
    value: dict[str, Any] = json.loads(found[1])
    return value


def messages(text: str) -> list[str]:
    """The other half of `shared`, as the page's script has it."""
    said: list[str] = []
    before, last = "", dict[int, str]()
    for row in data(text)["rows"]:
        start, end, rest = row[3:6]
        units = before.encode("utf-16-le")[: 2 * start].decode("utf-16-le")
        tail = last.get(row[0], "").encode("utf-16-le")
        before = last[row[0]] = units + rest + (tail[-2 * end :].decode("utf-16-le") if end else "")
        said.append(before)
    return said


class Tags(HTMLParser):
    """Every element of a page, with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs)
        self.elements.append((tag, dict(attrs)))


def parsed(text: str) -> Any:
    return html5lib.HTMLParser(strict=True).parse(text)  # raises for whatever the standard calls a parse error


def test_a_page_holds_what_was_found_and_what_was_not_looked_at(report: Report) -> None:
    text = render(report, Presentation("0.4.0", 3))
    said = html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text)))
    for words in (
        "Incomplete exit status 3: not everything could be checked",
        "checked 1 API with 1 operation, 2 documents read, 1 fragment skipped",
        "4 or more hidden by preset default or --min-confidence",
        "reference-refused the reference leaves the root",
        "api.yaml:5:3",
        "part.yaml",
        "a part of a document that nothing checked refers to, skipped",
        "info is missing",
        "No score: at most",
        "apilint 0.4.0, with apilint 0.1.0, acme-rules 2.0",
        "POST /pets changes data without authentication",
        "Fix: Remove security".replace("security", "`security`"),
        "The server is reached without encryption",
        "Whoever is on the way reads and changes what is sent.",
    ):
        assert words in said, words
    assert "apilint 0.1.0, with acme-rules 2.0" in re.sub(r"<[^>]+>", "", render(report, Presentation("0.1.0", 3)))
    assert sorted(messages(text)) == sorted(finding.message for finding in report.findings)
    assert '<details class="rule" id="rule:server-cleartext">' in text


def test_the_page_is_valid(report: Report) -> None:
    text = render(report, Presentation("1", 3))
    parsed(text)
    ids = [attributes["id"] for _, attributes in Tags(text).elements if "id" in attributes]
    assert len(set(ids)) == len(ids)
    for _, attributes in Tags(text).elements:
        for name in ("for", "aria-labelledby", "aria-describedby"):
            assert name not in attributes or attributes[name] in ids


def test_empty_and_only_problems(report: Report) -> None:
    empty = report._replace(findings=(), problems=(), inputs=(), hidden=0)
    text = render(empty, Presentation("1", 0))
    parsed(text)
    assert "No findings." in text
    assert "<strong>Passed</strong>" in text
    assert "<script" not in text
    text = render(report._replace(findings=()), Presentation("1", 3))
    parsed(text)
    assert "No findings in what could be checked." in text
    assert "<strong>Incomplete</strong>" in text


def test_the_same_bytes(report: Report) -> None:
    assert render(report, Presentation("1", 1)) == render(report, Presentation("1", 1))


def test_the_policy_allows_what_is_there_and_nothing_else(report: Report) -> None:
    text = render(report, Presentation("1", 1))
    policy = next(a["content"] for _, a in Tags(text).elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    rules = dict(one.split(" ", 1) for one in policy.split("; "))
    assert rules["default-src"] == rules["img-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    for element, rule in (("style", "style-src"), ("script", "script-src")):
        found = re.findall(f"<{element}>(.*?)</{element}>", text, re.DOTALL)
        assert len(found) == 1
        digest = base64.b64encode(hashlib.sha256(found[0].encode()).digest()).decode()
        assert rules[rule] == f"'sha256-{digest}'"
    assert "unsafe" not in policy
    # It holds for what follows it only.
    assert text.index("Content-Security-Policy") < text.index("<style")
    assert '<meta name="referrer" content="no-referrer">' in text


def safe(text: str) -> None:
    """Nothing loads anything, nothing runs but the page's own script, and links go to the web or stay."""
    for element, attributes in Tags(text).elements:
        assert element not in ("link", "img", "iframe", "object", "embed", "base", "video", "audio", "svg", "math")
        assert not any(name.startswith("on") or name in ("style", "src", "srcset", "action") for name in attributes)
        if address := attributes.get("href"):
            assert address.startswith(("#", "https://"))
            assert address.startswith("#") or attributes.get("rel") == "noreferrer noopener"
    assert [element for element, _ in Tags(text).elements].count("script") in (0, 2)
    assert not re.search(r"url\(|@import|innerHTML|outerHTML|insertAdjacent|document\.write|eval\(", text)


@pytest.mark.parametrize("attack", ATTACKS)
def test_markup_is_text(report: Report, a_finding: Callable[..., Finding], a_rule: Rule, attack: str) -> None:
    place = Location(attack, attack, Span(1, 1, 1, 3))
    finding = a_finding(
        message=attack, location=place, operation=attack, related=((place, attack),), fingerprint=attack, owner=attack,
        fix=Fix(attack, True, ()), suppression=Suppression(attack, attack, attack, attack, attack), chain=(place,),
        api=attack, state=attack,
    )  # fmt: skip
    attacked = report._replace(
        findings=(finding, finding._replace(rule=attack)),
        problems=(Problem(attack, attack, attack, 1, 1, attack, attack),),
        inputs=(Input(attack, attack, attack, 1, 1, (attack,)),),
        rules=(a_rule, a_rule._replace(id=attack, doc=f"{attack}\n\n{attack}\n\nTo fix: {attack}", refs=(attack,))),
        plugins=(attack,),
        preset=attack,
        line=lambda file, number: attack,
        replacements=lambda finding: (Replacement(attack, Span(1, 1, 1, 2), attack),),
    )
    text = render(attacked, Presentation(attack, 3))
    parsed(text)
    safe(text)
    assert not COMMAND.search(text)
    assert set(messages(text)) == {attack.replace("\u2028", "\\u2028")}


@settings(max_examples=30, deadline=None)
@given(report=reports)
def test_hostile_reports(report: Report) -> None:
    text = render(report, Presentation("1", 3))
    assert not RAW.search(text)
    assert not COMMAND.search(text)
    text.encode("utf-8")
    parsed(text)
    safe(text)
    if report.findings:
        assert len(data(text)["rows"]) == len(report.findings)


def many(a_finding: Callable[..., Finding], number: int) -> list[Finding]:
    """Findings as a large document has them: each with its own operation, message, pointer and fingerprint."""
    found = []
    for at in range(number):
        operation, field = f"POST /v1/accounts/{{account}}/resource_{at // 10}", f"property_{at % 10}_of_{at // 10}"
        pointer = f"/paths/~1v1~1accounts~1{{account}}~1resource_{at // 10}/post/requestBody/content/schema/{field}"
        found.append(
            a_finding(
                rule=f"rule-{at % 25}",
                severity=Severity(at % 4),
                confidence=Confidence(at % 3),
                message=f"{operation}: request body, `application/json`, `{field}` has no greatest length {at % 25}",
                location=Location("api.yaml", pointer, Span(10 + 6 * at, 17, 10 + 6 * at, 30)),
                operation=operation,
                fingerprint=hashlib.sha256(str(at).encode()).hexdigest()[:32],
            )
        )
    return found


def test_five_thousand_findings_are_under_a_megabyte(report: Report, a_finding: Callable[..., Finding]) -> None:
    def line(file: str, number: int) -> str:
        return (
            f"                {('type: string', 'description: The name', 'maxLength:', f'key_{number}:')[number % 4]}"
        )

    text = render(report._replace(findings=many(a_finding, 5_000), line=line), Presentation("1", 1))
    assert len(text.encode()) < 1_000_000
    assert len(messages(text)) == 5_000


def test_the_gravest_are_listed_where_there_are_too_many(report: Report, a_finding: Callable[..., Finding]) -> None:
    found = many(a_finding, LISTED + 1_000)
    found[-1] = found[-1]._replace(severity=Severity.CRITICAL, message="the worst of all")
    found[-2] = found[-2]._replace(severity=Severity.CRITICAL, message="let pass", suppression=Suppression("waiver"))
    text = render(report._replace(findings=found), Presentation("1", 1))
    assert "Only the gravest 5,000 are listed; 1,000 more are left out here." in text
    assert len(messages(text)) == LISTED
    assert "the worst of all" in messages(text)
    assert "let pass" not in messages(text)
    assert min(row[1] // 3 for row in data(text)["rows"]) == Severity.INFO  # 4,501 are above
    assert sum(row[1] // 3 > Severity.INFO for row in data(text)["rows"]) == sum(one.severity > 0 for one in found) - 1


def test_anchors_are_fingerprints_and_differ(report: Report, a_finding: Callable[..., Finding]) -> None:
    found = [a_finding(fingerprint=name) for name in ("abc", "abc", "a b<c", "", "ui:search")]
    text = render(report._replace(findings=found), Presentation("1", 1))
    assert {row[2] for row in data(text)["rows"]} == {"abc", "abc-2", "a-b-c", "finding", "ui-search"}
    parsed(text)


def test_lines_and_marks(report: Report, a_finding: Callable[..., Finding]) -> None:
    lines = {1: "openapi: 3.0.3", 2: "\tkey: 😀", 3: '{"a": ' + "x" * 500 + ' "key": 1, ' + "y" * 500 + "}"}
    places = [Span(1, 1, 1, 8), Span(2, 2, 2, 5), Span(3, 508, 3, 513), Span(9, 1, 9, 2), Span(1, 10, 2, 3)]
    found = [a_finding(fingerprint=f"f{at}", location=Location("api.yaml", "", span)) for at, span in enumerate(places)]
    text = render(report._replace(findings=found, line=lambda _, number: lines.get(number, "")), Presentation("1"))
    value = data(text)
    rest = {row[2]: row[16] for row in value["rows"] if len(row) > 16}
    assert "f0" not in rest
    assert rest["f1"]["m"] == ["    ", "key", ": 😀"]
    before, marked, after = rest["f2"]["m"]
    assert (before[:4], marked, after[-3:]) == ("...x", '"key"', "...")
    assert len(before) < 80
    assert next(row for row in value["rows"] if row[2] == "f4")[11] == 0
    assert value["texts"][0] == "openapi: 3.0.3"


def test_a_mark_beyond_the_line() -> None:
    assert split("ab", Span(1, 9, 1, 12)) == ("ab", "", "")
    assert split("", Span(1, 1, 2, 1)) == ("", "", "")


def test_fixes_are_shown_as_differences(report: Report, a_finding: Callable[..., Finding]) -> None:
    finding = a_finding(fix=Fix("Use https", True, ()))
    replaced = (Replacement("api.yaml", Span(3, 10, 3, 14), "https"), Replacement("b.yaml", Span(1, 1, 1, 1), "x\n"))
    text = render(report._replace(findings=(finding,), replacements=lambda _: replaced), Presentation("1"))
    changes = data(text)["rows"][0][16]["f"]
    assert changes == [
        "Use https",
        1,
        [
            ["api.yaml", "-   - url: http://api.example.com/v1", "+   - url: https://api.example.com/v1"],
            ["b.yaml", "+ x"],
        ],
    ]


def test_suppressed_findings_are_marked_and_last(report: Report, a_finding: Callable[..., Finding]) -> None:
    waived = a_finding(
        severity=Severity.CRITICAL,
        fingerprint="waived",
        suppression=Suppression("waiver", "old client", "W-1", "team", "2027-01-31"),
        state="unchanged",
        owner="@team",
    )
    text = render(report._replace(findings=(waived, a_finding())), Presentation("1"))
    plain = re.findall(r'<li id="([^"]+)"( class="suppressed")?>', text)
    assert plain == [("f1", ""), ("waived", ' class="suppressed"')]
    assert "suppressed: waiver W-1 until 2027-01-31: old client (owner: team)" in text
    assert '<li class="tile none"><b>0</b> critical</li>' in text
    assert "<b>1</b> suppressed" in text
    assert 'name="suppressed"' in text
    assert 'name="state"' in text


def test_odd_file_names(report: Report, a_finding: Callable[..., Finding]) -> None:
    for name in ("my api.yaml", "c:\\x:y.yaml", "100%.yaml", "\udcff.yaml", "日本.yaml", "a\nb.yaml", "-"):
        text = render(
            report._replace(findings=(a_finding(location=Location(name, "", Span(1, 1, 1, 2))),)), Presentation("1")
        )
        parsed(text)
        text.encode()
        assert data(text)["files"] == [name.replace("\udcff", "\\udcff").replace("\n", "\\x0a")]


def test_pages_of_rules_hold_no_markup_of_their_own(a_rule: Rule) -> None:
    text = (
        "Raw.\n\n<b>bold</b> [a](javascript:x) [b](https://b.example) ![c](https://c.example/c.png) <https://d.example>"
    )
    shown = rule_page(a_rule._replace(doc=text))
    assert "&lt;b&gt;" in shown
    assert "[a](javascript:x)" in shown
    assert '<a href="https://b.example" rel="noreferrer noopener">b</a>' in shown
    assert "<img" not in shown
    assert "<h4>Why it matters</h4>" in shown
    assert "<h1" not in shown


def test_code_in_text() -> None:
    assert inline("a `<b>` c") == "a <code>&lt;b&gt;</code> c"
    assert inline("a ` <c>") == "a ` &lt;c&gt;"


def test_what_is_shared_is_counted_as_scripts_count() -> None:
    assert shared("a😀b", "xyz", "a😀cyz") == (3, 2, "c")
    assert shared("aa", "aa", "a") == (1, 0, "")
    assert shared("", "", "é") == (0, 0, "é")
