"""`--since` where there is nothing to compare with, or what there is cannot be understood."""

from __future__ import annotations

import io
import re
import subprocess
from pathlib import Path

import pytest

from apilint.reading.limits import Limits
from apilint.run import RunOptions, UsageError, run
from tests.changes.repositories import Checked, Repository

API = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\nservers: [{url: 'http://h.example.org'}]\npaths: {}\n"
OTHER = API.replace("title: T", "title: U")


def test_standard_input(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.commit({"api.yaml": API})
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(API.encode())))
    with pytest.raises(UsageError, match="standard input is none: name the file"):
        run(RunOptions(("-",), since="HEAD"))


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "api.yaml").write_text(API)
    with pytest.raises(UsageError, match=r"--since: .*api.yaml is in no git repository"):
        run(RunOptions(since="HEAD"))


def test_unknown_revision(repository: Repository, check: Checked) -> None:
    repository.commit({"api.yaml": API})
    with pytest.raises(UsageError, match=r"--since: there is no revision 'mian'.*did you mean 'main'"):
        check("mian")


def test_no_commit_in_common(repository: Repository, check: Checked) -> None:
    repository.commit({"api.yaml": API})
    repository.git("checkout", "-q", "--orphan", "alone")
    repository.commit({"readme": "x"})
    with pytest.raises(UsageError, match="'main' and HEAD have no commit in common"):
        check("main")


def test_shallow_clone(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.commit({"api.yaml": API})
    repository.git("checkout", "-q", "-b", "work")
    repository.commit({"api.yaml": OTHER})
    repository.git("checkout", "-q", "main")
    repository.commit({"x": "y"})
    clone = tmp_path / "clone"
    subprocess.run(
        ("git", "clone", "-q", "--depth=1", "--no-single-branch", "-b", "work", repository.root.as_uri(), str(clone)),
        check=True,
        timeout=60,
    )
    monkeypatch.chdir(clone)
    with pytest.raises(UsageError, match=r"too shallow.*fetch"):
        run(RunOptions(since="origin/main"))


@pytest.mark.parametrize(
    ("base", "why"),
    [
        ("openapi: [", "as it was, it is malformed"),
        (b"\xff\x00\xff", "as it was, it is malformed"),
        ("a: " + "[" * 200 + "]" * 200, "as it was: .*--max-depth"),
        ("x" * 3_000, "as it was: the file is too large .*--max-bytes"),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "Git LFS"),
    ],
)
def test_a_base_that_cannot_be_understood(base: str | bytes, why: str, repository: Repository, check: Checked) -> None:
    repository.commit({"api.yaml": base})
    repository.write({"api.yaml": API})
    report = check(select=("server-cleartext",), limits=Limits(bytes=2_000))
    assert len(report.findings) == 1
    assert report.since is not None
    ((file, reason),) = report.since.unknown
    assert file == "api.yaml"
    assert re.search(why, reason)


def test_more_in_the_base_than_a_run_may_read(repository: Repository, check: Checked) -> None:
    repository.commit({f"{name}.yaml": API + "#" * 500 for name in "abc"})
    repository.write({f"{name}.yaml": OTHER for name in "abc"})
    report = check(select=("server-cleartext",), limits=Limits(run_bytes=1_000))
    assert report.since is not None
    assert [file for file, _ in report.since.unknown] == ["b.yaml", "c.yaml"]
    assert {one.location.file for one in report.findings} == {"b.yaml", "c.yaml"}


def test_aliases_in_the_base_are_bounded(repository: Repository, check: Checked) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    repository.commit({"api.yaml": "\n".join(lines)})
    repository.write({"api.yaml": API})
    report = check(select=("server-cleartext",))
    assert report.since is not None
    assert "--max-aliases" in dict(report.since.unknown)["api.yaml"]
    assert len(report.findings) == 1


def test_a_submodule_of_another_repository(repository: Repository, check: Checked) -> None:
    repository.commit({"readme": "x"})
    inner = repository.root / "inner"
    inner.mkdir()
    other = Repository(inner)
    other.commit({"api.yaml": API})
    other.write({"api.yaml": OTHER})
    report = check(select=("server-cleartext",))
    assert report.since is not None
    assert len(report.since.commits) == 1
    assert report.since.commits == (other.git("rev-parse", "HEAD")[:7],)
    assert not report.findings


def test_a_part_outside_of_the_repository(repository: Repository, check: Checked, tmp_path: Path) -> None:
    repository.commit({"api.yaml": API + "components: {schemas: {A: {$ref: ../out.yaml}}}\n"})
    (tmp_path / "out.yaml").write_text("{type: object}\n")
    report = check(ref_root=str(tmp_path))
    assert report.since is not None
    assert [file for file, _ in report.since.unknown] == [str(tmp_path / "out.yaml")]


def test_what_is_not_shown_still_covers(repository: Repository, check: Checked) -> None:
    """Neither a waiver nor a baseline is called unused or mended since what it is for stands elsewhere."""
    from apilint.policy.baseline import Baseline, updated

    repository.commit({"api.yaml": API})
    full = check("", baseline=Baseline("b"), select=("server-cleartext",))
    assert full.baseline is not None
    known = updated(Baseline("b"), full.findings, full.baseline, "2026-01-01", lambda name: False)
    assert known.entries
    repository.write({"api.yaml": OTHER})
    report = check(baseline=known, select=("server-cleartext",))
    assert report.baseline is not None
    assert report.baseline.mended == 0
    assert report.since is not None
    assert (len(report.findings), report.since.elsewhere) == (0, 1)
