"""`apilint config`: what holds and why, whether it can be used, and its schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from apilint.cli import main
from apilint.config.reading import read
from apilint.config.values import layer

CONFIGURATION = """\
version: 1
extends: [apilint:strict]
gate: {fail_on: medium}
rules:
  server-cleartext: low
  jwt-*: {severity: high, confidence: medium}
  string-max-length: {options: {}}
overrides:
  - files: ["internal/**"]
    operations: GET /health
    rules: {server-cleartext: off}
    reason: it never leaves the cluster, and somebody wrote a very long reason for it
  - files: ["apis/**"]
    level: public
public:
  - {operations: POST /login, reason: callers get their token here}
waivers:
  - id: W-1
    rule: server-cleartext
    match: {pointer: /servers/0, fingerprint: 0123456789abcdef}
    owner: a@example.com
    reason: "yes: soon gone"
    expires: 2099-01-01
levels:
  public: {min_score: 90, max_severity: {"*": low}}
exclude: [legacy/**]
"""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "apilint.yaml").write_text(CONFIGURATION, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def printed(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> str:
    assert main(words) == status
    return capsys.readouterr().out


def test_each_value_is_shown_with_where_it_was_set(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repository / "a").mkdir()
    (repository / "a" / "pyproject.toml").write_text('[tool.apilint]\nversion = 1\ngate = {fail_on = "low"}\n')
    lines = printed(capsys, "config", "show", "--origin", "a").splitlines()
    assert lines[0] == "a, configured by apilint.yaml, a/pyproject.toml"
    rows = {line.split("  ")[0]: " ".join(line.split()) for line in lines[2:] if line[:1] != " "}
    assert rows["preset"] == "preset strict (apilint.yaml:2)"
    assert rows["gate.fail_on"] == "gate.fail_on low (a/pyproject.toml:3)"
    assert rows["gate.min_score"] == "gate.min_score none (default)"
    assert rows["rules.server-cleartext"] == "rules.server-cleartext low (apilint.yaml:5)"
    assert rows["exclude"] == "exclude legacy/** (apilint.yaml:26)"
    assert max(map(len, lines)) <= 80


def test_without_origins_the_values_alone_are_shown(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "config", "show")
    assert "apilint.yaml:" not in text
    isolated = printed(capsys, "config", "show", "--isolated", "--origin").splitlines()
    assert isolated[0] == "., configured by none: these are the defaults"
    assert all(line.endswith("(default)") for line in isolated[2:])


def test_the_yaml_says_the_same_as_the_file(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "config", "show", "--format", "yaml", "--origin")
    again = layer(read("apilint.yaml", text.encode()), str(repository)).configuration
    first = layer(read("apilint.yaml", CONFIGURATION.encode()), str(repository)).configuration
    assert dict(again.rules) == {name: setting for name, setting in first.rules.items() if name != "string-max-length"}
    assert [one._replace(origin=one.origin, origins={}) for one in again.overrides] == [
        one._replace(origin=two.origin, origins={}) for one, two in zip(first.overrides, again.overrides, strict=True)
    ]
    assert [one._replace(origin=None) for one in again.waivers] == [one._replace(origin=None) for one in first.waivers]
    assert (again.levels, again.preset, again.exclude) == (first.levels, first.preset, first.exclude)
    assert [one.level for one in again.assignments] == ["public"]
    assert "server-cleartext: low  # apilint.yaml:5" in text


def test_the_json_has_values_and_origins_by_pointer(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(printed(capsys, "config", "show", "--format", "json"))
    assert found["files"] == ["apilint.yaml"]
    assert found["configuration"]["waivers"][0]["match"] == {
        "pointers": ["/servers/0"],
        "fingerprint": "0123456789abcdef",
    }
    assert found["origins"]["/gate/fail_on"] == "apilint.yaml:3"


def test_what_a_policy_refuses_is_said(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repository / "policy.yaml").write_text("version: 1\nkind: policy\nlocked: {rules: {server-cleartext: on}}\n")
    (repository / "apilint.yaml").write_text("version: 1\nrules: {server-cleartext: off}\n")
    said = "apilint.yaml:2: off does not hold for server-cleartext: the policy locks server-cleartext (policy.yaml:3)"
    assert said in " ".join(printed(capsys, "config", "show", "--policy", "policy.yaml").split())
    shown = json.loads(printed(capsys, "config", "show", "--format", "json", "--policy", "policy.yaml"))
    assert shown["refused"] == [said]
    assert "refuse" not in printed(capsys, "config", "show")


def test_a_policy_is_shown_with_what_it_locks(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy = repository / "policy.yaml"
    policy.write_text("version: 1\nkind: policy\nlocked: {rules: {server-cleartext: high}, gate: {fail_on: low}}\n")
    text = printed(capsys, "config", "show", "--origin", "--policy", "policy.yaml")
    assert "configured by policy.yaml, apilint.yaml" in text
    assert " ".join(text.split()).count("gate.fail_on low (policy.yaml)") == 1
    assert "policy.locks.server-cleartext.min_severity" in text
    commented = printed(capsys, "config", "show", "--format", "yaml", "--policy", "policy.yaml")
    assert "#   server-cleartext:\n#     min_severity: high" in commented
    assert "policy" not in yaml.safe_load(commented)


def test_wrong_configuration_is_told_with_one_line_for_each_fault(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository / "apilint.yaml").write_text("version: 1\nrulez: {}\ngate: {fail_on: hgh}\n")
    for words in (("config", "show"), ("check",), ("config", "check")):
        assert main(words) == 2
        err = capsys.readouterr().err.splitlines()
        assert err[0] == "apilint: apilint.yaml:2:1: no key is called 'rulez'; did you mean 'rules'?"
        assert err[1].startswith("apilint: apilint.yaml:3:17: gate.fail_on is 'hgh', none of ")


def test_check_reads_all_configuration_below_a_folder(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, text in {
        "a/.apilint.yaml": "version: 1\nrules: {no-such-rule: off}\n",
        "a/pyproject.toml": "[tool.other]\n",
        "b/pyproject.toml": "[tool.apilint]\nversion = 2\n",
        "c/apilint.yaml": "version: 1\nextends: apilint:nothing\n",
        "d/apilint.yaml": "version: 1\nrules: {server-cleartext: high}\n",
        "waivers.yaml": "version: 1\nwaivers: []\n",
        "base/base.yaml": "version: 1\nextends: apilint:owasp\n",
    }.items():
        (repository / name).parent.mkdir(exist_ok=True)
        (repository / name).write_text(text)
    assert main(["config", "check"]) == 2
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        "apilint.yaml: preset strict, 3 rule settings, 2 overrides, 1 public declaration, 1 waiver, 1 level",
        "waivers.yaml: nothing is set",
        "d/apilint.yaml: 1 rule setting",
    ]
    assert "apilint: a/.apilint.yaml:2:9: no rule is called 'no-such-rule'" in err
    assert "apilint: b/pyproject.toml:2:11: version is 2; this apilint reads version 1" in err
    assert "apilint: c/apilint.yaml:2:10: no preset is called 'nothing'; there are default, strict, audit" in err
    assert err.endswith("config: 3 files cannot be used\n")
    assert printed(capsys, "config", "check", "base/base.yaml") == "base/base.yaml: preset owasp\n"
    assert main(["config", "check", "no.yaml"]) == 2


def test_check_reads_what_a_run_would_read(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outside = repository.parent / "outside"
    outside.write_text("a secret")
    for name in ("links/apilint.yaml", "links/waivers.yaml", "links/pyproject.toml"):
        (repository / name).parent.mkdir(exist_ok=True)
        (repository / name).symlink_to(outside)
    for name, text in {"broken": "[tool.apilint\n", "others": "[broken\n"}.items():
        (repository / name).mkdir()
        (repository / name / "pyproject.toml").write_text(text)
    assert main(["config", "check"]) == 2
    err = capsys.readouterr().err
    for name in ("apilint.yaml", "waivers.yaml", "pyproject.toml"):
        assert f"apilint: links/{name}: it is a symbolic link that leads out of the repository\n" in err
    assert "apilint: broken/pyproject.toml:1:14: this is not TOML" in err
    assert "secret" not in err
    assert "others" not in err
    assert err.endswith("config: 4 files cannot be used\n")


def test_check_says_that_there_is_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert printed(capsys, "config", "check") == "there is no configuration: apilint init writes one\n"


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(printed(capsys, "config", "schema"))["$schema"].endswith("2020-12/schema")


def test_the_group_helps_as_other_commands_do(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "config", "--help")
    for word in ("Examples:", "Usage: apilint config COMMAND ...", "Commands:", "  check   Tell ", "Exit status:"):
        assert word in text
    assert main(["config"]) == 2
    assert main(["config", "shwo"]) == 2
    assert "did you mean 'show'?" in capsys.readouterr().err
