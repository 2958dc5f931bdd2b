from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from apilint.cli.timing import Timing
from apilint.findings import Confidence, Problem, Report, Severity
from apilint.reading.limits import Limits
from apilint.report import FORMATS
from apilint.run import UsageError

Call = Callable[..., Any]


def test_nothing_given_asks_for_the_defaults(call: Call) -> None:
    options = call("check").options
    assert (options.paths, options.select, options.ignore, options.preset) == ((), (), (), None)
    assert (options.fail_on, options.min_confidence, options.limits) == (None, None, Limits())
    assert (options.stdin_filename, options.ref_root, options.remote_hosts) == (None, None, ())
    assert options.progress is None


def test_every_option_arrives(call: Call) -> None:
    words = "check a - --select x,y --select z --ignore w --preset audit --fail-on low --min-confidence medium"
    words += " --stdin-filename n --ref-root d --allow-remote-refs h --max-bytes 1 --max-run-bytes 2 --max-nodes 3"
    words += " --max-depth 4 --max-aliases 5 --max-references 6 --max-files 7 --max-seconds 8.5"
    options = call(*words.split()).options
    assert (options.paths, options.select, options.ignore) == (("a", "-"), ("x", "y", "z"), ("w",))
    assert (options.preset, options.fail_on, options.min_confidence) == ("audit", Severity.LOW, Confidence.MEDIUM)
    assert (options.stdin_filename, options.ref_root, options.remote_hosts) == ("n", "d", ("h",))
    assert options.limits == Limits(1, 2, 3, 4, 5, 6, 7, 8.5)


@pytest.mark.parametrize(
    "name",
    ["-rf.yaml", "--help.yaml", "--config=evil.yaml", "@args.yaml", "x\n::e::.yaml", "b-\udcff.yaml", "[a]*", ""],
)
def test_names_are_taken_bare(name: str, call: Call) -> None:
    assert call("check", "--", name).options.paths == (name,)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    ("gives", "words", "status"),
    [
        ("clean", [], 0),
        ("found", [], 1),
        ("found", ["--fail-on", "critical"], 0),
        ("found", ["--exit-zero"], 0),
        ("incomplete", [], 3),
        ("incomplete", ["--exit-zero"], 3),
    ],
)
def test_the_exit_status_is_the_same_in_every_format(
    gives: str, words: list[str], status: int, name: str, call: Call, reports: dict[str, Report]
) -> None:
    outcome = call("check", "--format", name, *words, gives=reports[gives])
    assert outcome.status == status
    assert outcome.err == ""
    if name == "json":
        assert json.loads(outcome.out)["summary"]["exit_status"] == status


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--formt", "json"], "Did you mean '--format'?"),
        (["--format", "jsn"], "no such format: 'jsn'. Did you mean 'json'?"),
        (["--format", "zzz"], "There are full, concise, summary, json"),
        (["--output", "json"], "'json' is not FORMAT=PATH"),
        (["--output", "json=-"], "is not FORMAT=PATH"),
        (["--output", "jsn=x"], "Did you mean 'json'?"),
        (["--output", "json=x", "--output", "sarif=x"], "two reports for 'x'"),
        (["--max-nodes", "0"], "--max-nodes"),
        (["api.yaml", "--stdin-filename", "x"], "--stdin-filename names the document that - reads"),
        (["--show-files", "--output", "json=x"], "--output does nothing beside --show-files"),
        (["--show-files", "--watch"], "--watch does nothing beside --show-files"),
        (["--max-seconds", "nan"], "--max-seconds"),
        (["--fail-on", "none"], "--fail-on"),
        (["--color", "red"], "--color"),
        (["--option", "x=1"], "'x=1' is not ID.NAME=VALUE"),
        (["--option", "x.y"], "is not ID.NAME=VALUE"),
        (["--allow-remote-refs", "https://api.example.com/"], "is not a host, as in api.example.com"),
        (["--allow-remote-refs", "specs/api.yaml"], "is not a host"),
        (["--\x1b[2J"], "--\\x1b[2J"),
    ],
)
def test_wrong_use_is_one_line_and_a_hint(words: list[str], said: str, call: Call) -> None:
    outcome = call("check", *words)
    assert outcome.status == 2
    assert outcome.out == ""
    assert said in outcome.err
    assert outcome.err.endswith("help: see apilint check --help\n")
    assert len(outcome.err.splitlines()) == 2
    assert outcome.options is None


def test_options_of_rules_arrive_as_text(call: Call) -> None:
    options = call("check", "--option", "acme/a.b=1=2", "--option", "c-d.e=").options
    assert options.rule_options == (("acme/a", "b", "1=2"), ("c-d", "e", ""))


def test_timing_goes_to_standard_error(call: Call) -> None:
    outcome = call("check", "--timing")
    assert outcome.options.clock is not None
    assert outcome.err.startswith("timing: ")
    assert "timing" not in outcome.out


def test_the_slowest_rules_come_first() -> None:
    timing = Timing()
    for name, seconds in (("(reading)", 1.0), ("b-rule", 0.25), ("a-rule", 0.5), ("b-rule", 0.5)):
        timing.record(name, seconds)
    names = [line.split("%  ")[-1] for line in timing.lines()[1:]]
    assert names == ["(reading)", "(2 rules)", "(the rest)", "b-rule", "a-rule"]


def test_what_the_run_calls_wrong_use_is_wrong_use(call: Call) -> None:
    outcome = call("check", "--select", "x", gives=UsageError("no rule is called 'x\x1b'"))
    assert (outcome.status, outcome.out) == (2, "")
    assert "no rule is called 'x\\x1b'" in outcome.err


def test_reports_go_to_files_while_the_terminal_stays(call: Call, tmp_path: Path, reports: dict[str, Report]) -> None:
    one, two = tmp_path / "a.json", tmp_path / "b=c.sarif"
    words = ["--output", f"json={one}", "--output", f"sarif={two}", "--color", "always"]
    outcome = call("check", *words, gives=reports["found"])
    assert outcome.status == 1
    assert "\x1b[1;38;5;196mhigh[http-basic-auth]" in outcome.out
    assert json.loads(one.read_text())["summary"]["exit_status"] == 1
    assert json.loads(two.read_text())["version"] == "2.1.0"


def test_a_report_that_cannot_be_written_is_a_problem(call: Call, tmp_path: Path, reports: dict[str, Report]) -> None:
    words = ["--output", f"json={tmp_path}/none/x\x1b.json", "--format", "json", "--exit-zero"]
    outcome = call("check", *words, gives=reports["found"])
    assert outcome.status == 3
    value = json.loads(outcome.out)
    assert [problem["kind"] for problem in value["problems"]] == ["report-not-written"]
    assert "No such file or directory" in value["problems"][0]["message"]
    assert value["summary"]["exit_status"] == 3


def test_a_failure_of_apilint_is_a_problem_in_the_format_asked_for(call: Call) -> None:
    outcome = call("check", "--format", "json", gives=RuntimeError("secret \x1b"))
    assert outcome.status == 3
    assert json.loads(outcome.out)["problems"][0]["kind"] == "internal-error"
    assert "secret" not in outcome.out + outcome.err
    with pytest.raises(RuntimeError):
        call("check", "--debug", gives=RuntimeError("shown"))


def test_an_interrupt_is_130(call: Call) -> None:
    outcome = call("check", gives=KeyboardInterrupt())
    assert (outcome.status, outcome.out) == (130, "")
    assert outcome.err.strip() == "apilint: interrupted"


@pytest.mark.parametrize(
    ("environment", "words", "colored"),
    [
        ({}, [], False),
        ({"FORCE_COLOR": "1"}, [], True),
        ({"CLICOLOR_FORCE": "1"}, [], True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, [], False),
        ({"NO_COLOR": "1"}, ["--color", "always"], True),
        ({"FORCE_COLOR": "1"}, ["--color", "never"], False),
    ],
)
def test_colour(
    environment: dict[str, str],
    words: list[str],
    colored: bool,
    call: Call,
    reports: dict[str, Report],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in call("check", *words, gives=reports["found"]).out) == colored


def test_a_plugin_s_format(call: Call, plugins: Callable[..., None], reports: dict[str, Report]) -> None:
    plugins(formats={"count": lambda report, presentation: f"{len(report.findings)}\n"})
    outcome = call("check", "--format", "count", gives=reports["found"])
    assert (outcome.status, outcome.out) == (1, "1\n")


def test_problems_of_the_run_are_shown(call: Call, reports: dict[str, Report]) -> None:
    broken = reports["clean"]._replace(problems=(Problem("plugin-broken", "acme 1.0"),))
    for name in FORMATS:
        said = "incomplete" if name == "badge" else "plugin-broken"
        assert said in call("check", "--format", name, gives=broken).out
