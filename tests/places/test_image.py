"""The Dockerfile: judged by hadolint, and its instructions carried out in a folder. No engine builds an image here.

What stands in: this Python for the base's, folders below a temporary one for the image's own. Not seen here: the base,
the user, and what an engine makes of the instructions.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Tool = Callable[[str], str]


def instructions(root: Path) -> list[tuple[str, str]]:
    """Each instruction of the Dockerfile with its words, lines joined, comments left out."""
    text = "\n".join(
        line for line in (root / "Dockerfile").read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    )
    joined = re.sub(r"\\\n\s*", "", text)
    found = [line.partition(" ") for line in joined.splitlines() if line.strip()]
    return [(name, rest) for name, _, rest in found]


def stages(root: Path) -> list[list[tuple[str, str]]]:
    split: list[list[tuple[str, str]]] = []
    for name, rest in instructions(root):
        if name == "FROM":
            split.append([])
        split[-1].append((name, rest))
    return split


def test_hadolint_finds_nothing(root: Path, tool: Tool) -> None:
    command = [tool("hadolint"), "--no-color", "--failure-threshold", "style", str(root / "Dockerfile")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout


def test_both_stages_stand_on_one_base_pinned_by_digest(root: Path) -> None:
    bases = {stage[0][1].split()[0] for stage in stages(root)}
    assert len(bases) == 1
    assert re.fullmatch(r"docker\.io/library/python:[\w.-]+@sha256:[0-9a-f]{64}", bases.pop())


def test_it_runs_without_a_shell_as_a_user_without_rights(root: Path) -> None:
    last = dict(stages(root)[-1])
    assert last["ENTRYPOINT"] == '["apilint"]'
    assert last["WORKDIR"] == "/work"
    user, _, group = last["USER"].partition(":")
    assert int(user) > 0 < int(group)
    assert "ADD" not in dict(instructions(root))


def context(root: Path, target: Path) -> None:
    """Copy what a build is sent.

    Source: Docker's documentation, ".dockerignore files": the last pattern for a file or a folder above it decides.
    """
    rules = []
    for line in (root / ".dockerignore").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            pattern = re.escape(line.lstrip("!").rstrip("/")).replace(r"\*\*/", "(.*/)?").replace(r"\*", "[^/]*")
            rules.append((re.compile(pattern + "(/.*)?"), line.startswith("!")))
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        sent = [wanted for pattern, wanted in rules if pattern.fullmatch(name)]
        if sent[-1] and path.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target / name)


def test_the_context_is_what_the_wheel_is_made_of(root: Path, tmp_path: Path) -> None:
    context(root, tmp_path)
    sent = {path.relative_to(tmp_path).parts[0] for path in tmp_path.rglob("*")}
    assert sent == {
        "LICENSE",
        "README.md",
        "apilint",
        "docs",
        "examples",
        "pyproject.toml",
        "requirements.txt",
        "rules",
    }
    assert [path.name for path in (tmp_path / "rules").iterdir()] == ["apilint_rules"]
    assert not list(tmp_path.rglob("__pycache__"))


def test_the_steps_of_the_build_work(root: Path, tmp_path: Path, package_index: None) -> None:
    build, final = stages(root)
    base = tmp_path / "base"
    subprocess.run([sys.executable, "-m", "venv", str(base)], check=True, timeout=100)
    context(root, tmp_path / "context")
    places = {name: tmp_path / "image" / name for name in ("src", "wheels", "opt", "examples", "work")}
    for folder in places.values():
        folder.mkdir(parents=True)

    def placed(text: str) -> str:
        return re.sub(r"(?<![\w.])/(src|wheels|opt|examples|work)\b", lambda name: str(places[name[1]]), text)

    environment = {**os.environ, "PATH": f"{base / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    for name, rest in build:
        if name == "COPY":
            source, target = rest.split()
            assert target == "./"
            copy(tmp_path / "context" / source, places["src"])
        elif name == "RUN":
            subprocess.run(["sh", "-c", placed(rest)], cwd=places["src"], env=environment, check=True, timeout=400)
    (entry,) = [rest for name, rest in final if name == "RUN"]
    mount, _, command = entry.partition(" [")
    assert mount == "--mount=type=bind,source=examples,target=/examples"
    shutil.copytree(tmp_path / "context" / "examples", places["examples"], dirs_exist_ok=True)
    words = [placed(word.rstrip(",")) for word in shlex.split(command.rstrip("]"))]
    words[0] = str(places["opt"] / "apilint" / "bin" / words[0])
    done = subprocess.run(words, cwd=places["work"], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "credentials-over-cleartext" in done.stdout
    installed = {path.name.partition("-")[0] for path in (places["opt"] / "apilint").rglob("*.dist-info")}
    assert "apilint" in installed
    assert not installed & {"pip", "hatchling", "setuptools"}
    assert list((places["opt"] / "apilint").rglob("apilint/cli/__pycache__/check.*.pyc"))


def copy(source: Path, folder: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, folder, dirs_exist_ok=True)
    else:
        shutil.copy(source, folder)


@pytest.mark.parametrize("name", ["action.yml", "templates/apilint.yml", "Dockerfile"])
def test_every_place_installs_by_hash(root: Path, name: str) -> None:
    text = (root / name).read_text(encoding="utf-8")
    assert "--require-hashes --only-binary :all: " in text
    assert "requirements.txt" in text
