"""A repository to work in, and what a run there reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from apilint.findings import Report
from apilint.run import RunOptions, run
from tests.changes.repositories import Checked, Repository


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """An empty repository, which is the working directory."""
    folder = tmp_path / "repository"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return Repository(folder)


@pytest.fixture
def check() -> Checked:
    """Check the working directory as `apilint check --since` does."""

    def checked(since: str = "HEAD", **options: object) -> Report:
        return run(RunOptions(since=since, **{"isolated": True, "preset": "audit", **options}))  # type: ignore[arg-type]

    return checked
