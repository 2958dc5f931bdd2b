"""Rulesets of Spectral: what becomes of each rule, and that nothing is left out silently."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from apilint.cli.import_spectral import command
from apilint.declared.rules import mistakes
from apilint.declared.spectral.convert import ALWAYS, CARRIED, LOST, OFF, OURS, Converted, convert
from apilint.declared.spectral.known import OAS, OWASP, known
from apilint.declared.spectral.reading import RulesetError, load
from apilint.declared.spectral.writing import text
from apilint.plugins import load as load_plugins

# In the manner of rulesets that platform teams publish.
HOUSE = r"""
extends: [[spectral:oas, "off"], ./base.yaml]
documentationUrl: https://example.com/guide
formats: [oas3]
functions: [own-function]
aliases:
  Operation: ["$.paths[*][get,put,post,delete]"]
  Schemas:
    targets:
      - {formats: [oas2], given: ["$.definitions[*]"]}
      - {formats: [oas3], given: ["$.components.schemas[*]"]}
rules:
  oas3-schema: true
  operation-tag-defined: warn
  operation-operationId-unique: error
  openapi-tags: info
  base-off: off
  base-severity: hint
  never-defined: error
  paths-kebab:
    description: Paths are in kebab case
    message: "{{property}} is not kebab case: {{ error }}, see {{description}} {{unknown}} {x}"
    severity: error
    given: $.paths[*]~
    then: {function: pattern, functionOptions: {match: "^(\\/([a-z0-9.-]+|{[a-zA-Z0-9_]+}))+$"}}
  path-versions: {severity: 1, given: $.paths, then: {field: "@key", function: pattern,
      functionOptions: {notMatch: "/v[0-9]+/i"}}}
  operation-texts:
    given: "#Operation"
    then:
      - {field: summary, function: truthy}
      - {field: description, function: length, functionOptions: {min: 10, max: 500}}
      - {function: or, functionOptions: {properties: [operationId, x-id]}}
  operation-fields: {given: ["#Operation.parameters[*]"], then: {field: in, function: enumeration,
      functionOptions: {values: [path, query]}}}
  schema-names: {given: "#Schemas", formats: [oas2, oas3], then: {field: x-owner, function: defined}}
  names: {given: "$..properties", then: {field: "@key", function: casing, functionOptions: {type: snake,
      disallowDigits: true, separator: {char: "_", allowLeading: true}}}}
  version: {given: $.info.version, then: {function: schema, functionOptions: {allErrors: true,
      schema: {type: string, pattern: "^[0-9]+$"}}}}
  alphabet: {given: $, then: {field: tags, function: alphabetical, functionOptions: {keyedBy: name}}}
  examples: {given: "$..examples[*]", then: {function: xor, functionOptions: {properties: [value, externalValue]}}}
  unused: {given: $.components.schemas, then: {function: unreferencedReusableObject,
      functionOptions: {reusableObjectsLocation: "#/components/schemas"}}}
  raw: {resolved: false, given: "$..x-internal", then: {function: undefined}}
  host: {formats: [oas2], given: $.host, then: {function: falsy}}
  by-program: {given: $, then: {function: own-function}}
  slow: {given: $.info.title, then: {function: pattern, functionOptions: {match: "^(a+)+$"}}}
  odd-path: {given: "$.paths[?(@.x.replace('a', 'b'))]", then: {function: truthy}}
  no-alias: {given: "#Nothing", then: {function: truthy}}
  events: {formats: [asyncapi2], given: $.channels, then: {function: truthy}}
  quiet: {recommended: false, given: $, then: {function: truthy}}
  off-here: {severity: "off", given: $, then: {function: truthy}}
overrides:
  - {files: ["legacy/*.yaml"], rules: {paths-kebab: "off", by-program: "off"}}
  - {files: ["a.yaml#/paths"], rules: {paths-kebab: "off"}}
parserOptions: {duplicateKeys: warn}
"""
BASE = """
rules:
  base-off: {given: $, then: {function: truthy}}
  base-severity: {given: $.info, then: {field: contact, function: truthy}}
  base-kept: {severity: error, given: $.info, then: {field: license, function: truthy}}
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "base.yaml").write_text(BASE, encoding="utf-8")
    (tmp_path / "house.yaml").write_text(HOUSE, encoding="utf-8")
    return tmp_path / "house.yaml"


@pytest.fixture
def converted(house: Path) -> Converted:
    return convert(load(str(house)), "acme")


def test_what_becomes_of_each_rule(converted: Converted) -> None:
    fates = {fate.name: fate for fate in converted.fates}
    assert {name: fate.kind for name, fate in fates.items()} == {
        "oas3-schema": ALWAYS,
        "operation-tag-defined": LOST,
        "operation-operationId-unique": OURS,
        "openapi-tags": CARRIED,
        OAS: OFF,
        "base-off": OFF,
        "base-severity": CARRIED,
        "base-kept": CARRIED,
        "rule never-defined": LOST,
        **dict.fromkeys(
            "paths-kebab path-versions operation-texts operation-fields schema-names names version alphabet examples "
            "unused raw host".split(),
            CARRIED,
        ),
        **dict.fromkeys(["by-program", "slow", "odd-path", "no-alias", "events"], LOST),
        "quiet": OFF,
        "off-here": OFF,
        "parserOptions": LOST,
        "overrides for legacy/*.yaml": CARRIED,
        "overrides for legacy/*.yaml: by-program": LOST,
        "overrides for a.yaml#/paths": LOST,
    }
    assert all(fate.why for fate in converted.lost)


@pytest.mark.parametrize(
    ("id", "expected"),
    [
        ("paths-kebab", {
            "message": "{property} is not kebab case: {error}, see Paths are in kebab case unknown {{x}}",
            "severity": "high", "given": "$.paths[*]~",
            "require": {"pattern": "^(\\/([a-z0-9.-]+|{[a-zA-Z0-9_]+}))+$"},
        }),
        ("path-versions", {
            "message": "{property}: {error}", "severity": "medium", "given": "$.paths",
            "require": {"field": "@key", "not_pattern": "/v[0-9]+/i"},
        }),
        ("operation-texts", {
            "severity": "medium", "given": "$.paths[*][get,put,post,delete]",
            "require": [
                {"field": "summary", "truthy": True},
                {"field": "description", "min": 10, "min_length": 10, "max": 500, "max_length": 500},
                {"at_least_one": ["operationId", "x-id"]},
            ],
        }),
        ("operation-fields", {"require": {"field": "in", "in": ["path", "query"]}}),
        ("schema-names", {"given": "$.definitions[*]", "openapi": ["2.0"]}),
        ("schema-names-2", {"given": "$.components.schemas[*]", "openapi": ["3.0", "3.1", "3.2"]}),
        ("names", {"require": {"field": "@key", "casing": {
            "type": "snake", "digits": False, "separator": "_", "leading_separator": True}}}),
        ("version", {"require": {"schema": {"x-all-errors": True, "type": "string", "pattern": "^[0-9]+$"}}}),
        ("alphabet", {"require": {"field": "tags", "sorted": "name"}}),
        ("examples", {"require": {"exactly_one": ["value", "externalValue"]}}),
        ("unused", {"given": "$.components.schemas[*]", "require": {"referenced": True}}),
        ("raw", {"resolved": False, "require": {"undefined": True}}),
        ("host", {"openapi": ["2.0"], "require": {"falsy": True}}),
        ("base-severity", {"severity": "info"}),
        ("base-kept", {"severity": "high"}),
    ],
)  # fmt: skip
def test_a_rule_carried_over(converted: Converted, id: str, expected: dict[str, Any]) -> None:
    rule = converted.declared[f"acme/{id}"]
    assert {key: rule.get(key) for key in expected} == expected
    assert mistakes({f"acme/{id}": rule}) == []


def test_settings(converted: Converted) -> None:
    assert converted.rules == {"operation-id-duplicate": "high"}
    assert converted.overrides == [
        {
            "files": ["legacy/*.yaml"],
            "rules": {"acme/paths-kebab": "off"},
            "reason": "carried over from overrides of the Spectral ruleset",
        }
    ]


def test_only_what_is_turned_off_by_name_turns_off_a_rule_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    path.write_text(
        "extends: [[spectral:oas, 'off'], '@stoplight/spectral-owasp-ruleset']\n"
        "rules: {'owasp:api2:2023-no-http-basic': 'off'}\n"
    )
    rules = convert(load(str(path)), "own").rules
    assert {name for name, word in rules.items() if word == "off"} == {"http-basic-auth"}
    assert rules["string-max-length"] == "on"


def run(*words: str) -> Result:
    return CliRunner().invoke(command, list(words), standalone_mode=False)


def test_the_command(house: Path) -> None:
    result = run(str(house), "--output", str(house.parent / "apilint.yaml"), "--vendor", "acme")
    assert result.return_value == 1
    assert "rule: by-program - not carried over: the function 'own-function' is no core function" in result.stderr
    assert "rule: operation-operationId-unique - built in as operation-id-duplicate" in result.stderr
    again = run(str(house), "--output", str(house.parent / "apilint.yaml"))
    assert "is there already" in str(again.exception)


def test_what_is_written_is_a_configuration(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from apilint.config.discover import Discovery

    monkeypatch.chdir(house.parent)
    run(str(house), "--output", "apilint.yaml", "--vendor", "acme")
    configuration = Discovery(str(house.parent)).of("openapi.yaml")
    assert len(configuration.declared) > 10
    written = (house.parent / "apilint.yaml").read_text(encoding="utf-8")
    assert "#   slow: require.pattern: the pattern '^(a+)+$' can take exponential time" in written


def test_all_carried_over_is_status_0(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text(json.dumps({"rules": {"a": {"given": "$.info", "then": {"field": "title", "function": "truthy"}}}}))
    result = run(str(path))
    assert (result.return_value, "own/a:" in result.stdout) == (0, True)


def test_a_comment_ends_where_its_line_does(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    evil = "a\nrules: {security-undefined: off}\n#\u2028\x85b"
    path.write_text(json.dumps({"rules": {evil: {"given": "$", "then": {"function": "x"}}}}))
    written = text(convert(load(str(path)), "own"), "r.json")
    assert [line for line in written.splitlines() if "security-undefined" in line and not line.startswith("#")] == []


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("r.js", "module.exports = {}", "is a program"),
        ("r.yaml", "a: 1", "no Spectral ruleset"),
        ("r.yaml", "rules: [", "cannot be read"),
        ("r.yaml", "rules: []", "rules is not a mapping"),
        ("r.yaml", "extends: [[a, b, c]]", "extends holds names"),
        ("r.yaml", "extends: ./r.yaml", "extends itself"),
        ("r.yaml", "&a [*a]", "cannot be read"),
        ("r.json", "[" * 100_000, "cannot be read"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, name: str, content: str, words: str) -> None:
    (tmp_path / ".git").mkdir()
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(RulesetError, match=re.escape(words)):
        load(str(path))


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("https://example.com/r.yaml", "nothing is fetched"),
        ("./r.mjs", "it is a program"),
        ("some-package", "it is a package"),
        ("../../outside.yaml", "it lies outside"),
        ("./missing.yaml", "there is no such file"),
        ("spectral:asyncapi", "for this kind of document"),
    ],
)
def test_what_is_not_extended_is_said(tmp_path: Path, target: str, words: str) -> None:
    (tmp_path / ".git").mkdir()
    path = tmp_path / "r.yaml"
    path.write_text(json.dumps({"extends": [target], "rules": {}}))
    (fate,) = convert(load(str(path)), "own").lost
    assert words in fate.why


def test_a_link_does_not_lead_out(tmp_path: Path) -> None:
    inner = tmp_path / "repo"
    (inner / ".git").mkdir(parents=True)
    (tmp_path / "secret.yaml").write_text(BASE)
    (inner / "base.yaml").symlink_to(tmp_path / "secret.yaml")
    (inner / "r.yaml").write_text("extends: ./base.yaml")
    (fate,) = convert(load(str(inner / "r.yaml")), "own").lost
    assert "it lies outside" in fate.why


def test_rules_of_everybody_are_known_as_they_are_here() -> None:
    ours = {rule.id for rule in load_plugins().rules}
    for rules in known().values():
        for name, data in rules.items():
            assert set(data.get("ours", ())) <= ours, name
            if "rule" in data:
                assert mistakes({"a/b": data["rule"]}) == [], name
            assert sum(key in data for key in ("ours", "rule", "always", "why")) == 1, name


def test_the_owasp_ruleset_is_known_as_parity_says() -> None:
    parity = (Path(__file__).parent.parent / "parity.md").read_text(encoding="utf-8")
    section = parity.partition("## Spectral, OWASP ruleset")[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| (owasp:\S+) \| (.*) \|$", section, re.MULTILINE))
    assert {name: data["ours"] for name, data in known()[OWASP].items()} == {
        name: re.findall("`([^`]+)`", row) for name, row in rows.items()
    }


@pytest.mark.parametrize("overrides", ["5", "yes", "{files: [a]}", "null", "[5, null]"])
def test_overrides_that_are_none_are_let_be(overrides: str, tmp_path: Path) -> None:
    ruleset = tmp_path / "ruleset.yaml"
    ruleset.write_text(f"rules: {{}}\noverrides: {overrides}\n", encoding="utf-8")
    assert load(str(ruleset)).overrides == []
