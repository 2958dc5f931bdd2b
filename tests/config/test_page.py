"""docs/configuration.md: its examples are configuration that can be used."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from apilint.findings import Severity
from apilint.run import RunOptions, discovery_for, run

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "examples" / "petstore.yaml", tmp_path)
    return tmp_path


def test_all_keys(repository: Path) -> None:
    (example,) = re.findall(r"<!-- apilint.yaml -->\n```yaml\n(.*?)```", PAGE, re.DOTALL)
    (repository / "apilint.yaml").write_text(example)
    (repository / "house.yaml").write_text("version: 1\n")
    (repository / ".apilint-baseline.json").write_text('[{"version": 1}\n]\n')
    report = run(RunOptions(("petstore.yaml",)))
    assert report.configuration == ("house.yaml", "apilint.yaml")
    assert "cors-header-undefined" in report.ignored
    assert "acme/request-id" in {finding.rule for finding in report.findings}
    assert not report.problems


def test_in_pyproject(repository: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    (repository / "pyproject.toml").write_text(example)
    report = run(RunOptions(("petstore.yaml",)))
    assert (report.preset, report.fail_on, report.problems) == ("strict", Severity.MEDIUM, [])


def test_every_key_is_on_the_page(repository: Path) -> None:
    import json

    schema = json.loads((ROOT / "apilint" / "config" / "apilint-v1.schema.json").read_text(encoding="utf-8"))
    keys = set(schema["$defs"]["configuration"]["properties"]) - {"$schema"}
    assert {key for key in keys if not re.search(rf"^`?{key}\b|`{key}[:`]", PAGE, re.MULTILINE)} == set()
    assert discovery_for(RunOptions()) is not None
