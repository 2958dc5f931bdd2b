"""Mistakes in rules without code: where they stand, and what would be right."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

import pytest

from apilint import engine
from apilint.declared.rules import MOST_RULES, declared, mistakes
from apilint.findings import Span
from apilint.openapi.api import Api
from apilint.policy.model import Configuration, ConfigurationError, Origin

RIGHT: dict[str, Any] = {"message": "m", "severity": "low", "select": "operations", "require": {"tag": "a"}}


def without(*keys: str) -> dict[str, Any]:
    return {key: value for key, value in RIGHT.items() if key not in keys}


@pytest.mark.parametrize(
    ("rule", "path", "words"),
    [
        ([], (), "a rule is a mapping"),
        ({**RIGHT, "wehre": {}}, ("wehre",), "did you mean 'where'"),
        (without("message"), (), "a rule has a message"),
        ({**RIGHT, "message": "{oparation}"}, ("message",), "did you mean 'operation'"),
        ({**RIGHT, "message": "{0.__class__}"}, ("message",), "no placeholder"),
        ({**RIGHT, "message": "a } b"}, ("message",), "a lone '}'"),
        ({**RIGHT, "message": "a" * 700}, ("message",), "longer than"),
        (without("severity"), (), "a rule has a severity"),
        ({**RIGHT, "severity": "hihg"}, ("severity",), "did you mean 'high'"),
        ({**RIGHT, "confidence": "sure"}, ("confidence",), "there are low, medium, high"),
        (without("select"), (), "either select"),
        ({**RIGHT, "given": "$"}, (), "either select"),
        ({**RIGHT, "select": "operation"}, ("select",), "did you mean 'operations'"),
        ({**without("select"), "given": "$["}, ("given",), "is not understood"),
        ({**without("select"), "given": ["$", "x"]}, ("given", 1), "does not begin with $"),
        ({**without("select"), "given": "$"}, ("require", "tag"), "for rules with select"),
        (without("require"), (), "require, forbid or both"),
        ({**RIGHT, "require": {}}, ("require",), "this one is empty"),
        ({**RIGHT, "require": []}, ("require",), "a condition, or a list"),
        ({**RIGHT, "require": {"feild": "a"}}, ("require", "feild"), "did you mean 'field'"),
        ({**RIGHT, "require": {"field": "a"}}, ("require", "field"), "says what is to be true"),
        ({**RIGHT, "require": {"field": "a[", "defined": True}}, ("require", "field"), "is not understood"),
        ({**RIGHT, "require": {"any": [{"tag": "a"}, {"pattern": "(a+)+$"}]}}, ("require", "any", 1, "pattern"),
            "exponential"),
        ({**RIGHT, "where": [{"method": 1}]}, ("where", "all", 0, "method"), "is a text"),
        ({**RIGHT, "require": {"path_glob": "{a" * 400}}, ("require", "path_glob"), "cannot be used"),
        ({**RIGHT, "require": {"parameter": {"in": "heder", "name": "x"}}}, ("require", "parameter", "in"),
            "one of path"),
        ({**RIGHT, "openapi": "4.0"}, ("openapi",), "one or a list of 2.0"),
        ({**RIGHT, "resolved": "no"}, ("resolved",), "true or false"),
        ({**RIGHT, "references": ["a\nb"]}, ("references",), "one line"),
        ({**RIGHT, "why": 1}, ("why",), "is a text"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_where_it_stands(rule: Any, path: tuple[str | int, ...], words: str) -> None:
    (mistake,) = mistakes({"acme/rule": rule})
    assert mistake.path == ("acme/rule", *path)
    assert words in mistake.message


@pytest.mark.parametrize("id", ["rule", "Acme/rule", "acme/rule/x", "acme/", "a/" + "b" * 200, "acme/rule name"])
def test_ids(id: str) -> None:
    assert "vendor/rule-id" in mistakes({id: RIGHT})[0].message


def test_the_error_has_file_line_and_column() -> None:
    origins: dict[tuple[str, ...], Origin] = {
        ("declarative_rules", "acme/rule"): Origin("apilint.yaml", "", Span(7, 3, 7, 9))
    }
    configuration = Configuration(declared={"acme/rule": {**RIGHT, "severity": "hihg"}}, origins=origins)
    with pytest.raises(ConfigurationError, match=r"^apilint.yaml:7:3: declarative_rules.acme/rule.severity: .*'high'"):
        declared(configuration)


def test_a_rule_is_a_rule_like_others() -> None:
    data = {
        **RIGHT,
        "message": "{operation} is wrong",
        "why": "So.\n# not a heading",
        "fix": "mend it.",
        "references": "https://e.com",
    }
    (rule,) = declared(Configuration(declared={"acme/rule": data}))
    assert (rule.summary, rule.refs) == ("The operation is wrong", ("https://e.com",))
    assert "To fix: mend it." in rule.page
    assert "\n#" not in rule.page


def deep(levels: int) -> dict[str, Any]:
    condition: dict[str, Any] = {"tag": "a"}
    for _ in range(levels):
        condition = {"not": condition}
    return condition


@pytest.mark.parametrize(
    "rules",
    [
        {f"a/r{at}": RIGHT for at in range(MOST_RULES + 1)},
        {"a/b": {**RIGHT, "require": deep(900)}},
        {"a/b": {**RIGHT, "require": [{"tag": "a"}] * 5_000}},
        {"a/b": {**RIGHT, "require": {"in": list(range(5_000))}}},
        {"a/b": {**without("select"), "given": ["$"] * 51}},
        {"a/b": {**RIGHT, "require": {"schema": {"allOf": [{"type": "string"}] * 9_000}}}},
        {"a/b": {**RIGHT, "require": {"pattern": "(" * 1_000 + ")" * 1_000}}},
        {"a/b": {**RIGHT, "require": {"all": [{"pattern": f"^(a*b*c*){{2,{at}}}x{at}$"} for at in range(3, 400)]}}},
    ],
    ids=["rules", "deep", "conditions", "values", "paths", "schema", "pattern", "patterns"],
)  # fmt: skip
def test_hostile_rules_are_refused_soon(rules: dict[str, Any]) -> None:
    start = perf_counter()
    assert mistakes(rules)
    assert perf_counter() - start < 20


@pytest.mark.parametrize("pattern", ["(a|aa)+$", "(.*)*x", "([a-z]+)*\\d", "^(\\w+\\s?)*$", ".*.*.*=.*", "a*a*a*a*b"])
def test_patterns_that_take_more_than_linear_time_are_refused(pattern: str) -> None:
    assert "time" in mistakes({"a/b": {**RIGHT, "require": {"field": "x", "pattern": pattern}}})[0].message


def test_a_long_text_is_no_way_to_hang(build_api: Callable[..., Api]) -> None:
    rule = {**RIGHT, "require": {"field": "description", "pattern": "a*b"}}
    api = build_api(
        "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths:\n  /a:\n"
        f"    get: {{description: {'a' * 300_000}, responses: {{}}}}\n"
    )
    start = perf_counter()
    assert len(engine.run(api, declared(Configuration(declared={"a/b": rule}))).findings) == 1
    assert perf_counter() - start < 5


def test_work_is_bounded_and_said(build_api: Callable[..., Api], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apilint.declared.places.MOST_WORK", 10)
    rule = {**without("select"), "given": "$..[*]", "require": {"falsy": True}}
    api = build_api("openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {/a: {get: {responses: {}}}}\n")
    result = engine.run(api, declared(Configuration(declared={"a/b": rule})))
    assert [problem.kind for problem in result.problems] == ["limit-reached"]


def test_what_a_rule_of_the_configuration_finds_is_shown_however_slight() -> None:
    from apilint.findings import Confidence, Severity
    from apilint.policy.presets import PRESETS, shows

    (rule,) = declared(Configuration(declared={"acme/rule": RIGHT}))
    for name in ("default", "strict", "audit", "gateway"):
        assert shows(PRESETS[name], rule, Severity.INFO, Confidence.HIGH), name
    assert not shows(PRESETS["default"], rule, Severity.HIGH, Confidence.LOW)
    assert not shows(PRESETS["owasp"], rule, Severity.HIGH, Confidence.HIGH)
