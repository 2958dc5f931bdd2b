"""One run as the command line makes it: inputs in, report out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import apilint
from apilint import engine, plugins
from apilint.api import Api, Flag
from apilint.findings import Confidence, Finding, Severity
from apilint.policy.gate import exit_status
from apilint.report.summary import Fate, fates
from apilint.rule import Rule
from apilint.run import RunOptions, UsageError, run

GOOD = """
openapi: 3.0.3
info: {title: t, version: "1"}
servers: [{url: "http://a.example"}]
paths:
  /a:
    get: {responses: {'200': {description: ok}}}
"""


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    "name",
    [
        "petstore-2.0.json",
        "petstore-expanded.yaml",
        "circular.yaml",
        "asana.yaml",
        "cohere.yaml",
        "xsoar.json",
        "stripe.yaml",
        "digitalocean/DigitalOcean-public.v2.yaml",
    ],
)
def test_real_documents_are_checked_whole(corpus: Path, name: str) -> None:
    report = apilint.lint(str(corpus / name), preset="audit")
    assert report.problems == []
    assert [one.status for one in report.inputs] == ["checked"]
    assert report.findings
    assert len({finding.fingerprint for finding in report.findings}) == len(report.findings)
    for finding in report.findings:
        line = report.line(finding.location.file, finding.location.span.line)
        assert 1 <= finding.location.span.column <= len(line) + 1, finding


def test_findings_in_many_files_name_the_file_and_the_way(corpus: Path) -> None:
    report = apilint.lint(str(corpus / "digitalocean" / "DigitalOcean-public.v2.yaml"), preset="audit")
    elsewhere = [one for one in report.findings if "resources/" in one.location.file]
    assert elsewhere
    assert all(one.chain and one.chain[0].file.endswith("DigitalOcean-public.v2.yaml") for one in elsewhere)


def test_a_folder_counts_fragments_and_leaves_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(
        tmp_path,
        api_yaml=GOOD,
        parts__user_yaml="type: object\nproperties: {}\n",
        ci_yml="name: CI\non: push\njobs: {}\n",
    )
    report = run(RunOptions())
    assert [(one.file, one.status) for one in report.inputs] == [
        ("api.yaml", "checked"),
        ("parts/user.yaml", "fragment"),
    ]
    assert (report.problems, exit_status(report)) == ([], 1)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_part_that_was_read_is_told_from_one_that_was_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    """Also through a link to the folder, by which an input has another name than the document."""
    monkeypatch.chdir(tmp_path)
    write(
        tmp_path,
        real__api_yaml=GOOD + "components: {schemas: {A: {$ref: part.yaml}}}\n",
        real__part_yaml="type: object\nproperties: {}\n",
        real__loose_yaml="type: object\nproperties: {}\n",
    )
    (tmp_path / "link").symlink_to("real")
    for folder in ("real", "link"):
        report = run(RunOptions(paths=(folder,), jobs=jobs))
        assert {one.file: fate for one, fate in fates(report)} == {
            f"{folder}/api.yaml": Fate.CHECKED,
            f"{folder}/part.yaml": Fate.PART,
            f"{folder}/loose.yaml": Fate.LOOSE,
        }


def test_a_file_that_is_named_gets_its_own_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(
        tmp_path,
        api_yaml=GOOD,
        user_yaml="type: object\nproperties: {}\n",
        async_yaml="asyncapi: 3.0.0\ninfo: {}\n",
        pod_yaml="apiVersion: v1\nkind: Pod\n",
        next_yaml="openapi: 4.0.0\ninfo: {}\npaths: {}\n",
        none_yaml="info: {}\npaths: {}\n",
    )
    names = ("api.yaml", "user.yaml", "async.yaml", "pod.yaml", "next.yaml", "none.yaml")
    report = run(RunOptions(paths=names))
    assert {problem.file: problem.kind for problem in report.problems} == {
        "user.yaml": "fragment",
        "async.yaml": "not-openapi",
        "pod.yaml": "not-openapi",
        "next.yaml": "version-unsupported",
        "none.yaml": "version-missing",
    }
    assert report.findings, "what could be read was checked all the same"
    assert exit_status(report) == 3


@pytest.mark.parametrize("text", ["", "openapi: 3.0.3\n", "- a\n", "just text\n"])
def test_nothing_to_lint_is_never_a_pass(tmp_path: Path, text: str) -> None:
    write(tmp_path, api_yaml=text)
    assert exit_status(run(RunOptions(paths=(str(tmp_path / "api.yaml"),)))) == 3


def test_an_empty_folder_is_never_a_pass(tmp_path: Path) -> None:
    report = run(RunOptions(paths=(str(tmp_path),)))
    assert ([problem.kind for problem in report.problems], exit_status(report)) == (["nothing-to-lint"], 3)


def test_a_document_that_departs_from_the_schema_is_checked_and_said_so(tmp_path: Path) -> None:
    write(tmp_path, api_yaml=GOOD.replace("info: {title: t, version: '1'}", "").replace("responses:", "respones:"))
    report = run(RunOptions(paths=(str(tmp_path / "api.yaml"),)))
    assert report.inputs[0].deviations
    assert report.problems == []


def test_what_cannot_be_understood_is_a_problem_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, api_yaml=GOOD + "  /b: [get]\n")
    report = run(RunOptions(paths=(str(tmp_path / "api.yaml"),)))
    (problem,) = report.problems
    assert (problem.kind, problem.line, problem.pointer) == ("not-understood", 8, "/paths/~1b")
    assert report.findings


def test_one_broken_file_hides_no_other(tmp_path: Path) -> None:
    write(tmp_path, a_yaml="openapi: [", b_yaml=GOOD)
    report = run(RunOptions(paths=(str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml"))))
    assert [one.status for one in report.inputs] == ["failed", "checked"]
    assert [problem.kind for problem in report.problems] == ["malformed"]
    assert report.findings


@pytest.mark.parametrize("error", [RuntimeError("no"), SystemExit(0), GeneratorExit()])
def test_one_document_on_which_apilint_fails_hides_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    write(tmp_path, bad_yaml=GOOD, good_yaml=GOOD)
    real = engine.run

    def fails_on_one(api: Any, *rest: Any) -> engine.Result:
        if api.file.endswith("bad.yaml"):
            raise error
        return real(api, *rest)

    monkeypatch.setattr(engine, "run", fails_on_one)
    report = run(RunOptions(paths=(str(tmp_path),)))
    assert {Path(one.location.file).name for one in report.findings} == {"good.yaml"}
    assert [(one.kind, Path(one.file or "").name) for one in report.problems] == [("internal-error", "bad.yaml")]
    assert exit_status(report) == 3


def test_a_preset_that_fails_hides_nothing(tmp_path: Path) -> None:
    write(tmp_path, api_yaml=GOOD)

    def fails(rule: Rule, finding: Finding) -> bool:
        raise RuntimeError

    loaded = plugins.load()._replace(presets={"acme": fails})
    report = run(RunOptions(paths=(str(tmp_path),), preset="acme"), loaded)
    assert len(report.findings) == len(run(RunOptions(paths=(str(tmp_path),), preset="audit")).findings)
    assert [one.kind for one in report.problems] == ["plugin-broken"]


def test_a_selection_shows_all_that_it_finds(tmp_path: Path) -> None:
    write(tmp_path, api_yaml=GOOD)
    path = str(tmp_path / "api.yaml")
    assert {one.rule for one in run(RunOptions(paths=(path,), select=("server-cleartext",))).findings} == {
        "server-cleartext"
    }
    assert not any(
        one.rule == "server-cleartext" for one in run(RunOptions(paths=(path,), ignore=("server-cleartext",))).findings
    )


def test_presets_are_computed_and_nest(corpus: Path) -> None:
    found = {}
    for preset in ("default", "strict", "audit"):
        report = run(RunOptions(paths=(str(corpus / "cohere.yaml"),), preset=preset))
        found[preset] = {one.fingerprint for one in report.findings}
    assert found["default"] < found["strict"] < found["audit"]


@pytest.mark.parametrize(("preset", "tag"), [("owasp", "owasp"), ("gateway", "gateway"), ("agents", "agents")])
def test_presets_with_a_tag(tmp_path: Path, preset: str, tag: str) -> None:
    write(tmp_path, api_yaml=GOOD)
    rules = {rule.id: rule for rule in run(RunOptions(paths=(str(tmp_path),), preset=preset)).rules}
    usual = {rule.id for rule in run(RunOptions(paths=(str(tmp_path),))).rules}
    assert {rule.id for rule in rules.values() if tag in rule.tags}
    assert all(tag in rule.tags or (preset != "owasp" and rule.id in usual) for rule in rules.values())


def test_what_a_preset_hides_still_goes_first(tmp_path: Path) -> None:
    def flag_paths(api: Api) -> list[Flag]:
        """It speaks."""
        return [api.flag("paths", "here")]

    small = Rule("acme/small", Api, Severity.INFO, Confidence.LOW, flag_paths, "It speaks.")
    grave = Rule("acme/grave", Api, Severity.HIGH, Confidence.HIGH, flag_paths, "It speaks.", gives_way_to=(small.id,))
    loaded = plugins.Plugins((grave, small), {}, {}, (), ())
    write(tmp_path, api_yaml=GOOD)
    report = run(RunOptions(paths=(str(tmp_path),)), loaded)
    assert (list(report.findings), report.hidden, [rule.id for rule in report.rules]) == ([], 1, ["acme/grave"])
    [found] = run(RunOptions(paths=(str(tmp_path),), preset="audit"), loaded).findings
    assert found.rule == "acme/small"


def test_the_least_confidence_and_the_threshold(tmp_path: Path) -> None:
    write(tmp_path, api_yaml=GOOD)
    path = str(tmp_path / "api.yaml")
    sure = run(RunOptions(paths=(path,), preset="audit", min_confidence=Confidence.HIGH))
    assert {one.confidence for one in sure.findings} == {Confidence.HIGH}
    assert exit_status(run(RunOptions(paths=(path,), fail_on=Severity.CRITICAL))) == 0
    assert exit_status(run(RunOptions(paths=(path,), fail_on=Severity.HIGH))) == 1


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (RunOptions(select=("server-cleartxt",)), "did you mean 'server-cleartext'"),
        (RunOptions(ignore=("nowhere",)), "nowhere"),
        (RunOptions(preset="strct"), "did you mean 'strict'"),
        (RunOptions(ref_root="nowhere"), "--ref-root: there is no folder 'nowhere'"),
    ],
)
def test_wrong_use_says_what_would_be_right(options: RunOptions, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        run(options)


def test_a_file_that_two_documents_share_is_found_once(tmp_path: Path) -> None:
    api = GOOD + "components: {schemas: {A: {$ref: 'shared.yaml'}}}\n"
    write(tmp_path, a_yaml=api, b_yaml=api, shared_yaml="type: array\nitems: {type: boolean}\n")
    report = run(RunOptions(paths=(str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml")), preset="audit"))
    assert sum(one.location.file.endswith("shared.yaml") for one in report.findings) == 1


WATCHED = """
import sys
def watch(event, arguments):
    if event.split(".")[0] in ("socket", "subprocess", "os") and event not in QUIET:
        sys.stderr.write(f"FORBIDDEN {event} {arguments}\\n")
QUIET = {"os.listdir", "os.scandir", "os.putenv", "os.unsetenv"}
import apilint.cli.check
from apilint.cli import main
sys.addaudithook(watch)
sys.exit(main(sys.argv[1:]))
"""


def test_nothing_is_started_and_nothing_connected(tmp_path: Path) -> None:
    hostile = GOOD + "components: {schemas: {A: {$ref: 'http://127.0.0.1:9/x'}, B: {$ref: 'file:///etc/passwd'}}}\n"
    write(tmp_path, api_yaml=hostile)
    command = [sys.executable, "-c", WATCHED, "check", "--format", "json", str(tmp_path / "api.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert "FORBIDDEN" not in done.stderr
    assert done.returncode == 3
    assert "root:" not in done.stdout


@pytest.mark.parametrize("seed", ["0", "1", "77"])
def test_the_same_bytes_whatever_the_hash_seed(corpus: Path, seed: str) -> None:
    command = [sys.executable, "-m", "apilint", "check", "--format", "json", "--preset", "audit", "asana.yaml"]
    outputs = [
        subprocess.run(command, cwd=corpus, env={"PYTHONHASHSEED": one}, capture_output=True, timeout=60, check=False)
        for one in ("5", seed)
    ]
    assert outputs[0].stdout == outputs[1].stdout != b""
