"""What configuration may say: faults in words, with the line, the column, and what was perhaps meant."""

from __future__ import annotations

import json
import time
from textwrap import dedent
from typing import Any

import jsonschema
import pytest

from apilint.config import schema
from apilint.config.reading import read
from apilint.config.values import layer
from apilint.policy.model import Configuration, ConfigurationError


def said(text: str, kind: str = "configuration", name: str = "apilint.yaml") -> Configuration:
    return layer(read(name, dedent(text).encode()), "/repo", kind).configuration


def faults(text: str, kind: str = "configuration", name: str = "apilint.yaml") -> list[str]:
    with pytest.raises(ConfigurationError) as raised:
        said(text, kind, name)
    return str(raised.value).splitlines()


def test_the_schema_is_one_that_editors_can_use() -> None:
    document = json.loads(schema.text())
    jsonschema.Draft202012Validator.check_schema(document)
    assert document["$id"] == "urn:apilint:configuration:1"

    def walk(value: Any, path: str) -> None:
        if isinstance(value, dict):
            for name, member in value.get("properties", {}).items() if "properties" in value else ():
                target = document["$defs"][member["$ref"].rpartition("/")[2]] if "$ref" in member else member
                assert member.get("description") or target.get("description") or "const" in member, f"{path}/{name}"
            if value.get("type") == "object" and "properties" in value and "if" not in value:
                assert value.get("additionalProperties") is not None or path.endswith(("/if", "/then")), path
            for key, item in value.items():
                walk(item, f"{path}/{key}")
        elif isinstance(value, list):
            for index, item in enumerate(value):
                walk(item, f"{path}/{index}")

    walk(document["$defs"]["configuration"], "configuration")
    walk(document["$defs"]["waiver"], "waiver")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "1:1: it says nothing; begin with version: 1"),
        ("rules: {}", "1:1: the version is missing; begin with version: 1"),
        ("version: 2", "1:10: version is 2; this apilint reads version 1"),
        ("[]", "1:1: this is a list, but has to be a mapping"),
        ("version: 1\nrulez: {}", "2:1: no key is called 'rulez'; did you mean 'rules'?"),
        ("version: 1\ngate: {fail-on: high}", "2:8: no key is called 'fail-on' in gate; did you mean 'fail_on'?"),
        ("version: 1\ngate: {xyz: 1}", "2:8: no key is called 'xyz' in gate; there are fail_on, min_score"),
        ("version: 1\ngate: {min_score: 101}", "2:19: gate.min_score is 101; 100 is the most"),
        ("version: 1\ngate:\n", "2:6: gate is empty, but has to be a mapping"),
        (
            "version: 1\nrules: {a: no}",
            "2:12: rules.a is 'no', none of on, off, info, low, medium, high, critical; did you mean 'off'?",
        ),
        (
            "version: 1\nrules: {a: Yes}",
            "2:12: rules.a is 'Yes', none of on, off, info, low, medium, high, critical; did you mean 'on'?",
        ),
        (
            "version: 1\nrules: {a: warn}",
            "2:12: rules.a is 'warn', none of on, off, info, low, medium, high, critical; did you mean 'medium'?",
        ),
        (
            "version: 1\ngate: {fail_on: error}",
            "2:17: gate.fail_on is 'error', none of info, low, medium, high, critical; did you mean 'high'?",
        ),
        (
            "version: 1\ngate: {fail_on: never}",
            "2:17: gate.fail_on is 'never', none of info, low, medium, high, critical",
        ),
        ("version: 1\nrules: {a: hihg}", "2:12: rules.a is 'hihg', none of on, off, info, low, medium, high, "),
        ("version: 1\nrules: {a: {severty: low}}", "2:13: no key is called 'severty' in rules.a; did you mean "),
        ("version: 1\nrules: {a: []}", "2:12: rules.a is a list, but has to be one of: on, off, info, low, medium"),
        ("version: 1\nrules: {a: {}}", "2:12: rules.a says nothing"),
        ("version: 1\nwaivers: [{id: a}]", "2:11: waivers[0] lacks rule, owner, reason, expires"),
        ("version: 1\noverrides: [{rules: {a: low}}]", "2:13: overrides[0] lacks files or operations"),
        ("version: 1\noverrides: [{files: a}]", "2:13: overrides[0] lacks rules or level"),
        ("version: 1\nlevels: {'a b': {}}", "2:10: 'a b' cannot be a name in levels: it has to be the name of a level"),
        ("version: 1\npublic: [{operations: GET /x}]", "2:10: public[0] lacks reason"),
        ("version: 1\nextends: 3", "2:10: extends is 3, but has to be one of: a text, a list"),
        ("version: .nan\nx: 1", "2:1: no key is called 'x'"),
    ],
)
def test_each_fault_has_its_place_and_a_hint(text: str, expected: str) -> None:
    assert any(line.startswith(f"apilint.yaml:{expected}") for line in faults(text)), faults(text)


VALID_WAIVER = "{id: a, rule: b, owner: c, reason: d, expires: 2026-04-10}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("extends: strict", "2:10: extends has 'strict'; did you mean 'apilint:strict'?"),
        ("extends: [base.yaml]", "2:11: extends has 'base.yaml'; did you mean './base.yaml'?"),
        ("extends: /etc/x", "2:10: extends has '/etc/x'; there are apilint:PRESET, ./FILE and package:NAME"),
        ("exclude: ['../x']", "2:11: '../x' fits no file: it is from the folder of this file, and may not leave it"),
        ("exclude: /x", "2:10: '/x' fits no file"),
        ("baseline: /etc/passwd", "2:11: '/etc/passwd': it is from the folder of this file, and may not leave it"),
        ("rules: {'{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}': off}", "2:9: '{a,b}{a,b}{a,b}"),
        (
            "overrides: [{files: a, rules: {b: off}}]",
            "2:32: turning 'b' off for some needs a reason; add reason: beside",
        ),
        ("overrides: [{operations: GET x, rules: {b: low}}]", "2:26: 'GET x' selects no operation: "),
        ("public: [{operations: ['/x'], reason: y}]", "2:24: '/x' selects no operation: it is neither a method and a "),
        ("public: [{operations: GET /x, reason: ' '}]", "2:39: the reason is blank"),
        (f"waivers: [{VALID_WAIVER}, {VALID_WAIVER}]", "2:76: two waivers are called 'a', the first in line 2"),
        (f"waivers: [{VALID_WAIVER.replace('04-10', '04-31')}]", "2:58: '2026-04-31' is no day as YYYY-MM-DD that the"),
        (
            f"waivers: [{VALID_WAIVER.replace('2026-04-10', 'soon')}]",
            "2:58: waivers[0].expires is 'soon', but has to be",
        ),
        (
            f"waivers: [{VALID_WAIVER[:-1]}, created: 2026-05-01}}]",
            "2:58: it ends on 2026-04-10, before it was created",
        ),
        (f"waivers: [{VALID_WAIVER[:-1]}, match: {{pointer: x}}}}]", "2:87: 'x' is no pointer: it begins with neither"),
    ],
)
def test_what_no_schema_can_judge_has_a_place_too(text: str, expected: str) -> None:
    found = faults(f"version: 1\n{text}")
    assert len(found) == 1
    assert found[0].startswith(f"apilint.yaml:{expected}"), found


def test_all_faults_of_a_file_are_told_at_once_in_the_order_of_the_text() -> None:
    found = faults("version: 1\nx: 1\nrules:\n  a: hgh\n  b: lw\ngate: {fail_on: mdium}\n")
    assert [line.split(":")[1] for line in found] == ["2", "4", "5", "6"]
    many = faults("version: 1\nrules:\n" + "".join(f"  r{number}: hgh\n" for number in range(30)))
    assert len(many) == schema.MOST + 1
    assert many[-1] == "apilint.yaml:13:8: and more that is wrong from here on"


def test_toml_faults_have_places() -> None:
    text = '[tool.apilint]\nversion = 1\n[tool.apilint.rules]\n"a" = "hgh"\n'
    text += "[[tool.apilint.waivers]]\nexpires = 2026-04-10\n"
    found = faults(text, name="pyproject.toml")
    assert found[0].startswith("pyproject.toml:4:7: rules.a is 'hgh', none of on, off, ")
    assert "pyproject.toml:5:1: waivers[0] lacks id, rule, owner, reason" in found


def test_a_native_date_of_toml_is_a_day() -> None:
    text = '[tool.apilint]\nversion = 1\n[[tool.apilint.waivers]]\nid = "a"\nrule = "b"\nowner = "c"\nreason = "d"\n'
    assert said(f"{text}expires = 2026-04-10\n", name="pyproject.toml").waivers[0].expires == "2026-04-10"
    assert "is '2026-04-10T01:02:03'" in faults(f"{text}expires = 2026-04-10T01:02:03\n", name="pyproject.toml")[0]


def test_on_and_off_are_read_as_words_and_as_booleans() -> None:
    rules = said("version: 1\nrules: {a: on, b: off, c: true, d: false, e: {enabled: off}, f: high}").rules
    assert [one.enabled for one in rules.values()] == [True, False, True, False, False, True]


def test_hostile_configuration_is_refused_in_time() -> None:
    wrong = "version: 1\nrules:\n" + "".join(f"  r{number}: {{options: {{x: [[1]]}}}}\n" for number in range(1_900))
    deep = "version: 1\nrules: {a: {options: {b: " + "[" * 30 + "]" * 30 + "}}}"
    wide = "version: 1\n" + "".join(f"k{number}: 1\n" for number in range(60_000))
    waivers = "version: 1\nwaivers:\n" + f"  - {VALID_WAIVER[:-1]}, match: {{operations: {['GET /x'] * 30}}}}}\n" * 999
    for text in (wrong, deep, wide, waivers):
        begun = time.monotonic()
        assert faults(text)
        assert time.monotonic() - begun < 10
