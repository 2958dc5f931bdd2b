"""A fragment leads to the documents that refer to it, and to no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from apilint.reading.limits import Limits
from apilint.reading.roots import roots_of

API = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n  /a:\n    "


def roots(folder: Path, *fragments: str, texts: dict[str, bytes] | None = None) -> list[str]:
    paths = [str(folder / name) for name in fragments]
    found = roots_of(paths, cwd=str(folder), limits=Limits(), texts=texts or {})
    return [candidate.name for candidate in found]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "user.yaml").write_text("type: object\nproperties: {}\n")
    (tmp_path / "other.yaml").write_text(API + "$ref: parts/nothing.yaml\n")
    return tmp_path


@pytest.mark.parametrize(
    "reference",
    [
        "$ref: parts/user.yaml",
        "$ref: 'parts/user.yaml#/properties'",
        '"$ref" : "./parts/../parts/user.yaml#"',
        "{get: x, $ref: parts/user.yaml}",
        "$ref:\n      parts/user.yaml",
        "$ref: parts/us%65r.yaml",
    ],
)
def test_a_reference_in_any_style_leads_back(folder: Path, reference: str) -> None:
    (folder / "api.yaml").write_text(API + reference + "\n")
    assert roots(folder, "parts/user.yaml") == ["api.yaml"]


def test_the_way_may_be_long_and_may_be_a_circle(folder: Path) -> None:
    (folder / "api.yaml").write_text(API + "$ref: parts/one.yaml\n")
    (folder / "parts" / "one.yaml").write_text("get: {$ref: two.yaml}\n")
    (folder / "parts" / "two.yaml").write_text("allOf: [{$ref: one.yaml}, {$ref: user.yaml}]\n")
    assert roots(folder, "parts/user.yaml") == ["api.yaml"]
    assert roots(folder, "parts/none.yaml") == []


def test_what_an_editor_holds_counts_instead_of_the_file(folder: Path) -> None:
    path = folder / "api.yaml"
    path.write_text(API + "$ref: parts/user.yaml\n")
    assert roots(folder, "parts/user.yaml", texts={str(path): b"openapi: 3.0.3\n"}) == []


def test_roots_of_another_repository_are_left_alone(folder: Path) -> None:
    inner = folder / "vendor"
    (inner / ".git").mkdir(parents=True)
    (inner / "part.yaml").write_text("type: object\nproperties: {}\n")
    (folder / "api.yaml").write_text(API + "$ref: vendor/part.yaml\n")
    assert roots(folder, "vendor/part.yaml") == []
