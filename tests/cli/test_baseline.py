"""`apilint baseline` and `apilint check --baseline`, as they are called."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from apilint.cli import main

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NAME = ".apilint-baseline.json"
CI = ("CI", "TF_BUILD", "TEAMCITY_VERSION", "JENKINS_URL")


class Said:
    """The exit status and both streams."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status = status
        self.out = out
        self.err = err


Apilint = Callable[..., Said]


@pytest.fixture
def apilint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Apilint:
    """Give a function that runs apilint in a repository that holds the petstore, outside of CI."""
    (tmp_path / ".git").mkdir()
    shutil.copy(EXAMPLES / "petstore.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    for name in (*CI, "SOURCE_DATE_EPOCH"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: str) -> Said:
        status = main(list(words))
        captured = capfd.readouterr()
        return Said(status, captured.out, captured.err)

    return run


def entries(path: str | Path = NAME) -> list[dict[str, Any]]:
    return [item for item in json.loads(Path(path).read_text()) if "rule" in item]


def edit(after: str, insert: str) -> None:
    path = Path("petstore.yaml")
    text = path.read_text()
    assert text.count(after) == 1
    path.write_text(text.replace(after, after + insert))


def mend() -> None:
    edit("        tags:\n          type: array\n", "          maxItems: 9\n")


def break_more() -> None:
    edit(
        "Trade a password for a token\n      parameters:\n",
        "        - {name: secret, in: query, schema: {type: string, maxLength: 9}}\n",
    )


def test_a_baseline_is_written_and_only_what_is_new_fails(apilint: Apilint) -> None:
    said = apilint("baseline", "--today", "2026-03-01")
    assert (said.status, said.err) == (0, "")
    assert said.out == f"{NAME}: 11 findings of 1 API\nnext: apilint check --baseline {NAME}\n"
    assert {entry["since"] for entry in entries()} == {"2026-03-01"}
    before = Path(NAME).read_bytes()
    said = apilint("check", "--baseline", NAME)
    assert (said.status, said.err) == (0, "")
    assert "no findings; 11 baselined\n" in said.out
    assert "\nbaseline of 2026-03-01, 11 findings\n" in said.out
    assert Path(NAME).read_bytes() == before
    break_more()
    said = apilint("check", "--baseline", NAME)
    assert said.status == 1
    assert "1 finding: 1 high; 11 baselined" in said.out
    assert Path(NAME).read_bytes() == before


def test_nothing_is_known_without_being_asked(apilint: Apilint) -> None:
    apilint("baseline")
    assert apilint("check").status == 1


def test_what_was_mended_leaves_the_file(apilint: Apilint) -> None:
    apilint("baseline", "--today", "2026-03-01")
    os.chmod(NAME, 0o640)
    before = Path(NAME).read_text().splitlines()
    mend()
    said = apilint("check", "--baseline", NAME)
    assert said.status == 0
    assert said.err == f"baseline: {NAME}: 1 mended, 10 left\n"
    assert "\nbaseline of 2026-03-01, 11 findings, 1 mended\n" in said.out
    after = Path(NAME).read_text().splitlines()
    assert [line for line in before if line not in after] == [line for line in before if '"array-max-items"' in line]
    assert set(after) <= set(before)
    assert os.stat(NAME).st_mode & 0o777 == 0o640
    assert apilint("check", "--baseline", NAME).err == ""
    shutil.copy(EXAMPLES / "petstore.yaml", ".")
    said = apilint("check", "--baseline", NAME, "--fail-on", "medium")
    assert said.status == 1
    assert "1 finding: 1 medium; 10 baselined\n" in said.out


@pytest.mark.parametrize("name", CI)
def test_ci_only_says_so(name: str, apilint: Apilint, monkeypatch: pytest.MonkeyPatch) -> None:
    apilint("baseline")
    before = Path(NAME).read_bytes()
    mend()
    monkeypatch.setenv(name, "true")
    said = apilint("check", "--baseline", NAME)
    assert (said.status, Path(NAME).read_bytes()) == (0, before)
    wanted = f"baseline: {NAME}: 1 mended; not rewritten in CI: run apilint check --baseline where you commit\n"
    assert said.err == wanted
    monkeypatch.setenv(name, "false")
    assert "1 mended, 10 left" in apilint("check", "--baseline", NAME).err


def test_a_frozen_baseline_stays(apilint: Apilint) -> None:
    apilint("baseline")
    before = Path(NAME).read_bytes()
    mend()
    said = apilint("check", "--baseline", NAME, "--frozen-baseline")
    assert (said.status, said.err, Path(NAME).read_bytes()) == (0, "", before)
    assert ", 1 mended\n" in said.out


def test_a_file_that_cannot_be_rewritten_fails_nothing(apilint: Apilint, monkeypatch: pytest.MonkeyPatch) -> None:
    apilint("baseline")
    mend()
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    said = apilint("check", "--baseline", NAME)
    assert (said.status, said.err) == (0, f"baseline: {NAME}: 1 mended; not rewritten: the file is read-only\n")


def test_a_full_disk_leaves_the_file(apilint: Apilint, monkeypatch: pytest.MonkeyPatch) -> None:
    apilint("baseline")
    before = Path(NAME).read_bytes()
    mend()

    def fail(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    said = apilint("check", "--baseline", NAME)
    assert (said.status, Path(NAME).read_bytes()) == (0, before)
    assert "1 mended; not rewritten: No space left on device" in said.err
    said = apilint("baseline", "--output", "other.json")
    assert (said.status, said.err) == (3, "baseline: other.json could not be written: No space left on device\n")
    assert sorted(os.listdir()) == [NAME, ".git", "petstore.yaml"]


def test_a_link_is_read_and_never_written_through(apilint: Apilint) -> None:
    apilint("baseline", "--output", "real.json")
    os.symlink("real.json", "link.json")
    before = Path("real.json").read_bytes()
    mend()
    said = apilint("check", "--baseline", "link.json")
    assert (said.status, Path("real.json").read_bytes()) == (0, before)
    assert "1 mended; not rewritten: not a regular file" in said.err
    said = apilint("baseline", "--update", "--output", "link.json")
    assert said.status == 3
    assert "link.json could not be written: not a regular file" in said.err


def test_what_changed_meanwhile_is_let_be(apilint: Apilint, monkeypatch: pytest.MonkeyPatch) -> None:
    from apilint.policy import baseline_file

    apilint("baseline")
    mend()
    real = baseline_file.read

    def late(path: str, ref_root: str | None = None) -> Any:
        found = real(path, ref_root)
        Path(path).write_text('[{"version": 1}]')
        return found

    monkeypatch.setattr(baseline_file, "read", late)
    said = apilint("check", "--baseline", NAME)
    assert "not rewritten: the file has changed meanwhile" in said.err
    assert Path(NAME).read_text() == '[{"version": 1}]'


def test_another_file_is_not_overwritten(apilint: Apilint) -> None:
    apilint("baseline", "--today", "2026-03-01")
    before = Path(NAME).read_bytes()
    said = apilint("baseline")
    assert said.status == 2
    assert said.err.startswith(f"apilint: {NAME} is there already: --update changes it\n")
    said = apilint("baseline", "--update", "--output", "petstore.yaml")
    assert said.status == 2
    assert "petstore.yaml:1:1: this is not JSON" in said.err
    assert Path(NAME).read_bytes() == before


def test_an_update_takes_in_what_is_new(apilint: Apilint) -> None:
    apilint("baseline", "--today", "2026-03-01")
    mend()
    break_more()
    said = apilint("baseline", "--update", "--today", "2026-05-05")
    assert (said.status, said.err) == (0, "")
    assert said.out.startswith(f"{NAME}: 11 findings of 1 API; 1 came in, 1 left\n")
    assert [entry["rule"] for entry in entries() if entry["since"] == "2026-05-05"] == ["credentials-in-url-parameter"]
    assert apilint("check", "--baseline", NAME).status == 0
    # Of one API only: what stands about the other stays; what is there no more leaves.
    shutil.copy("petstore.yaml", "second.yaml")
    shutil.copy("petstore.yaml", "third.yaml")
    apilint("baseline", "--update")
    os.unlink("third.yaml")
    said = apilint("baseline", "--update", "second.yaml")
    assert said.out.startswith(f"{NAME}: 22 findings of 2 APIs; 0 came in, 11 left\n")
    assert {entry["file"] for entry in entries()} == {"petstore.yaml", "second.yaml"}


def test_the_day(apilint: Apilint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    apilint("baseline")
    assert {entry["since"] for entry in entries()} == {"1970-01-02"}
    for wrong in ("2026-3-1", "20260301", "2026-02-30", "today"):
        said = apilint("baseline", "--output", "x.json", "--today", wrong)
        assert said.status == 2
        assert f"{wrong!r} is no date such as 2026-03-01" in said.err


def test_what_could_not_be_checked_is_said(apilint: Apilint) -> None:
    Path("broken.yaml").write_text("openapi: 3.0.3\npaths: [\n")
    said = apilint("baseline")
    assert said.status == 3
    assert said.err.splitlines()[0].startswith("apilint: broken.yaml: ")
    assert said.err.endswith("baseline: not everything could be checked: what was not is not in the baseline\n")
    assert len(entries()) == 11
    said = apilint("baseline", "broken.yaml", "--output", "x.json")
    assert said.status == 3
    assert said.err.endswith("baseline: x.json was not written: nothing could be checked\n")
    assert not os.path.lexists("x.json")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "b.json: it cannot be read: there is no such file"),
        ("{", "b.json:1:2: this is not JSON"),
        ('[{"version":9}]', "b.json:1: version '9' of baselines is unknown here, where 1 is read"),
        ('[{"version":1}\n<<<<<<< HEAD\n]', "b.json:2: a merge left its mark here"),
        ('[{"version":1}\n,{"\x1b[31m":1}]', "b.json:2:4: this is not JSON"),
        ('[{"version":1}\n,{"\\u001b[31m":1}]', "b.json:2: the finding has no 'file'"),
    ],
)
def test_a_baseline_that_cannot_be_used_is_one_clear_message(content: str | None, said: str, apilint: Apilint) -> None:
    if content is not None:
        Path("b.json").write_text(content)
    found = apilint("check", "--baseline", "b.json", "--output", "json=r.json")
    assert (found.status, found.out) == (2, "")
    assert found.err.splitlines()[0].startswith(f"apilint: baseline: {said}")
    assert len(found.err.splitlines()) == 2
    assert "\x1b" not in found.err
    assert not os.path.lexists("r.json")


def test_formats_tell_new_from_known(apilint: Apilint) -> None:
    apilint("baseline", "--today", "2026-03-01")
    break_more()
    run = json.loads(apilint("check", "--baseline", NAME, "--format", "sarif").out)["runs"][0]
    assert sorted({(one["baselineState"], bool(one.get("suppressions"))) for one in run["results"]}) == [
        ("new", False),
        ("unchanged", True),
    ]
    report = json.loads(apilint("check", "--baseline", NAME, "--format", "json").out)
    assert report["summary"]["states"] == {"new": 1, "unchanged": 11}
    assert report["summary"]["suppressed"]["baseline"] == 11


def test_standard_input_mends_nothing(apilint: Apilint, monkeypatch: pytest.MonkeyPatch) -> None:
    apilint("baseline")
    before = Path(NAME).read_bytes()
    mend()
    with Path("petstore.yaml").open() as stream:
        monkeypatch.setattr("sys.stdin", stream)
        said = apilint("check", "-", "--stdin-filename", "petstore.yaml", "--baseline", NAME)
    assert (said.status, said.err) == (0, "")
    assert "10 baselined" in said.out
    assert Path(NAME).read_bytes() == before


def test_a_baseline_of_nothing(apilint: Apilint) -> None:
    said = apilint("baseline", "--select", "jwt-example-weak")
    assert (said.status, said.out.splitlines()[0]) == (0, f"{NAME}: 0 findings of 1 API")
    said = apilint("check", "--baseline", NAME)
    assert said.status == 1
    assert "\nbaseline without findings\n" in said.out


def test_the_file_is_no_document(apilint: Apilint) -> None:
    apilint("baseline")
    assert f"{NAME}: no OpenAPI document, skipped\n" in apilint("check", "--show-files").out


def test_a_baseline_is_a_file(apilint: Apilint) -> None:
    said = apilint("baseline", "--output", "-")
    assert (said.status, Path("-").exists()) == (2, False)
    assert "a baseline is a file, not standard output" in said.err


def test_configuration_names_the_baseline(apilint: Apilint, tmp_path: Path) -> None:
    assert apilint("baseline", "--output", "known.json").status == 0
    Path("apilint.yaml").write_text("version: 1\nbaseline: known.json\n")
    said = apilint("check")
    assert said.status == 0
    assert "no findings; 11 baselined" in said.out
    # From below, too: the path is the configuration's.
    (tmp_path / "below").mkdir()
    Path("petstore.yaml").rename("below/petstore.yaml")
    os.chdir("below")
    assert "baseline of" in apilint("check").out
    assert apilint("gate", "--fail-on", "low").out.count("baselined") <= 1
    # A score is of what is there.
    os.chdir("..")
    Path("below/petstore.yaml").rename("petstore.yaml")
    assert "petstore.yaml" in apilint("score").out


def test_what_was_mended_leaves_the_baseline_that_configuration_names(apilint: Apilint) -> None:
    assert apilint("baseline", "--output", "known.json").status == 0
    Path("apilint.yaml").write_text("version: 1\nbaseline: known.json\n")
    path = Path("petstore.yaml")
    text = path.read_text()
    assert "http://" in text
    path.write_text(text.replace("http://", "https://"))
    before = len(entries("known.json"))
    assert "known.json: " in apilint("check").err
    assert len(entries("known.json")) < before


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("baseline: absent.json", "apilint.yaml:2: baseline: absent.json: it cannot be read: there is no such file; "),
        ("baseline: apilint.yaml", "this is not JSON"),
        ("baseline: ../outside.json", "leads out of the repository"),
    ],
)
def test_a_baseline_of_configuration_that_cannot_be_used(apilint: Apilint, written: str, message: str) -> None:
    Path("apilint.yaml").write_text(f"version: 1\n{written}\n")
    said = apilint("check")
    assert said.status == 2
    assert message in said.err


def test_what_writes_the_baseline_of_configuration_is_said_and_does(apilint: Apilint) -> None:
    Path("apilint.yaml").write_text("version: 1\nbaseline: .apilint/known.json\n")
    assert apilint("check").err.splitlines()[0].endswith("; apilint baseline --output .apilint/known.json writes it")
    assert apilint("baseline", "--output", ".apilint/known.json").status == 0
    assert apilint("check").status == 0


def test_it_is_written_to_where_configuration_reads_it(apilint: Apilint) -> None:
    Path("apilint.yaml").write_text("version: 1\nbaseline: .apilint/known.json\n")
    said = apilint("baseline")
    assert said.status == 0
    assert said.out.endswith("\nnext: apilint check\n")
    assert entries(".apilint/known.json")
    assert not Path(NAME).exists()
    assert apilint("check").status == 0
    assert apilint("baseline").status == 2  # it is there already
    assert apilint("baseline", "--update").status == 0
    assert apilint("baseline", "--isolated").status == 0
    assert Path(NAME).exists()


def test_it_is_written_to_where_a_nearer_configuration_reads_it(apilint: Apilint, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        shutil.copy("petstore.yaml", folder)
        Path(folder, "apilint.yaml").write_text("version: 1\nbaseline: known.json\n")
    os.remove("petstore.yaml")
    said = apilint("baseline")
    assert said.status == 2
    assert "several baselines (one/known.json, two/known.json): --output says which" in said.err
    assert apilint("baseline", "one").status == 0
    assert apilint("check", "one").status == 0
    assert apilint("baseline", "two/petstore.yaml").status == 0
    assert apilint("check", "two").status == 0


def test_it_is_not_written_under_configuration_that_is_wrong(apilint: Apilint) -> None:
    Path("apilint.yaml").write_text("version: 1\nbaseline: known.json\nrulez: {}\n")
    said = apilint("baseline")
    assert said.status == 2
    assert "apilint.yaml:3" in said.err
    assert not Path("known.json").exists()


def test_two_baselines_are_one_too_many(apilint: Apilint, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        shutil.copy("petstore.yaml", folder)
        Path(folder, "apilint.yaml").write_text("version: 1\nbaseline: known.json\n")
        assert apilint("baseline", folder, "--output", f"{folder}/known.json").status == 0
    said = apilint("check", "one", "two")
    assert said.status == 2
    assert "several baselines (one/known.json, two/known.json)" in said.err
    assert apilint("check", "one").status == 0
