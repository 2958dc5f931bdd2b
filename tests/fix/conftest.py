from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from apilint.cli import main


class Outcome(NamedTuple):
    status: int
    out: str
    err: str


Fix = Callable[..., Outcome]


@pytest.fixture
def fix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Fix:
    """Give a function that runs `apilint fix` in a folder of its own, which is the root of a repository."""
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "repo")

    def fixing(*words: str) -> Outcome:
        capfd.readouterr()
        status = main(["fix", *words])
        captured = capfd.readouterr()
        return Outcome(status, captured.out, captured.err)

    return fixing


@pytest.fixture
def repo(fix: Fix) -> Path:
    return Path(os.getcwd())
