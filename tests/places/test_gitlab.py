"""templates/apilint.yml, with its inputs put in as GitLab does, its script run by real shells."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

Tool = Callable[[str], str]
REPORTS = ("gl-code-quality-report.json", "gl-sast-report.json")


def job(root: Path, **given: str) -> dict[str, Any]:
    """The job, with inputs (`_` for `-`) put into its values.

    Source: GitLab's documentation, "CI/CD inputs": two YAML documents; `$[[ inputs.NAME ]]` in values and keys.
    """
    header, rest = yaml.safe_load_all((root / "templates/apilint.yml").read_text(encoding="utf-8"))
    inputs = {name: about["default"] for name, about in header["spec"]["inputs"].items()}
    inputs |= {name.replace("_", "-"): value for name, value in given.items()}
    assert inputs.keys() == header["spec"]["inputs"].keys()

    def put(value: Any) -> Any:
        if isinstance(value, dict):
            return {put(key): put(member) for key, member in value.items()}
        if isinstance(value, list):
            return [put(member) for member in value]
        return (
            re.sub(r"\$\[\[ inputs\.([\w-]+) \]\]", lambda name: inputs[name[1]], value)
            if isinstance(value, str)
            else value
        )

    made: dict[str, Any] = put(rest)[inputs["job"]]
    return made


def run(root: Path, folder: Path, shell: str, whole: bool = False, **given: str) -> subprocess.CompletedProcess[str]:
    """Run the job's script; unless `whole`, with this Python in the place of the one that it would install."""
    made = job(root, **given)
    (script,) = made["script"]
    if not whole:
        script = "python=$APILINT_PYTHON\nset -- --no-progress\n" + script.partition("set -- --no-progress\n")[2]
    variables = {key: value["value"] if isinstance(value, dict) else value for key, value in made["variables"].items()}
    return subprocess.run(
        [shell, "-e", "-c", script],
        cwd=folder,
        env={**os.environ, **variables, "APILINT_PYTHON": sys.executable},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(params=["bash", "dash", "busybox"])
def shell(request: pytest.FixtureRequest, tool: Tool, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A shell that an image may have as sh."""
    found = tool(str(request.param))
    if request.param != "busybox":
        return found
    link = tmp_path_factory.mktemp("shell") / "sh"
    link.symlink_to(found)
    return str(link)


@pytest.fixture
def checkout(tmp_path: Path, root: Path) -> Path:
    (tmp_path / ".git").mkdir()
    shutil.copy(root / "examples/petstore.yaml", tmp_path / "a b.yaml")
    shutil.copy(root / "examples/petstore-secure.yaml", tmp_path / "--help.yaml")
    return tmp_path


def test_findings_fail_and_leave_both_reports(root: Path, checkout: Path, shell: str) -> None:
    done = run(root, checkout, shell)
    assert done.returncode == 1, done.stdout + done.stderr
    quality, sast = (json.loads((checkout / name).read_text(encoding="utf-8")) for name in REPORTS)
    assert {entry["location"]["path"] for entry in quality} == {"a b.yaml"}
    assert len(sast["vulnerabilities"]) == len(quality) > 0


def test_lines_are_paths_and_options(root: Path, checkout: Path, shell: str) -> None:
    assert run(root, checkout, shell, paths="--help.yaml").returncode == 0
    done = run(
        root, checkout, shell, paths="a b.yaml\n--help.yaml", args="--select\nserver-cleartext\n", fail_on="info"
    )
    assert done.returncode in (0, 1), done.stderr
    assert {entry["check_name"] for entry in json.loads((checkout / REPORTS[0]).read_text())} <= {"server-cleartext"}
    assert run(root, checkout, shell, fail_on="never").returncode == 0


def test_what_could_not_be_read_fails(root: Path, checkout: Path, shell: str) -> None:
    (checkout / "broken.yaml").write_text("openapi: 3.1.0\npaths: [", encoding="utf-8")
    assert run(root, checkout, shell, fail_on="never").returncode == 3


@pytest.mark.parametrize(
    "text", ["$(touch pwned)", "`touch pwned`", '"; touch pwned; "', "APILINT_LINES\ntouch pwned", "'"]
)
@pytest.mark.parametrize("name", ["paths", "args", "preset", "fail_on"])
def test_no_input_becomes_a_part_of_the_script(root: Path, checkout: Path, shell: str, name: str, text: str) -> None:
    done = run(root, checkout, shell, **{name: text})
    assert done.returncode in (2, 3)
    assert not (checkout / "pwned").exists()


def test_it_installs_from_its_source(root: Path, checkout: Path, tree: Path, tool: Tool, package_index: None) -> None:
    for ref in ("HEAD", subprocess.check_output(["git", "-C", tree, "rev-parse", "HEAD"], text=True).strip()):
        done = run(root, checkout, tool("bash"), whole=True, source=f"file://{tree}", ref=ref)
        assert done.returncode == 1, done.stdout + done.stderr
        assert "credentials-over-cleartext" in done.stdout


def test_both_parts_fit_the_schema(root: Path, tool: Tool, tmp_path: Path) -> None:
    header, rest = yaml.safe_load_all((root / "templates/apilint.yml").read_text(encoding="utf-8"))
    parts = {"header": header, "template": rest, "job": {"apilint": job(root)}}
    for name, part in parts.items():
        (tmp_path / f"{name}.yml").write_text(yaml.safe_dump(part), encoding="utf-8")
    files = [*map(str, tmp_path.glob("*.yml")), str(root / "examples/ci/gitlab-ci.yml")]
    command = [tool("check-jsonschema"), "--builtin-schema", "vendor.gitlab-ci", *files]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout


def test_the_example_gives_inputs_that_exist(root: Path) -> None:
    (included,) = yaml.safe_load((root / "examples/ci/gitlab-ci.yml").read_text(encoding="utf-8"))["include"]
    assert job(root, **{name.replace("-", "_"): value for name, value in included["inputs"].items()})


def test_the_script_passes_shellcheck(root: Path, tool: Tool) -> None:
    (script,) = job(root)["script"]
    command = [tool("shellcheck"), "--norc", "--shell=sh", "--enable=quote-safe-variables", "-"]
    done = subprocess.run(command, input=script, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout
