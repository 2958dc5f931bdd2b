"""`apilint waive` and `apilint waivers`, as they are called."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from apilint.cli import main

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
RULE, AT = "security-disabled", "POST /pets"
TERMS = ("--owner", "@acme/pay", "--reason", "the old client: SEC-991", "--until", "90d")


class Said:
    """The exit status and both streams."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status = status
        self.out = out
        self.err = err


Apilint = Callable[..., Said]


@pytest.fixture
def apilint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Apilint:
    """Give a function that runs apilint in a repository that holds the petstore, on 2026-06-01."""
    (tmp_path / ".git").mkdir()
    shutil.copy(EXAMPLES / "petstore.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780272000")

    def run(*words: str) -> Said:
        status = main(list(words))
        captured = capfd.readouterr()
        return Said(status, captured.out, captured.err)

    return run


def waived(apilint: Apilint, *words: str) -> list[tuple[str, str]]:
    """What is waived: rules and ids."""
    found = json.loads(apilint("check", "--format", "json", "--preset", "audit", *words).out)["findings"]
    return [(one["rule"], one["suppression"]["id"]) for one in found if one["suppression"]]


def test_the_first_one(apilint: Apilint) -> None:
    said = apilint("waive", RULE, "--at", AT, *TERMS)
    assert said.status == 0, said.err
    text = Path("waivers.yaml").read_text()
    assert text == (
        "# Risks that somebody accepts by name until a day: apilint waivers lists them.\n"
        "version: 1\n"
        "waivers:\n"
        "  - id: W-2026-001\n"
        "    rule: security-disabled\n"
        "    match:\n"
        "      operation: POST /pets\n"
        '    owner: "@acme/pay"\n'
        '    reason: "the old client: SEC-991"\n'
        '    created: "2026-06-01"\n'
        '    expires: "2026-08-30"\n'
    )
    assert said.out.startswith("--- a/waivers.yaml\n+++ b/waivers.yaml\n@@ ")
    assert said.err == "waive: waivers.yaml: W-2026-001 covers 1 finding until 2026-08-30 (90 days)\n"
    assert waived(apilint) == [(RULE, "W-2026-001")]
    said = apilint("waive", "auth-endpoint-*", "--pointer", "**/post", "--file", "petstore.yaml", *TERMS)
    assert said.status == 0, said.err
    assert "+  - id: W-2026-002\n" in said.out
    assert Path("waivers.yaml").read_text().startswith(text)
    assert [id for _, id in waived(apilint)] == ["W-2026-001", "W-2026-002"]
    shown = apilint("check").out
    assert "2 waived" in shown
    assert "waiver W-2026-001 until 2026-08-30" in " ".join(shown.split())


def test_a_preview_writes_nothing(apilint: Apilint) -> None:
    said = apilint("waive", RULE, "--at", AT, *TERMS, "--print")
    assert said.status == 0
    assert "+  - id: W-2026-001\n" in said.out
    assert said.err.endswith("; nothing was written\n")
    assert not os.path.lexists("waivers.yaml")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), "say which rule"),
        ((RULE,), "say where: --at, --file, --pointer or --fingerprint"),
        (("security-disabeld", "--at", AT), "no rule is called 'security-disabeld'; did you mean 'security-disabled'?"),
        (("no-such-*", "--at", AT), "no rule is called 'no-such-*'"),
        ((RULE, "--at", "pets"), "--at: 'pets': it is neither a method and a path"),
        ((RULE, "--at", AT, "--reason", " . "), "--reason: a waiver without reason holds nowhere"),
        ((RULE, "--at", AT, "--owner", ""), "--owner: a waiver without owner holds nowhere"),
        ((RULE, "--at", AT, "--until", "2026-06-01"), "2026-06-01 is not in the future: today is 2026-06-01 (UTC)"),
        ((RULE, "--at", AT, "--until", "2026-02-30"), "is neither a date such as 2027-03-31 nor days such as 90d"),
        ((RULE, "--at", AT, "--until", "0d"), "is neither a date such as 2027-03-31 nor days such as 90d"),
        ((RULE, "--at", AT, "--isolated"), "--isolated: with no configuration there are no waivers"),
        ((RULE, "--at", AT, "--config", "gone.yaml"), "--config: there is no file 'gone.yaml'"),
        ((RULE, "--at", AT, "--id", ""), ""),
        ((RULE, "-", "--at", AT), "a waiver is about files, not standard input"),
        ((RULE, "--file", "../other.yaml"), "--file: ../other.yaml does not lie below"),
        ((RULE, "--fingerprint", "xyz"), "fingerprint"),
        ((RULE, "--at", AT, "--file-to-write", "pyproject.toml"), "pyproject.toml: TOML is read only"),
        ((RULE, "--at", AT, "--file-to-write", "mine.yaml"), "mine.yaml is not read for the documents here"),
        ((RULE, "--at", "PUT /pets"), "(operation: POST /pets)"),
        (("jwt-example-weak", "--at", AT), "there is none; --force adds the waiver all the same"),
        ((RULE, "gone.yaml", "--at", AT), "not everything could be checked"),
        (("waiver-expired", "--at", AT), "it is about the policy and cannot be waived"),
    ],
)
def test_what_is_refused_leaves_everything_as_it_is(apilint: Apilint, words: tuple[str, ...], expected: str) -> None:
    said = apilint("waive", *TERMS, *words)
    if not expected:
        assert said.status == 0  # an empty id is none
        return
    assert said.status == 2, said.err
    assert expected in said.err
    assert sorted(os.listdir()) == [".git", "petstore.yaml"]


def test_a_shared_component_says_which_operations_are_left_out(apilint: Apilint) -> None:
    text = Path("petstore.yaml").read_text()
    said = apilint("waive", "credentials-over-cleartext", "--at", "GET /pets", *TERMS)
    assert said.status == 2
    assert "reached from 3 operations" in said.err
    assert Path("petstore.yaml").read_text() == text


def test_with_force_it_may_cover_nothing(apilint: Apilint) -> None:
    said = apilint("waive", RULE, "--at", "PUT /pets", *TERMS, "--force")
    assert said.status == 0
    assert "covers nothing now until 2026-08-30" in said.err
    assert "waiver-unused" in apilint("check").out


def test_by_fingerprint(apilint: Apilint) -> None:
    found = json.loads(apilint("check", "--format", "json").out)["findings"]
    (one,) = [one for one in found if one["rule"] == RULE]
    said = apilint("waive", RULE, "--fingerprint", one["fingerprint"].upper(), *TERMS)
    assert said.status == 0, said.err
    assert waived(apilint) == [(RULE, "W-2026-001")]


WITH_LIST = """# ours
version: 1

rules:
  string-*: {enabled: off}   # never mind

waivers:   # see the wiki
- id: W-2026-007
  rule: 'auth-endpoint-without-rate-limit'
  match: { operation: POST /session }
  owner: "@acme/pay"
  reason: >-
    the gateway
    counts
  expires: 2026-12-31   # the end of the year
# the end
gate:
    fail_on: high
"""


def test_a_list_that_is_there_keeps_its_look(apilint: Apilint) -> None:
    Path("apilint.yaml").write_text(WITH_LIST)
    os.chmod("apilint.yaml", 0o640)
    said = apilint("waive", RULE, "--at", AT, "--at", "GET /pets", *TERMS)
    assert said.status == 0, said.err
    added = (
        "- id: W-2026-008\n  rule: security-disabled\n  match:\n    operations: [POST /pets, GET /pets]\n"
        '  owner: "@acme/pay"\n  reason: "the old client: SEC-991"\n  created: "2026-06-01"\n  expires: "2026-08-30"\n'
    )
    text = Path("apilint.yaml").read_text()
    assert text.replace(added, "") == WITH_LIST
    assert text.partition(added)[2].startswith("# the end\n")
    assert stat.S_IMODE(os.stat("apilint.yaml").st_mode) == 0o640
    assert set(waived(apilint)) == {("auth-endpoint-without-rate-limit", "W-2026-007"), (RULE, "W-2026-008")}
    assert sorted(os.listdir()) == [".git", "apilint.yaml", "petstore.yaml"]


@pytest.mark.parametrize("rest", ["", "\n", " []", " []  # none", "\n# later\n"])
def test_an_empty_list(apilint: Apilint, rest: str) -> None:
    Path("apilint.yaml").write_text(f"version: 1\nwaivers:{rest}")
    if "[]" not in rest:
        return  # a list that is nothing is an error of its own
    said = apilint("waive", RULE, "--at", AT, *TERMS)
    assert said.status == 0, said.err
    assert "\n  - id: W-2026-001\n" in Path("apilint.yaml").read_text()
    assert waived(apilint) == [(RULE, "W-2026-001")]


@pytest.mark.parametrize(
    ("files", "folder", "expected"),
    [
        ({}, "apis", "waivers.yaml"),
        ({"apilint.yaml": ""}, "apis", "waivers.yaml"),
        ({"apis/apilint.yaml": ""}, "apis", "apis/waivers.yaml"),
        ({"apis/.apilint.yaml": "waivers: []"}, "apis", "apis/.apilint.yaml"),
        ({"apilint.yaml": "waivers: []", "apis/apilint.yaml": ""}, "apis", "apilint.yaml"),
        ({"apilint.yaml": "waivers: []", "apis/apilint.yaml": "root: true"}, "apis", "apis/waivers.yaml"),
        ({"waivers.yaml": "waivers: []", "apilint.yaml": "waivers: []"}, "apis", "waivers.yaml"),
        ({"pyproject.toml": "[tool.apilint]\nversion = 1\n"}, "apis", "waivers.yaml"),
        ({"apis/pyproject.toml": "[tool.apilint]\nversion = 1\nwaivers = []\n"}, "apis", "apis/waivers.yaml"),
        ({"apis/pyproject.toml": "[tool.other]\n"}, "apis", "waivers.yaml"),
        ({"apilint.yaml": "waivers: []", "apis/apilint.yaml": ""}, ".", "apilint.yaml"),
    ],
)
def test_where_it_is_written(apilint: Apilint, files: dict[str, str], folder: str, expected: str) -> None:
    os.mkdir("apis")
    os.rename("petstore.yaml", "apis/petstore.yaml")
    for name, text in files.items():
        Path(name).write_text(text if name.endswith(".toml") else f"version: 1\n{text}\n")
    said = apilint("waive", RULE, folder, "--at", AT, "--file", "apis/petstore.yaml", *TERMS)
    assert said.status == 0, said.err
    assert f"+++ b/{expected}\n" in said.out
    assert ("TOML, which is read only" in said.err) is any("tool.apilint" in text for text in files.values())
    assert waived(apilint, "apis") == [(RULE, "W-2026-001")]


@pytest.mark.parametrize(
    ("paths", "folder", "files"),
    [
        (["one/petstore.yaml"], ".", "one/petstore.yaml"),
        (["one"], ".", "one/**"),
        ([], "one", "one/**"),
        ([], ".", ""),
        (["."], ".", ""),
    ],
)
def test_it_is_about_the_documents_of_the_command_and_no_others(
    apilint: Apilint, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, paths: list[str], folder: str, files: str
) -> None:
    for name in ("one", "two"):
        os.mkdir(name)
        shutil.copy("petstore.yaml", name)
    monkeypatch.chdir(folder)
    said = apilint("waive", RULE, *paths, "--at", AT, *TERMS)
    assert (f"\n+      files: {files}\n" in said.out) is bool(files)
    assert ("files:" in said.out) is bool(files)
    monkeypatch.chdir(tmp_path)
    assert len(waived(apilint)) == (1 if files else 3)


def test_a_file_that_is_named(apilint: Apilint) -> None:
    Path("apilint.yaml").write_text("version: 1\nwaivers: []\n")
    said = apilint("waive", RULE, "--at", AT, *TERMS, "--file-to-write", "waivers.yaml")
    assert said.status == 0, said.err
    assert waived(apilint) == [(RULE, "W-2026-001")]
    assert apilint("waive", RULE, "--at", "GET /pets", *TERMS, "--id", "W-2026-001").status == 2


def test_a_link_is_not_replaced(apilint: Apilint) -> None:
    Path("elsewhere.yml").write_text("version: 1\nwaivers: []\n")
    os.symlink("elsewhere.yml", "waivers.yaml")
    said = apilint("waive", RULE, "--at", AT, *TERMS)
    assert said.status in (0, 2, 3)
    assert os.path.islink("waivers.yaml")


def test_wrong_configuration_is_told_before_anything(apilint: Apilint) -> None:
    Path("waivers.yaml").write_text("version: 1\nwaivers:\n  - id: W-1\n    rule: x\n")
    said = apilint("waive", RULE, "--at", AT, *TERMS)
    assert said.status == 2
    assert "waivers.yaml:3" in said.err
    assert apilint("waivers").status == 2


POLICY = """version: 1
kind: policy
locked:
  rules:
    security-disabled: {waivable: false}
waiver_terms:
  max_days: 30
"""


def test_a_policy_is_asked_before_anything_is_written(apilint: Apilint, tmp_path: Path) -> None:
    policy = tmp_path.parent / "policy.yaml"
    policy.write_text(POLICY)
    said = apilint("waive", "security-optional", "--at", "DELETE *", "--policy", str(policy), *TERMS)
    assert said.status == 2
    assert "it lasts 90 days, and the policy allows 30" in said.err
    said = apilint("waive", RULE, "--at", AT, "--policy", str(policy), *TERMS, "--until", "30d")
    assert said.status == 2
    assert f"does not hold for {RULE}" in said.err
    assert not os.path.lexists("waivers.yaml")


def test_renewal(apilint: Apilint) -> None:
    Path("apilint.yaml").write_text(WITH_LIST)
    said = apilint("waive", "--renew", "W-2026-007", "--until", "2027-02-01")
    assert said.status == 0, said.err
    expected = WITH_LIST.replace("2026-12-31   #", "2027-02-01   #").replace(
        "# the end of the year\n", "# the end of the year\n  renewals: 1\n"
    )
    text = Path("apilint.yaml").read_text()
    assert text.replace("'2027-02-01'", "2027-02-01").replace('"2027-02-01"', "2027-02-01") == expected
    assert "W-2026-007 lasts until 2027-02-01 (245 days); it was renewed once" in said.err
    assert apilint("waive", "--renew", "W-2026-007", ".", "--until", "2027-03-01").status == 0
    assert "renewals: 2\n" in Path("apilint.yaml").read_text()
    said = apilint("waive", "--renew", "W-2026-007", "--until", "2027-02-15")
    assert (said.status, "lasts until 2027-03-01 already" in said.err) == (2, True)
    said = apilint("waive", "--renew", "W-2026-006", "--until", "2028-01-01")
    assert "did you mean 'W-2026-007'?" in said.err
    said = apilint("waive", "--renew", "W-2026-007", "--until", "2028-01-01", "--owner", "me")
    assert "leave out --owner" in said.err


def test_renewal_of_what_is_in_toml_is_left_to_people(apilint: Apilint) -> None:
    item = '{id = "W-1", rule = "x*", owner = "me", reason = "so", expires = 2026-12-31}'
    Path("pyproject.toml").write_text(f"[tool.apilint]\nversion = 1\nwaivers = [{item}]\n")
    said = apilint("waive", "--renew", "W-1", "--until", "2027-01-31")
    assert said.status == 2
    assert "change W-1 by hand" in said.err


LISTED = """version: 1
waivers:
  - {id: W-3, rule: security-disabled, owner: c, reason: third, created: 2026-01-01, expires: 2027-06-01}
  - {id: W-1, rule: [security-disabled, jwt-*], owner: a, reason: "first | of all", expires: 2026-05-30, renewals: 2,
     match: {operation: POST /pets, files: petstore.yaml, pointer: "**/security", fingerprint: abcdef0123456789}}
  - {id: W-2, rule: nothing, owner: b, reason: second, expires: 2026-06-11}
"""


def test_the_list(apilint: Apilint) -> None:
    assert apilint("waivers").out == "no waivers\n"
    Path("waivers.yaml").write_text(LISTED)
    said = apilint("waivers")
    assert said.status == 0
    assert said.out == (
        "W-1  security-disabled, jwt-*  expired 2 days ago (2026-05-30)\n"
        "    POST /pets in petstore.yaml at **/security fingerprint abcdef0123456789\n"
        "    first | of all\n"
        "    owner a, renewed 2 times, waivers.yaml:4\n"
        "\n"
        "W-2  nothing  does not hold; 10 days left (2026-06-11)\n"
        "    everywhere\n"
        "    second\n"
        "    owner b, waivers.yaml:6\n"
        "    no rule is called 'nothing', so the waiver W-2 does not hold for it\n"
        "\n"
        "W-3  security-disabled  365 days left (2027-06-01)\n"
        "    everywhere\n"
        "    third\n"
        "    owner c, created 2026-01-01, waivers.yaml:3\n"
        "\n"
        "3 waivers: 1 expired, 1 refused\n"
    )
    assert apilint("waivers", "--fail-expired").status == 1
    assert "\x1b[" in apilint("waivers", "--color", "always").out
    few = apilint("waivers", "--expiring", "10").out
    assert few.endswith("2 waivers with at most 10 days left: 1 expired, 1 refused\n")
    os.remove("petstore.yaml")
    assert "W-1" in apilint("waivers").out


def test_the_list_for_programs_and_pages(apilint: Apilint) -> None:
    Path("waivers.yaml").write_text(LISTED)
    found = json.loads(apilint("waivers", "--format", "json").out)
    assert found["today"] == "2026-06-01"
    first, second, third = found["waivers"]
    assert (first["id"], first["state"], first["days_left"], first["renewals"]) == ("W-1", "expired", -2, 2)
    assert first["pointers"] == ["**/security"]
    assert (second["state"], third["state"], third["file"], third["line"]) == ("refused", "holds", "waivers.yaml", 3)
    lines = apilint("waivers", "--format", "markdown").out.splitlines()
    assert lines[0] == "**3 waivers: 1 expired, 1 refused**"
    assert lines[4].count(" | ") == 5
    assert r"first \| of all" in lines[4]


def test_each_waiver_is_listed_once(apilint: Apilint) -> None:
    Path("waivers.yaml").write_text(LISTED)
    for folder in ("a", "b"):
        os.mkdir(folder)
        shutil.copy("petstore.yaml", folder)
        item = f"{{id: W-{folder}, rule: jwt-*, owner: x, reason: y, expires: 2026-06-05}}"
        Path(folder, "apilint.yaml").write_text(f"version: 1\nwaivers: [{item}]\n")
    found = json.loads(apilint("waivers", "--format", "json").out)["waivers"]
    assert sorted(one["id"] for one in found) == ["W-1", "W-2", "W-3", "W-a", "W-b"]
    found = json.loads(apilint("waivers", "b", "--format", "json").out)["waivers"]
    assert sorted(one["id"] for one in found) == ["W-1", "W-2", "W-3", "W-b"]
