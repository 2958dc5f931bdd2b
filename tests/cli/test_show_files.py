from __future__ import annotations

from pathlib import Path

import pytest

from apilint.cli.show_files import text
from apilint.reading.limits import Limits
from apilint.run import RunOptions

API = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    files = {
        ".git/HEAD": "",
        ".gitignore": "/made/\n",
        "a.yaml": API,
        "b/c.json": '{"swagger":"2.0","paths":{}}',
        "b/part.yml": "get:\n  responses: {}\nput: {}\n",
        "made/d.yaml": API,
        "notes.yaml": "hello: world\n",
        "package.json": '{"name": "x", "version": "1.0.0"}',
        "node_modules/e.yaml": API,
        ".hidden/f.yaml": API,
        "readme.md": "openapi: 3.0.0\n",
    }
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_each_file_and_what_becomes_of_it(folder: Path) -> None:
    assert text(RunOptions()) == (
        "a.yaml: OpenAPI 3.1.0\n"
        "b/c.json: Swagger 2.0\n"
        "b/part.yml: a part of a document, read where one that is checked refers to it\n"
        "made/d.yaml: ignored, skipped\n"
        "notes.yaml: no OpenAPI document, skipped\n"
        "package.json: no OpenAPI document, skipped\n"
        "2 files to check, 1 part of documents, 3 skipped\n"
    )


def test_named_files(folder: Path) -> None:
    named = RunOptions(("b", "notes.yaml", "b/part.yml", "gone.yaml", "made/*.yaml"))
    assert text(named) == (
        "b/c.json: Swagger 2.0\n"
        "b/part.yml: a part of a document, read where one that is checked refers to it\n"
        "gone.yaml: cannot be read\n"
        "made/d.yaml: OpenAPI 3.1.0\n"
        "notes.yaml: no OpenAPI document, which is a problem for a named file\n"
        "4 files to check, 1 part of documents, 0 skipped\n"
    )
    assert "notes.yaml: no OpenAPI document, skipped\n" in text(named._replace(skip_others=True))
    rooted = text(RunOptions(("b/part.yml",), with_roots=True))
    assert rooted.startswith("b/part.yml: a part of a document, for which those that refer to it are checked\n")


def test_what_cannot_be_told(folder: Path) -> None:
    (folder / "odd.yaml").write_text("openapi: three\n", encoding="utf-8")
    assert "odd.yaml: OpenAPI\n" in text(RunOptions(("odd.yaml",)))
    assert "a.yaml: too large\n" in text(RunOptions(("a.yaml",), limits=Limits(bytes=5)))


def test_no_name_deceives(folder: Path) -> None:
    (folder / "::error::\x1b[2J.yaml").write_text(API, encoding="utf-8")
    assert text(RunOptions(("*2J.yaml",))).startswith("\\x3a:error::\\x1b[2J.yaml: OpenAPI 3.1.0\n")
