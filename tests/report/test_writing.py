from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from apilint.report.writing import write


def test_a_report_appears_whole_with_the_umask_s_permissions(tmp_path: Path) -> None:
    target = tmp_path / "r.json"
    before = os.umask(0o027)
    try:
        write(str(target), "é\udcff\n")
    finally:
        os.umask(before)
    assert target.read_bytes() == "é".encode() + b"\\udcff\n"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["r.json"]


def test_the_old_permissions_stay(tmp_path: Path) -> None:
    target = tmp_path / "r.json"
    target.write_text("old")
    target.chmod(0o604)
    write(str(target), "new")
    assert target.read_text() == "new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o604


@pytest.mark.parametrize("failing", ["fsync", "replace", "fchmod"])
def test_an_old_report_survives_a_failure(failing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "r.json"
    target.write_text("old")

    def fail(*arguments: object, **keywords: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, failing, fail)
    with pytest.raises(OSError, match="No space"):
        write(str(target), "new" * 100_000)
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["r.json"]


def test_only_regular_files_are_replaced(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("old")
    link = tmp_path / "link.json"
    link.symlink_to(secret)
    os.mkfifo(tmp_path / "pipe")
    for path in (link, tmp_path / "pipe", tmp_path, Path("/dev/null")):
        with pytest.raises(OSError, match="not a regular file"):
            write(str(path), "new")
    assert secret.read_text() == "old"
    assert link.is_symlink()
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_a_folder_must_exist(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write(str(tmp_path / "none" / "r.json"), "new")


def test_a_name_may_be_as_long_as_names_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write("n" * 255, "new")
    assert os.listdir(tmp_path) == ["n" * 255]
