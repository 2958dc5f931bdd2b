"""What the tests of the places share: the programs that judge them, GitHub's runner, and a tree to install."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SAID = re.compile(r"\$\{\{ *([^}]*?) *\}\}")

Tool = Callable[[str], str]


@pytest.fixture(scope="session")
def root() -> Path:
    """The top of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def tool() -> Tool:
    """Give a function that finds a program: beside this Python, or on PATH."""

    def find(name: str) -> str:
        found = shutil.which(name, path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
        if found is None:
            pytest.skip(f"SKIPPED LOUDLY: {name} is not installed; see .ci/run")
        return found

    return find


@pytest.fixture(scope="session")
def package_index() -> None:
    """Skip what installs apilint from a package index, as CI does: it takes a while."""
    if not (os.environ.get("CI") or os.environ.get("APILINT_PLACES")):
        pytest.skip("SKIPPED LOUDLY: installs from a package index; set APILINT_PLACES=1")


def git(folder: Path, *words: str) -> str:
    """Run git as somebody, whatever the caller's configuration."""
    known = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    who = {f"GIT_{role}_{part}": "ci@example.invalid" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "-C", str(folder), *words]
    done = subprocess.run(command, env={**kept, **known, **who}, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory, tool: Tool) -> Path:
    """The checkout as it stands, as a commit of a repository of its own."""
    tool("git")
    if not (ROOT / ".git").exists():
        pytest.skip("SKIPPED LOUDLY: not a checkout")
    names = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    made = tmp_path_factory.mktemp("tree")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, made / name)
    git(made, "init", "--quiet")
    git(made, "add", "--all", "--force")
    git(made, "commit", "--quiet", "--message", "tree")
    return made


class Ran(NamedTuple):
    """What a run of an action gave: by step's id or name the exit status (None: skipped), outputs, and the rest."""

    statuses: dict[str, int | None]
    outputs: dict[str, dict[str, str]]
    used: list[tuple[str, dict[str, str]]]
    log: str
    summary: str

    @property
    def failed(self) -> bool:
        return any(self.statuses.values())


class Runner:
    """Runs the steps of a composite action as GitHub's runner does, as far as action.yml needs it.

    Source: GitHub's documentation, "Metadata syntax", "Workflow commands" and "Expressions": scripts run by
    `bash --noprofile --norc -eo pipefail`, outputs by the file GITHUB_OUTPUT, conditions with an implied success().
    """

    def __init__(self, folder: Path) -> None:
        self.workspace = folder / "work" / "repo"
        self.temporary = folder / "temp"
        self.workspace.mkdir(parents=True)
        self.temporary.mkdir()

    def run(self, provided: Mapping[str, Mapping[str, str]], **given: str) -> Ran:
        """Run action.yml with inputs (`_` for `-`). `provided` has outputs of steps that stand in for real ones."""
        action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
        inputs = {name: str(about.get("default", "")) for name, about in action["inputs"].items()}
        inputs |= {name.replace("_", "-"): value for name, value in given.items()}
        assert inputs.keys() == action["inputs"].keys()
        known = {f"inputs.{name}": value for name, value in inputs.items()}
        known |= {"runner.temp": str(self.temporary), "github.action": "__self"}
        ran = Ran({}, {}, [], "", "")
        for step in action["runs"]["steps"]:
            name = step.get("id", step["name"])
            if not self._wanted(step.get("if", "success()"), known, ran.failed):
                ran.statuses[name] = None
                continue
            ran = self._step(name, step, known, provided, ran)
            known |= {f"steps.{name}.outputs.{key}": value for key, value in ran.outputs[name].items()}
        return ran

    def _step(
        self,
        name: str,
        step: dict[str, Any],
        known: dict[str, str],
        provided: Mapping[str, Mapping[str, str]],
        ran: Ran,
    ) -> Ran:
        if "uses" in step or name in provided:
            ran.used.append(
                (step.get("uses", name), {key: self._text(v, known) for key, v in step.get("with", {}).items()})
            )
            ran.statuses[name] = 0
            ran.outputs[name] = dict(provided.get(name, {}))
            return ran
        files = {
            variable: self.temporary / f"{name}-{variable}" for variable in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")
        }
        for file in files.values():
            file.write_bytes(b"")
        script = self.temporary / f"{name}.sh"
        script.write_text(step["run"], encoding="utf-8")
        assert step["shell"] == "bash"
        plain = {
            key: value for key, value in os.environ.items() if not key.startswith(("GITHUB_", "RUNNER_", "PYTHON"))
        }
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self.workspace,
            env={
                **plain,
                **{key: self._text(value, known) for key, value in step.get("env", {}).items()},
                **{variable: str(file) for variable, file in files.items()},
                "GITHUB_ACTIONS": "true",
                "GITHUB_ACTION_PATH": str(ROOT),
                "GITHUB_WORKSPACE": str(self.workspace),
                "RUNNER_TEMP": str(self.temporary),
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        ran.statuses[name] = done.returncode
        lines = files["GITHUB_OUTPUT"].read_text(encoding="utf-8").splitlines()
        ran.outputs[name] = dict(line.split("=", 1) for line in lines)
        summary = files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
        return ran._replace(log=ran.log + done.stdout + done.stderr, summary=ran.summary + summary)

    @staticmethod
    def _text(value: str, known: dict[str, str]) -> str:
        return SAID.sub(lambda said: known.get(said[1], ""), str(value))

    @staticmethod
    def _wanted(condition: str, known: dict[str, str], failed: bool) -> bool:
        """A chain of comparisons with `&&`."""
        terms = SAID.sub(r"\1", condition).split(" && ")
        if "!cancelled()" not in terms and failed:
            return False
        for term in terms:
            if term in ("!cancelled()", "success()"):
                continue
            name, operator, literal = term.split(" ")
            if (known.get(name, "") == literal.strip("'")) is not (operator == "=="):
                return False
        return True


@pytest.fixture
def runner(tmp_path: Path, tool: Tool) -> Runner:
    """A runner with an empty workspace."""
    tool("bash")
    return Runner(tmp_path)
