"""Waivers: what they cover, when they hold, and what is said about them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from apilint import plugins
from apilint.findings import Finding, Report, Severity, Span
from apilint.policy.codeowners import Codeowners
from apilint.policy.gate import exit_status
from apilint.policy.model import Lock, Origin, Policy, Waiver, WaiverTerms, Where
from apilint.policy.own_rules import NOTICE
from apilint.policy.own_rules import Policy as About
from apilint.policy.waiver_rules import RULES
from apilint.policy.waiver_terms import Terms
from apilint.policy.waivers import Waivers
from apilint.run import RunOptions, run

TODAY = "2026-06-01"
BUILTIN = plugins.load((plugins.EntryPoint("apilint", "0", "builtin", "apilint_rules"),))
LOADED = BUILTIN._replace(rules=tuple(sorted((*BUILTIN.rules, *RULES), key=lambda rule: rule.id)))
OWN = {rule.id for rule in RULES}
RULE = "string-max-length"
API = """openapi: 3.0.3
info: {title: Orders, version: "1"}
servers: [{url: https://api.example.org}]
paths:
  /health:
    post:
      tags: [inside]
      operationId: health
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Shared"}}}}
      responses: {"200": {description: fine}}
  /orders:
    post:
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Shared"}}}}
      responses: {"200": {description: fine}}
    put:
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Own"}}}}
      responses: {"200": {description: fine}}
components:
  schemas:
    Shared: {type: object, additionalProperties: false, properties: {comment: {type: string}}}
    Own: {type: object, additionalProperties: false, properties: {note: {type: string}}}
"""
Check = Callable[..., Report]


def waiver(id: str = "W-1", rule: str | tuple[str, ...] = RULE, **parts: Any) -> Waiver:
    """A waiver as a file beside the documents would hold it."""
    where = Where(**{name: parts.pop(name, ()) for name in ("files", "operations", "pointers")}, folder=os.getcwd())
    usual = {"owner": "@acme/pay", "reason": "an old client", "created": "2026-05-01", "expires": "2026-12-31"}
    path = os.path.join(os.getcwd(), "waivers.yaml")
    origin = Origin("waivers.yaml", f"/waivers/{id}", Span(3, 5, 3, 9), path)
    rules = (rule,) if isinstance(rule, str) else rule
    return Waiver(id=id, rules=rules, where=where, origin=origin, **{**usual, **parts})


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    """Run over a text, `a.yaml`, and other files by name, with waivers."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()

    def go(*waivers: Waiver, text: str = API, others: dict[str, str] | None = None, **options: Any) -> Report:
        for other, content in {"a.yaml": text, **(others or {})}.items():
            (tmp_path / other).parent.mkdir(exist_ok=True)
            (tmp_path / other).write_text(content, encoding="utf-8")
        options = {"preset": "audit", "today": TODAY, "waivers": waivers, **options}
        return run(RunOptions(debug=True, **options), LOADED)

    return go


def state(report: Report, rule: str = RULE) -> dict[str, str]:
    """Where a rule speaks, by the last two keys, and the waiver that covers what it says."""
    found = [one for one in report.findings if one.rule == rule]
    assert all(one.suppression is None or one.suppression.kind == "waiver" for one in found)
    return {one.location.pointer.split("/")[-1]: one.suppression.id if one.suppression else "" for one in found}


def about(report: Report) -> list[str]:
    return [one.rule for one in report.findings if one.rule in OWN]


def said(report: Report, rule: str) -> Finding:
    (found,) = [one for one in report.findings if one.rule == rule]
    return found


@pytest.mark.parametrize(
    ("parts", "comment", "note"),
    [
        ({}, True, True),
        ({"operations": ("PUT /orders",)}, False, True),
        ({"operations": ("put /orders",)}, False, True),
        ({"operations": ("POST /orders",)}, False, False),  # the other operation reaches the schema, too
        ({"operations": ("POST /orders", "POST /health")}, True, False),
        ({"operations": ("POST /orders", "tag:inside")}, True, False),
        ({"operations": ("POST /orders", "operationId:heal*")}, True, False),
        ({"operations": ("* /**",)}, True, True),
        ({"files": ("a.yaml",)}, True, True),
        ({"files": ("*.{yaml,json}",)}, True, True),
        ({"files": ("b.yaml",)}, False, False),
        ({"files": ("b.yaml", "a.yaml")}, True, True),
        ({"pointers": ("/components/schemas/Own/properties/note",)}, False, True),
        ({"pointers": ("**/comment",)}, True, False),
        ({"pointers": ("/components/*/Own/**",)}, False, True),
        ({"pointers": ("/components/schemas/Own",)}, False, False),
        ({"pointers": ("**/note",), "operations": ("POST /orders",)}, False, False),
        ({"rule": "string-*"}, True, True),
        ({"rule": ("no-such", "string-max-*")}, True, True),
        ({"rule": "array-max-items"}, False, False),
        ({"fingerprint": "0" * 16}, False, False),
    ],
)
def test_what_a_waiver_covers(check: Check, parts: dict[str, Any], comment: bool, note: bool) -> None:
    covered = state(check(waiver(**parts)))
    assert covered == {"comment": "W-1" * comment, "note": "W-1" * note}


def test_one_finding_by_its_fingerprint(check: Check) -> None:
    before = {one.location.pointer[-4:]: one.fingerprint for one in check().findings if one.rule == RULE}
    assert state(check(waiver(fingerprint=before["note"]))) == {"comment": "", "note": "W-1"}


def test_what_stays_visible_of_it(check: Check) -> None:
    report = check(waiver(operations=("PUT /orders",)), select=(RULE,), fail_on=Severity.INFO)
    covered = next(one for one in report.findings if one.suppression)
    assert covered.suppression == ("waiver", "an old client", "W-1", "@acme/pay", "2026-12-31")
    assert not report.fails(covered)
    assert exit_status(report) == 1
    assert exit_status(check(waiver(), select=(RULE,), fail_on=Severity.INFO)) == 0


def test_no_ignores_is_as_if_there_were_none(check: Check) -> None:
    report = check(waiver(), waiver("W-2", expires="2026-01-01"), waiver("W-3", "no-such"), no_ignores=True)
    assert state(report) == {"comment": "", "note": ""}
    assert about(report) == []


@pytest.mark.parametrize(
    ("expires", "page", "words"),
    [
        ("2026-05-31", "waiver-expired", "expired on 2026-05-31: its findings count again"),
        ("2026-06-01", "waiver-expires-soon", "is 2026-06-01, today"),
        ("2026-06-02", "waiver-expires-soon", "is 2026-06-02, tomorrow"),
        ("2026-06-15", "waiver-expires-soon", "is 2026-06-15, in 14 days"),
        ("2026-06-16", "", ""),
    ],
)
def test_the_last_day_counts(check: Check, expires: str, page: str, words: str) -> None:
    report = check(waiver(expires=expires))
    assert state(report) == dict.fromkeys(("comment", "note"), "" if page == "waiver-expired" else "W-1")
    assert about(report) == ([page] if page else [])
    if page:
        found = said(report, page)
        assert found.message.endswith(words)
        assert found.owner == "@acme/pay"
        assert (found.location.file, found.location.span.line) == ("waivers.yaml", 3)


@pytest.mark.parametrize(("level", "severity"), [("high", Severity.HIGH), ("on", Severity.INFO), ("off", None)])
def test_configuration_says_how_grave_that_is(check: Check, level: str, severity: Severity | None) -> None:
    text = f"version: 1\nrules: {{waiver-expires-soon: {level}}}\n"
    report = check(waiver(expires="2026-06-05"), others={"apilint.yaml": text}, preset="default")
    assert [one.severity for one in report.findings if one.rule in OWN] == ([] if severity is None else [severity])


def test_a_policy_says_what_soon_is(check: Check) -> None:
    policy = Policy("policy.yaml", terms=WaiverTerms(warn_days=2))
    assert about(check(waiver(expires="2026-06-15"), policy=policy)) == []
    assert about(check(waiver(expires="2026-06-03"), policy=policy)) == ["waiver-expires-soon"]


def test_today_is_that_of_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apilint.policy.dates.today", lambda: "2027-01-01")
    assert not Waivers([waiver()], LOADED.rules, "").verdicts[0][1].rules
    assert Waivers([waiver()], LOADED.rules, TODAY).verdicts[0][1].rules == {RULE}


@pytest.mark.parametrize(
    ("parts", "terms", "words"),
    [
        ({"created": "2026-06-03"}, {}, "says that it was created on 2026-06-03, which is still to come"),
        ({"created": "2026-06-02"}, {}, ""),  # a person in Auckland
        ({"created": "2026-05-01", "expires": "2026-04-30"}, {}, None),  # it has expired anyway
        ({"created": "2026-06-02", "expires": "2026-06-01"}, {}, "after its last day, 2026-06-01"),
        ({"created": ""}, {}, ""),
        ({"created": ""}, {"max_days": 90}, "it does not say when it was created, and the policy allows 90 days"),
        ({"expires": "2026-07-30"}, {"max_days": 90}, ""),
        ({"expires": "2026-07-31"}, {"max_days": 90}, "it lasts 91 days, and the policy allows 90"),
        ({"expires": "2026-10-28", "renewals": 1}, {"max_days": 90}, ""),
        ({"expires": "2026-10-29", "renewals": 1}, {"max_days": 90}, "allows 90, 180 with once renewed"),
        ({"renewals": 2}, {"max_renewals": 1}, "it was renewed 2 times, and the policy allows 1"),
        ({"renewals": 1}, {"max_renewals": 1}, ""),
        ({"renewals": 1}, {"max_renewals": 0}, "it was renewed once, and the policy allows 0"),
        ({}, {"owners": {"*": ("@acme/security",)}}, "the policy lets @acme/security waive string-max-length, not"),
        ({}, {"owners": {"*": ("@acme/security", "ACME/Pay")}}, ""),
        ({}, {"owners": {"array-*": ("@acme/security",)}}, ""),
        ({}, {"owners": {"*": ("@acme/pay",), "string-*": ("@acme/security",)}}, "the policy lets @acme/security"),
        ({}, {"owners": {"*": ("@acme/security",), "string-*": ("@acme/pay",)}}, ""),
        ({}, {"owners": {"tag:owasp": ("@acme/security",)}}, "the policy lets @acme/security"),
        ({}, {"owners": {"*": ()}}, "the policy lets nobody waive"),
    ],
)
def test_the_terms_of_a_policy(check: Check, parts: dict[str, Any], terms: dict[str, Any], words: str | None) -> None:
    policy = Policy("policy.yaml", terms=WaiverTerms(warn_days=0, **terms)) if terms else None
    report = check(waiver(**parts), policy=policy)
    covered = "" if words or words is None else "W-1"
    assert state(report) == dict.fromkeys(("comment", "note"), covered)
    if words:
        assert words in said(report, "waiver-refused").message
    else:
        assert "waiver-refused" not in about(report)


def test_a_locked_rule_is_not_waived_and_others_of_the_same_waiver_are(check: Check) -> None:
    lock = Lock(RULE, Origin("policy.yaml"), waivable=False)
    report = check(waiver(rule="*"), policy=Policy("policy.yaml", locks=(lock,)))
    assert state(report) == {"comment": "", "note": ""}
    assert {one.suppression.kind for one in report.findings if one.suppression} == {"waiver"}
    found = said(report, "waiver-refused")
    assert found.message.startswith(f"the waiver W-1 does not hold for {RULE}: ")


@pytest.mark.parametrize(
    ("codeowners", "owner", "words"),
    [
        ("* @acme/pay", "@acme/pay", ""),
        ("* @acme/pay", "ACME/pay", ""),
        ("*.md docs@example.com\n* @acme/x", "Docs@Example.com", ""),
        ("* @acme/pay", "@acme/payments", "'@acme/payments' does not stand in CODEOWNERS"),
        ("* @acme/pay", "", "its owner '' does not stand in CODEOWNERS"),
        ("", "@acme/pay", "does not stand in CODEOWNERS"),
        (None, "@acme/pay", "there is no such file"),
    ],
)
def test_owners_who_stand_in_codeowners(check: Check, codeowners: str | None, owner: str, words: str) -> None:
    others = {} if codeowners is None else {".github/CODEOWNERS": codeowners}
    policy = Policy("policy.yaml", terms=WaiverTerms(owners_from_codeowners=True))
    report = check(waiver(owner=owner), others=others, policy=policy)
    assert state(report) == dict.fromkeys(("comment", "note"), "" if words else "W-1")
    assert about(report) == ["waiver-owner-unknown"] * bool(words)
    if words:
        assert words in said(report, "waiver-owner-unknown").message
    assert about(check(waiver(owner="who"))) == []  # nobody asked


def test_names_of_codeowners() -> None:
    assert Codeowners("* @a b@example.org\n/x @c/d # @e").names() == {"@a", "b@example.org", "@c/d"}
    assert Codeowners("[one] @f\n* @a\ny\n!z @g", "gitlab").names() >= {"@a", "@f"}


def test_rules_that_do_not_exist(check: Check) -> None:
    report = check(waiver(rule=("string-max-lenght", RULE)), waiver("W-2", "nothing-*"))
    assert state(report) == {"comment": "W-1", "note": "W-1"}
    assert about(report) == ["waiver-unknown-rule"] * 2
    messages = sorted(one.message for one in report.findings if one.rule == "waiver-unknown-rule")
    assert messages[1].endswith(f"so the waiver W-1 does not hold for it; did you mean '{RULE}'?")
    prints = {one.fingerprint for one in report.findings if one.rule == "waiver-unknown-rule"}
    assert len(prints) == 2


def test_what_is_said_about_the_policy_cannot_be_waived(check: Check) -> None:
    report = check(waiver(rule="waiver-expired"), waiver("W-2", "*", expires="2026-01-01"), waiver("W-3", "waiver-*"))
    assert "it is about the policy and cannot be waived" in said(report, "waiver-refused").message
    assert [one.suppression for one in report.findings if one.rule in OWN] == [None] * len(about(report))


UNUSED = {"operations": ("GET /gone",)}


@pytest.mark.parametrize(
    ("parts", "options", "expected"),
    [
        (UNUSED, {}, True),
        (UNUSED, {"paths": (".",)}, True),
        (UNUSED, {"paths": ("a.yaml",)}, False),  # another document may need it
        ({**UNUSED, "files": ("a.yaml",)}, {"paths": ("a.yaml",)}, True),
        ({**UNUSED, "files": ("a.yaml", "gone.yaml")}, {"paths": ("a.yaml",)}, True),
        ({**UNUSED, "files": ("*.yaml",)}, {"paths": ("a.yaml",)}, False),
        ({**UNUSED, "files": ("b.yaml",)}, {"paths": ("a.yaml",)}, False),
        (UNUSED, {"select": ("array-max-items", "waiver-unused")}, False),  # the rule did not run
        (UNUSED, {"select": (RULE, "waiver-unused")}, True),
        (UNUSED, {"select": (RULE,)}, False),
        (UNUSED, {"ignore": ("waiver-unused",)}, False),
        (UNUSED, {"preset": "owasp"}, False),
        ({**UNUSED, "rule": "*"}, {}, True),
        ({**UNUSED, "rule": "*"}, {"preset": "default"}, False),
        ({**UNUSED, "expires": "2026-01-01"}, {}, False),
        ({"rule": "no-such"}, {}, False),
        ({}, {}, False),
    ],
)
def test_unused(check: Check, parts: dict[str, Any], options: dict[str, Any], expected: bool) -> None:
    report = check(waiver(**parts), **options)
    assert ("waiver-unused" in about(report)) is expected
    if expected:
        assert said(report, "waiver-unused").severity == Severity.LOW


def test_unused_needs_a_run_in_which_all_went_well(check: Check) -> None:
    assert about(check(waiver(**UNUSED), others={"b.yaml": "openapi: 3.0.3\npaths: {"})) == []
    assert about(check(waiver(**UNUSED), others={"b.yaml": API})) == ["waiver-unused"]


def test_what_gives_way_to_another_finding_is_no_reason_to_remove_a_waiver(check: Check) -> None:
    text = API.replace("https://", "http://") + "  securitySchemes: {basic: {type: http, scheme: basic}}\n"
    text = text.replace("paths:", "security: [basic: []]\npaths:", 1)
    report = check(waiver(rule="server-cleartext"), text=text)
    found = {one.rule for one in report.findings}
    assert "credentials-over-cleartext" in found
    assert "server-cleartext" not in found
    assert "waiver-unused" not in found


def root(path: str) -> str:
    return f"""openapi: 3.0.3
info: {{title: Orders, version: "1"}}
servers: [{{url: https://api.example.org}}]
paths:
  {path}:
    post:
      requestBody: {{content: {{application/json: {{schema: {{$ref: "shared.yaml#/Shared"}}}}}}}}
      responses: {{"200": {{description: fine}}}}
"""


SHARED = "Shared: {type: object, additionalProperties: false, properties: {comment: {type: string}}}\n"
OTHERS = {"b.yaml": root("/b"), "shared.yaml": SHARED}


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(
    ("parts", "covered", "unused"),
    [
        ({"files": ("a.yaml",)}, False, False),  # b needs it no less
        ({"files": ("a.yaml", "b.yaml")}, True, False),
        ({"files": ("shared.yaml",)}, True, False),
        ({"operations": ("POST /a",)}, False, False),
        ({"operations": ("POST /*",)}, True, False),
        ({"operations": ("POST /b",), "files": ("b.yaml",)}, False, False),
        ({"operations": ("POST /c",)}, False, True),
        ({"operations": ("POST /b",), "files": ("a.yaml",)}, False, True),
    ],
)
def test_a_file_that_several_apis_share(
    check: Check, parts: dict[str, Any], covered: bool, unused: bool, jobs: int
) -> None:
    report = check(waiver(**parts), text=root("/a"), others=OTHERS, jobs=jobs)
    assert state(report) == {"comment": "W-1" if covered else ""}
    assert about(report) == ["waiver-unused"] * unused


def test_processes_say_the_same(check: Check) -> None:
    many = {f"{name}.yaml": API for name in "bcdef"}
    waivers = (
        waiver(files=("a.yaml",)),
        waiver("W-2", files=("e.yaml",), operations=("PUT /orders",)),
        waiver("W-3", operations=("GET /gone",)),
        waiver("W-4", files=("f.yaml",), expires="2026-06-02"),
        waiver("W-5", expires="2026-01-01"),
    )
    one, two = (check(*waivers, others=many, jobs=jobs) for jobs in (1, 3))
    assert one.findings == two.findings
    assert sorted(about(one)) == ["waiver-expired", "waiver-expires-soon", "waiver-unused"]
    policy = Policy("policy.yaml", locks=(Lock(RULE, Origin("policy.yaml"), waivable=False),))
    one, two = (check(*waivers, others=many, jobs=jobs, policy=policy) for jobs in (1, 3))
    assert one.findings == two.findings
    assert "waiver-refused" in about(two)


def test_nothing_is_said_of_waivers_for_other_files(check: Check) -> None:
    old = waiver(files=("b.yaml",), expires="2026-01-01")
    assert about(check(old, paths=("a.yaml",), others={"b.yaml": API})) == []
    assert about(check(old, paths=("a.yaml", "b.yaml"))) == ["waiver-expired"]


def test_a_waiver_goes_before_a_comment(check: Check) -> None:
    text = API.replace("note: {type: string}}}", f"note: {{type: string}}}}}}  # apilint: ignore[{RULE}] inline")
    report = check(waiver(pointers=("**/note",)), text=text)
    assert state(report) == {"comment": "", "note": "W-1"}


def test_of_two_waivers_the_first_covers_and_neither_is_unused(check: Check) -> None:
    report = check(waiver(), waiver("W-2", pointers=("**/note",)))
    assert state(report) == {"comment": "W-1", "note": "W-1"}
    assert about(report) == []


def test_waivers_that_no_person_wrote_do_not_hold_up_a_run(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apilint.policy.waivers._STEPS", 100)
    report = check(*(waiver(f"W-{n}", pointers=("**/x" * 20,)) for n in range(50)))
    assert state(report) == {"comment": "", "note": ""}
    assert "takes too long" in said(report, "waiver-refused").message
    assert about(report) == ["waiver-refused"]
    patterns = tuple(f"s{n}*" for n in range(5_000))
    assert Terms(LOADED.rules, TODAY).verdict(waiver(rule=patterns)).rules >= set()


def test_fingerprints_of_notices_do_not_move_with_their_lines(check: Check) -> None:
    first = waiver(expires="2026-01-01")
    moved = first._replace(origin=first.origin._replace(pointer="/waivers/7", span=Span(9, 1, 9, 2)))
    one, two = (said(check(each), "waiver-expired") for each in (first, moved))
    assert one.fingerprint == two.fingerprint
    assert one.location != two.location


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_pages(rule: Any) -> None:
    assert rule.view is About
    assert "To fix:" in rule.page
    assert rule.id.startswith("waiver-")
    assert (NOTICE in rule.tags) is (rule.id in ("waiver-expired", "waiver-expires-soon", "waiver-unused"))


def test_the_plugin_provides_them() -> None:
    loaded = plugins.load((plugins.EntryPoint("apilint", "0", "policy", "apilint.policy.provided"),))
    assert {rule.id for rule in loaded.rules} >= OWN


def test_without_waivers_nothing_is_imported() -> None:
    import subprocess
    import sys

    program = (
        "import sys; from apilint.run import RunOptions, run; run(RunOptions(paths=('a.yaml',)));"
        "sys.exit(any(f'apilint.policy.{name}' in sys.modules for name in ('waivers', 'waiver_terms')))"
    )
    done = subprocess.run([sys.executable, "-c", program], env=dict(os.environ), timeout=60, check=False)
    assert done.returncode == 0
