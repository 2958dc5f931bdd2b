"""`apilint diff`, from words to reports, on repositories that are made by hand."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from apilint.cli import main
from apilint.report import FORMATS
from tests.revisions.making import LINK, MODULE, Made

API = """\
openapi: 3.0.3
info: {title: Users, version: "1"}
servers:
  - url: https://api.users.com/v1
security:
  - login: [admin]
paths:
  /users/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
    delete:
      operationId: removeUser
      responses:
        "204": {description: Gone}
        "401": {description: No token}
    put:
      operationId: putUser
      requestBody:
        content:
          application/json:
            schema: {$ref: "schemas.yaml#/User"}
      responses:
        "204": {description: Done}
        "401": {description: No token}
components:
  securitySchemes:
    login: {type: http, scheme: bearer}
"""
SCHEMAS = """\
User:
  type: object
  additionalProperties: false
  properties:
    name: {type: string, maxLength: 80}
"""
SMALL = API.replace('{$ref: "schemas.yaml#/User"}', "{type: string, maxLength: 9}")
OPEN = API.replace("      operationId: removeUser\n", "      operationId: removeUser\n      security: []\n")
REMOVED = "regression-authentication-removed"


class Outcome(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)

    @property
    def rules(self) -> list[str]:
        return [one["rule"] for one in self.data["findings"]]


Call = Callable[..., Outcome]


@pytest.fixture
def call(capfd: pytest.CaptureFixture[str]) -> Call:
    """Give a function that runs `apilint diff`, as JSON unless another format is asked for."""

    def calling(*words: str, form: str = "json") -> Outcome:
        capfd.readouterr()
        at = words.index("--") if "--" in words else len(words)
        options = ("--format", form, "--no-progress")
        status = main(["diff", *words[:at], *options, *words[at:]])
        captured = capfd.readouterr()
        return Outcome(status, captured.out, captured.err)

    return calling


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    """A repository whose `main` has the API, with the same in the work tree, which is the working folder."""
    made = Made(tmp_path / "work")
    made.commit({"api.yaml": API, "schemas.yaml": SCHEMAS})
    made.out({"api.yaml": API, "schemas.yaml": SCHEMAS})
    monkeypatch.chdir(made.root)
    return made


# What words mean.


def test_nothing_changed_is_nothing_said(made: Made, call: Call) -> None:
    found = call("HEAD")

    assert (found.status, found.rules) == (0, [])
    assert found.data["summary"]["against"]["unchanged"] == 1


def test_one_revision_is_compared_with_the_work_tree(made: Made, call: Call) -> None:
    made.out({"api.yaml": OPEN})

    found = call("main")

    assert (found.status, found.rules) == (1, [REMOVED])
    finding = found.data["findings"][0]
    assert (finding["file"], finding["line"], finding["severity"]) == ("api.yaml", 13, "critical")
    assert [(one["file"], one["line"], one["label"]) for one in finding["related"]] == [
        ("api.yaml (main)", 5, "before")
    ]


def test_two_revisions_are_compared_and_nothing_is_checked_out(made: Made, call: Call) -> None:
    first = made.commit({"api.yaml": API, "schemas.yaml": SCHEMAS})
    made.commit({"api.yaml": OPEN, "schemas.yaml": SCHEMAS}, [first], "topic")
    for file in ("api.yaml", "schemas.yaml"):
        (made.root / file).unlink()

    for words in (("main", "topic"), ("main..topic",), ("main", "topic", "--"), ("main..topic", "--", "api.yaml")):
        found = call(*words)
        assert (found.status, found.rules) == (1, [REMOVED]), words
        assert found.data["summary"]["against"]["base"] == f"main ({first[:7]})"
    assert sorted(os.listdir(made.root)) == [".git"]
    assert call("topic..main").status == 0


def test_three_dots_compare_with_the_commit_where_the_two_parted(made: Made, call: Call) -> None:
    root = made.commit({"api.yaml": API, "schemas.yaml": SCHEMAS})
    made.commit({"api.yaml": API, "schemas.yaml": SCHEMAS, "note": "x"}, [root], "topic")
    made.commit({"api.yaml": OPEN.replace("removeUser", "x"), "schemas.yaml": SCHEMAS}, [root], "main")

    assert call("main..topic").data["summary"]["against"]["improvements"] == 1
    found = call("main...topic")
    assert (found.status, found.rules, found.data["improvements"]) == (0, [], [])
    assert found.data["summary"]["against"]["base"] == f"{root[:7]}, where main and topic parted"


def test_a_range_without_its_end_ends_at_the_work_tree(made: Made, call: Call) -> None:
    made.out({"api.yaml": OPEN})

    assert call("main..").rules == [REMOVED]
    assert call("main...").rules == [REMOVED]


def test_two_files_need_no_repository(tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "schemas.yaml").write_text(SCHEMAS)
    (tmp_path / "one.yaml").write_text(API)
    (tmp_path / "two.yaml").write_text(OPEN)

    found = call("one.yaml", "two.yaml")

    assert (found.status, found.rules) == (1, [REMOVED])
    assert found.data["findings"][0]["related"][0]["file"] == "one.yaml"
    assert found.data["summary"]["against"]["renamed"] == []


def test_two_folders_are_paired_by_name(tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in (("a/x/users.yaml", SMALL), ("a/gone.yaml", SMALL.replace("/users", "/gone")),
                       ("b/x/users.yaml", SMALL.replace("https:", "http:")),
                       ("b/new.yaml", SMALL.replace("/users", "/new").replace("Users", "New"))):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)

    found = call("a", "b")

    assert found.rules == ["regression-server-cleartext"]
    against = found.data["summary"]["against"]
    assert (against["new"], against["removed"]) == (["b/new.yaml"], ["a/gone.yaml"])
    text = call("a", "b", form="full").out
    assert "new, so that there is nothing to compare with: b/new.yaml" in text
    assert "removed: a/gone.yaml" in text


def test_standard_input_is_one_of_the_two(tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    class Standard(io.StringIO):
        buffer = io.BytesIO(SMALL.encode())

    monkeypatch.chdir(tmp_path)
    (tmp_path / "two.yaml").write_text(SMALL.replace("https:", "http:"))
    monkeypatch.setattr("sys.stdin", Standard())

    assert call("-", "two.yaml").rules == ["regression-server-cleartext"]


def test_a_subfolder_is_where_paths_begin(made: Made, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    made.commit({"a/api.yaml": SMALL, "b/api.yaml": SMALL}, branch="main")
    made.out({"a/api.yaml": SMALL.replace("https:", "http:"), "b/api.yaml": SMALL.replace("https:", "http:")})
    monkeypatch.chdir(made.root / "a")

    found = call("main")

    assert [one["file"] for one in found.data["findings"]] == ["api.yaml"]
    assert len(call("main", "--", "..").rules) == 2
    assert len(call("main", "--", "../b").rules) == 1
    assert len(call("main", "../*/api.yaml").rules) == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "name what to compare"),
        (("orign",), "there is no file 'orign', and as a revision: there is no revision 'orign'"),
        (("mian",), "did you mean 'main'?"),
        (("api.yaml",), "apilint diff HEAD -- api.yaml"),
        (("main", "nothing.yaml"), "there is no file 'nothing.yaml', and as a revision"),
        (("main", "--", "nothing.yaml"), "there is no 'nothing.yaml', neither here nor in main"),
        (("main..main", "--", "nothing.yaml"), "has a document at 'nothing.yaml'"),
        (("main", "--", "../elsewhere.yaml"), "is not in the repository"),
        (("main", "main", "main", "--", "api.yaml"), "a third revision"),
        (("main..main", "main", "--"), "beside the range"),
        (("main..mian",), "did you mean 'main'?"),
        (("HEAD~3",), "has no parent"),
        (("api.yaml", ".git"), "is a folder and 'api.yaml' is none"),
        (("--select", "server-cleartext", "main"), "is not about regressions"),
    ],
)
def test_words_that_mean_nothing_are_wrong_use(made: Made, call: Call, words: tuple[str, ...], said: str) -> None:
    found = call(*words)

    assert found.status == 2
    assert said in found.err
    assert "Traceback" not in found.err


def test_outside_of_repositories_there_are_no_revisions(
    tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    found = call("main")

    assert found.status == 2
    assert "no repository of git here" in found.err


def test_a_shallow_clone_says_what_to_do(made: Made, call: Call) -> None:
    (made.git / "shallow").write_text((made.git / "refs/heads/main").read_text())

    found = call("main~1")

    assert found.status == 2
    assert "shallow" in found.err


# What is read of a commit.


def test_references_are_read_from_the_same_commit(made: Made, call: Call) -> None:
    made.commit({"api.yaml": API, "schemas.yaml": SCHEMAS.replace(", maxLength: 80", "")}, branch="topic")
    made.out({"schemas.yaml": "User: {type: object}\n"})

    found = call("main..topic")

    assert found.rules == ["regression-limit-removed"]
    finding = found.data["findings"][0]
    assert finding["file"] == "schemas.yaml"
    assert finding["related"][0]["file"] == "schemas.yaml (main)"
    assert call("topic..main").rules == []


def test_a_document_that_was_split_into_files_is_the_same(made: Made, call: Call) -> None:
    whole = API.replace("schemas.yaml#/User", "#/components/schemas/User").replace(
        "components:\n", "components:\n  schemas:\n" + "".join(f"    {line}\n" for line in SCHEMAS.splitlines())
    )
    made.commit({"api.yaml": whole}, branch="whole")

    for words in (("whole..main",), ("main..whole",)):
        found = call(*words, "--", "api.yaml")
        assert (found.status, found.rules, found.data["improvements"]) == (0, [], [])
    assert call("whole..main", "--", "api.yaml").data["summary"]["against"]["unchanged"] == 1


def test_links_and_references_cannot_leave_the_commit(made: Made, call: Call, tmp_path: Path) -> None:
    (tmp_path / "schemas.yaml").write_text(SCHEMAS)
    out = API.replace("schemas.yaml#", "../schemas.yaml#")
    linked = {"api.yaml": API, "schemas.yaml": (LINK, b"../schemas.yaml")}
    module = {"api.yaml": API.replace("schemas.yaml", "sub/schemas.yaml"), "sub": (MODULE, "1" * 40)}
    for number, files in enumerate(({"api.yaml": out}, linked, module)):
        made.commit(files, branch=f"b{number}")

        found = call(f"b{number}..main", "--", "api.yaml")

        assert found.status == 3, number
        assert {one["file"] for one in found.data["problems"]} <= {
            f"api.yaml (b{number})",
            f"schemas.yaml (b{number})",
            f"sub/schemas.yaml (b{number})",
        }
        assert "maxLength" not in found.out


def test_a_document_that_git_was_told_to_ignore_is_still_compared(made: Made, call: Call) -> None:
    made.out({".gitignore": "*.yaml\n", "api.yaml": OPEN})

    assert call("main").rules == [REMOVED]


def test_a_renamed_document_is_recognized(made: Made, call: Call) -> None:
    made.commit(
        {"old/users.yaml": SMALL, "old/other.yaml": SMALL.replace("/users", "/other").replace("Users", "Other")}
    )
    (made.root / "api.yaml").unlink()
    moved = SMALL.replace("/users", "/other").replace("Users", "Other")
    made.out({"new/a.yaml": SMALL.replace("https:", "http:"), "new/b.yaml": moved})

    found = call("main")

    assert found.rules == ["regression-server-cleartext"]
    assert found.data["summary"]["against"]["renamed"] == [
        {"file": "new/b.yaml", "before": "old/other.yaml (main)"},
        {"file": "new/a.yaml", "before": "old/users.yaml (main)"},
    ] or found.data["summary"]["against"]["renamed"] == [
        {"file": "new/a.yaml", "before": "old/users.yaml (main)"},
        {"file": "new/b.yaml", "before": "old/other.yaml (main)"},
    ]


def test_a_new_document_and_a_removed_one_are_no_pair(made: Made, call: Call) -> None:
    made.commit({"api.yaml": SMALL})
    (made.root / "api.yaml").unlink()
    made.out({"other.yaml": SMALL.replace("/users", "/x").replace("Users", "X").replace("login: [admin]", "login: []")})

    found = call("main")

    assert (found.status, found.rules) == (0, [])
    assert found.data["summary"]["against"]["new"] == ["other.yaml"]
    assert found.data["summary"]["against"]["removed"] == ["api.yaml (main)"]


def test_all_removed_is_no_problem(made: Made, call: Call) -> None:
    (made.root / "api.yaml").unlink()
    (made.root / "schemas.yaml").unlink()

    found = call("main")

    assert (found.status, found.data["problems"]) == (0, [])
    assert "next: apilint check says what else there is" in call("main", form="full").out


def test_what_configuration_excludes_is_in_neither_state(made: Made, call: Call) -> None:
    made.commit({"api.yaml": SMALL, "old/api.yaml": SMALL, "old/gone.yaml": SMALL})
    made.out(
        {
            "api.yaml": SMALL,
            "old/api.yaml": SMALL.replace("https:", "http:"),
            "apilint.yaml": "version: 1\nexclude: [old/**]\n",
        }
    )

    found = call("main")

    assert (found.status, found.rules, found.data["summary"]["against"]["removed"]) == (0, [], [])
    assert found.data["summary"]["inputs"]["excluded"] == 1


@pytest.mark.parametrize("text", ["openapi: 3.0.3\npaths: [\n", "\0\1\2", "a: &a [1]\nb: " + "[" * 300, "hello: 1\n"])
def test_a_base_that_cannot_be_read_is_a_problem(made: Made, call: Call, text: str) -> None:
    made.commit({"api.yaml": text})

    found = call("main", "--", "api.yaml")

    assert found.status == 3
    assert {one["file"] for one in found.data["problems"]} == {"api.yaml (main)"}


def test_a_bomb_in_the_base_meets_the_same_limits(made: Made, call: Call) -> None:
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 12)]
    made.commit({"api.yaml": "\n".join(["l0: &l0 [a, b]", *levels, API])})
    big = made.commit({"api.yaml": API + "x-big: " + "y" * 200_000 + "\n"}, branch="big")

    assert big
    assert [one["kind"] for one in call("main").data["problems"]] == ["limit-reached"]
    assert [one["kind"] for one in call("big", "--max-bytes", "100000").data["problems"]] == ["limit-reached"]


def test_a_comparer_that_fails_costs_the_answer_and_not_the_run(
    made: Made, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*states: Any) -> list[Any]:
        raise RuntimeError("no")

    made.out({"api.yaml": OPEN})
    from apilint.regressions.operations import compare_operations

    monkeypatch.setattr("apilint.regressions.compare.comparers", lambda: (failing, compare_operations))

    found = call("main")

    assert (found.status, found.rules) == (3, [REMOVED])
    assert [one["kind"] for one in found.data["problems"]] == ["internal-error"]


# The policy.


def test_severity_overrides_and_thresholds_hold(made: Made, call: Call) -> None:
    made.out({"api.yaml": OPEN, "apilint.yaml": f"version: 1\nrules:\n  {REMOVED}: medium\n"})

    found = call("main")

    assert (found.status, found.data["findings"][0]["severity"]) == (0, "medium")
    assert call("main", "--fail-on", "medium").status == 1
    made.out({"apilint.yaml": f"version: 1\nrules:\n  {REMOVED}: off\n"})
    found = call("main")
    assert (found.status, found.rules, found.data["summary"]["ignored"]) == (0, [], [REMOVED])
    assert call("main", "--isolated").status == 1


def test_levels_and_scores_are_not_asked_of_a_change(made: Made, call: Call) -> None:
    made.out({"apilint.yaml": "version: 1\ngate: {min_score: 100}\n"})

    found = call("main")

    assert (found.status, found.data["summary"]["gates"]) == (0, [])


def test_inline_suppressions_and_waivers_hold(made: Made, call: Call) -> None:
    made.out({"api.yaml": OPEN.replace("security: []", f"security: []  # apilint: ignore[{REMOVED}] it is a demo")})

    found = call("main")

    assert (found.status, found.rules) == (0, [REMOVED])
    assert found.data["findings"][0]["suppression"]["kind"] == "inline"
    assert call("HEAD..main").status == 0

    made.out(
        {
            "api.yaml": OPEN,
            "waivers.yaml": f"""\
version: 1
waivers:
  - id: W-1
    rule: {REMOVED}
    owner: users
    reason: it is a demo
    created: 2020-01-01
    expires: 9999-01-01
""",
        }
    )
    found = call("main")
    assert found.data["findings"][0]["suppression"]["kind"] == "waiver", found.out
    assert found.status == 0


def test_other_rules_and_their_suppressions_are_not_judged(made: Made, call: Call) -> None:
    text = API.replace("https://api.users.com/v1", "https://api.users.com/v1  # apilint: ignore[server-cleartext] no")
    made.out({"api.yaml": text, "apilint.yaml": "version: 1\nrules: {http-basic-auth: off}\n"})

    found = call("main", "--preset", "audit")

    assert (found.rules, found.data["summary"]["ignored"]) == ([], [])


def test_check_asks_no_rule_about_regressions(made: Made, capfd: pytest.CaptureFixture[str]) -> None:
    suppressed = OPEN.replace("security: []", f"security: []  # apilint: ignore[{REMOVED}] it is a demo")
    made.out({"api.yaml": suppressed})

    main(["check", "api.yaml", "--format", "json", "--preset", "audit"])

    rules = {one["rule"] for one in json.loads(capfd.readouterr().out)["findings"]}
    assert not {one for one in rules if one.startswith(("regression-", "suppression-"))}
    assert main(["check", "--select", REMOVED]) == 2
    assert "apilint diff asks it" in capfd.readouterr().err


def test_a_baseline_of_checks_is_not_judged_by_a_comparison(made: Made, call: Call) -> None:
    made.out({"api.yaml": OPEN})
    assert main(["baseline", "api.yaml", "--output", "known.json", "--today", "2026-01-01"]) == 0
    before = (made.root / "known.json").read_bytes()

    found = call("main", "--baseline", "known.json")

    assert (found.status, found.rules) == (1, [REMOVED]), found.err
    assert found.data["findings"][0]["state"] == "new"
    assert (made.root / "known.json").read_bytes() == before


# What reports say.


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_tells_of_regressions(made: Made, call: Call, form: str) -> None:
    made.out({"api.yaml": OPEN, "schemas.yaml": SCHEMAS.replace("80", "40")})

    found = call("main", form=form)

    assert found.status == 1
    assert found.err == ""
    if form not in ("badge", "summary"):
        assert "removeUser" in found.out or "DELETE /users/{id}" in found.out or "DELETE /users/" in found.out
    if form not in ("badge", "gitlab", "gitlab-sast", "rdjson"):
        assert "1 improvement" in found.out or '"improvements"' in found.out or '"improvement"' in found.out, found.out


def test_the_text_shows_what_was_and_what_is(made: Made, call: Call) -> None:
    made.out({"api.yaml": OPEN, "schemas.yaml": SCHEMAS.replace("80", "40")})
    commit = (made.git / "refs/heads/main").read_text()[:7]

    found = call("main", form="full")

    lines = found.out.splitlines()
    assert max(map(len, lines)) <= 80
    shown = found.out
    assert "critical[regression-authentication-removed]: `DELETE /users/{id}` required http" in shown
    assert "13 |       security: []\n" in shown
    assert "  --> api.yaml (main):5:1\n" in shown
    assert " 5 | security:\n   | -------- before\n" in shown
    assert "= why: " in shown
    assert "= to fix: " in shown
    assert "improvements: 1\n  schemas.yaml:5:" in shown
    assert f"compared with main ({commit}): 1 regression (1 critical), 1 improvement" in shown
    assert "exit status 1: 1 finding at or above high" in shown


def test_secrets_of_the_base_are_masked(made: Made, call: Call) -> None:
    key, password = "AKIA" + "Q3EGRZ7YNWPTJ5XD", "Zm9vYmFyMTIz" + "7x"
    url = SMALL.replace("https://api", f"https://me:{password}@api")
    made.commit({"api.yaml": url.replace("    delete:\n", f"    delete: # {key}\n")})
    made.out(
        {"api.yaml": url.replace("https://", "http://").replace("    delete:\n", "    delete:\n      security: []\n")}
    )

    for form in FORMATS:
        found = call("main", form=form)
        assert found.status == 1
        assert key not in found.out
        assert password not in found.out, form
    assert "url: https://me:**************@" in call("main", form="full").out


def test_many_processes_give_the_same_report(made: Made, call: Call) -> None:
    names = [f"a{number}/api.yaml" for number in range(6)]
    made.commit(dict.fromkeys(names, SMALL))
    made.out({name: SMALL.replace("https:", "http:") for name in names})
    (made.root / "api.yaml").unlink()

    one, many = call("main", "--jobs", "1", form="full"), call("main", "--jobs", "2", form="full")

    assert one == many
    assert "a3/api.yaml (main):4:" in one.out
    assert call("main..main", "--jobs", "2").status == 0
