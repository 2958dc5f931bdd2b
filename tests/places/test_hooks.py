""".pre-commit-hooks.yaml under the real pre-commit, which installs apilint from this tree."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.fix.documents import BROKEN, MENDED

Hook = Callable[..., tuple[int, str]]


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps what it installed."""
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True, timeout=60)
    return tmp_path


@pytest.fixture
def hook(tree: Path, store: Path, repository: Path, tool: Callable[[str], str], package_index: None) -> Hook:
    """Give a function that runs a hook over all files, or the given ones: exit status and what was shown."""
    pre_commit = tool("pre-commit")
    revision = subprocess.check_output(["git", "-C", str(tree), "rev-parse", "HEAD"], text=True, timeout=60).strip()

    def running(id: str = "apilint", files: tuple[str, ...] = (), **changes: Any) -> tuple[int, str]:
        hooks = [{"id": id, **changes}]
        config = {"repos": [{"repo": str(tree), "rev": revision, "hooks": hooks}]}
        # Not YAML by its name: the hook would look at it as at any other.
        (repository / "config.txt").write_text(yaml.safe_dump(config), encoding="utf-8")
        subprocess.run(["git", "-C", str(repository), "add", "--all"], check=True, timeout=60)
        chosen = ["--files", *files] if files else ["--all-files"]
        done = subprocess.run(
            [pre_commit, "run", "--config", "config.txt", "--color", "never", *chosen],
            cwd=repository,
            env={**os.environ, "PRE_COMMIT_HOME": str(store)},
            capture_output=True,
            text=True,
            timeout=500,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    return running


def put(root: Path, repository: Path, *names: str, example: str = "petstore.yaml") -> None:
    for name in names:
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / "examples" / example, repository / name)


def test_a_clean_document_passes(root: Path, repository: Path, hook: Hook) -> None:
    put(root, repository, "api.yaml", example="petstore-secure.yaml")
    status, shown = hook()
    assert status == 0, shown
    assert "Passed" in shown


def test_findings_fail_and_are_shown(root: Path, repository: Path, hook: Hook) -> None:
    put(root, repository, "apis/api.yaml")
    status, shown = hook()
    assert status == 1
    assert "- exit code: 1" in shown
    assert "apis/api.yaml:" in shown
    assert "credentials-over-cleartext" in shown


def test_what_is_no_document_is_passed_over(repository: Path, hook: Hook) -> None:
    (repository / "compose.yaml").write_text("services: {}\n", encoding="utf-8")
    (repository / "chart.yaml").write_text("{{ if .Values.x }}\na: {{ .Values.b }}\n{{ end }}\n", encoding="utf-8")
    (repository / "empty.json").write_text("", encoding="utf-8")
    status, shown = hook()
    assert status == 0, shown


def test_odd_names_are_files(root: Path, repository: Path, hook: Hook) -> None:
    names = [
        "--help.yaml",
        "-n.yaml",
        "--output=json=pwned.yaml",
        "a b.yaml",
        "$(touch pwned).yml",
        "'q\".yaml",
        "ü.yaml",
        "*.yaml",
    ]
    for name in names:
        put(root, repository, name, example="petstore-secure.yaml")
    assert hook()[0] == 0
    for name in names:
        put(root, repository, name)
    status, shown = hook(args=["--all", "--"])
    assert status == 1, shown
    assert [name for name in names if f"{name}:" not in shown] == []
    assert not (repository / "pwned").exists()
    assert not (repository / "pwned.yaml").exists()


def test_a_changed_fragment_leads_to_its_document(root: Path, repository: Path, hook: Hook) -> None:
    shutil.copytree(root / "examples" / "orders", repository / "orders")
    status, shown = hook(files=("orders/schemas/order.yaml",))
    assert status == 1, shown
    assert "orders/paths/order.yaml:12:3" in shown
    assert "security-disabled" in shown


def test_more_files_than_one_command_line_takes(root: Path, repository: Path, hook: Hook) -> None:
    folder = "n" * 200
    put(root, repository, *[f"{folder}/{number:04}.yaml" for number in range(1000)], example="petstore-secure.yaml")
    assert hook()[0] == 0
    put(root, repository, f"{folder}/0000.yaml", f"{folder}/0999.yaml")
    status, shown = hook()
    assert status == 1
    assert f"{folder}/0000.yaml:" in shown
    assert f"{folder}/0999.yaml:" in shown


def test_options_are_arguments(root: Path, repository: Path, hook: Hook) -> None:
    put(root, repository, "api.yaml")
    assert hook(args=["--exit-zero", "--"])[0] == 0
    # After `--` an option is a file that is not there: loud, never a pass.
    status, shown = hook(args=["--", "--exit-zero"])
    assert status == 1
    assert "- exit code: 3" in shown


def test_all_documents_are_checked_when_any_changed(root: Path, repository: Path, hook: Hook) -> None:
    put(root, repository, "a.yaml", example="petstore-secure.yaml")
    put(root, repository, "b.yaml")
    status, shown = hook("apilint-all", files=("a.yaml",))
    assert status == 1
    assert "b.yaml:" in shown
    assert hook("apilint-all", files=("a.yaml",), args=["--exit-zero"])[0] == 0


def test_safe_fixes_are_applied_and_fail_the_commit(repository: Path, hook: Hook) -> None:
    (repository / "api.yaml").write_text(BROKEN, encoding="utf-8")
    status, shown = hook("apilint-fix")
    assert status == 1
    assert "files were modified by this hook" in shown
    assert (repository / "api.yaml").read_text(encoding="utf-8") == MENDED
    assert hook("apilint-fix")[0] == 0


def test_nothing_runs_when_no_yaml_or_json_changed(root: Path, repository: Path, hook: Hook) -> None:
    put(root, repository, "b.yaml")
    (repository / "notes.md").write_text("notes\n", encoding="utf-8")
    for id in ("apilint", "apilint-all"):
        status, shown = hook(id, files=("notes.md",))
        assert status == 0, shown
        assert "Skipped" in shown


def test_the_manifest_is_valid(root: Path, tool: Callable[[str], str]) -> None:
    command = [tool("pre-commit"), "validate-manifest", str(root / ".pre-commit-hooks.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
