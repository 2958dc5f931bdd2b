"""Inline suppressions: what they cover, what is said about them, and that nothing gets lost by them."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from apilint import plugins
from apilint.findings import Confidence, Finding, Report, Severity
from apilint.policy.gate import exit_status
from apilint.policy.own_rules import Policy
from apilint.policy.suppression_rules import RULES
from apilint.report.page import page, part
from apilint.report.sarif_rules import described
from apilint.run import RunOptions, run
from apilint.testing import cases

TODAY = "2026-06-01"
BUILTIN = plugins.load((plugins.EntryPoint("apilint", "0", "builtin", "apilint_rules"),))
LOADED = BUILTIN._replace(rules=tuple(sorted((*BUILTIN.rules, *RULES), key=lambda rule: rule.id)))
HEAD = 'openapi: 3.0.3\ninfo: {title: Orders, version: "1"}\n'
OWN = {rule.id for rule in RULES}
Check = Callable[..., Report]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    """Run over a text, `a.yaml`, and other files by name."""
    monkeypatch.chdir(tmp_path)

    def go(text: str, *, name: str = "a.yaml", others: dict[str, str] | None = None, **options: Any) -> Report:
        for other, content in {name: text, **(others or {})}.items():
            (tmp_path / other).write_text(content, encoding="utf-8")
        options = {"paths": (name,), "preset": "audit", "today": TODAY, "ref_root": str(tmp_path), **options}
        return run(RunOptions(debug=True, **options), LOADED)

    return go


def of(report: Report, rule: str) -> list[Finding]:
    return [one for one in report.findings if one.rule == rule]


def about(report: Report) -> list[tuple[str, int]]:
    return [(one.rule, one.location.span.line) for one in report.findings if one.rule in OWN]


def servers(*lines: str) -> str:
    return HEAD + "servers:\n" + "".join(f"{line}\n" for line in lines) + "paths: {}\n"


def state(report: Report, rule: str = "server-cleartext") -> dict[int, str]:
    """The lines on which a rule speaks, and why what it says does not count."""
    return {one.location.span.line: one.suppression.reason if one.suppression else "" for one in of(report, rule)}


def test_on_the_line_above_it_and_nowhere_else(check: Check) -> None:
    report = check(
        servers(
            "  - url: http://a.example.org  # apilint: ignore[server-cleartext] mesh",
            "  - url: http://b.example.org",
            "  # apilint: ignore[server-cleartext] above",
            "  # more prose",
            "  - url: http://c.example.org",
            "  - url: http://d.example.org",
        )
    )
    assert state(report) == {4: "mesh", 5: "", 8: "above", 9: ""}
    assert about(report) == []
    (first, *_) = of(report, "server-cleartext")
    assert first.suppression == ("inline", "mesh", "", "", "")
    assert first.severity == Severity.MEDIUM


@pytest.mark.parametrize("end", ["\x85", "\u2028", "\u2029"])
def test_a_line_that_only_yaml_sees_is_another_line(check: Check, end: str) -> None:
    two = f"  - url: http://a.example.org  # apilint: ignore[server-cleartext] mesh{end}  - url: http://b.example.org"
    found = of(check(servers(two)), "server-cleartext")
    assert {one.location.pointer: bool(one.suppression) for one in found} == {
        "/servers/0/url": True,
        "/servers/1/url": False,
    }


def test_over_a_whole_object_by_comment_and_by_extension(check: Check) -> None:
    urls = ["  - url: http://a.example.org", "  - url: http://b.example.org"]
    report = check(servers(*urls).replace("servers:", "servers:  # apilint: ignore[server-cleartext] all of them"))
    assert set(state(report).values()) == {"all of them"}
    report = check(servers(*urls) + "x-apilint-ignore: {server-cleartext: the whole document}\n")
    assert set(state(report).values()) == {"the whole document"}
    report = check(servers("  - url: http://a.example.org", "    x-apilint-ignore:", "      - {rule: server-cleartext, "
                           "reason: one, owner: pay, expires: '2026-12-31'}", urls[1]))  # fmt: skip
    assert state(report) == {4: "one", 7: ""}
    assert of(report, "server-cleartext")[0].suppression == ("inline", "one", "", "pay", "2026-12-31")


def test_json(check: Check) -> None:
    value = {
        "openapi": "3.0.3",
        "info": {"title": "Orders", "version": "1"},
        "servers": [
            {"url": "http://a.example.org", "x-apilint-ignore": {"rule": ["server-cleartext"], "reason": "mesh"}},
            {"url": "http://b.example.org", "description": "# apilint: ignore[server-cleartext] text"},
        ],
        "paths": {},
    }
    report = check(json.dumps(value, indent=1), name="a.json")
    assert list(state(report).values()) == ["mesh", ""]
    assert about(report) == []


def test_the_gate_and_the_counts(check: Check) -> None:
    text = servers("  - url: http://a.example.org  # apilint: ignore[server-cleartext] mesh")
    options = {"preset": "default", "fail_on": Severity.MEDIUM, "select": ("server-cleartext",)}
    assert exit_status(check(text, **options)) == 0
    assert exit_status(check(text, **options, no_ignores=True)) == 1
    assert len(check(text, **options).findings) == 1


def test_no_ignores_shows_all_as_if_there_were_none(check: Check) -> None:
    text = servers(
        "  - url: http://a.example.org  # apilint: ignore[server-cleartext] mesh",
        "  - url: https://b.example.org  # apilint: ignore[server-clear] until=x",
    )
    report = check(text, no_ignores=True)
    assert state(report) == {4: ""}
    assert about(report) == []


def test_a_reference_is_not_followed(check: Check) -> None:
    text = HEAD + (
        "paths:\n"
        "  /a:\n"
        "    get:\n"
        "      # apilint: ignore[string-max-length] here only\n"
        "      parameters:\n"
        "        - {name: q, in: query, schema: {type: string}}\n"
        "        - {name: r, in: query, schema: {$ref: '#/components/schemas/R'}}\n"
        "      responses: {'200': {description: ok}}\n"
        "components:\n"
        "  schemas:\n"
        "    R: {type: string}\n"
    )
    found = state(check(text), "string-max-length")
    assert found == {8: "here only", 13: ""}


def test_what_an_alias_brings_in_is_covered_where_it_is_written(check: Check) -> None:
    text = HEAD + (
        "x-parts:\n"
        "  # apilint: ignore[string-max-length] shared\n"
        "  q: &q {name: q, in: query, schema: {type: string}}\n"
        "paths:\n"
        "  /a:\n"
        "    get:\n"
        "      parameters: [*q]\n"
        "      responses: {'200': {description: ok}}\n"
    )
    report = check(text)
    assert state(report, "string-max-length") == {5: "shared"}
    assert about(report) == []


def test_what_gave_way_does_not_come_back(check: Check) -> None:
    text = HEAD + "paths:\n  /a:\n    post:\n      responses: {'201': {description: ok}}\n"
    before = {(one.rule, one.location.pointer) for one in check(text).findings}
    (first,) = of(check(text), "security-schemes-undefined")
    assert first.location.span.line == 3
    report = check(text.replace("paths:", "paths:  # apilint: ignore[security-schemes-undefined] decided"))
    assert state(report, "security-schemes-undefined") == {3: "decided"}
    assert {(one.rule, one.location.pointer) for one in report.findings} == before
    # And what is written for a rule that gave way is needed, though it is not shown.
    kept = check(text.replace("post:", "post:  # apilint: ignore[unauthenticated-write] decided"))
    assert about(kept) == []


@pytest.mark.parametrize(
    ("comment", "rule", "words"),
    [
        ("ignore[server-cleartext]", "suppression-without-reason", "gives no reason"),
        ("ignore[server-clear-text] why", "suppression-unknown-rule", "did you mean 'server-cleartext'?"),
        ("ignore[nonsense-of-mine] why", "suppression-unknown-rule", "no rule is called 'nonsense-of-mine'"),
        ("ignore[server-cleartext] until=2026-05-31 why", "suppression-expired", "expired on 2026-05-31"),
        ("ignore[server-cleartext] until=2026-02-30 why", "suppression-malformed", "is not a date"),
        ("disable server-cleartext", "suppression-malformed", "belongs after 'apilint:'"),
        ("ignore[suppression-unused] why", "suppression-malformed", "cannot be suppressed"),
    ],
)
def test_what_does_not_hold(check: Check, comment: str, rule: str, words: str) -> None:
    report = check(servers(f"  - url: http://a.example.org  # apilint: {comment}"))
    assert state(report) == {4: ""}
    (one,) = [one for one in report.findings if one.rule in OWN]
    assert (one.rule, one.severity, one.confidence) == (rule, Severity.MEDIUM, Confidence.HIGH)
    assert words in one.message
    assert one.location.span[:2] == (4, 32)
    assert one.location.pointer == "/servers/0"
    assert exit_status(check(servers(f"  - url: https://a.example.org  # apilint: {comment}"), preset="default")) == 0


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("server-cleartext", "takes an object"),
        ("{}", "takes an object"),
        ("[]", "takes an object"),
        ("[server-cleartext]", "takes an object"),
        ("{rule: server-cleartext}", "gives no reason"),
        ("{rule: server-cleartext, reason: '--'}", "gives no reason"),
        ("{rule: server-cleartext, reason: 5}", "'reason' is not a text"),
        ("{rule: [], reason: why}", "names no rule"),
        ("{reason: why}", "names no rule"),
        ("{rule: '*', reason: why}", "each rule is named"),
        ("{rule: {a: b}, reason: why}", "'rule' is not a text"),
        ("{rule: server-cleartext, reason: why, until: '2027-01-01'}", "did you mean 'expires'?"),
        ("{rule: server-cleartext, reason: why, onwer: me}", "did you mean 'owner'?"),
        ("{rule: server-cleartext, reason: why, expires: soon}", "'soon' is not a date"),
        ("{rule: server-cleartext, reason: why, expires: ''}", "'expires' says nothing"),
        ("{server-cleartext: 5}", "is not a text"),
        ("{server-cleartext: ''}", "gives no reason"),
    ],
)
def test_extensions_that_do_not_hold(check: Check, value: str, words: str) -> None:
    report = check(servers("  - url: http://a.example.org", f"    x-apilint-ignore: {value}"))
    assert state(report) == {4: ""}
    (one,) = [one for one in report.findings if one.rule in OWN]
    assert words in one.message
    assert one.location.span.line == 5


def test_an_extension_stands_where_extensions_may(check: Check) -> None:
    ignore = "x-apilint-ignore: {string-max-length: why}"
    text = HEAD + (
        "paths: {}\n"
        "components:\n"
        "  schemas:\n"
        "    A:\n"
        f"      properties: {{a: {{type: string}}, {ignore}}}\n"
        f"      example: {{{ignore}}}\n"
        f"    properties: {{type: string, {ignore}}}\n"
        f"    B: {{properties: {{example: {{type: string, {ignore}}}}}}}\n"
    )
    report = check(text)
    assert state(report, "string-max-length") == {7: "", 9: "why", 10: "why"}
    assert about(report) == [("suppression-malformed", 7)]


def test_expiry(check: Check) -> None:
    text = servers("  - url: http://a.example.org  # apilint: ignore[server-cleartext] until=2026-06-15 owner=pay why")

    def said(today: str, preset: str = "default") -> list[tuple[str, str, str]]:
        report = check(text, today=today, preset=preset)
        return [(one.rule, one.message.partition(" is ")[2], one.owner) for one in report.findings if one.rule in OWN]

    soon = "suppression-expires-soon"
    assert said("2026-05-31") == []
    assert said("2026-06-01") == [(soon, "2026-06-15, in 14 days", "pay")]
    assert said("2026-06-14") == [(soon, "2026-06-15, tomorrow", "pay")]
    assert said("2026-06-15") == [(soon, "2026-06-15, today", "pay")]
    assert said("2026-06-16") == [("suppression-expired", "", "pay")]
    assert set(state(check(text, today="2026-06-15")).values()) == {"why"}
    (back,) = of(check(text, today="2026-06-16"), "server-cleartext")
    assert (back.suppression, back.severity) == (None, Severity.MEDIUM)
    assert said("2026-06-15", "owasp") == []


def test_unused(check: Check) -> None:
    text = servers(
        "  - url: https://a.example.org  # apilint: ignore[server-cleartext, server-placeholder] why",
        "  - url: http://b.example.org  # apilint: ignore[server-cleartext] used",
    )
    (one,) = of(check(text), "suppression-unused")
    assert (one.severity, one.confidence) == (Severity.LOW, Confidence.HIGH)
    assert "of server-cleartext" in one.message
    assert one.location.span.line == 4


def test_unused_only_where_the_rule_could_have_shown_something(check: Check) -> None:
    unused = servers("  - url: https://a.example.org  # apilint: ignore[server-cleartext] why")
    assert about(check(unused, preset="strict")) == [("suppression-unused", 4)]
    assert about(check(unused, select=("server-cleartext",))) == []
    assert about(check(unused, select=("suppression-unused",))) == []
    assert about(check(unused, select=("suppression-unused", "server-cleartext"))) == [("suppression-unused", 4)]
    assert about(check(unused, ignore=("server-cleartext",))) == []
    assert about(check(unused, ignore=("suppression-unused",))) == []
    slight = servers("  - url: https://b.example.org  # apilint: ignore[info-contact-undefined] why")
    assert about(check(slight)) == [("suppression-unused", 4)]
    assert about(check(slight, preset="strict")) == [("suppression-unused", 4)]
    # The default preset shows nothing of that rule, and so it does not run.
    assert about(check(slight, select=(), preset="default")) == []


def test_what_the_preset_leaves_out_of_a_rule_needs_its_suppression(check: Check) -> None:
    by_id = {rule.id: rule for rule in LOADED.rules}
    text = HEAD + (
        "paths:\n  /a:\n    get:\n      parameters:\n        - {name: q, in: query, schema: {type: string}}\n"
        "      responses: {'200': {description: ok}}\n"
    )
    for finding in check(text).findings:
        if by_id[finding.rule].most[1] > finding.confidence:
            break
    else:
        pytest.fail("no rule is less sure than it may be: the document has to be another one")
    lines = text.split("\n")
    lines[finding.location.span.line - 1] += f"  # apilint: ignore[{finding.rule}] why"
    report = check("\n".join(lines), min_confidence=Confidence(finding.confidence + 1))
    assert of(report, finding.rule) == []
    assert about(report) == []


def test_a_shared_file_is_read_once_and_used_by_whoever_uses_it(check: Check) -> None:
    part = (
        "Used: {type: string}  # apilint: ignore[string-max-length] bounded elsewhere\n"
        "Number: {type: integer, minimum: 0, maximum: 9}  # apilint: ignore[string-max-length] nothing here\n"
        "Bad: {type: boolean}  # apilint: ignore[string-max-length]\n"
    )

    def root(name: str) -> str:
        return HEAD + (
            "paths:\n  /a:\n    get:\n      parameters:\n"
            f"        - {{name: q, in: query, schema: {{$ref: 'part.yaml#/{name}'}}}}\n"
            "      responses: {'200': {description: ok}}\n"
        )

    others = {"b.yaml": root("Number"), "part.yaml": part}
    expected = [("suppression-unused", 2), ("suppression-without-reason", 3)]
    for jobs in (1, 2):
        report = check(root("Used"), others=others, paths=("a.yaml", "b.yaml"), jobs=jobs)
        assert about(report) == expected
        assert all(one.also for one in report.findings if one.rule in OWN)
        assert state(report, "string-max-length") == {1: "bounded elsewhere"}
    assert ("suppression-unused", 1) in about(check(root("Used"), others=others, paths=("b.yaml",)))


def test_fingerprints_tell_them_apart_and_survive_moves(check: Check) -> None:
    bad = "  - url: https://a.example.org  # apilint: ignore[nonsense] why"
    report = check(servers(bad, bad.replace("//a", "//b"), "  # apilint: ignore[nonsense] why", bad))
    prints = [one.fingerprint for one in report.findings if one.rule in OWN]
    assert len(set(prints)) == len(prints) == 4
    moved = check("# prose\n\n" + servers(bad))
    assert [one.fingerprint for one in moved.findings if one.rule in OWN] == prints[:1]


def test_secrets_in_reasons_are_masked(check: Check) -> None:
    secret = "AKIA" + "QZ7WIXM3LP5RTV2K"
    report = check(
        servers(f"  - url: http://a.example.org  # apilint: ignore[server-cleartext] owner={secret} {secret} x")
    )
    (one,) = of(report, "server-cleartext")
    assert one.suppression is not None
    assert secret not in repr(report.findings)
    assert one.suppression.reason.endswith(" x")
    assert secret not in report.line("a.yaml", 4)


def test_hostile_texts(check: Check) -> None:
    rule = "<script>(javascript:x)%0A::error ##vso[task"
    huge = "why " * 100_000
    report = check(
        servers(
            f"  - url: http://a.example.org  # apilint: ignore[{rule}] why",
            f"  - url: http://b.example.org  # apilint: ignore[server-cleartext] {huge}",
            f"  - url: http://c.example.org  # apilint: ignore[{'x' * 100_000}] why",
            "  - url: http://d.example.org",
            '    x-apilint-ignore: {rule: "\\e[31m\\u202e\\0", reason: "\\e[31m"}',
        )
    )
    assert all(len(one.message) < 1_000 for one in report.findings)
    assert max(len(one.suppression.reason) for one in report.findings if one.suppression) == 1_000
    from apilint.report import FORMATS, Presentation, renderer

    for name in FORMATS:
        shown = renderer(FORMATS[name])(report, Presentation())
        assert "\N{ESC}" not in shown
        assert "\u202e" not in shown


def test_many(check: Check) -> None:
    many = 100_000
    text = HEAD + "paths: {}\nx-data:\n" + "".join(f"  k{n}: 1  # apilint: ignore[r{n}]\n" for n in range(many))
    start = time.process_time()
    report = check(text)
    assert len(of(report, "suppression-unknown-rule")) == many
    assert time.process_time() - start < 60


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_pages(check: Check, rule: Any) -> None:
    assert rule.view is Policy
    assert re.search(r"^To fix: \S", rule.page, re.MULTILINE)
    assert part(rule, "To fix")
    assert f"# {rule.id}\n" in page(rule)
    driver, _ = described([rule])
    assert driver["rules"][0]["help"]["markdown"]
    for case in cases([rule]):
        report = check(case.text)
        assert {one.location.span.line for one in of(report, rule.id)} == case.flagged, case


def test_the_plugin_provides_them_and_no_check_is_asked_of_them() -> None:
    loaded = plugins.load((plugins.EntryPoint("apilint", "0", "policy", "apilint.policy.provided"),))
    assert loaded.problems == ()
    assert {rule.id for rule in loaded.rules} >= OWN


def test_without_the_word_nothing_is_imported(tmp_path: Path) -> None:
    import subprocess
    import sys

    (tmp_path / "a.yaml").write_text(HEAD + "paths: {}\n", encoding="utf-8")
    program = (
        "import sys; from apilint.run import RunOptions, run; run(RunOptions(paths=('a.yaml',)));"
        "sys.exit(any(f'apilint.policy.{name}' in sys.modules for name in ('inline', 'comments', 'extensions')))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=dict(os.environ), timeout=60, check=False)
    assert done.returncode == 0


def test_source_date_epoch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from apilint.cli.options import _reproducible_day

    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780272000")
    assert _reproducible_day() == "2026-06-01"
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert _reproducible_day() == ""
