"""Arguments to documents: content decides, git's ignore files are respected, and the order is always the same."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from apilint.reading.discovery import Candidate, discover
from apilint.reading.limits import Limits
from apilint.reading.parse import sniff

OPENAPI = "openapi: 3.1.0\ninfo: {}\n"


def tree(folder: Path, *names: str, text: str = OPENAPI) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def found(folder: Path, *arguments: str) -> list[Candidate]:
    return discover(arguments, cwd=str(folder), stdin_name=None, limits=Limits())


def names(folder: Path, *arguments: str) -> list[str]:
    return [candidate.name for candidate in found(folder, *arguments) if not candidate.fragment]


def test_a_folder_is_searched_by_content(tmp_path: Path) -> None:
    tree(tmp_path, "b.yaml", "a.yml", "sub/c.json", "sub/d.txt", ".hidden/e.yaml", "node_modules/f.yaml", "g.YAML")
    tree(tmp_path, "workflow.yml", text="on: push\njobs: {}\n")
    tree(tmp_path, "part.yaml", text="type: object\nproperties: {}\n")
    tree(tmp_path, "sorted.json", text='{"components": {"openapi": 1}, "openapi": "3.0.0"}')
    assert names(tmp_path) == names(tmp_path, ".") == ["a.yml", "b.yaml", "g.YAML", "sorted.json", "sub/c.json"]
    assert [candidate.name for candidate in found(tmp_path) if candidate.fragment] == ["part.yaml"]
    assert not any(candidate.named for candidate in found(tmp_path))


def test_a_file_asked_for_by_name_is_always_a_candidate(tmp_path: Path) -> None:
    tree(tmp_path, "a.txt", ".b.yaml", "[x]*?.yaml", "-rf.yaml", text="on: push")
    asked = ["a.txt", ".b.yaml", "[x]*?.yaml", "-rf.yaml", "none.yaml", "x*.none"]
    candidates = found(tmp_path, *asked)
    assert [candidate.name for candidate in candidates] == asked
    assert all(candidate.named and candidate.path for candidate in candidates)


def test_each_file_once_and_named_if_ever_named(tmp_path: Path) -> None:
    tree(tmp_path, "a.yaml", "b.yaml")
    candidates = found(tmp_path, ".", "b.yaml", "./b.yaml", str(tmp_path / "a.yaml"))
    assert [(candidate.name, candidate.named) for candidate in candidates] == [("a.yaml", True), ("b.yaml", True)]


def test_gitignore(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    tree(tmp_path, "a.yaml", "build/b.yaml", "sub/c.yaml", "sub/keep.yaml", "sub/deep/d.yaml", "gen-x.yaml")
    (tmp_path / ".gitignore").write_text("build/\ngen-*.yaml\n/sub/*.yaml\n")
    (tmp_path / "sub" / ".gitignore").write_text("!keep.yaml\ndeep\n")
    assert names(tmp_path) == ["a.yaml", "sub/keep.yaml"]
    assert names(tmp_path, "sub") == ["sub/keep.yaml"]
    assert names(tmp_path, "build/b.yaml") == ["build/b.yaml"]


def test_an_evil_gitignore_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*a" * 60 + "b\n" + "[\n" + "x" * 100 + "\n")
    tree(tmp_path, "a" * 200 + ".yaml")
    assert len(names(tmp_path)) == 1


def test_globs(tmp_path: Path) -> None:
    tree(tmp_path, "x/a.yaml", "x/y/b.yaml", "x/.h/c.yaml", "z/d.yaml")
    (tmp_path / "x" / "y" / "loop").symlink_to(tmp_path / "x")
    assert names(tmp_path, "x/*.yaml") == ["x/a.yaml"]
    assert names(tmp_path, "**/*.yaml") == ["x/a.yaml", "x/y/b.yaml", "z/d.yaml"]
    assert names(tmp_path, "[xz]/?.yaml") == ["x/a.yaml", "z/d.yaml"]
    assert names(tmp_path, str(tmp_path / "x" / "**" / "b.*")) == ["x/y/b.yaml"]


def test_links_are_not_followed_out(tmp_path: Path) -> None:
    tree(tmp_path, "in/real.yaml", "out/secret.yaml")
    (tmp_path / "in" / "copy.yaml").symlink_to(tmp_path / "in" / "real.yaml")
    (tmp_path / "in" / "away.yaml").symlink_to(tmp_path / "out" / "secret.yaml")
    (tmp_path / "in" / "folder").symlink_to(tmp_path / "out")
    os.mkfifo(tmp_path / "in" / "fifo.yaml")
    assert names(tmp_path, "in") == ["in/copy.yaml", "in/real.yaml"]


def test_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"openapi: 3.0.0")))
    [one] = discover(["-"], cwd=str(tmp_path), stdin_name="x.yaml", limits=Limits(bytes=5))
    assert one == Candidate("x.yaml", str(tmp_path / "x.yaml"), b"openap", named=True)
    monkeypatch.setattr(sys, "stdin", None)
    [none] = found(tmp_path, "-", "-")
    assert none == Candidate("<stdin>", None, b"", named=True)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("openapi: 3.0.0", "openapi"),
        ("# c\n---\ninfo: {}\n'swagger' : '2.0'", "openapi"),
        ('{"a": {"openapi": 1}}', "other"),
        ('{"a": "openapi:", "openapi" : "3"}', "openapi"),
        ("a: |\n  openapi: 3.0", "other"),
        ("asyncapi: 3.0.0", "asyncapi"),
        ("arazzo: 1.0.0", "arazzo"),
        ("apiVersion: v1\nkind: Pod", "kubernetes"),
        ("paths: {}", "fragment"),
        ("$ref: x", "fragment"),
        ("[1]", "other"),
        ("", "other"),
        ("openapi: 3.0.0\r\ninfo: x", "openapi"),
        ("{openapi: 3.0.0}", "openapi"),
        ("name: x\nin: query", "fragment"),
    ],
)
def test_sniff(text: str, kind: str) -> None:
    for codec in ("utf-8", "utf-16"):
        assert sniff(text.encode(codec)) == kind
