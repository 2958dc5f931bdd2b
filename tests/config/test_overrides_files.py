"""Settings where several documents share files, several configurations hold, and operations are called by the API."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from apilint.findings import Finding, Report

Checked = Callable[..., Report]
OFF = "rules: {string-max-length: off}, reason: meant"

NAME = "properties/name"
COMMON = """
components:
  schemas:
    Pet: {type: object, properties: {name: {type: string}}}
"""


def found(report: Report, rule: str = "string-max-length") -> dict[str, Finding]:
    """The findings of a rule, by the last two parts of their pointers."""
    return {"/".join(one.location.pointer.split("/")[-2:]): one for one in report.findings if one.rule == rule}


def levels(report: Report, rule: str = "string-max-length") -> dict[str, str]:
    """Each finding of a rule in a word: its severity, or what suppresses it."""
    return {
        place: one.severity.label if one.suppression is None else one.suppression.kind
        for place, one in found(report, rule).items()
    }


def api(path: str, common: str = "common.yaml", method: str = "post") -> str:
    return f"""
openapi: 3.0.3
info: {{title: Pets, version: "1"}}
security: [{{login: []}}]
servers: [{{url: https://api.example.com}}]
paths:
  {path}:
    {method}:
      requestBody:
        content: {{application/json: {{schema: {{$ref: "{common}#/components/schemas/Pet"}}}}}}
      responses: {{"200": {{description: ok}}}}
components: {{securitySchemes: {{login: {{type: http, scheme: bearer}}}}}}
"""


TWO = {"a.yaml": api("/a"), "b.yaml": api("/b"), "common.yaml": COMMON}


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        ("", "low"),
        # Each API is judged by itself, and what one of them says counts.
        (f"overrides: [{{operations: [POST /a], {OFF}}}]", "low"),
        (f"overrides: [{{operations: [POST /a, POST /b], {OFF}}}]", "configuration"),
        (f"overrides: [{{files: [a.yaml], {OFF}}}]", "low"),
        (f"overrides: [{{files: ['{{a,b}}.yaml'], {OFF}}}]", "configuration"),
        (f"overrides: [{{files: [common.yaml], {OFF}}}]", "configuration"),
        (f"overrides: [{{files: [common.yaml], operations: [POST /a], {OFF}}}]", "low"),
        ("overrides: [{files: [b.yaml], rules: {string-max-length: high}}]", "high"),
        ("overrides: [{files: [common.yaml], rules: {string-max-length: info}}]", "info"),
        ("overrides: [{files: [a.yaml], rules: {string-max-length: info}}]", "low"),
        ("overrides: [{operations: [POST /b], rules: {string-max-length: high}}]", "high"),
    ],
)
def test_files_that_two_documents_share(checked: Checked, configuration: str, expected: str) -> None:
    assert levels(checked(configuration, TWO)) == {NAME: expected}


def test_what_one_configuration_shows_is_shown(checked: Checked) -> None:
    files = {
        **TWO,
        "x/api.yaml": api("/x", "../common.yaml"),
        "x/apilint.yaml": "version: 1\nrules: {string-max-length: high}\n",
    }
    report = checked("rules: {rate-limit-undefined: off}", files, preset="default")
    assert levels(report) == {NAME: "high"}
    (one,) = found(report).values()
    assert {one.api, *one.also} == {"x/api.yaml"}
    assert report.configuration == ("apilint.yaml", "x/apilint.yaml")
    report = checked("rules: {rate-limit-undefined: off}", files)
    (one,) = found(report).values()
    assert (one.severity.label, {one.api, *one.also}) == ("high", {"a.yaml", "b.yaml", "x/api.yaml"})


PATHS = """
paths:
  shared:
    post:
      requestBody:
        content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}
      responses: {"200": {description: ok}}
"""


def test_two_paths_that_refer_to_one_path_item_both_count(checked: Checked) -> None:
    root = """
openapi: 3.0.3
info: {title: Pets, version: "1"}
security: [{login: []}]
paths:
  /a: {$ref: "parts.yaml#/paths/shared"}
  /b: {$ref: "parts.yaml#/paths/shared"}
components: {securitySchemes: {login: {type: http, scheme: bearer}}}
"""
    files = {"api.yaml": root, "parts.yaml": PATHS}
    assert levels(checked(f"overrides: [{{operations: [POST /a], {OFF}}}]", files)) == {NAME: "low"}
    assert levels(checked(f"overrides: [{{operations: [POST /a, POST /b], {OFF}}}]", files)) == {NAME: "configuration"}
    # Of the operation itself, too, which is flagged once for both.
    rule = "operation-id-undefined"
    off = f"rules: {{{rule}: off}}, reason: meant"
    assert set(levels(checked(f"overrides: [{{operations: [POST /a], {off}}}]", files), rule).values()) != {
        "configuration"
    }
    both = checked(f"overrides: [{{operations: ['POST /{{a,b}}'], {off}}}]", files)
    assert set(levels(both, rule).values()) == {"configuration"}


CALLED = """
openapi: 3.1.0
info: {title: Pets, version: "1"}
security: [{login: []}]
paths:
  /a:
    post:
      responses: {"200": {description: ok}}
      callbacks:
        done:
          "{$request.body#/url}":
            post:
              responses:
                "200":
                  description: ok
                  content: {application/json: {schema: {type: object, properties: {called: {type: string}}}}}
webhooks:
  newPet:
    post:
      responses:
        "200":
          description: ok
          content: {application/json: {schema: {type: object, properties: {hooked: {type: string}}}}}
components: {securitySchemes: {login: {type: http, scheme: bearer}}}
"""


@pytest.mark.parametrize(
    ("selector", "off"),
    [
        ("POST webhook newPet", {"properties/hooked"}),
        ("* webhook *", {"properties/hooked"}),
        ("POST callback **", {"properties/called"}),
        ("* /**", set()),
        ("* **", {"properties/hooked", "properties/called"}),
    ],
)
def test_webhooks_and_callbacks(checked: Checked, selector: str, off: set[str]) -> None:
    report = checked(f"overrides: [{{operations: ['{selector}'], {OFF}}}]", CALLED)
    assert {place for place, level in levels(report).items() if level == "configuration"} == off
    assert set(levels(report)) == {"properties/hooked", "properties/called"}


OPEN = """
openapi: 3.0.3
info: {title: Pets, version: "1"}
servers: [{url: https://api.example.com}]
SECURITY
paths:
  /prices:
    get: {SOMEresponses: {"200": {description: ok}}}
  /pets:
    get: {SOMEresponses: {"200": {description: ok}}}
    post: {SOMEresponses: {"200": {description: ok}}}
components: {securitySchemes: {login: {type: http, scheme: bearer}}}
"""
NONE = OPEN.replace("SECURITY\n", "").replace("SOME", "")
DISABLED = OPEN.replace("SECURITY", "security: [{login: []}]").replace("SOME", "security: [], ")


def about(report: Report, tag: str = "missing-authentication") -> list[tuple[str, str, str]]:
    tagged = {rule.id for rule in report.rules if tag in rule.tags}
    return sorted(
        (one.rule, one.operation or one.message, one.suppression.kind if one.suppression else one.severity.label)
        for one in report.findings
        if one.rule in tagged
    )


@pytest.mark.parametrize(
    ("document", "operations", "expected"),
    [
        (NONE, "GET /other", [("security-undefined", "no `security` anywhere: nothing protects 3 operations", "high")]),
        (
            NONE,
            "GET /prices",
            [
                (
                    "security-undefined",
                    "no `security` anywhere: nothing protects 2 operations (1 more declared public)",
                    "high",
                )
            ],
        ),
        (
            NONE,
            "GET,POST **",
            [("security-undefined", "no `security` anywhere: nothing protects 3 operations", "configuration")],
        ),
        (
            DISABLED,
            "GET /prices",
            [
                ("security-disabled", "GET /pets", "low"),
                ("security-disabled", "GET /prices", "configuration"),
                ("security-disabled", "POST /pets", "high"),
            ],
        ),
        (
            DISABLED,
            "* /p*",
            [
                ("security-disabled", "GET /pets", "configuration"),
                ("security-disabled", "GET /prices", "configuration"),
                ("security-disabled", "POST /pets", "configuration"),
            ],
        ),
    ],
)
def test_public_operations(
    checked: Checked, document: str, operations: str, expected: list[tuple[str, str, str]]
) -> None:
    report = checked(f"public: [{{operations: ['{operations}'], reason: a shop}}]", document)
    assert about(report) == expected
    # Nothing but what asks for authentication is silent there, and nothing vanishes.
    plain = checked("", document)
    others = [one for one in report.findings if not about(report._replace(findings=[one]))]
    assert others == [one for one in plain.findings if not about(plain._replace(findings=[one]))]
    assert len(report.findings) == len(plain.findings)
    reasons = {one.suppression.reason for one in report.findings if one.suppression}
    assert reasons <= {"a shop"}


def test_public_operations_of_some_files(checked: Checked) -> None:
    public = "public: [{files: [b.yaml], operations: ['* /prices'], reason: a shop}]"
    report = checked(public, {"a.yaml": DISABLED, "b.yaml": DISABLED})
    silent = {(one.location.file, one.operation) for one in report.findings if one.suppression}
    assert silent == {("b.yaml", "GET /prices")}


def test_public_beats_settings_of_overrides(checked: Checked) -> None:
    report = checked(
        """
        public: [{operations: [GET /prices], reason: a shop}]
        overrides: [{operations: ['* **'], rules: {security-disabled: critical}}]
        """,
        DISABLED,
    )
    assert [level for _, _, level in about(report)] == ["critical", "configuration", "critical"]


def test_a_baseline_knows_what_configuration_did(checked: Checked) -> None:
    from apilint.findings import Compared
    from apilint.policy.baseline import Baseline, updated

    def against(configuration: str, baseline: Baseline) -> tuple[Report, Compared]:
        report = checked(configuration, TWO, baseline=baseline)
        assert report.baseline is not None
        return report, report.baseline

    report, compared = against("", Baseline("b"))
    baseline = updated(Baseline("b"), report.findings, compared, "2026-03-01", lambda file: False)
    number = len(baseline.entries)
    for configuration in (
        "rules: {string-max-length: off}",
        "rules: {'*': off}",
        f"overrides: [{{files: ['*'], {OFF}}}]",
        "overrides: [{files: [a.yaml], rules: {bound-meaningless: {options: {max_length: 9}}}}]",
        "rules: {string-max-length: off}\noverrides: [{operations: [GET /none], rules: {string-max-length: on}}]",
        "rules: {string-max-length: critical}",
        "rules: {string-max-length: info}",
        "overrides: [{operations: [POST /a], rules: {string-max-length: high}}]",
        "public: [{operations: ['* **'], reason: x}]",
    ):
        report, compared = against(configuration, baseline)
        assert (compared.known, compared.mended, compared.keeps) == (number, 0, baseline.entries), configuration
        assert [one for one in report.findings if one.state == "new"] == [], configuration
    # What is suppressed by configuration is not baselined, and what was mended leaves.
    report, compared = against("public: [{operations: ['* **'], reason: x}]", Baseline("b"))
    assert len(updated(Baseline("b"), report.findings, compared, "2026-03-01", lambda file: False).entries) == sum(
        one.suppression is None for one in report.findings
    )
    Path("common.yaml").write_text(COMMON.replace("type: string", "type: string, maxLength: 9"), encoding="utf-8")
    from apilint.run import RunOptions, run

    report = run(RunOptions(paths=("a.yaml", "b.yaml"), preset="audit", baseline=baseline))
    assert report.baseline is not None
    assert report.baseline.mended >= 1
