"""`apilint init`: a first configuration that changes nothing, and that can be used as it stands."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from apilint import plugins
from apilint.cli import main
from apilint.config.discover import Discovery
from apilint.config.plan import Plans, Wanted
from apilint.config.reading import read
from apilint.config.values import layer
from apilint.findings import Severity

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "petstore.yaml"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_writes_what_holds_without_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.yaml", "b.yaml", "c.yaml", "d.yaml"):
        shutil.copy(EXAMPLE, folder / name)
    assert main(["init"]) == 0
    assert capsys.readouterr().out == "apilint.yaml is written\nnext: apilint check\n"
    text = (folder / "apilint.yaml").read_text()
    assert "# It finds 4 documents: a.yaml, b.yaml, c.yaml and 1 more.\n" in text
    assert max(map(len, text.splitlines())) <= 80
    said = layer(read("apilint.yaml", text.encode()), str(folder)).configuration
    assert (said.preset, said.fail_on, dict(said.rules)) == ("default", Severity.HIGH, {})
    assert sorted(os.listdir(folder)) == ["a.yaml", "apilint.yaml", "b.yaml", "c.yaml", "d.yaml"]


def test_what_its_comments_offer_can_be_used(folder: Path) -> None:
    assert main(["init"]) == 0
    text = (folder / "apilint.yaml").read_text()
    offered = re.sub(r"^# (?=[a-z]+:|  )", "", text, flags=re.MULTILINE).replace("  apilint config show", "# ")
    assert offered.count("\n# ") < text.count("\n# ")
    (folder / "apilint.yaml").write_text(offered)
    plan = Plans(plugins.load(), Wanted(), Discovery(str(folder)), None, "").of(None)
    assert (len(plan.configuration.rules), len(plan.configuration.overrides)) == (2, 1)
    assert (len(plan.configuration.public), len(plan.configuration.exclude)) == (1, 1)


@pytest.mark.parametrize("name", ["apilint.yaml", ".apilint.yaml", "pyproject.toml", "apilint.yml"])
def test_it_replaces_nothing(folder: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / name).write_text("[tool.apilint]\nversion = 1\n")
    assert main(["init"]) == 2
    assert f"{name} is there already" in capsys.readouterr().err
    assert os.listdir(folder) == [name]


def test_a_link_is_there_already_wherever_it_leads(folder: Path) -> None:
    (folder / "apilint.yaml").symlink_to("nowhere.yaml")
    assert main(["init"]) == 2
    assert os.listdir(folder) == ["apilint.yaml"]


def test_it_can_only_be_printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "pyproject.toml").write_text("[project]\n")
    assert main(["init", "--print"]) == 0
    assert "version: 1\n" in capsys.readouterr().out
    assert os.listdir(folder) == ["pyproject.toml"]
    assert main(["init"]) == 0
