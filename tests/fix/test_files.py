"""Which files are rewritten, and how: all or none, through no link that leads away, with what they were."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from apilint.mending.model import Mended
from apilint.mending.rewriting import rewrite
from tests.fix.conftest import Fix
from tests.fix.documents import BROKEN, MENDED


def mended(path: Path, after: bytes = b"new") -> Mended:
    return Mended(path.name, str(path), path.read_bytes(), after)


@pytest.fixture
def files(repo: Path) -> list[Path]:
    found = [repo / name for name in ("a.yaml", "b.yaml", "c.yaml")]
    for one in found:
        one.write_bytes(b"old")
    return found


def texts(files: list[Path]) -> list[bytes]:
    return [one.read_bytes() for one in files]


def leftovers(repo: Path) -> list[str]:
    return [name for name in os.listdir(repo) if name.endswith(".tmp")]


def test_permissions_stay(files: list[Path]) -> None:
    files[0].chmod(0o640)
    assert rewrite([mended(files[0])]) == []
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o640
    assert files[0].read_bytes() == b"new"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_the_owner_stays(files: list[Path]) -> None:
    os.chown(files[0], 12345, 12346)
    assert rewrite([mended(files[0])]) == []
    assert (files[0].stat().st_uid, files[0].stat().st_gid) == (12345, 12346)


def test_attributes_stay(files: list[Path]) -> None:
    try:
        os.setxattr(files[0], "user.apilint", b"kept")
    except (OSError, AttributeError):
        pytest.skip("the file system has no attributes")
    assert rewrite([mended(files[0])]) == []
    assert os.getxattr(files[0], "user.apilint") == b"kept"


@pytest.mark.parametrize(
    ("breaks", "said"),
    [
        (lambda path: path.chmod(0o444), "b.yaml: it is read-only"),
        (lambda path: path.write_bytes(b"other"), "b.yaml: it has changed meanwhile"),
        (lambda path: path.write_bytes(b"older"), "b.yaml: it has changed meanwhile"),
        (lambda path: path.unlink(), "b.yaml: it can no longer be read: No such file or directory"),
        (lambda path: (path.unlink(), path.mkdir()), "b.yaml: it is no longer a regular file"),
        (lambda path: (path.unlink(), path.symlink_to("a.yaml")), "b.yaml: it is no longer a regular file"),
        (lambda path: os.link(path, path.parent / "z"), "b.yaml: it has a second name (a hard link)"),
    ],
    ids=["read-only", "changed", "longer", "gone", "folder", "link", "hard link"],
)
def test_all_or_none(files: list[Path], repo: Path, breaks: Any, said: str) -> None:
    wanted = [mended(one) for one in files]
    breaks(files[1])
    (refusal,) = rewrite(wanted)
    assert refusal.startswith(said)
    assert (files[0].read_bytes(), files[2].read_bytes()) == (b"old", b"old")
    assert leftovers(repo) == []


@pytest.mark.parametrize("call", ["fsync", "fchmod", "fdopen"])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_full_disk_changes_nothing(
    files: list[Path], repo: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    wanted = [mended(one) for one in files]
    real, calls = getattr(os, call), []

    def fail(*arguments: Any, **keywords: Any) -> Any:
        calls.append(arguments)
        if len(calls) == number:
            raise OSError(28, "No space left on device")
        return real(*arguments, **keywords)

    monkeypatch.setattr(os, call, fail)
    (refusal,) = rewrite(wanted)
    assert refusal == f"{files[number - 1].name}: it could not be written: No space left on device"
    assert texts(files) == [b"old"] * 3
    assert leftovers(repo) == []


def test_what_was_replaced_comes_back(files: list[Path], repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = os.replace, []

    def fail(*arguments: Any, **keywords: Any) -> None:
        calls.append(arguments)
        if len(calls) == 3:
            raise OSError(5, "Input/output error")
        real(*arguments, **keywords)

    monkeypatch.setattr(os, "replace", fail)
    assert rewrite([mended(one) for one in files]) == ["c.yaml: it could not be written: Input/output error"]
    assert texts(files) == [b"old"] * 3
    assert leftovers(repo) == []


def test_an_interruption_leaves_the_old_texts(files: list[Path], repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = os.replace, []

    def interrupt(*arguments: Any, **keywords: Any) -> None:
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(*arguments, **keywords)

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        rewrite([mended(one) for one in files])
    assert texts(files) == [b"old"] * 3
    assert leftovers(repo) == []


def test_a_change_between_the_look_and_the_write_is_seen(
    files: list[Path], repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from apilint.mending import rewriting

    real = rewriting.prepare

    def late(path: str, content: bytes) -> Any:
        files[0].write_bytes(b"mine")
        return real(path, content)

    monkeypatch.setattr(rewriting, "prepare", late)
    assert rewrite([mended(one) for one in files]) == ["a.yaml: it has changed meanwhile"]
    assert texts(files) == [b"mine", b"old", b"old"]
    assert leftovers(repo) == []


def test_a_link_inside_the_root_is_followed_and_stays(fix: Fix, repo: Path) -> None:
    (repo / "real.yaml").write_text(BROKEN)
    (repo / "link.yaml").symlink_to("real.yaml")
    assert fix("link.yaml").status == 0
    assert (repo / "real.yaml").read_text() == MENDED
    assert (repo / "link.yaml").is_symlink()


def test_two_names_of_a_file(fix: Fix, repo: Path) -> None:
    (repo / "real.yaml").write_text(BROKEN)
    (repo / "link.yaml").symlink_to("real.yaml")
    outcome = fix()
    assert outcome.status == 0
    assert "1 finding fixed in 1 file" in outcome.out
    assert (repo / "real.yaml").read_text() == MENDED


@pytest.mark.parametrize("folder", [False, True])
def test_a_link_out_of_the_root_is_not_followed(fix: Fix, repo: Path, folder: bool) -> None:
    outside = repo.parent / "outside"
    outside.mkdir()
    (outside / "api.yaml").write_text(BROKEN)
    if folder:
        (repo / "linked").symlink_to(outside)
        outcome = fix("linked/api.yaml")
    else:
        (repo / "api.yaml").symlink_to(outside / "api.yaml")
        outcome = fix("api.yaml")
    assert outcome.status == 3
    assert "link" in outcome.out
    assert (outside / "api.yaml").read_text() == BROKEN
    if folder:
        assert fix("linked/api.yaml", "--ref-root", str(repo.parent)).status == 0
        assert (outside / "api.yaml").read_text() == MENDED


def test_a_read_only_file_is_refused_and_no_other_is_written(fix: Fix, repo: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (repo / name).write_text(BROKEN)
    (repo / "b.yaml").chmod(0o444)
    outcome = fix()
    assert outcome.status == 3
    assert "problem: b.yaml: it is read-only\nnothing was written: 2 findings could be fixed\n" in outcome.out
    assert (repo / "a.yaml").read_text() == BROKEN
