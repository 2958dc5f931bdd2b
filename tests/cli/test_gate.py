"""`apilint gate`: what a developer whose build has just gone red reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from apilint.cli import main

API = """\
openapi: 3.0.3
info: {title: Orders, version: "1"}
servers:
  - url: http://orders.example.com
security: [{login: []}]
paths:
  /orders:
    get:
      operationId: list
      responses: {"200": {description: ok}}
    post:
      operationId: order
      security: []
      responses: {"201": {description: made}}
components:
  securitySchemes:
    login: {type: http, scheme: bearer}
"""
CLEAN = """\
openapi: 3.0.3
info: {title: Parcels, version: "1"}
servers:
  - url: https://parcels.example.com
paths: {}
"""


class Outcome(NamedTuple):
    status: int
    out: str
    err: str


Called = Callable[..., Outcome]


@pytest.fixture
def called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Called:
    """Give a function that runs a command in a folder of its own, and what it printed."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    Path("api.yaml").write_text(API)

    def call(*words: str, configuration: str = "", **files: str) -> Outcome:
        for name, text in files.items():
            Path(f"{name}.yaml").write_text(text)
        if configuration:
            Path("apilint.yaml").write_text(f"version: 1\n{configuration}")
        status = main(list(words))
        return Outcome(status, *capfd.readouterr())

    return call


def test_without_configuration_it_is_the_threshold(called: Called) -> None:
    outcome = called("gate")
    assert outcome.status == 1
    assert outcome.out.startswith("api.yaml: gate: failed, 1 of 1 demand not met\n")
    assert "none at or above high  not met" in outcome.out
    assert outcome.out.splitlines()[-1] == "next: apilint gate --todo"


def test_what_a_level_asks_and_what_to_do(called: Called) -> None:
    outcome = called("gate", "api.yaml", "--level", "public", "--todo")
    assert outcome.status == 1
    assert "api.yaml: gate public: failed, 6 of 8 demands not met" in outcome.out
    assert "To do, the least that lets it pass: " in outcome.out
    assert "1. mend " in outcome.out
    assert "api.yaml:4:5: " in outcome.out
    assert "score " in outcome.out
    assert " -> " in outcome.out
    assert outcome.out.splitlines()[-1].startswith("next: apilint explain ")
    assert max(map(len, outcome.out.splitlines())) <= 80


def test_what_is_to_do_really_opens_the_gate(called: Called) -> None:
    steps = json.loads(called("gate", "--level", "public", "--todo", "--format", "json").out)["apis"][0]["todo"][
        "steps"
    ]
    assert {one["rule"] for one in steps} >= {"server-cleartext"} or steps
    mended = API.replace("http:", "https:").replace("      security: []\n", "")
    outcome = called("gate", "--level", "public", "--todo", "--format", "json", api=mended)
    left = json.loads(outcome.out)["apis"][0]
    assert outcome.status == 0, left
    assert left["passes"] is True
    assert left["todo"] is None


def test_configuration_says_who_is_held_to_what(called: Called) -> None:
    configuration = """\
levels:
  public: {min_score: 99, reject: [server-cleartext]}
overrides:
  - {files: ["*"], level: public}
  - {files: [draft.yaml], level: draft}
"""
    outcome = called("gate", configuration=configuration, draft=API.replace("http:", "https:"))
    assert "api.yaml: gate public: failed" in outcome.out
    assert "at least 99" in outcome.out
    assert "draft.yaml: gate draft: passed" in outcome.out
    assert "1 of 2 APIs failed" in outcome.out
    assert outcome.status == 1


def test_check_fails_by_the_same_gate_and_leads_here(called: Called) -> None:
    configuration = "gate: {fail_on: critical, min_score: 90}\n"
    outcome = called("check", configuration=configuration)
    assert outcome.status == 1
    assert "gate of api.yaml: failed: score " in outcome.out
    assert outcome.out.splitlines()[-1] == "next: apilint gate --todo api.yaml"
    assert called("gate").status == 1
    assert called("check", "--level", "draft", api=API.replace("http:", "https:")).status == 0
    assert called("check").status == 1


def test_a_document_asks_for_more_of_itself_and_never_for_less(called: Called) -> None:
    public, draft = f"{CLEAN}x-apilint-level: public\n", f"{API}x-apilint-level: draft\n"
    assert "gate public" in called("gate", "api.yaml", api=public).out
    outcome = called("gate", "api.yaml", api=draft)
    assert outcome.status == 1
    assert "none at or above high" in outcome.out


def test_a_level_that_does_not_exist(called: Called) -> None:
    outcome = called("gate", "--level", "pubic")
    assert (outcome.status, outcome.out) == (2, "")
    assert "no level is called 'pubic'; did you mean 'public'?" in outcome.err
    outcome = called("gate", api=f"{API}x-apilint-level: pubic\n")
    assert outcome.status == 3
    assert "did you mean 'public'?" in outcome.out
    assert "next: apilint check shows what could not be looked at" in outcome.out
    outcome = called("check", api=API, configuration="overrides: [{files: ['*'], level: pubic}]\n")
    assert outcome.status == 2
    assert "apilint.yaml:2" in outcome.err


def test_a_selection_has_no_score_and_says_so(called: Called) -> None:
    outcome = called("check", "--select", "http-basic-auth", "--level", "public")
    assert outcome.status == 1
    assert "no score, at least 85 needed: only selected rules ran" in outcome.out


def test_rules_that_are_off_are_named(called: Called) -> None:
    outcome = called("gate", "--level", "internal", configuration="rules: {server-cleartext: off}\n")
    assert "server-cleartext" in outcome.out
    assert "no score" not in outcome.out


def test_the_score_does_not_depend_on_which_rules_a_repository_likes(called: Called) -> None:
    alone = called("score", "--isolated", "--format", "json")
    configuration = "rules: {'*': off}\noverrides: [{files: ['*'], rules: {unauthenticated-write: info}}]\n"
    configured = called("score", "--format", "json", configuration=configuration)
    assert json.loads(configured.out)["score"] == json.loads(alone.out)["score"]
    set_aside = (
        "overrides: [{operations: ['POST /orders'], rules: {'unauthenticated-*': off, security-disabled: off}, "
        "reason: the shop window}]\n"
    )
    half = json.loads(called("score", "--format", "json", configuration=set_aside).out)["score"]
    assert half >= json.loads(alone.out)["score"]


def test_a_document_without_operations_reaches_every_level(called: Called) -> None:
    assert called("gate", "api.yaml", "--level", "public", api=CLEAN).status == 0


def test_json_has_the_demands_and_the_steps(called: Called) -> None:
    value = json.loads(called("gate", "--level", "partner", "--todo", "--format", "json").out)
    (api,) = value["apis"]
    assert (value["version"], value["exit_status"], api["level"], api["passes"]) == ("1", 1, "partner", False)
    assert [one["what"] for one in api["demands"]] == ["findings", "score", "transport", "exceptions"]
    step = api["todo"]["steps"][0]
    assert step["findings"][0]["file"] == "api.yaml"
    assert api["todo"]["steps"][-1]["score"] >= 80
    assert json.loads(called("gate", "--format", "json").out)["apis"][0]["todo"] is None


def test_markdown(called: Called) -> None:
    text = called("gate", "--level", "partner", "--todo", "--format", "markdown").out
    assert text.startswith("## apilint gate: ")
    assert "### `api.yaml`: gate partner: failed" in text
    assert "| transport |" in text
    assert "1. mend " in text
    marked = API.replace("example.com\n", "example.com  # apilint: ignore[credentials-over-cleartext] the mesh\n")
    Path("api.yaml").write_text(marked)
    text = called("gate", "--level", "partner", "--todo", "--format", "markdown").out
    assert "unencrypted (suppressed: inline)" in text


def test_a_baseline_lets_findings_pass_and_no_score(called: Called) -> None:
    assert called("baseline", "--output", "base.json").status == 0
    assert called("gate", "--baseline", "base.json").status == 0
    outcome = called("gate", "--baseline", "base.json", "--level", "partner")
    assert outcome.status == 1
    assert "score" in outcome.out


def test_colours_do_not_change_the_words(called: Called) -> None:
    import re

    plain = called("gate", "--level", "public", "--todo", "--color", "never").out
    colored = called("gate", "--level", "public", "--todo", "--color", "always").out
    assert colored != plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == plain


def test_under_a_policy_a_repository_lowers_no_level_and_chooses_no_rules_of_its_score(
    called: Called,
) -> None:
    policy = """\
version: 1
kind: policy
overrides: [{files: ["**"], level: partner}]
"""
    mild = """\
levels: {partner: {min_score: 0, fail_on: critical, domains: {transport: 0}}, mine: {fail_on: critical}}
overrides: [{files: ["**"], level: mine}]
"""
    outcome = called("gate", "api.yaml", "--policy", "policy.yaml", configuration=mild, policy=policy)
    assert "api.yaml: gate partner: failed" in outcome.out
    assert "at least 80" in outcome.out
    outcome = called(
        "gate", "api.yaml", "--policy", "policy.yaml", "--level", "draft", "--fail-on", "critical", policy=policy
    )
    assert "none at or above high" in outcome.out
    outcome = called("gate", "api.yaml", "--policy", "policy.yaml", configuration="rules: {server-cleartext: off}\n")
    said = " ".join(outcome.out.split())
    assert "no score, at least 80 needed: configuration turns off rules or makes them milder: server-cleartext" in said
