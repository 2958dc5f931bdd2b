"""The same documents give the same bytes in every format: run again, hashed otherwise, elsewhere, by more processes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from apilint.report import FORMATS

EXAMPLES = Path(__file__).parents[1] / "examples"
BROKEN = "openapi: 3.0.3\npaths: [\n"


def reports(folder: Path, seed: str, *words: str) -> dict[str, bytes]:
    """Every format, as a process of its own writes it."""
    outputs = [part for name in FORMATS for part in ("--output", f"{name}=out/{name}")]
    (folder / "out").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "apilint", "check", "--preset", "audit", *words, *outputs],
        cwd=folder,
        env={**os.environ, "PYTHONHASHSEED": seed, "COLUMNS": "80"},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (3, b"")
    found = {name: (folder / "out" / name).read_bytes() for name in FORMATS}
    return {**found, "printed": done.stdout}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The same tree at places whose names have nothing in common."""
    made = []
    for name in ("one", "another place/deep"):
        folder = tmp_path_factory.mktemp("x") / name
        shutil.copytree(EXAMPLES, folder, ignore=shutil.ignore_patterns("rule-pack", "ci"))
        (folder / "broken.yaml").write_text(BROKEN)
        made.append(folder)
    return made


@pytest.fixture(scope="module")
def first(folders: list[Path]) -> dict[str, bytes]:
    return reports(folders[0], "0", "--jobs", "1")


@pytest.mark.parametrize(
    ("folder", "seed", "words"),
    [(0, "0", ["--jobs", "1"]), (0, "4711", []), (1, "0", []), (1, "random", ["--jobs", "3"])],
    ids=["again", "another hash seed", "another folder", "three processes"],
)
def test_the_same_bytes(folder: int, seed: str, words: list[str], first: dict[str, bytes], folders: list[Path]) -> None:
    shutil.rmtree(folders[folder] / "out", ignore_errors=True)
    again = reports(folders[folder], seed, *words)
    assert [name for name in first if first[name] != again[name]] == []
    assert all(first.values()), "no report is empty"
