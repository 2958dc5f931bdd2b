"""requirements.txt: what the places install is what pyproject.toml asks for, with hashes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

FRESH = "make it anew: requirements.in says how"


@pytest.fixture
def pins(root: Path) -> dict[str, str]:
    found = re.findall(r"^([\w.-]+)==([^\s;]+)", (root / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in found}


def test_each_dependency_is_pinned_to_a_version_that_will_do(root: Path, pins: dict[str, str]) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    for text in [*project["project"]["dependencies"], *project["build-system"]["requires"]]:
        wanted = Requirement(text)
        assert canonicalize_name(wanted.name) in pins, FRESH
        assert wanted.specifier.contains(pins[canonicalize_name(wanted.name)]), FRESH


def test_what_builds_is_what_pyproject_says(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [
        line for line in (root / "requirements.in").read_text(encoding="utf-8").splitlines() if line[:1] not in "#"
    ]
    assert asked == project["build-system"]["requires"], FRESH


def test_each_pin_has_a_hash(root: Path) -> None:
    text = re.sub(r"^#.*\n", "", (root / "requirements.txt").read_text(encoding="utf-8"), flags=re.MULTILINE)
    for entry in re.sub(r"\\\n", "", text).splitlines():
        assert re.fullmatch(r"[\w.-]+==[^\s;]+( ;[^-]*)?( *--hash=sha256:[0-9a-f]{64})+", entry), entry
