"""Settings of rules, for all or for some files and operations, also through references."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from apilint import plugins
from apilint.config.discover import Discovery
from apilint.config.plan import Plans, Wanted
from apilint.findings import Confidence, Finding, Report, Severity
from apilint.run import UsageError

API = """
openapi: 3.0.3
info: {title: Pets, version: "1"}
security: [{login: []}]
servers: [{url: https://api.example.com}]
paths:
  /pets:
    get:
      operationId: listPets
      tags: [read]
      responses: {"200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}}}
    post:
      tags: [write]
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}}
      responses: {"200": {description: ok}}
  /orders:
    put:
      tags: [write]
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}}
      responses: {"200": {description: ok}}
  /alone:
    patch:
      operationId: alone
      requestBody: {content: {application/json: {schema: {type: object, properties: {word: {type: string}}}}}}
      responses: {"200": {description: ok}}
components:
  securitySchemes: {login: {type: http, scheme: bearer}}
  schemas:
    Pet: {type: object, properties: {name: {type: string}}}
"""
RULE = "string-max-length"


Checked = Callable[..., Report]


@pytest.fixture
def checked(checked: Checked) -> Checked:
    return lambda configuration, files=API, **options: checked(configuration, files, **options)


def found(report: Report, rule: str = RULE) -> dict[str, Finding]:
    """The findings of a rule, by the last two parts of their pointers."""
    return {"/".join(one.location.pointer.split("/")[-2:]): one for one in report.findings if one.rule == rule}


def levels(report: Report, rule: str = RULE) -> dict[str, str]:
    """Each finding of a rule in a word: its severity, or what suppresses it."""
    return {
        place: one.severity.label if one.suppression is None else one.suppression.kind
        for place, one in found(report, rule).items()
    }


SHARED, ALONE = "properties/name", "properties/word"


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        ("", {SHARED: "low", ALONE: "low"}),
        ("rules: {string-max-length: info}", {SHARED: "info", ALONE: "info"}),
        ("rules: {string-max-length: critical}", {SHARED: "critical", ALONE: "critical"}),
        ("rules: {string-max-length: off}", {}),
        ("rules: {'string-*': off}", {}),
        ("rules: {'tag:owasp': off}", {}),
        ("rules: {'*': off, string-max-length: on}", {SHARED: "low", ALONE: "low"}),
        ("rules: {string-max-length: on, '*': off}", {}),
        (
            "rules: {string-max-length: {severity: info}, 'string-max-*': {severity: high}}",
            {SHARED: "high", ALONE: "high"},
        ),
        ("rules: {string-max-length: {enabled: off, severity: high}}", {}),
    ],
)
def test_settings_for_all(checked: Checked, configuration: str, expected: dict[str, str]) -> None:
    assert levels(checked(configuration)) == expected


OFF = "rules: {string-max-length: off}, reason: meant"


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        # What loosens needs all operations that a finding concerns.
        (f"{{operations: [GET /pets], {OFF}}}", {SHARED: "low", ALONE: "low"}),
        (f"{{operations: [POST /pets], {OFF}}}", {SHARED: "low", ALONE: "low"}),
        (f"{{operations: [GET /pets, POST /pets, PUT /orders], {OFF}}}", {SHARED: "configuration", ALONE: "low"}),
        (f"{{operations: [PATCH /alone], {OFF}}}", {SHARED: "low", ALONE: "configuration"}),
        (f"{{operations: ['* /**'], {OFF}}}", {SHARED: "configuration", ALONE: "configuration"}),
        (f"{{operations: ['tag:write'], {OFF}}}", {SHARED: "low", ALONE: "low"}),
        (f"{{operations: ['tag:write', 'operationId:listPets'], {OFF}}}", {SHARED: "configuration", ALONE: "low"}),
        (f"{{operations: ['operationId:al*'], {OFF}}}", {SHARED: "low", ALONE: "configuration"}),
        (
            f"{{operations: ['GET,POST /pets'], {OFF}}}, {{operations: [PUT /orders], {OFF}}}",
            {SHARED: "configuration", ALONE: "low"},
        ),
        ("{operations: [PATCH /alone], rules: {string-max-length: info}}", {SHARED: "low", ALONE: "info"}),
        ("{operations: [PUT /orders], rules: {string-max-length: info}}", {SHARED: "low", ALONE: "low"}),
        # What tightens needs one of them.
        ("{operations: [PUT /orders], rules: {string-max-length: high}}", {SHARED: "high", ALONE: "low"}),
        ("{operations: [GET /pets], rules: {string-max-length: high}}", {SHARED: "high", ALONE: "low"}),
        # The later one holds, for each operation by itself.
        (
            f"{{operations: ['* /**'], {OFF}}}, {{operations: [PUT /orders], rules: {{string-max-length: on}}}}",
            {SHARED: "low", ALONE: "configuration"},
        ),
        (
            f"{{operations: [PATCH /alone], rules: {{string-max-length: on}}}}, {{operations: ['* /**'], {OFF}}}",
            {SHARED: "configuration", ALONE: "configuration"},
        ),
        (
            "{operations: ['* **'], rules: {'*': high}}, {operations: [PATCH /alone], rules: {'string-*': info}}",
            {SHARED: "high", ALONE: "info"},
        ),
        # Nothing is meant.
        (f"{{operations: [GET /other], {OFF}}}", {SHARED: "low", ALONE: "low"}),
        (f"{{files: ['other/**'], {OFF}}}", {SHARED: "low", ALONE: "low"}),
        (f"{{files: ['*.yaml'], {OFF}}}", {SHARED: "configuration", ALONE: "configuration"}),
        (f"{{files: ['*.yaml'], operations: [PATCH /alone], {OFF}}}", {SHARED: "low", ALONE: "configuration"}),
        (f"{{files: ['*.json'], operations: [PATCH /alone], {OFF}}}", {SHARED: "low", ALONE: "low"}),
    ],
)
def test_overrides_through_references(checked: Checked, overrides: str, expected: dict[str, str]) -> None:
    assert levels(checked(f"overrides: [{overrides}]")) == expected


def test_what_an_override_turns_off_says_why_and_where(checked: Checked) -> None:
    report = checked(f"overrides:\n  - {{operations: [PATCH /alone], {OFF}}}\n")
    suppression = found(report)[ALONE].suppression
    assert suppression is not None
    assert (suppression.kind, suppression.reason, suppression.id) == ("configuration", "meant", "apilint.yaml:3")
    assert not report.fails(found(report)[ALONE])
    assert report.configuration == ("apilint.yaml",)


def test_what_is_off_in_all_and_on_for_some(checked: Checked) -> None:
    report = checked(
        """
        rules: {string-max-length: off}
        overrides: [{operations: [PATCH /alone], rules: {string-max-length: on}}]
        """
    )
    assert levels(report) == {ALONE: "low"}
    assert RULE not in report.ignored
    selected = checked(Path("apilint.yaml").read_text(encoding="utf-8").partition("\n")[2], select=(RULE,))
    assert levels(selected) == {SHARED: "low", ALONE: "low"}


def test_a_rule_that_is_off_where_another_gives_way_to_it_does_not_silence_that(checked: Checked) -> None:
    api = API.replace("security: [{login: []}]\n", "")
    stronger = {one.rule for one in checked("", api).findings}
    assert "security-undefined" in stronger
    assert not {"unauthenticated-write", "unauthenticated-read"} & stronger
    report = checked(
        """
        rules: {security-undefined: off}
        overrides: [{operations: [GET /nowhere], rules: {security-undefined: on}}]
        """,
        api,
    )
    without = checked("rules: {security-undefined: off}", api)
    assert [one.rule for one in report.findings] == [one.rule for one in without.findings]
    # One cause: what was turned off for a reason is not said in other words.
    report = checked("overrides: [{operations: ['* /**'], rules: {security-undefined: off}, reason: meant}]", api)
    assert {one.rule for one in report.findings} == stronger


def test_on_shows_what_the_preset_hides_but_for_the_least_sure(checked: Checked) -> None:
    def shown(configuration: str, **options: object) -> list[str]:
        return list(levels(checked(configuration, preset="default", **options)).values())

    assert shown("rules: {}") == []
    assert shown("rules: {string-max-length: on}") == ["low", "low"]
    assert shown("rules: {string-max-length: low}") == ["low", "low"]
    assert shown("rules: {string-max-length: {options: {}}}") == []
    assert shown("rules: {string-max-length: {confidence: low, severity: high}}") == []
    assert shown("rules: {string-max-length: {confidence: medium, severity: high}}") == ["high", "high"]
    assert (
        shown("rules: {string-max-length: {confidence: medium, severity: high}}", min_confidence=Confidence.HIGH) == []
    )
    assert shown("overrides: [{operations: [PATCH /alone], rules: {string-max-length: on}}]") == ["low"]
    assert shown("overrides: [{operations: [GET /pets], rules: {string-max-length: {confidence: low}}}]") == []


def test_the_command_line_beats_configuration(checked: Checked) -> None:
    off = "rules: {string-max-length: off}"
    assert levels(checked(off, select=(RULE,))) == {SHARED: "low", ALONE: "low"}
    assert levels(checked("rules: {string-max-length: high}", ignore=(RULE,))) == {}
    assert levels(checked(off, select=(RULE, "duplicate-key"), ignore=(RULE,))) == {}
    text = "extends: [apilint:strict]\ngate: {fail_on: low}"
    report = checked(text, preset="agents", fail_on=Severity.CRITICAL)
    assert (report.preset, report.fail_on) == ("agents", Severity.CRITICAL)
    report = checked(text, preset=None)
    assert (report.preset, report.fail_on) == ("strict", Severity.LOW)
    assert checked(off).ignored == (RULE,)


OPTIONS = {
    "rules: {bound-meaningless: {options: {max_length: 100}}}": "max_length=100",
    "rules: {bound-meaningless: {options: {max_items: 1}}, 'bound-*': {options: {max_items: 2}}}": "max_items=2",
    "overrides: [{files: [api.yaml], rules: {bound-meaningless: {options: {max_length: 300}}}}]": "max_length=300",
    "overrides: [{files: [other.yaml], rules: {bound-meaningless: {options: {max_length: 300}}}}]": "",
    "rules: {security-headers-undefined: {options: {headers: [A, B]}}}": "headers=A,B",
}


@pytest.mark.parametrize(("configuration", "expected"), OPTIONS.items())
def test_options(checked: Checked, configuration: str, expected: str) -> None:
    checked(configuration)
    plans = _plans()
    assert ",".join(f"{name}={text}" for _, name, text in plans.of(os.path.realpath("api.yaml")).options) == expected


def test_options_decide_and_the_command_line_beats_them(checked: Checked) -> None:
    api = API.replace("name: {type: string}", "name: {type: string, maxLength: 150}")
    options = "rules: {bound-meaningless: {options: {max_length: 100}}}"
    assert found(checked("rules: {}", api), "bound-meaningless") == {}
    assert found(checked(options, api), "bound-meaningless")
    given = (("bound-meaningless", "max_length", "200"),)
    assert found(checked(options, api, rule_options=given), "bound-meaningless") == {}


def test_options_for_some_files_make_a_plan_of_their_own(checked: Checked) -> None:
    checked("overrides: [{files: ['a/**'], rules: {bound-meaningless: {options: {max_length: 100}}}}]")
    plans = _plans()
    first, second, third = (plans.of(os.path.abspath(name)) for name in ("a/api.yaml", "a/other.yaml", "api.yaml"))
    assert first is second
    assert first is not third
    assert (first.options, third.options) == ((("bound-meaningless", "max_length", "100"),), ())


def _plans() -> Plans:
    return Plans(plugins.load(), Wanted(), Discovery(os.getcwd()), None, "2026-03-01")


@pytest.mark.parametrize(
    ("configuration", "message"),
    [
        ("rules: {string-max-lenght: off}", "no rule is called 'string-max-lenght'; did you mean 'string-max-length'?"),
        ("rules: {'stringy-*': off}", "no rule's id fits 'stringy-*'"),
        ("rules: {'tag:owaps': off}", "no rule has the tag 'owaps'; did you mean 'owasp'?"),
        (
            "overrides: [{operations: [GET /a], rules: {nothing-like-it: off}, reason: x}]",
            "no rule is called 'nothing-like-it'",
        ),
        ("overrides: [{operations: [GET /a], rules: {string-max-length: off}}]", "reason"),
        ("overrides: [{operations: [GET a], rules: {string-max-length: low}}]", "its path does not begin with a slash"),
        ("public: [{operations: [GET /a]}]", "reason"),
        ("public: [{reason: x}]", "operations"),
        (
            "rules: {bound-meaningless: {options: {max_lenght: 1}}}",
            "has no option 'max_lenght': it has max_length, max_items; did you mean 'max_length'?",
        ),
        (
            "rules: {bound-meaningless: {options: {max_length: many}}}",
            "the option 'max_length' of bound-meaningless is a whole number, not a text",
        ),
        ("rules: {trace-method: {options: {a: 1}}}", "the rule trace-method has no option 'a': it has none"),
        ("rules: {security-headers-undefined: {options: {headers: [[1]]}}}", "headers"),
        (
            "overrides: [{operations: [GET /a], rules: {bound-meaningless: {options: {max_length: 1}}}}]",
            "options of bound-meaningless can be set for files, not for single operations",
        ),
        (
            "overrides: [{files: [elsewhere.yaml], rules: {bound-meaningless: {options: {max_lenght: 1}}}}]",
            "the rule bound-meaningless has no option 'max_lenght'",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(checked: Checked, configuration: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        checked(configuration)
    assert message in str(caught.value)
    assert str(caught.value).startswith("apilint.yaml:2:")


def test_a_glob_does_not_mean_the_rules_about_the_policy(checked: Checked) -> None:
    api = API.replace("paths:", "# apilint: ignore[duplicate-key]\npaths:", 1)
    rule = "suppression-without-reason"
    assert levels(checked("rules: {'*': off}", api), rule)
    assert not levels(checked(f"rules: {{{rule}: off}}", api), rule)
    assert set(levels(checked(f"rules: {{{rule}: critical}}", api), rule).values()) == {"critical"}
