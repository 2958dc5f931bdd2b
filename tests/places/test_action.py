"""action.yml, run as GitHub's runner runs it, and judged by the linters of GitHub's files."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.revisions.making import Made

Tool = Callable[[str], str]

INSTALLED = {"python": {"python-path": sys.executable}, "install": {"python": sys.executable}}
CLEAN = "petstore-secure.yaml"
FLAWED = "petstore.yaml"


@pytest.fixture
def workspace(runner: Any, root: Path) -> Callable[..., Path]:
    """Give a function that puts an example into the workspace, a checkout."""
    (runner.workspace / ".git").mkdir()

    def put(example: str, name: str = "api.yaml") -> Path:
        target: Path = runner.workspace / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / "examples" / example, target)
        return target

    return put


def uploaded(ran: Any) -> list[dict[str, str]]:
    return [given for uses, given in ran.used if uses.startswith("github/codeql-action/upload-sarif@")]


def uris(ran: Any) -> set[str]:
    results = json.loads(Path(ran.outputs["check"]["sarif"]).read_text(encoding="utf-8"))["runs"][0]["results"]
    return {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results}


def test_a_clean_document_passes_and_its_report_is_uploaded(runner: Any, workspace: Any) -> None:
    workspace(CLEAN)
    ran = runner.run(INSTALLED)
    assert not ran.failed, ran.log
    assert ran.outputs["check"]["exit-status"] == "0"
    assert uploaded(ran) == [{"sarif_file": ran.outputs["check"]["sarif"], "category": "apilint"}]
    assert uris(ran) == set()


def test_findings_fail_and_are_uploaded_annotated_and_summed_up(runner: Any, workspace: Any) -> None:
    workspace(FLAWED, "apis/pet store.yaml")
    ran = runner.run(INSTALLED)
    assert ran.statuses["check"] == 1
    assert ran.outputs["check"]["exit-status"] == "1"
    assert len(uploaded(ran)) == 1
    assert uris(ran) == {"apis/pet%20store.yaml"}
    assert "high[credentials-over-cleartext]" in ran.log or "critical[credentials-over-cleartext]" in ran.log
    assert re.search(r"^::error [^\n]*file=apis/pet store\.yaml,", ran.log, re.MULTILINE)
    assert "credentials-over-cleartext" in ran.summary


def test_never_reports_and_passes(runner: Any, workspace: Any) -> None:
    workspace(FLAWED)
    ran = runner.run(INSTALLED, fail_on="never", upload_sarif="false")
    assert not ran.failed
    assert uris(ran) == {"api.yaml"}
    assert uploaded(ran) == []


def test_what_could_not_be_read_fails_loudly_even_so(runner: Any, workspace: Any) -> None:
    workspace(CLEAN).write_text("openapi: 3.1.0\npaths: [", encoding="utf-8")
    ran = runner.run(INSTALLED, fail_on="never")
    assert ran.statuses["check"] == 3
    assert "::error title=apilint::Incomplete" in ran.log
    assert uploaded(ran) == [], "what was not looked at would be taken for mended"


def test_a_repository_without_documents_fails(runner: Any, workspace: Any) -> None:
    ran = runner.run(INSTALLED)
    assert ran.statuses["check"] == 3


@pytest.mark.parametrize(
    "inputs", [{"preset": "nope"}, {"fail_on": "sometimes"}, {"args": "--nope"}, {"args": "--select=no-such-rule"}]
)
def test_a_wrong_input_fails_and_uploads_nothing(runner: Any, workspace: Any, inputs: dict[str, str]) -> None:
    workspace(CLEAN)
    ran = runner.run(INSTALLED, **inputs)
    assert ran.statuses["check"] == 2
    assert "::error title=apilint::Nothing was checked" in ran.log
    assert uploaded(ran) == []


def test_a_pull_request_is_judged_by_the_revision_that_is_trusted(runner: Any, root: Path) -> None:
    made = Made(runner.workspace)
    text = (root / "examples" / CLEAN).read_text(encoding="utf-8").replace("https://", "http://")
    base = made.commit({"api.yaml": text})
    made.out({"api.yaml": text, "apilint.yaml": "version: 1\nrules: {'*': off}\n"})
    assert runner.run(INSTALLED).statuses["check"] == 0
    ran = runner.run(INSTALLED, trust_ref=base)
    assert ran.statuses["check"] == 1
    assert "policy-config-changed" in ran.log
    ran = runner.run(INSTALLED, trust_ref="1" * 40)
    assert ran.statuses["check"] == 2
    assert "there is no commit 111111111111" in ran.log


def test_names_are_those_from_the_top_of_the_repository(runner: Any, workspace: Any) -> None:
    workspace(FLAWED, "services/a/api.yaml")
    workspace(FLAWED, "services/b/api.yaml")
    workspace(FLAWED, "services/a/more/api.yaml")
    ran = runner.run(INSTALLED, working_directory="services/a")
    assert uris(ran) == {"services/a/api.yaml", "services/a/more/api.yaml"}
    assert "file=services/a/api.yaml," in ran.log
    assert uris(runner.run(INSTALLED, working_directory="services/a", paths="api.yaml")) == {"services/a/api.yaml"}
    assert uris(runner.run(INSTALLED, working_directory="services/a", paths="more\n../b/*.yaml")) == {
        "services/a/more/api.yaml",
        "services/b/api.yaml",
    }


def test_a_checkout_below_the_workspace_is_the_top(runner: Any, root: Path) -> None:
    (runner.workspace / "checkout" / ".git").mkdir(parents=True)
    (runner.workspace / "checkout" / "apis").mkdir()
    shutil.copy(root / "examples" / FLAWED, runner.workspace / "checkout" / "apis" / "api.yaml")
    assert uris(runner.run(INSTALLED, working_directory="checkout")) == {"apis/api.yaml"}
    assert uris(runner.run(INSTALLED, working_directory="checkout/apis")) == {"apis/api.yaml"}


def test_a_folder_that_is_no_checkout_is_its_own_top(runner: Any, root: Path) -> None:
    shutil.copy(root / "examples" / FLAWED, runner.workspace / "api.yaml")
    assert uris(runner.run(INSTALLED)) == {"api.yaml"}


def test_options_and_paths_are_lines(runner: Any, workspace: Any) -> None:
    workspace(FLAWED, "a b.yaml")
    workspace(FLAWED, "--help.yaml")
    ran = runner.run(
        INSTALLED, args="--preset=strict\r\n\n--select\ncredentials-over-cleartext\n", paths="a b.yaml\r\n--help.yaml\n"
    )
    assert uris(ran) == {"a%20b.yaml", "--help.yaml"}
    assert ran.statuses["check"] == 1


HOSTILE = [
    "$(touch pwned)",
    "`touch pwned`",
    '"; touch pwned; "',
    "'; touch pwned; '",
    "x\ntouch pwned",
    "${IFS}&& touch pwned",
    "*",
    "\\",
    "--output=json=pwned",
    "EOF",
    "\x1b[31m::error::x",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", ["paths", "preset", "fail_on", "args", "working_directory"])
def test_no_input_becomes_a_part_of_a_script(runner: Any, workspace: Any, name: str, text: str) -> None:
    if name == "args" and "--output" in text:
        pytest.skip("an option is what args are for")
    workspace(CLEAN)
    ran = runner.run(INSTALLED, **{name: text})
    assert not list(runner.workspace.parent.rglob("pwned*"))
    assert ran.outputs["check"].keys() <= {"exit-status", "sarif"}
    # apilint itself knows patterns; no shell has expanded this one.
    assert ran.failed is not (text == "*" and name in ("paths", "args"))
    assert not re.search("^::error::x", ran.log, re.MULTILINE)


def test_it_is_installed_from_its_own_files_by_hash(runner: Any, workspace: Any, package_index: None) -> None:
    workspace(FLAWED)
    ran = runner.run({"python": {"python-path": sys.executable}})
    assert ran.statuses["install"] == 0, ran.log
    assert Path(ran.outputs["install"]["python"]).is_relative_to(runner.temporary)
    assert ran.statuses["check"] == 1
    assert uris(ran) == {"api.yaml"}


def steps(root: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((root / "action.yml").read_text(encoding="utf-8"))["runs"]["steps"]
    return found


def test_scripts_hold_no_expression(root: Path) -> None:
    scripts = [step["run"] for step in steps(root) if "run" in step]
    assert len(scripts) == 2
    assert not [script for script in scripts if "${{" in script]


@pytest.mark.parametrize("file", ["action.yml", "examples/ci/github.yml"])
def test_other_actions_are_pinned_by_commit(root: Path, file: str) -> None:
    used = re.findall(r"uses: (.*)", (root / file).read_text(encoding="utf-8"))
    assert used
    assert [one for one in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one)] == []


def test_the_scripts_pass_shellcheck(root: Path, tool: Tool, tmp_path: Path) -> None:
    for number, step in enumerate(step for step in steps(root) if "run" in step):
        script = tmp_path / f"{number}.sh"
        script.write_text(f"set -eo pipefail\n{step['run']}", encoding="utf-8")
        judged([tool("shellcheck"), "--norc", "--shell=bash", "--enable=quote-safe-variables", str(script)])


@pytest.mark.parametrize(
    ("file", "schema"), [("action.yml", "vendor.github-actions"), ("examples/ci/github.yml", "vendor.github-workflows")]
)
def test_the_files_fit_their_schema(root: Path, tool: Tool, file: str, schema: str) -> None:
    judged([tool("check-jsonschema"), "--builtin-schema", schema, str(root / file)])


def test_zizmor_finds_nothing_at_its_strictest(root: Path, tool: Tool, tmp_path: Path) -> None:
    workflow = put_workflow(tmp_path, (root / "examples/ci/github.yml").read_text(encoding="utf-8"))
    judged([tool("zizmor"), "--offline", "--persona=auditor", "--no-config", str(root / "action.yml"), str(workflow)])


def test_actionlint_finds_nothing(root: Path, tool: Tool, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    shutil.copy(root / "action.yml", tmp_path)
    text = (root / "examples/ci/github.yml").read_text(encoding="utf-8")
    # The action in place: its inputs are looked at, too.
    local = re.sub(r"uses: example/apilint@.*", "uses: ./", text)
    assert local != text
    judged([tool("actionlint"), str(put_workflow(tmp_path, local))])


def put_workflow(folder: Path, text: str) -> Path:
    workflow = folder / ".github" / "workflows" / "apilint.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text(text, encoding="utf-8")
    return workflow


def judged(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
