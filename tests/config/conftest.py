"""Configuration as files, and what a run makes of documents under it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from apilint.findings import Report
from apilint.run import RunOptions, run

Checked = Callable[..., Report]


@pytest.fixture
def checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checked:
    """Check documents, one or by name, under the text of an `apilint.yaml`; the preset shows all unless it is given."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)

    def check(configuration: str, files: Mapping[str, str] | str, **options: object) -> Report:
        texts = {"api.yaml": files} if isinstance(files, str) else files
        for name, text in {**texts, "apilint.yaml": f"version: 1\n{dedent(configuration)}"}.items():
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_text(text, encoding="utf-8")
        paths = tuple(name for name, text in texts.items() if "openapi:" in text)
        return run(RunOptions(**{"paths": paths, "debug": True, "preset": "audit", **options}))  # type: ignore[arg-type]

    return check
