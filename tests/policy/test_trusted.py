"""Policies: how they are read, how they get to a run, and what an installed package may ship."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from apilint.cli.check import command
from apilint.cli.commands import apilint
from apilint.config import packages
from apilint.config.policy_file import installed, read
from apilint.findings import Severity
from apilint.plugins import CONFIGURATIONS, POLICIES, entry_points
from apilint.policy.model import ConfigurationError, WaiverTerms

API = """\
openapi: 3.0.3
info: {title: Orders, version: "1"}
servers:
  - url: http://orders.example.com
paths:
  /health:
    get:
      responses: {"200": {description: ok, content: {text/plain: {schema: {type: string, maxLength: 9}}}}}
"""
POLICY = "version: 1\nkind: policy\nlocked: {rules: {server-cleartext: critical}}\n"
Install = Callable[..., Path]


def write(folder: Path, text: str, name: str = "policy.yaml") -> str:
    """A policy file."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Give a function that installs a distribution which ships a policy."""

    def add(
        name: str = "acme", text: str = POLICY, *, group: str = POLICIES, file: str = "policy.yaml", value: str = ""
    ) -> Path:
        site = tmp_path / f"site-{name}"
        package = site / f"{name}_policy"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("raise SystemExit('imported')", encoding="utf-8")
        (package / file).write_text(text, encoding="utf-8")
        info = site / f"{name}_policy-1.2.dist-info"
        info.mkdir()
        value = value or f"{name}_policy:{file}"
        (info / "entry_points.txt").write_text(f"[{group}]\n{name} = {value}\n", encoding="utf-8")
        monkeypatch.syspath_prepend(str(site))
        return site

    return add


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Give a function that runs `apilint check` in a repository with one document."""
    folder = tmp_path / "repository"
    folder.mkdir()
    write(folder, API, "api.yaml")
    monkeypatch.chdir(folder)
    monkeypatch.delenv("APILINT_POLICY", raising=False)
    return lambda *words, **env: CliRunner().invoke(
        command, ["api.yaml", "--format", "concise", *words], env=env, standalone_mode=False
    )


def test_all_that_a_policy_says(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """\
version: 1
kind: policy
extends: apilint:strict
rules: {rate-limit-undefined: off}
gate: {fail_on: medium, min_score: 60}
public: [{operations: GET /health, reason: probes}]
locked:
  rules:
    "tag:owasp": high
    secret-in-example: {min_severity: critical, waivable: false}
    server-cleartext: on
    http-basic-auth: {inline: true, baseline: true, waivable: true}
  gate: {fail_on: high, min_score: 50}
  preset: default
  public: true
waiver_terms:
  max_days: 90
  max_renewals: 1
  owners: {"*": ["@acme/security"], rate-limit-undefined: "@acme/platform"}
  owners_from: CODEOWNERS
  inline_up_to: medium
  warn_days: 30
plugins: [acme-rules, "acme-more == 2.*"]
""",
    )
    policy = read(path)
    assert [(one.pattern, one.min_severity, one.waivable, one.inline, one.baseline) for one in policy.locks] == [
        ("tag:owasp", Severity.HIGH, True, False, False),
        ("secret-in-example", Severity.CRITICAL, False, False, False),
        ("server-cleartext", None, True, False, False),
        ("http-basic-auth", None, True, True, True),
    ]
    assert str(policy.locks[1].origin) == f"{path}:10"
    assert policy.terms == WaiverTerms(
        90,
        1,
        {"*": ("@acme/security",), "rate-limit-undefined": ("@acme/platform",)},
        owners_from_codeowners=True,
        inline_up_to=Severity.MEDIUM,
        warn_days=30,
    )
    assert (policy.fail_on, policy.min_score, policy.preset) == (Severity.HIGH, 60, "default")
    assert (policy.exclusions, policy.baselines, policy.public) == (False, True, False)
    assert policy.plugins == ("acme-rules", "acme-more == 2.*")
    start = policy.configuration
    assert (start.preset, start.fail_on, start.min_score) == ("strict", Severity.MEDIUM, 60)


def test_a_policy_that_says_nothing_keeps_the_gate_and_leaves_the_rest_open(tmp_path: Path) -> None:
    policy = read(write(tmp_path, "version: 1\nkind: policy\n"))
    assert (policy.fail_on, policy.min_score, policy.preset, policy.plugins) == (Severity.HIGH, None, None, None)
    assert (policy.exclusions, policy.baselines, policy.public, policy.locks) == (True, True, True, ())
    # Waivers hold for what is locked only where the policy says what they have to be like.
    assert not read(write(tmp_path, POLICY)).locks[0].waivable
    assert read(write(tmp_path, POLICY + "waiver_terms: {}\n")).locks[0].waivable


@pytest.mark.parametrize("name", ["policy.json", "policy.toml"])
def test_other_ways_to_write_it(tmp_path: Path, name: str) -> None:
    text = {
        "policy.json": '{"version": 1, "kind": "policy", "locked": {"rules": {"server-cleartext": "high"}}}',
        "policy.toml": 'version = 1\nkind = "policy"\n[locked.rules]\nserver-cleartext = "high"\n',
    }[name]
    assert read(write(tmp_path, text, name)).locks[0].min_severity == Severity.HIGH


def test_what_it_builds_on_lies_beside_it(tmp_path: Path) -> None:
    write(tmp_path, "version: 1\noverrides: [{files: '**/old/**', rules: {server-cleartext: low}}]\n", "house.yaml")
    policy = read(write(tmp_path, POLICY + "extends: ./house.yaml\n"))
    # Its globs are from the root of each repository, wherever the policy lies.
    assert [(one.where.files, one.where.folder) for one in policy.configuration.overrides] == [(("**/old/**",), "")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version: 1\nrules: {}\n", "it is no policy"),
        ("", "it is no policy"),
        ("- a\n", "it is no policy"),
        (POLICY + "lokced: {}\n", "did you mean 'locked'"),
        ("version: 1\nkind: policy\nlocked: {rules: {server-cleartext: off}}\n", ":3:"),
        ("version: 1\nkind: policy\nlocked: {preset: strickt}\n", "did you mean 'strict'"),
        ("version: 1\nkind: policy\nplugins: ['acme >= 2']\n", "not the name of a distribution"),
        ("version: 1\nkind: policy\ngate: {fail_on: critical}\nlocked: {gate: {fail_on: high}}\n", "milder than what"),
        (POLICY + "locked: {}\n", "twice"),
        (POLICY + "#" + "x" * (2 << 20), "larger than"),
        ("[" * 100_000, "nested"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigurationError) as wrong:
        read(path)
    assert said in str(wrong.value)
    assert str(wrong.value).startswith(path)


def test_a_lock_that_fits_no_rule_is_wrong(check: Callable[..., Result], tmp_path: Path) -> None:
    path = write(tmp_path, POLICY.replace("server-cleartext", "server-cleartxt"))
    result = check("--policy", path)
    assert f"{path}:3" in str(result.exception)
    assert "did you mean 'server-cleartext'" in str(result.exception)


def test_an_installed_policy_holds_by_itself(check: Callable[..., Result], install: Install, tmp_path: Path) -> None:
    assert "critical" not in check().output
    install()
    result = check()
    assert result.return_value == 1
    assert "critical[server-cleartext]" in result.output
    assert "package:acme/policy.yaml" in result.output
    # Another one that is named takes its place; nothing that is named does not.
    other = write(tmp_path, "version: 1\nkind: policy\n", "other.yaml")
    assert "critical" not in check("--policy", other).output
    assert "critical" not in check(APILINT_POLICY=other).output
    assert "critical[" in check(APILINT_POLICY="").output
    assert "critical[" in check("--isolated").output
    assert "critical[" in check("--policy", "package:acme").output
    assert "critical[" in check("--policy", "package:acme-policy").output


def test_of_two_installed_policies_none_decides(check: Callable[..., Result], install: Install) -> None:
    install()
    install("other")
    said = str(check().exception)
    assert "acme of acme-policy 1.2" in said
    assert "other of other-policy 1.2" in said
    assert "critical[" in check("--policy", "package:acme").output
    with pytest.raises(ConfigurationError):
        installed()


def test_nothing_of_a_package_is_imported(install: Install) -> None:
    install(text="version: 1\nkind: policy\n")
    assert installed() is not None  # importing it would end the program


@pytest.mark.parametrize(
    "value",
    ["acme_policy/policy.yaml", "acme_policy", "acme_policy:..", "..:policy.yaml", "acme_policy:../x.yaml", "a:b.py"],
)
def test_an_entry_point_names_a_file_of_its_distribution(install: Install, value: str) -> None:
    install(value=value)
    with pytest.raises(ConfigurationError, match=r"acme of acme-policy 1\.2"):
        installed()


def test_an_editable_install_ships_no_data(install: Install) -> None:
    install(value="acme_policy:other.yaml")
    with pytest.raises(ConfigurationError, match="there is no file"):
        installed()


def test_build_tools_take_the_entry_point() -> None:
    assert EntryPoint("acme", "acme_policy:policy.yaml", POLICIES).extras == []


def test_the_working_directory_is_nothing_installed(
    install: Install, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    site = install()
    assert entry_points(POLICIES)
    monkeypatch.chdir(site)
    assert not entry_points(POLICIES)
    assert installed() is None


def test_a_configuration_that_a_package_ships(check: Callable[..., Result], install: Install, tmp_path: Path) -> None:
    install(text="version: 1\nrules: {server-cleartext: critical}\n", group=CONFIGURATIONS)
    assert packages.shipped("acme").name == "package:acme/policy.yaml"
    write(tmp_path / "repository", "version: 1\nextends: package:acme\n", "apilint.yaml")
    assert "critical[server-cleartext]" in check().output
    with pytest.raises(ConfigurationError, match="did you mean 'acme'"):
        packages.shipped("acmee")


@pytest.mark.parametrize("source", ["nowhere.yaml", "package:nobody", ".", "\0"])
def test_a_policy_that_is_not_there_is_wrong_use(check: Callable[..., Result], source: str) -> None:
    result = check("--policy", source)
    assert type(result.exception).__name__ == "UsageError"
    assert "--policy" in str(result.exception)
    named = check(APILINT_POLICY="nowhere.yaml")
    assert str(named.exception) == "APILINT_POLICY: there is no policy 'nowhere.yaml'"


@pytest.mark.parametrize(
    "words",
    [
        "check api.yaml",
        "gate api.yaml",
        "score api.yaml",
        "baseline api.yaml",
        "config show --origin api.yaml",
        "config check",
        "explain server-cleartext",
        "rules",
        "waivers",
        "waive server-cleartext --file api.yaml --until 9d --owner me --reason none",
        "fix --diff api.yaml",
    ],
)
@pytest.mark.parametrize("how", ["installed", "environment"])
def test_no_command_imports_a_plugin_that_the_policy_does_not_name(
    check: Callable[..., Result], install: Install, tmp_path: Path, how: str, words: str
) -> None:
    policy = "version: 1\nkind: policy\nplugins: []\n"
    site = install("more", group="apilint", value="more_policy")
    touched = tmp_path / "imported"
    (site / "more_policy" / "__init__.py").write_text(
        f"import pathlib; pathlib.Path({str(touched)!r}).touch()", encoding="utf-8"
    )
    CliRunner().invoke(apilint, ["rules"])
    assert touched.exists()
    touched.unlink()
    sys.modules.pop("more_policy")
    if how == "installed":
        install(text=policy)
    CliRunner().invoke(
        apilint, words.split(), env={"APILINT_POLICY": "" if how == "installed" else write(tmp_path, policy)}
    )
    assert not touched.exists()


def test_without_a_policy_none_of_this_is_imported(check: Callable[..., Result]) -> None:
    code = (
        "import sys; from apilint.cli import main; sys.argv[1:] = ['check', 'api.yaml']; main(); "
        "print([one for one in sys.modules if one.rpartition('.')[2] in "
        "('trusted', 'policy_file', 'packages', 'locks', 'marks') and one.startswith('apilint.config')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_example_of_the_manual_is_a_policy(tmp_path: Path, check: Callable[..., Result]) -> None:
    page = (Path(__file__).parents[2] / "docs" / "policy.md").read_text(encoding="utf-8")
    example = page.split("<!-- policy.yaml -->\n```yaml\n")[1].split("```")[0]
    path = write(tmp_path, example)
    assert len(read(path).locks) >= 3
    assert check("--policy", path).return_value in (0, 1)
