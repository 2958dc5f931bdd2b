"""`--trust-ref`: a change is judged by what stands in the trusted revision, and what it edits there is said."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from apilint.cli import main
from apilint.findings import Finding, Report
from apilint.run import RunOptions, UsageError, run
from tests.revisions.making import LINK, Made

API = """\
openapi: 3.0.3
info: {title: Orders, version: "1"}
servers:
  - url: http://orders.example.com
paths:
  /orders:
    get:
      operationId: list
      parameters:
        - {name: first, in: query, schema: {type: string}}
        - {name: second, in: query, schema: {type: string}}
      responses: {"200": {description: ok}}
  /orders/{id}:
    post:
      operationId: add
      responses: {"200": {description: ok}}
"""
RULE = "server-cleartext"
ASKED = f"version: 1\nrules:\n  {RULE}: high\n"
OFF = f"version: 1\nrules:\n  {RULE}: off\n"
WAIVERS = f"""\
version: 1
waivers:
  - id: W-1
    rule: {RULE}
    owner: team@example.com
    reason: the mesh encrypts
    created: 2026-01-01
    expires: 2026-12-31
"""
TODAY = "2026-06-01"


class Change:
    """A repository in which `main` is trusted, and a work tree that differs from it."""

    def __init__(self, root: Path) -> None:
        self.made = Made(root)
        self.files: dict[str, str] = {}
        self.base = ""

    def main(self, files: Mapping[str, str]) -> None:
        """Commit files to `main`, and have them in the work tree on a branch of its own."""
        self.files = dict(files)
        self.base = self.made.commit(files)
        self.made.ref("refs/heads/change", self.base)
        self.made.ref("HEAD", "ref: refs/heads/change")
        self.made.out(files)

    def edit(self, name: str, old: str, new: str) -> None:
        assert old in self.files[name]
        self.made.out({name: self.files[name].replace(old, new)})

    def check(self, *paths: str, **options: object) -> Report:
        given = {"trust_ref": "main", "today": TODAY, **options}
        return run(RunOptions(paths=paths, **given))  # type: ignore[arg-type]


@pytest.fixture
def change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Change:
    root = tmp_path / "work"
    root.mkdir()
    monkeypatch.chdir(root)
    return Change(root)


def of(report: Report, rule: str) -> list[Finding]:
    return [one for one in report.findings if one.rule == rule]


def the(report: Report, rule: str = RULE) -> Finding:
    (found,) = of(report, rule)
    return found


def edits(report: Report) -> list[tuple[str, int]]:
    return [(one.location.file, one.location.span.line) for one in of(report, "policy-config-changed")]


def test_what_nobody_changed_says_nothing(change: Change) -> None:
    change.main({"api.yaml": API, "apilint.yaml": ASKED, "waivers.yaml": WAIVERS})
    report = change.check()

    assert the(report).severity.label == "high"
    assert the(report).suppression is not None
    assert edits(report) == []
    assert report.configuration == ("apilint.yaml (main)", "waivers.yaml (main)")


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("apilint.yaml", OFF, 3),
        ("apilint.yaml", ASKED + "overrides: []\n", 4),
        ("apilint.yaml", "version: 1\n", 1),
        ("apilint.yaml", "not: [configuration", 1),
        (".apilint.yaml", OFF, 1),
        ("apis/apilint.yaml", "version: 1\nroot: true\n" + OFF.removeprefix("version: 1\n"), 1),
        ("waivers.yaml", WAIVERS, 1),
        ("pyproject.toml", "[build-system]\n\n[tool.apilint]\nversion = 1\n", 3),
        ("house.yaml", OFF, 3),
    ],
)
def test_what_a_change_writes_into_configuration_does_not_hold_yet(
    change: Change, name: str, text: str, line: int
) -> None:
    change.main({"apis/api.yaml": API, "apilint.yaml": f"{ASKED}extends: [./house.yaml]\n", "house.yaml": ASKED})
    change.made.out({name: text})
    report = change.check()

    assert the(report).severity.label == "high"
    assert the(report).suppression is None
    assert report.fails(the(report))
    assert edits(report) == [(name, line)]
    assert "somebody should review the change" in the(report, "policy-config-changed").message


def test_what_a_change_removes_still_holds(change: Change) -> None:
    change.main({"api.yaml": API, "apilint.yaml": ASKED})
    Path("apilint.yaml").unlink()
    report = change.check()

    assert the(report).severity.label == "high"
    assert edits(report) == [("apilint.yaml", 1)]
    assert "apilint.yaml is gone here: what main has in it still holds" in the(report, "policy-config-changed").message


def test_what_is_no_file_any_more_is_said(change: Change) -> None:
    change.main({"api.yaml": API, "apilint.yaml": ASKED})
    Path("apilint.yaml").unlink()
    Path("apilint.yaml").mkdir()
    report = change.check()

    assert the(report).severity.label == "high"
    assert edits(report) == [("apilint.yaml", 1)]


def test_of_a_file_that_other_tools_share_only_its_part_counts(change: Change) -> None:
    shared = f'[project]\nname = "a"\n\n[tool.apilint]\nversion = 1\n[tool.apilint.rules]\n{RULE} = "high"\n'
    change.main({"api.yaml": API, "pyproject.toml": shared})
    change.edit("pyproject.toml", '"a"', '"b"')
    assert edits(change.check()) == []
    change.edit("pyproject.toml", '"high"', '"off"')
    report = change.check()
    assert edits(report) == [("pyproject.toml", 7)]
    assert the(report).severity.label == "high"


def test_what_others_have_changed_holds_and_is_nobodys_edit(change: Change) -> None:
    """The tip judges: what was right where the branch began may be wrong by now."""
    change.main({"api.yaml": API, "apilint.yaml": OFF})
    change.made.commit({"api.yaml": API, "apilint.yaml": ASKED}, [change.base])
    report = change.check()

    assert the(report).severity.label == "high"
    assert edits(report) == []
    change.made.out({"apilint.yaml": OFF + "overrides: []\n"})
    assert edits(change.check()) == [("apilint.yaml", 3)]


def test_line_ends_are_no_edit(change: Change) -> None:
    change.main({"api.yaml": API, "apilint.yaml": ASKED})
    Path("apilint.yaml").write_bytes(ASKED.replace("\n", "\r\n").encode())
    assert edits(change.check()) == []


def test_configuration_behind_a_link_is_that_of_the_revision(change: Change) -> None:
    change.main({"api.yaml": API})
    change.made.ref("refs/heads/change", change.made.commit(
        {"api.yaml": API, "house/rules.yaml": ASKED, "apilint.yaml": (LINK, b"house/rules.yaml")}
    ))  # fmt: skip
    change.made.out({"house/rules.yaml": OFF})
    Path("apilint.yaml").symlink_to("house/rules.yaml")
    report = change.check()
    assert the(report).severity.label == "high"
    assert edits(report) == [("apilint.yaml", 3)]


def test_a_broken_configuration_names_the_revision(change: Change) -> None:
    change.main({"api.yaml": API, "apilint.yaml": "version: 1\nrule: {}\n"})
    with pytest.raises(UsageError, match=r"apilint\.yaml \(main\):2:1: .*rule"):
        change.check()


MESH = "  # apilint: ignore[server-cleartext] the mesh encrypts"
HTTP = "http://orders.example.com"


def until(day: str) -> str:
    return MESH.replace("] the", f"] until={day} the")


@pytest.mark.parametrize(
    ("before", "after", "holds"),
    [
        (HTTP + MESH, HTTP + MESH, True),
        (HTTP + MESH, HTTP + MESH.replace("the mesh", "our new mesh"), True),
        (HTTP + MESH, HTTP + until("2026-12-31"), False),
        (HTTP + until("2026-05-31"), HTTP + until("2026-12-31"), False),
        (HTTP + MESH, HTTP + MESH.replace("] the", "] owner=me the"), False),
        (HTTP, HTTP + MESH, False),
        (HTTP + MESH.removesuffix(" the mesh encrypts"), HTTP + MESH, False),
        (HTTP + MESH.replace("server-cleartext", "server-cleartxt"), HTTP + MESH, False),
        (HTTP + MESH.replace("server-cleartext", "unauthenticated-write"), HTTP + MESH, False),
        (HTTP + MESH, "http://other.example.com" + MESH, False),
        (HTTP + MESH, f"https://new.example.com\n  - url: {HTTP}{MESH}", True),
        (HTTP + MESH, f"{HTTP}\n  - url: http://new.example.com{MESH}", False),
    ],
)  # fmt: skip
def test_a_suppression_holds_if_the_revision_has_it(change: Change, before: str, after: str, holds: bool) -> None:
    change.main({"api.yaml": API.replace(HTTP, before)})
    change.made.out({"api.yaml": API.replace(HTTP, after)})
    report = change.check(select=(RULE, "suppression-pending"))
    found = [one for one in of(report, RULE) if not report.fails(one)]

    assert bool(found and found[0].suppression) == holds
    pending = of(report, "suppression-pending")
    assert [one.location.file for one in pending] == ([] if holds else ["api.yaml"])
    if not holds:
        assert "does not hold yet" in pending[0].message


def test_a_suppression_of_an_object_holds_by_its_place(change: Change) -> None:
    kept = f"{HTTP}\n    x-apilint-ignore: {{rule: {RULE}, reason: the mesh encrypts}}"
    change.main({"api.yaml": API.replace(HTTP, kept)})
    assert the(change.check()).suppression is not None
    change.edit("api.yaml", "orders.example.com", "other.example.com")
    report = change.check()
    assert the(report).suppression is None
    assert len(of(report, "suppression-pending")) == 1


def test_suppressions_in_a_new_document_are_pending(change: Change) -> None:
    change.main({"api.yaml": API})
    change.made.out({"new.yaml": API.replace(HTTP, HTTP + MESH)})
    report = change.check("new.yaml")
    assert the(report).suppression is None
    assert the(report, "suppression-pending").location.file == "new.yaml"


PUBLIC = "      operationId: add\n      x-apilint-public: anybody may add\n"
OPEN = API.replace("paths:", "security: [{key: []}]\npaths:").replace("Id: add\n", "Id: add\n      security: []\n") + (
    "components: {securitySchemes: {key: {type: http, scheme: bearer}}}\n"
)
MARKED = OPEN.replace("      operationId: add\n", PUBLIC)


@pytest.mark.parametrize("options", [{}, {"no_ignores": True}, {"since": "main"}, {"isolated": True}], ids=str)
def test_what_a_change_declares_public_is_not_public_yet(change: Change, options: dict[str, object]) -> None:
    change.main({"api.yaml": OPEN, "apilint.yaml": ASKED})
    change.edit("api.yaml", "      operationId: add\n", PUBLIC)
    assert of(change.check(trust_ref="", **options), "security-disabled") == []
    report = change.check(**options)
    assert the(report, "security-disabled").suppression is None
    pending = the(report, "suppression-pending")
    assert pending.location.span.line == 1 + change.files["api.yaml"].splitlines().index("      operationId: add") + 1
    assert "POST /orders/{id} is not taken for public" in pending.message
    assert of(change.check(select=("security-disabled",)), "suppression-pending") == []


def test_what_the_revision_declares_public_is_public(change: Change) -> None:
    change.main({"api.yaml": MARKED})
    change.edit("api.yaml", "anybody may add", "whoever wants to may add")
    report = change.check()
    assert of(report, "security-disabled") == of(report, "suppression-pending") == []
    change.made.out({"api.yaml": MARKED.replace("/orders/{id}", "/other/{id}")})
    assert the(change.check(), "suppression-pending")


def test_suppressions_stay_ignored_where_nobody_wants_them(change: Change) -> None:
    change.main({"api.yaml": API})
    change.edit("api.yaml", HTTP, HTTP + MESH)
    report = change.check(no_ignores=True)
    assert the(report).suppression is None
    assert of(report, "suppression-pending") == []


def test_without_configuration_suppressions_are_judged_all_the_same(change: Change) -> None:
    change.main({"api.yaml": API.replace(HTTP, HTTP + MESH), "apilint.yaml": OFF})
    assert the(change.check(isolated=True)).suppression is not None
    change.edit("api.yaml", MESH, MESH.replace("] the", "] owner=me the"))
    assert the(change.check(isolated=True)).suppression is None


def test_owners_of_waivers_stand_in_the_codeowners_of_the_revision(change: Change, tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text("version: 1\nkind: policy\nwaiver_terms: {owners_from: CODEOWNERS}\n")
    change.main({"api.yaml": API, "waivers.yaml": WAIVERS, "CODEOWNERS": "* other@example.com\n"})
    change.made.out({"CODEOWNERS": "* team@example.com\n"})
    from apilint.config.policy_file import read

    report = change.check(policy=read(str(policy)))
    assert the(report).suppression is None
    assert edits(report) == [("CODEOWNERS", 1)]


def test_owners_of_suppressions_stand_in_the_codeowners_of_the_revision(change: Change, tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text("version: 1\nkind: policy\nwaiver_terms: {owners_from: CODEOWNERS}\n")
    owned = MESH.replace("] the", "] owner=me the")
    change.main({"api.yaml": API.replace(HTTP, HTTP + owned), "CODEOWNERS": "* other@example.com\n"})
    from apilint.config.policy_file import read

    change.edit("CODEOWNERS", "other", "@me other")
    report = change.check(policy=read(str(policy)))
    assert the(report).suppression is None
    assert len(of(report, "suppression-refused")) == 1
    report = change.check(policy=read(str(policy)), trust_ref="")
    assert the(report).suppression is not None


def test_a_document_is_not_hidden_by_what_git_is_told_to_ignore(change: Change) -> None:
    change.main({"apis/api.yaml": API, ".gitignore": "build/\n"})
    change.made.out({".gitignore": "apis/\nbuild/\n", "apis/.gitignore": "*\n", "build/api.yaml": API})
    assert [one.file for one in change.check().inputs] == ["apis/api.yaml"]
    assert [one.file for one in change.check("apis").inputs] == ["apis/api.yaml"]
    assert change.check(trust_ref="").inputs == []


@pytest.mark.parametrize(
    ("revision", "said"),
    [
        ("mian", "--trust-ref: there is no revision 'mian' in .*did you mean 'main'"),
        ("origin/main", "--trust-ref: there is no revision 'origin/main'"),
        ("HEAD~9", "--trust-ref: 'HEAD~9': the commit .* has no parent"),
        ("-x", "is no revision"),
    ],
)
def test_a_revision_that_is_not_there_is_wrong_use(change: Change, revision: str, said: str) -> None:
    change.main({"api.yaml": API})
    with pytest.raises(UsageError, match=said):
        change.check(trust_ref=revision)


def test_a_file_in_no_repository_is_wrong_use(change: Change, tmp_path: Path) -> None:
    change.main({"api.yaml": API})
    (tmp_path / "else.yaml").write_text(API)
    with pytest.raises(UsageError, match=r"--trust-ref: .* is in no git repository"):
        change.check("../else.yaml")


def test_a_repository_inside_another_is_not_trusted(change: Change, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which submodule there is, a change decides: its own `main` is anybody's."""
    change.main({"api.yaml": API})
    inner = Made(change.made.root / "sub")
    inner.commit({"api.yaml": API, "apilint.yaml": OFF})
    inner.out({"api.yaml": API})
    with pytest.raises(UsageError, match=r"sub is a repository inside .*: run apilint in sub"):
        change.check("sub/api.yaml")
    monkeypatch.chdir(inner.root)
    assert of(change.check("api.yaml"), RULE) == []


def test_the_file_that_the_command_line_names_is_that_of_the_revision(change: Change, tmp_path: Path) -> None:
    change.main({"api.yaml": API, "ci/rules.yaml": ASKED})
    change.made.out({"ci/rules.yaml": OFF})
    report = change.check(config="ci/rules.yaml")
    assert the(report).severity.label == "high"
    assert edits(report) == [("ci/rules.yaml", 3)]
    # What lies outside the repository no change reaches.
    (tmp_path / "rules.yaml").write_text(OFF)
    assert of(change.check(config="../rules.yaml"), RULE) == []


def test_a_policy_in_the_repository_is_that_of_the_revision(
    change: Change, apilint: Apilint, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    policy = f"version: 1\nkind: policy\nextends: [./house.yaml]\nlocked:\n  rules: {{{RULE}: high}}\n"
    change.main({"api.yaml": API, "ci/policy.yaml": policy, "ci/house.yaml": ASKED})
    change.made.out({"ci/policy.yaml": "version: 1\nkind: policy\n", "ci/house.yaml": OFF, "apilint.yaml": OFF})
    words = ("check", "api.yaml", "--format", "json", "--trust-ref", "main")
    for given in (("--policy", "ci/policy.yaml"), ()):
        if not given:
            monkeypatch.setenv("APILINT_POLICY", str(change.made.root / "ci" / "policy.yaml"))
        status, out, _ = apilint(*words, *given)
        found = {one["rule"]: one for one in json.loads(out)["findings"]}
        assert status == 1
        assert found[RULE]["severity"] == "high"
        changed = {one["file"] for one in json.loads(out)["findings"] if one["rule"] == "policy-config-changed"}
        assert changed == {"ci/policy.yaml", "apilint.yaml"}
    (tmp_path / "policy.yaml").write_text("version: 1\nkind: policy\n")
    assert apilint(*words, "--policy", "../policy.yaml")[0] in (0, 1)
    assert apilint(*words[:-1], "mian", "--policy", "ci/policy.yaml")[0] == 2


Apilint = Callable[..., tuple[int, str, str]]


@pytest.fixture
def apilint(capfd: pytest.CaptureFixture[str]) -> Apilint:
    def call(*words: str) -> tuple[int, str, str]:
        status = main(list(words))
        return (status, *capfd.readouterr())

    return call


def test_a_baseline_is_that_of_the_revision_and_stays_as_it_is(change: Change, apilint: Apilint) -> None:
    change.made.out({"api.yaml": API})
    assert apilint("baseline", "api.yaml")[0] == 0
    full = Path(".apilint-baseline.json").read_text()
    assert RULE in full
    rows = [row for row in full.splitlines(keepends=True) if RULE not in row]
    change.main({"api.yaml": API, ".apilint-baseline.json": "".join(rows)})
    change.made.out({".apilint-baseline.json": full})

    words = ("check", "api.yaml", "--trust-ref", "main", "--baseline", ".apilint-baseline.json", "--format", "json")
    status, out, _ = apilint(*words, "--fail-on", "medium")
    found = {one["rule"]: one for one in json.loads(out)["findings"]}
    assert status == 1
    assert not found[RULE].get("suppression")
    assert found["policy-config-changed"]["file"] == ".apilint-baseline.json"
    change.edit("api.yaml", "http:", "https:")
    apilint(*words)
    assert Path(".apilint-baseline.json").read_text() == full


def test_a_baseline_that_is_new_knows_nothing_yet(change: Change, apilint: Apilint) -> None:
    change.main({"api.yaml": API})
    assert apilint("baseline", "api.yaml")[0] == 0
    status, out, _ = apilint(
        "check", "api.yaml", "--trust-ref", "main", "--baseline", ".apilint-baseline.json", "--fail-on", "medium"
    )
    assert status == 1
    assert "main has no .apilint-baseline.json" in " ".join(out.split())
    os.unlink(".apilint-baseline.json")
    status, _, error = apilint("check", "--trust-ref", "main", "--baseline", ".apilint-baseline.json")
    assert status == 2
    assert "neither here nor in main" in error
    status, _, error = apilint("check", "--trust-ref", "man", "--baseline", ".apilint-baseline.json")
    assert status == 2
    assert "there is no revision 'man'" in error
