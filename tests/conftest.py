"""What all tests share: building the model from a text, and finding the corpus of real documents."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from apilint.openapi.api import Api
from apilint.openapi.build import build
from apilint.openapi.versions import recognize
from apilint.reading.limits import Limits
from apilint.reading.workspace import Workspace

Build = Callable[..., Api]

# A change lands or not for what it is; new examples are looked for wherever a person runs the tests.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


@pytest.fixture
def build_api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    """Give a function that builds the model of a YAML or JSON text, with other files beside it if named."""
    monkeypatch.chdir(tmp_path)

    def make(text: str, name: str = "openapi.yaml", **others: str) -> Api:
        for other, content in others.items():
            (tmp_path / other.replace("__", ".")).write_text(content, encoding="utf-8")
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        workspace = Workspace(str(tmp_path), Limits())
        document = workspace.open(str(path), name)
        assert document is not None, workspace.problems
        version = recognize(document.value).version
        assert version is not None
        return build(workspace, document, version)

    return make


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real documents: APILINT_CORPUS, or `shared/corpus` beside the checkout."""
    folder = Path(os.environ.get("APILINT_CORPUS", Path(__file__).parents[2] / "shared" / "corpus"))
    if not folder.is_dir():
        pytest.skip(f"SKIPPED LOUDLY: no corpus of real documents at {folder}; set APILINT_CORPUS")
    return folder
