"""Each way in which a change could weaken its own judge: what it writes, and that the policy still holds.

Every row is a change to a repository as somebody might push it. The policy lies outside, as it does in CI.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from apilint import plugins
from apilint.cli import main
from apilint.config.policy_file import read
from apilint.findings import Finding, Report, Severity
from apilint.policy.gate import exit_status
from apilint.run import RunOptions, UsageError, run

LOADED = plugins.load()
TODAY = "2026-06-01"
CONFIGURATION, SUPPRESSION = "configuration-refused", "suppression-refused"

POLICY = """\
version: 1
kind: policy
locked:
  rules:
    server-cleartext: {min_severity: high}
    unauthenticated-write: {min_severity: high}
    pagination-default-invalid: {min_severity: high}
"""
TERMS = POLICY + "waiver_terms: {max_days: 90, max_renewals: 1, owners: {'*': [security]}}\n"

API = """\
openapi: 3.0.3
info: {title: Orders, version: "1"}
security: [{login: []}]
servers:
  - url: http://orders.example.com
paths:
  /orders:
    get:
      operationId: list
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 900000, default: 500000}}
      responses: {"200": {description: ok}}
    post:
      operationId: order
      security: []
      responses: {"201": {description: made}}
components:
  securitySchemes:
    login: {type: http, scheme: bearer}
"""
Check = Callable[..., Report]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    """Run over a repository with these files, under a policy that lies beside it."""
    repository = tmp_path / "repository"
    (repository / ".git").mkdir(parents=True)
    monkeypatch.chdir(repository)

    def go(files: dict[str, str], policy: str = POLICY, **options: Any) -> Report:
        (tmp_path / "policy.yaml").write_text(policy, encoding="utf-8")
        for name, text in {"api.yaml": API, **files}.items():
            path = repository / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text:
                path.write_text(text, encoding="utf-8")
            elif path.exists():
                path.unlink()
        given = {"policy": read(str(tmp_path / "policy.yaml")), "today": TODAY, **options}
        return run(RunOptions(**given), LOADED)

    return go


def counting(report: Report, rule: str) -> list[Finding]:
    """The findings of a rule that count for the gate as high."""
    return [
        one for one in report.findings if one.rule == rule and not one.suppression and one.severity >= Severity.HIGH
    ]


class Change(NamedTuple):
    """What is changed, which rule must speak as before, where it is said why, and with which page."""

    id: str
    files: dict[str, str]
    rule: str = "server-cleartext"
    said_in: str = "apilint.yaml"
    page: str = CONFIGURATION
    policy: str = POLICY
    options: dict[str, Any] = {}  # noqa: RUF012 - never changed


def own(text: str) -> dict[str, str]:
    """A configuration file."""
    return {"apilint.yaml": f"version: 1\n{text}"}


def api(old: str, new: str) -> dict[str, str]:
    """The document with something put in the place of something else."""
    assert old in API
    return {"api.yaml": API.replace(old, new, 1)}


LAX = "version: 1\nkind: policy\n"
INLINE = LAX + "waiver_terms: {TERMS}\n"
GAVE = "credentials-over-cleartext"  # to which server-cleartext gives way where it is not locked


def commented(terms: str, why: str = "") -> dict[str, Any]:
    """What is special about a change that silences a finding in a comment with some terms."""
    return {
        "files": api(URL, f"{URL}  # apilint: ignore[{GAVE}] {why} the mesh"),
        "rule": GAVE,
        "said_in": "api.yaml",
        "page": SUPPRESSION,
        "policy": INLINE.replace("TERMS", terms),
    }


URL = "http://orders.example.com"
WAIVER = (
    "waivers:\n  - {id: W-1, rule: server-cleartext, owner: OWNER, reason: the mesh, created: CREATED, "
    "expires: EXPIRES, renewals: RENEWALS}\n"
)


def waiver(owner: str = "security", created: str = "2026-05-20", expires: str = "2026-07-01", renewals: int = 0) -> str:
    """A waiver of the locked rule."""
    text = WAIVER if created else WAIVER.replace(" created: CREATED,", "")
    given = {"OWNER": owner, "CREATED": created, "EXPIRES": expires, "RENEWALS": str(renewals)}
    for name, value in given.items():
        text = text.replace(name, value)
    return text


CHANGES = (
    # settings of rules
    Change("off", own("rules: {server-cleartext: off}")),
    Change("false", own("rules: {server-cleartext: false}")),
    Change("off in long", own("rules: {server-cleartext: {enabled: false}}")),
    Change("off by a pattern", own("rules: {'server-*': off}")),
    Change("all off", own("rules: {'*': off}")),
    Change("off by tag", own("rules: {'tag:owasp': off}")),
    Change("on first, then off", own("rules: {server-cleartext: critical, '*': off}")),
    Change("milder", own("rules: {server-cleartext: info}")),
    Change("milder by a pattern", own("rules: {'server-*': low}")),
    Change("less sure", own("rules: {server-cleartext: {confidence: low}}")),
    Change(
        "an option that blunts",
        own("rules: {pagination-default-invalid: {options: {most: 999999999}}}"),
        "pagination-default-invalid",
    ),
    Change(
        "an option for some files",
        own("overrides: [{files: '**', rules: {pagination-default-invalid: {options: {most: 999999999}}}}]"),
        "pagination-default-invalid",
    ),
    # settings for some places
    Change("off for files", own("overrides: [{files: '**', rules: {server-cleartext: off}, reason: internal}]")),
    Change(
        "off for an operation",
        own("overrides: [{operations: POST /orders, rules: {unauthenticated-write: off}, reason: internal}]"),
        "unauthenticated-write",
    ),
    Change("milder for files", own("overrides: [{files: api.yaml, rules: {server-cleartext: info}}]")),
    Change("all milder for operations", own("overrides: [{operations: '* /**', rules: {'*': info}}]")),
    # declared public
    Change(
        "public by configuration",
        own("public: [{operations: POST /orders, reason: anybody orders}]"),
        "unauthenticated-write",
    ),
    Change(
        "public in the document",
        api("operationId: order\n", "operationId: order\n      x-apilint-public: anybody orders\n"),
        "unauthenticated-write",
        "api.yaml",
        SUPPRESSION,
    ),
    Change(
        "public on the path",
        api("  /orders:\n", "  /orders:\n    x-apilint-public: anybody orders\n"),
        "unauthenticated-write",
        "api.yaml",
        SUPPRESSION,
    ),
    # suppressions in documents
    Change(
        "comment on the line",
        api(URL, f"{URL}  # apilint: ignore[server-cleartext] mesh"),
        said_in="api.yaml",
        page=SUPPRESSION,
    ),
    Change(
        "comment above",
        api("  - url", "  # apilint: ignore[server-cleartext] mesh\n  - url"),
        said_in="api.yaml",
        page=SUPPRESSION,
    ),
    Change(
        "extension",
        api(URL, f"{URL}\n    x-apilint-ignore: {{server-cleartext: mesh}}"),
        said_in="api.yaml",
        page=SUPPRESSION,
    ),
    Change(
        "extension over the document",
        api("security:", "x-apilint-ignore: {server-cleartext: mesh}\nsecurity:"),
        said_in="api.yaml",
        page=SUPPRESSION,
    ),
    Change(
        "comment on another rule's finding about the same",
        {
            **api("scheme: bearer", "scheme: basic"),
            **own("rules: {credentials-over-cleartext: info}"),
        },
        said_in="",
    ),
    Change(
        "comment graver than allowed",
        api("    post:\n", "    # apilint: ignore[security-disabled] mesh\n    post:\n"),
        "security-disabled",
        "api.yaml",
        SUPPRESSION,
        "version: 1\nkind: policy\nwaiver_terms: {inline_up_to: medium}\n",
    ),
    # the gate
    Change("gate", own("gate: {fail_on: critical}")),
    Change("gate of a level", own("overrides: [{files: '**', level: draft}]"), said_in=""),
    Change(
        "level of one's own",
        own("levels: {lax: {fail_on: critical}}\noverrides: [{files: '**', level: lax}]"),
        said_in="",
    ),
    Change("level in the document", api("security:", "x-apilint-level: draft\nsecurity:"), said_in=""),
    # presets
    Change("narrow preset", own("extends: apilint:owasp"), "pagination-default-invalid", ""),
    # what the policy defines
    Change(
        "another rule under the name of a policy's",
        own(
            "declarative_rules: {acme/never: {message: x, severity: info, select: document, "
            "require: {field: openapi, defined: true}}}"
        ),
        "acme/never",
        policy=POLICY + "declarative_rules: {acme/never: {message: x, severity: high, select: document, "
        "forbid: {field: info, defined: true}}}\n",
    ),
    Change(
        "a level that the policy assigns",
        own("levels: {public: {fail_on: critical, min_score: 0}}"),
        policy=POLICY + "overrides: [{files: '**', level: public}]\n",
    ),
    # where configuration lies
    Change("hidden name", {".apilint.yaml": "version: 1\nrules: {server-cleartext: off}"}, said_in=".apilint.yaml"),
    Change(
        "pyproject",
        {"pyproject.toml": '[tool.apilint]\nversion = 1\n[tool.apilint.rules]\nserver-cleartext = "off"\n'},
        said_in="pyproject.toml",
    ),
    Change(
        "a nearer file that stands alone",
        {
            "api.yaml": "",
            "deep/er/api.yaml": API,
            "deep/er/apilint.yaml": "version: 1\nroot: true\nrules: {server-cleartext: off}",
        },
        said_in="deep/er/apilint.yaml",
    ),
    Change(
        "through another file",
        {**own("extends: ./lax.yaml"), "lax.yaml": "version: 1\nrules: {server-cleartext: off}"},
        said_in="lax.yaml",
    ),
    Change("another name for the document", {"api.yaml": "", "internal/x.json5.yaml": API}, said_in=""),
    # spelling
    Change(
        "aliases",
        own(
            "rules: {server-unknown-host: &o off, server-cleartext: *o}".replace(
                "server-unknown-host", "server-variable-unrestricted-host"
            )
        ),
    ),
    # waivers
    Change("waiver", own(waiver()), page="waiver-refused"),
    Change("waiver beside", {"waivers.yaml": f"version: 1\n{waiver()}"}, said_in="waivers.yaml", page="waiver-refused"),
    Change("waiver by anybody", own(waiver(owner="me")), page="waiver-refused", policy=TERMS),
    Change("waiver too long", own(waiver(expires="2026-12-01")), page="waiver-refused", policy=TERMS),
    Change("waiver without a first day", own(waiver(created="")), page="waiver-refused", policy=TERMS),
    Change("waiver from tomorrow on", own(waiver(created="2026-06-20")), page="waiver-refused", policy=TERMS),
    Change("waiver renewed again", own(waiver(renewals=2)), page="waiver-refused", policy=TERMS),
    Change("waiver that is over", own(waiver(expires="2026-05-30")), page="waiver-expired", policy=TERMS),
    # documents left out
    Change("excluded", own("exclude: '**'")),
    Change("excluded by name", own("exclude: [api.yaml]")),
    Change("excluded under a gate", own("exclude: '**'"), GAVE, policy=LAX + "locked: {gate: {fail_on: high}}\n"),
    Change("excluded under a start of the gate", own("exclude: '**'"), GAVE, policy=LAX + "gate: {fail_on: high}\n"),
    Change("excluded under a score", own("exclude: '**'"), GAVE, policy=LAX + "gate: {min_score: 99}\n"),
    Change("excluded under a preset", own("exclude: '**'"), GAVE, policy=LAX + "locked: {preset: default}\n"),
    Change(
        "excluded under levels",
        own("exclude: '**'"),
        GAVE,
        policy=LAX + "locked: {levels: {public: {fail_on: medium}}}\noverrides: [{files: '**', level: public}]\n",
    ),
    Change("excluded under terms", own("exclude: '**'"), GAVE, policy=INLINE.replace("TERMS", "max_days: 90")),
    # comments under the terms of waivers
    Change("comment without an owner", **commented("owners: {'*': [security]}")),
    Change("comment without an owner for any rule", **commented("owners: {'no-*': [security]}")),
    Change("comment by anybody", **commented("owners: {'*': [security]}", "owner=me")),
    Change("comment without an owner of code", **commented("owners_from: CODEOWNERS")),
    Change("comment by nobody in CODEOWNERS", **commented("owners_from: CODEOWNERS", "owner=me")),
    Change("comment without a last day", **commented("max_days: 90")),
    Change("comment for long", **commented("max_days: 90", "until=2026-08-31")),
    Change(
        "comment for long by an owner", **commented("max_days: 9, owners: {'*': [me]}", "until=2026-07-01 owner=me")
    ),
    Change(
        "comment of a rule that the policy opens",
        api(URL, f"{URL}  # apilint: ignore[server-cleartext] the mesh"),
        said_in="api.yaml",
        page=SUPPRESSION,
        policy=TERMS.replace("server-cleartext: {", "server-cleartext: {inline: true, "),
    ),
    Change(
        "extension without a last day",
        api(URL, f"{URL}\n    x-apilint-ignore: {{{GAVE}: mesh}}"),
        GAVE,
        said_in="api.yaml",
        page=SUPPRESSION,
        policy=INLINE.replace("TERMS", "max_days: 90"),
    ),
    Change(
        "comment that is to be passed over in silence",
        **commented("max_days: 90") | {"files": {**commented("")["files"], **own(f"rules: {{{SUPPRESSION}: off}}")}},
    ),
    # what is said about all this
    Change("nothing is to be said", own(f"rules: {{server-cleartext: off, {CONFIGURATION}: off}}")),
    # the command line
    Change("--ignore", {}, said_in="--ignore", options={"ignore": ("server-cleartext",)}),
    Change("--select", {}, said_in="--select", options={"select": ("rate-limit-undefined",)}),
    Change(
        "--option",
        {},
        "pagination-default-invalid",
        "--option",
        options={"rule_options": (("pagination-default-invalid", "most", "999999999"),)},
    ),
    Change("--fail-on", {}, said_in="--fail-on", options={"fail_on": Severity.CRITICAL}),
    Change("--preset", {}, "pagination-default-invalid", "", options={"preset": "owasp"}),
    Change("--isolated", own("rules: {server-cleartext: off}"), said_in="", options={"isolated": True}),
    Change(
        "--config",
        {"lax.yaml": "version: 1\nrules: {server-cleartext: off}"},
        said_in="lax.yaml",
        options={"config": "lax.yaml"},
    ),
)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.id)
def test_the_policy_still_holds(check: Check, change: Change) -> None:
    plain = check({}, change.policy)
    assert counting(plain, change.rule)
    report = check(change.files, change.policy, **change.options)
    assert counting(report, change.rule), [(one.rule, one.severity, one.suppression) for one in report.findings]
    assert exit_status(report) == 1
    assert report.fail_on <= Severity.HIGH
    assert any(map(report.fails, counting(report, change.rule)))
    if change.said_in:
        said = [one for one in report.findings if one.rule == change.page]
        assert [one for one in said if one.location.file == change.said_in], report.findings
        assert change.page in {rule.id for rule in report.rules}


WRONG = (
    (
        "a rule of one's own in place of a locked one",
        own("declarative_rules: {server-cleartext: {message: x, select: operations}}"),
    ),
    ("key twice", own("rules: {server-cleartext: critical, server-cleartext: off}")),
    ("two files", {**own("root: false"), ".apilint.yaml": "version: 1\nrules: {server-cleartext: off}"}),
    ("a policy of one's own", {"apilint.yaml": "version: 1\nkind: policy\nlocked: {}"}),
    ("locks of one's own", own("locked: {rules: {}}")),
    ("plugins", own("plugins: [mine]")),
    ("limits", own("max_bytes: 1")),
    ("out of the repository", own("extends: ../policy.yaml")),
    ("huge", own("# " + "x" * (2 << 20))),
    ("an unknown level", own("overrides: [{files: '**', level: none}]")),
    ("a tag of YAML", own("rules: !!python/object:os.system {}")),
)


@pytest.mark.parametrize(("name", "files"), WRONG, ids=[name for name, _ in WRONG])
def test_what_is_wrong_is_no_way_out(check: Check, name: str, files: dict[str, str]) -> None:
    with pytest.raises(UsageError) as wrong:
        check(files)
    assert "apilint.yaml" in str(wrong.value)


def test_a_link_out_of_the_repository_is_wrong(check: Check, tmp_path: Path) -> None:
    (tmp_path / "lax.yaml").write_text("version: 1\nrules: {server-cleartext: off}", encoding="utf-8")
    os.symlink(tmp_path / "lax.yaml", tmp_path / "repository" / "apilint.yaml")
    with pytest.raises(UsageError, match="symbolic link"):
        check({})


def test_a_link_inside_is_read_and_refused(check: Check, tmp_path: Path) -> None:
    os.symlink("lax.yaml", tmp_path / "repository" / "apilint.yaml")
    report = check({"lax.yaml": "version: 1\nrules: {server-cleartext: off}"})
    assert counting(report, "server-cleartext")


def test_a_baseline_of_the_change_itself(check: Check, tmp_path: Path) -> None:
    from apilint.policy.baseline import Baseline, Entry

    found = counting(check({}), "server-cleartext")[0]
    entry = Entry(found.fingerprint, found.rule, Severity.CRITICAL, "api.yaml", "2026-01-01")
    baseline = Baseline(".apilint/baseline.json", (entry,), ("api.yaml",))
    report = check({}, baseline=baseline)
    assert counting(report, "server-cleartext")
    said = [one for one in report.findings if one.rule == SUPPRESSION]
    assert [one.location.file for one in said] == [".apilint/baseline.json"]
    open_ = POLICY.replace(
        "server-cleartext: {min_severity: high", "server-cleartext: {baseline: true, min_severity: high"
    )
    assert not counting(check({}, open_, baseline=baseline), "server-cleartext")
    assert counting(check({}, f"{open_}  baseline: true\n", baseline=baseline), "server-cleartext")


def test_a_suppressed_finding_of_another_rule_silences_nothing(check: Check) -> None:
    # server-cleartext gives way to credentials-over-cleartext, which anybody may suppress here.
    text = API.replace("scheme: bearer", "scheme: basic")
    other = {one.location for one in check({"api.yaml": text}).findings if one.rule == "credentials-over-cleartext"}
    assert other
    text = text.replace("openapi: 3.0.3\n", "openapi: 3.0.3\nx-apilint-ignore: {credentials-over-cleartext: mesh}\n")
    report = check({"api.yaml": text})
    assert all(one.suppression for one in report.findings if one.rule == "credentials-over-cleartext")
    assert counting(report, "server-cleartext")


def test_a_shared_file_is_no_way_out(check: Check) -> None:
    shared = "get: {responses: {'200': {description: ok}}}\npost:\n  x-apilint-ignore: {unauthenticated-write: x}\n"
    shared += "  security: []\n  responses: {'201': {description: made}}\n"
    start = API[: API.index("  /orders:\n")] + "  /orders: {$ref: shared.yaml}\n" + API[API.index("components:") :]
    report = check({"api.yaml": start, "other.yaml": start, "shared.yaml": shared})
    assert counting(report, "unauthenticated-write")


def test_processes_share_the_policy(check: Check) -> None:
    files = {**own("rules: {server-cleartext: off}"), **{f"deep/{n}.yaml": API for n in range(3)}}
    one = check(files, jobs=1)
    many = check(files, jobs=2)
    assert one.findings == many.findings
    assert len(counting(many, "server-cleartext")) == 4


def test_a_lower_score_is_not_enough(check: Check) -> None:
    policy = POLICY + "  gate: {min_score: 99, fail_on: critical}\n"
    report = check(own("gate: {min_score: 1, fail_on: critical}"), policy)
    assert exit_status(report) == 1
    assert [one.location.file for one in report.findings if one.rule == CONFIGURATION] == ["apilint.yaml"]


def test_the_level_that_the_policy_assigns_stays(check: Check) -> None:
    policy = "version: 1\nkind: policy\ngate: {fail_on: critical}\n"
    policy += "levels: {public: {fail_on: medium}}\noverrides: [{files: '**/api.yaml', level: public}]\n"
    for files in (
        api(URL, URL.replace("http:", "https:")),
        api("security:", "x-apilint-level: draft\nsecurity:"),
        own("overrides: [{files: '**', level: draft}]"),
        own("levels: {public: {fail_on: critical}}"),
    ):
        assert exit_status(check(files, policy)) == 1, files
    quiet = api(URL, URL.replace("http:", "https:"))
    assert exit_status(check(quiet, "version: 1\nkind: policy\ngate: {fail_on: critical}\n")) == 0


def test_the_rules_of_the_policy_itself_stay(check: Check) -> None:
    declared = (
        "declarative_rules:\n  acme/no-orders: {message: MESSAGE, severity: high, select: operations, "
        "require: {field: x-owner, defined: true}}\n"
    )
    policy = POLICY + "    acme/no-orders: on\n" + declared.replace("MESSAGE", "'{operation} is not allowed'")
    assert counting(check({}, policy), "acme/no-orders")
    mine = own(declared.replace("MESSAGE", "mine").replace("x-owner", "responses"))
    assert counting(check(mine, policy), "acme/no-orders")
    assert counting(check(own("rules: {acme/no-orders: off}"), policy), "acme/no-orders")


def test_no_preset_hides_what_the_preset_of_the_policy_shows(check: Check) -> None:
    policy = "version: 1\nkind: policy\nlocked: {preset: strict}\n"
    wanted = {one.rule for one in check({}, policy, preset="strict").findings}
    assert wanted > {one.rule for one in check({}, policy="version: 1\nkind: policy\n").findings}
    assert wanted <= {one.rule for one in check(own("extends: apilint:owasp"), policy).findings}
    assert wanted <= {one.rule for one in check({}, policy, preset="agents").findings}


def test_a_preset_of_a_plugin_hides_nothing_locked(check: Check) -> None:
    check({})
    loaded = LOADED._replace(presets={"blind": lambda rule, finding: False})
    report = run(RunOptions(policy=read("../policy.yaml"), preset="blind"), loaded)
    assert counting(report, "server-cleartext")
    assert not [one for one in report.findings if one.rule == "security-disabled"]
    (Path("..") / "policy.yaml").write_text(POLICY + "  preset: default\n", encoding="utf-8")
    report = run(RunOptions(policy=read("../policy.yaml"), preset="blind"), loaded)
    assert counting(report, "security-disabled")


def test_confidence_of_the_command_line_hides_nothing_locked(check: Check) -> None:
    policy = POLICY + "    deprecated-operation-weaker: high\n"
    from apilint.findings import Confidence

    report = check({}, policy, min_confidence=Confidence.HIGH)
    assert counting(report, "pagination-default-invalid")
    assert counting(report, "server-cleartext")


def test_plugins_that_the_policy_does_not_name_are_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "acme_evil.py").write_text("raise SystemExit('imported')", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    evil = plugins.EntryPoint("acme-evil", "1.0", "main", "acme_evil")
    narrow: tuple[tuple[str, ...] | None, ...] = ((), ("other",), ("acme-evil==2.*",), ("acme-evil==1.0.1",))
    for allow in narrow:
        loaded = plugins.load([evil], allow)
        assert (loaded.refused, loaded.problems) == (("acme-evil 1.0",), ())
    assert "acme_evil" not in sys.modules
    wide: tuple[tuple[str, ...] | None, ...] = (None, ("Acme_Evil",), ("acme-evil==1.*",), ("acme.evil == 1.0",))
    for allow in wide:
        assert plugins.load([evil], allow).problems


@pytest.mark.parametrize(
    "words",
    [
        "check",
        "gate",
        "score",
        "baseline",
        "config show",
        "waivers",
        "waive server-cleartext --file api.yaml --reason mesh --owner me --until 30d --print",
    ],
)
def test_every_command_loads_only_what_the_policy_names(
    check: Check, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    check({}, POLICY + "plugins: [acme]\n")
    asked = []

    def load(*given: Any, allow: Any = None) -> plugins.Plugins:
        asked.append(allow)
        return LOADED

    monkeypatch.setattr(plugins, "load", load)
    main([*words.split(), "--policy", "../policy.yaml"])
    assert set(asked) == {("acme",)}


def test_what_is_not_loaded_is_said(check: Check) -> None:
    loaded = LOADED._replace(refused=("acme-evil 1.0",))
    check({})
    report = run(RunOptions(policy=read("../policy.yaml")), loaded)
    assert any("acme-evil 1.0" in one.message for one in report.findings if one.rule == CONFIGURATION)


STRICTER: tuple[tuple[str, dict[str, str], dict[str, Any], tuple[str, Severity] | None], ...] = (
    ("graver", own("rules: {server-cleartext: critical}"), {}, ("server-cleartext", Severity.CRITICAL)),
    (
        "graver for an operation",
        own("overrides: [{operations: POST /orders, rules: {unauthenticated-write: critical}}]"),
        {},
        ("unauthenticated-write", Severity.CRITICAL),
    ),
    ("another rule", own("rules: {rate-limit-undefined: high}"), {}, None),
    ("earlier gate", own("gate: {fail_on: info}"), {}, None),
    ("wider preset", own("extends: apilint:audit"), {}, None),
    ("stricter level", own("overrides: [{files: '**', level: public}]"), {}, None),
    ("--fail-on", {}, {"fail_on": Severity.LOW}, None),
    ("--no-ignores", {}, {"no_ignores": True}, None),
)


@pytest.mark.parametrize(("name", "files", "options", "expected"), STRICTER, ids=[one[0] for one in STRICTER])
def test_anybody_may_be_stricter(
    check: Check, name: str, files: dict[str, str], options: dict[str, Any], expected: tuple[str, Severity] | None
) -> None:
    report = check(files, **options)
    assert not [one for one in report.findings if one.rule in (CONFIGURATION, SUPPRESSION)]
    if expected is not None:
        assert expected in {(one.rule, one.severity) for one in report.findings if not one.suppression}
    assert counting(report, "server-cleartext")


def test_what_is_not_locked_stays_open(check: Check) -> None:
    override = "{files: '**', rules: {response-schema-undefined: off}, reason: x}"
    files = own(f"rules: {{rate-limit-undefined: off}}\noverrides: [{override}]")
    report = check(files)
    assert not [one for one in report.findings if one.rule in (CONFIGURATION, "rate-limit-undefined")]
    assert all(one.suppression for one in report.findings if one.rule == "response-schema-undefined")


def test_a_waiver_that_fits_the_terms_holds(check: Check) -> None:
    report = check(own(waiver()), TERMS)
    assert not counting(report, "server-cleartext")
    assert [one.suppression.kind for one in report.findings if one.rule == "server-cleartext" and one.suppression] == [
        "waiver"
    ]


def test_what_the_policy_itself_opens_is_open(check: Check) -> None:
    policy = POLICY + "overrides: [{files: api.yaml, rules: {server-cleartext: off}, reason: the mesh}]\n"
    assert not counting(check({}, policy), "server-cleartext")
    # A repository may take it back: that is stricter.
    assert counting(
        check(own("overrides: [{files: '**', rules: {server-cleartext: high}}]"), policy), "server-cleartext"
    )
    inline = POLICY.replace(
        "server-cleartext: {min_severity: high", "server-cleartext: {inline: true, min_severity: high"
    )
    assert not counting(check(api(URL, f"{URL}  # apilint: ignore[server-cleartext] mesh"), inline), "server-cleartext")


def test_nobody_declares_operations_public_where_that_is_locked(check: Check) -> None:
    policy = "version: 1\nkind: policy\nlocked: {public: true}\n"
    for files, file, page in (
        (own("public: [{operations: POST /orders, reason: anybody orders}]"), "apilint.yaml", CONFIGURATION),
        (api("operationId: order\n", "operationId: order\n      x-apilint-public: shop\n"), "api.yaml", SUPPRESSION),
    ):
        report = check(files, policy)
        assert counting(report, "security-disabled")
        assert [one.location.file for one in report.findings if one.rule == page] == [file]
        assert not counting(check(files, "version: 1\nkind: policy\n"), "security-disabled")
        (Path("apilint.yaml")).unlink(missing_ok=True)


def test_what_the_policy_declares_public_is(check: Check) -> None:
    policy = POLICY + "public: [{operations: POST /orders, reason: the shop}]\n"
    assert not counting(check({}, policy), "unauthenticated-write")
    assert not [one for one in check({}, policy).findings if one.rule in (CONFIGURATION, SUPPRESSION)]


def test_excluding_can_be_left_open(check: Check) -> None:
    report = check({**own("exclude: old/**"), "old/api.yaml": API}, POLICY + "  exclude: false\n")
    assert {one.location.file for one in report.findings} == {"api.yaml"}


def test_excluding_is_open_under_a_policy_that_demands_nothing(check: Check) -> None:
    report = check({**own("exclude: old/**"), "old/api.yaml": API}, LAX + "rules: {rate-limit-undefined: low}\n")
    assert {one.location.file for one in report.findings} == {"api.yaml"}


HELD = (
    ("owners: {'*': [security]}", "owner=@Security"),
    ("owners_from: CODEOWNERS", "owner=payments"),
    ("max_days: 90", "until=2026-08-30"),
    ("max_days: 90, max_renewals: 0, owners: {'*': [me]}", "until=2026-06-01 owner=me"),
    ("owners: {'credentials-*': [security]}, owners_from: CODEOWNERS", "owner=security"),
    ("max_renewals: 1, warn_days: 3", ""),
    ("inline: false, max_days: 90, owners: {'*': [security]}", ""),
)


@pytest.mark.parametrize(("terms", "why"), HELD)
def test_a_comment_that_fits_the_terms_holds(check: Check, terms: str, why: str) -> None:
    given = commented(terms, why)
    report = check({**given["files"], "CODEOWNERS": "* @payments @security\n"}, given["policy"])
    assert not counting(report, GAVE)
    assert not [one for one in report.findings if one.rule == SUPPRESSION]


def test_what_a_comment_misses_is_said(check: Check) -> None:
    said = []
    for terms, why in (
        ("owners: {'*': [security]}", ""),
        ("owners: {'*': [security]}", "owner=me"),
        ("owners_from: CODEOWNERS", "owner=me"),
        ("max_days: 90", ""),
        ("max_days: 90", "until=2026-08-31"),
    ):
        given = commented(terms, why)
        report = check({**given["files"], "CODEOWNERS": "* @payments\n"}, given["policy"])
        (found,) = [one for one in report.findings if one.rule == SUPPRESSION]
        said.append(found.message.removeprefix(f"the suppression of {GAVE} does not hold: "))
    assert said == [
        "it names no owner, and the policy asks for one",
        f"the policy lets security waive {GAVE}, not me",
        "its owner 'me' does not stand in CODEOWNERS, as the policy asks for",
        "it has no last day, and the policy allows 90 days from today",
        "its last day is 91 days from today, and the policy allows 90",
    ]


def test_the_globs_of_the_policy_are_not_moved_by_saying_them_again(check: Check) -> None:
    files = {"apis/apilint.yaml": "version: 1\nexclude: old/**\n", "apis/old/api.yaml": API, "old/api.yaml": API}
    report = check(files, POLICY + "exclude: old/**\n")
    assert {one.location.file for one in counting(report, "server-cleartext")} == {"api.yaml", "apis/old/api.yaml"}
    assert [one.location.file for one in report.findings if one.rule == CONFIGURATION] == ["apis/apilint.yaml"]


def test_the_globs_of_the_policy_are_not_moved_by_building_on_the_same_file(check: Check) -> None:
    house = "version: 1\noverrides: [{files: mesh/**, rules: {server-cleartext: off}, reason: the mesh encrypts}]\n"
    files = {"house/house.yaml": house, "mesh/api.yaml": API, "house/mesh/api.yaml": API}
    check({**files, **own("rules: {}")})
    report = check(own("extends: ./house/house.yaml"), POLICY + "extends: ./repository/house/house.yaml\n")
    assert {one.location.file for one in counting(report, "server-cleartext")} == {"api.yaml", "house/mesh/api.yaml"}
    assert [one.location.file for one in report.findings if one.rule == CONFIGURATION] == ["house/house.yaml"]


def test_the_score_takes_rules_as_the_policy_sets_them(check: Check) -> None:
    policy = "version: 1\nkind: policy\noverrides: [{files: '*.yaml', rules: {pagination-default-invalid: high}}]\n"
    files = own("overrides: [{files: '*.yaml', rules: {security-disabled: low}}]")
    report = check(files, policy, plain=True, preset="audit")
    severities = {one.rule: one.severity for one in report.findings}
    assert severities["pagination-default-invalid"] == Severity.HIGH
    assert severities["security-disabled"] == Severity.HIGH


def test_every_format_says_what_was_refused(check: Check) -> None:
    from apilint.report import FORMATS, Presentation, renderer

    report = check(own("rules: {server-cleartext: off}"), ignore=("server-cleartext",))
    for name, module in FORMATS.items():
        text = renderer(module)(report, Presentation("1", 1))
        assert isinstance(text, str)
        assert name in ("badge", "summary") or CONFIGURATION in text, name
    assert json.loads(renderer(FORMATS["json"])(report, Presentation("1", 1)))
