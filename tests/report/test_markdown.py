from __future__ import annotations

import html
import random
import re
from collections.abc import Callable

import cmarkgfm  # type: ignore[import-untyped]
import pytest
from markdown_it import MarkdownIt

from apilint.findings import Finding, Input, Location, Problem, Report, Severity, Suppression
from apilint.report import Presentation, markdown
from apilint.report.escape import markdown as escaped
from apilint.report.escape import markdown_code, visible

GOLDEN = """\
## apilint: 2 findings, 1 problem

**Exit status 3: not everything could be checked.** 2 findings: 1 critical, 1 high; 1 fixable `[*]`.

Checked 1 API with 1 operation, 2 documents read, 1 fragment skipped. \
4 or more hidden by preset default or `--min-confidence`: `--preset` audit alone shows them.

| Severity | Confidence | Rule | Place | What is wrong |
| --- | --- | --- | --- | --- |
| **critical** | medium | `unauthenticated-write` \\[\\*\\] | `api.yaml:6` \
| POST `/pets` changes data without authentication (and 2 more operations) |
| **high** | high | `server-cleartext` | `api.yaml:3` \
| The server `http://api.example.com/v1` is reached without encryption (reached from 1 operation) |

### Not checked: 1 problem

- **problem** `reference-refused` `api.yaml:5:3`: the reference leaves the root

<details>
<summary>1 input not checked</summary>

- `part.yaml`: a part of a document that nothing checked refers to, skipped

</details>

<details>
<summary>1 departure from the OpenAPI schema</summary>

- `api.yaml`: info is missing

</details>

### Why, and how to mend

<details>
<summary><code>server-cleartext</code>: 1 finding</summary>

The server is reached without encryption.

Whoever is on the way reads and changes what is sent.

References: [OWASP-API8:2023 Security Misconfiguration]\
(<https://owasp.org/API-Security/editions/2023/en/0xa8-security-misconfiguration/>), \
[CWE-319 Cleartext Transmission of Sensitive Information](<https://cwe.mitre.org/data/definitions/319.html>), \
[RFC 9110 HTTP Semantics](<https://www.rfc-editor.org/rfc/rfc9110>)

More: `apilint explain server-cleartext`

</details>
"""


def test_the_whole_comment(report: Report) -> None:
    assert markdown.render(report, Presentation("0.1.0", 3)) == GOLDEN


def test_both_libraries_show_what_was_meant(report: Report) -> None:
    for page in rendered(GOLDEN):
        assert page.count("<details>") == page.count("</details>") == 3
        assert page.count("<tr>") == 3
        assert page.count("href") == 3
        assert "<strong>critical</strong>" in page
        assert "<code>server-cleartext</code>: 1 finding</summary>" in page


def rendered(text: str) -> list[str]:
    """As GitHub's library and as one of another family make HTML of it, HTML let through."""
    unsafe = cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE
    return [cmarkgfm.github_flavored_markdown_to_html(text, unsafe), MarkdownIt("gfm-like").render(text)]


def test_a_clean_report_is_short(report: Report) -> None:
    clean = report._replace(findings=(), problems=(), inputs=(Input("api.yaml", "checked", "3.0", 1, 1),), hidden=0)
    assert markdown.render(clean, Presentation("1", 0)) == (
        "## apilint: no findings\n\n"
        "**Exit status 0: nothing at or above high.** No findings.\n\n"
        "Checked 1 API with 1 operation, 1 document read.\n"
    )


def test_suppressed_findings_stand_apart(report: Report, a_finding: Callable[..., Finding]) -> None:
    waived = a_finding(suppression=Suppression("waiver", "old clients | until June", "W-12", "team-a", "2026-06-30"))
    text = markdown.render(report._replace(findings=(waived,), problems=()), Presentation("1", 0))
    assert "## apilint: no findings\n" in text
    assert "No findings; 1 waived." in text
    assert "<summary>1 finding suppressed</summary>" in text
    row = next(line for line in text.splitlines() if "W-12" in line)
    assert row.endswith("| waiver `W-12` until `2026-06-30`: old clients \\| until June (owner: team-a) |")
    for page in rendered(text):
        assert "old clients | until June" in page


def test_new_findings_and_owners_are_marked(report: Report, a_finding: Callable[..., Finding]) -> None:
    text = markdown.render(report._replace(findings=(a_finding(state="new", owner="@org/team"),)), Presentation())
    assert "| **high**, new | high |" in text
    assert "— owner: `@org/team` |" in text


@pytest.mark.parametrize("limit", [markdown.LIMIT, 20_000, 4_000])
def test_what_does_not_fit_is_counted(
    limit: int, report: Report, a_finding: Callable[..., Finding], a_place: Callable[..., Location]
) -> None:
    found = [
        a_finding(severity=Severity(number % 5), message=f"number {number} 日本語", location=a_place(number + 1, 1, 2))
        for number in range(5_000)
    ]
    waived = [one._replace(suppression=Suppression("baseline")) for one in found[:500]]
    problems = [Problem("malformed", f"problem {number}", "a.yaml", number + 1) for number in range(300)]
    big = report._replace(findings=[*found, *waived], problems=problems)
    text = markdown.table(big, Presentation("1", 3), limit)
    assert len(text.encode()) < limit
    rows = len(re.findall(r"^\| (?:\*\*)?(?:critical|high|medium)", text, re.MULTILINE))
    left = int(re.search(r"\*\*([\d,]+) more\*\* \(", text)[1].replace(",", ""))  # type: ignore[index]
    assert rows + left == 5_000
    assert not rows or text.index("**critical**") < text.index("more** (")
    assert "more problems" in text
    assert "500 findings suppressed" in text
    assert len(markdown.render(big, Presentation("1", 3)).encode()) < markdown.LIMIT


PIECES = [
    "\x1b[2J", "\n", "\u200b", "\ud800", "[", "]", "](http://evil.example)", "![x](y)", "<img src=x onerror=a>",
    "<!--", "-->", "@me", "#12", "GH-1", "deadbee", "1234567", "1.", "1)", "-", "*", "_", "**", "`", "``", "```", "|",
    "\\", "\\|", "||", " ", "  ", ":+1:", "$x$", "~b", "!1", "http://a.b/c", "www.a.co", "a@b.co", "mailto:a@b.co",
    "&amp;", "&#64;", "word", "日本", "é", "😀", "GET /x", "'", '"', "(", ")", "!", "?", ":", ";", ",", ".", "+", "=",
    "---", "```x", "> q", "# h", "\t", "{{x}}", "%", "12",
]  # fmt: skip


@pytest.mark.parametrize("frame", ["| a |\n| --- |\n| {} |\n", "- {}\n", "{}\n", "a {}\n"])
def test_any_text_shows_as_itself(frame: str) -> None:
    chance = random.Random(7)
    for _ in range(700):
        text = "".join(chance.choices(PIECES, k=chance.randint(1, 7)))
        shown = re.sub("`([^`]+)`", r"\1", visible(text, 300))
        for written, meant in ((escaped(text), shown), (markdown_code(text), visible(text))):
            wanted = " ".join(f"{'a ' if 'a ' in frame else ''}{meant}".split(" "))
            for page in rendered(frame.replace("{}", written)):
                tags = set(re.findall("<(/?[a-z0-9]+)", page)) - {"/code", "code", "p", "/p", "ul", "/ul", "li", "/li"}
                assert not {tag for tag in tags if tag.strip("/") not in ("table", "thead", "tbody", "tr", "th", "td")}
                assert squeezed(html.unescape(re.sub("<[^>]*>", "", page))) == squeezed(wanted), written


def squeezed(text: str) -> str:
    return re.sub("[ \n]+", " ", text).strip(" ")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("POST /pets changes data, see GET /x.", "POST `/pets` changes data, see GET `/x`."),
        ("API key `a|b` of @me", "API key `a`\\|`b` of `@me`"),
        ("fixed in deadbee by GH-12", "fixed in `deadbee` by `GH-12`"),
        ("1. first, 2,000 of 50%", "`1`. first, 2,000 of 50%"),
        ("a `` b", "a ``` `` ``` b"),
    ],
)
def test_plain_words_stay_plain(text: str, written: str) -> None:
    assert escaped(text) == written


def test_odd_file_names_show(report: Report, a_finding: Callable[..., Finding]) -> None:
    for name in ("a b|c`d.yaml", "%3A:1.yaml", "\udcff@me.yaml", "[x](http://evil.example).yaml"):
        place = Location(name, "", report.findings[0].location.span)
        text = markdown.render(report._replace(findings=(a_finding(location=place),)), Presentation())
        for page in rendered(text):
            assert f"{visible(name)}:3" in html.unescape(re.sub("</?code>", "", page))
            assert "evil" not in "".join(re.findall('href="[^"]*', page))
