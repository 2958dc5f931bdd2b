from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

import apilint
from apilint.cli.overview import EXIT_STATUSES, PLAIN_STATUSES
from apilint.findings import Problem

Call = Callable[..., Any]


def test_version_names_the_plugins(call: Call, plugins: Callable[..., None]) -> None:
    plugins()
    for words in (["--version"], ["--version", "check"]):
        outcome = call(*words)
        assert (outcome.status, outcome.out) == (0, f"apilint {apilint.__version__}\nzebra-rules 2.0\n")


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["check", "--help"], ["rules", "-h"], ["explain", "--help"]])
def test_help_has_examples_first_and_exit_statuses_last(words: list[str], call: Call) -> None:
    outcome = call(*words)
    assert outcome.status == 0
    parts = outcome.out.split("\n\n")
    headings = [part.splitlines()[0].rstrip(":") for part in parts if part.splitlines()[0].endswith(":")]
    assert headings[0] == "Examples"
    assert headings[-1] == "Exit status"
    examples = next(part for part in parts if part.startswith("Examples:"))
    assert len(examples.splitlines()) == 4
    statuses = PLAIN_STATUSES if words[0] in ("rules", "explain") else EXIT_STATUSES
    assert len(parts[-1].splitlines()) == len(statuses) + 1
    assert max(map(len, outcome.out.splitlines())) <= 80


def test_options_of_check_stand_under_headings(call: Call) -> None:
    out = call("check", "--help").out
    places = [out.index(f"\n{name}:\n") for name in ("Input", "Rules", "Gate", "Output", "Limits", "Network", "Help")]
    assert places == sorted(places)
    assert out.index("\nLimits:") < out.index("--max-run-bytes") < out.index("\nNetwork:")
    assert "[default: 2,000,000]" in out


def test_the_short_way_to_help_is_click_s_help(call: Call) -> None:
    assert call("--help").out == call("--help", "check").out


def test_nothing_asked_is_wrong_use(call: Call) -> None:
    outcome = call()
    assert outcome.status == 2
    assert outcome.out.startswith("A static API security linter")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["chek"], "no such command: 'chek'. Did you mean 'check'?"),
        (["zzz"], "There are check, score, "),
        ([__file__], "apilint check "),
        (["--versoin"], "Did you mean '--version'?"),
        (["explain"], "RULE"),
        (["completion"], "Choose from: bash, zsh, fish"),
    ],
)
def test_a_mistyped_command(words: list[str], said: str, call: Call) -> None:
    outcome = call(*words)
    assert (outcome.status, outcome.out) == (2, "")
    assert said in outcome.err
    assert outcome.err.startswith("apilint: ")


def test_rules(call: Call, plugins: Callable[..., None]) -> None:
    plugins()
    outcome = call("rules")
    assert outcome.status == 0
    assert "http-basic-auth  medium" in outcome.out
    value = json.loads(call("rules", "--format", "json").out)
    assert [rule["id"] for rule in value["rules"]] == ["http-basic-auth"]


def test_a_broken_plugin_leaves_the_list_incomplete(call: Call, plugins: Callable[..., None]) -> None:
    plugins(problems=(Problem("plugin-broken", "acme 1.0 does not load\x1b"),))
    outcome = call("rules", "--format", "json")
    assert outcome.status == 3
    assert json.loads(outcome.out)["rules"]
    assert outcome.err == "problem: acme 1.0 does not load\\x1b\n"


def test_explain_is_plain_markdown_in_a_pipe(call: Call, plugins: Callable[..., None]) -> None:
    plugins()
    outcome = call("explain", "http-basic-auth")
    assert outcome.status == 0
    assert outcome.out.startswith(
        "# http-basic-auth\n\nBasic authentication sends the password each time.\n\n- severity: "
    )


def test_explain_is_laid_out_for_a_terminal(call: Call, plugins: Callable[..., None]) -> None:
    plugins()
    outcome = call("explain", "http-basic-auth", "--color", "always")
    assert "\x1b[1m" in outcome.out
    assert "# http-basic-auth" not in outcome.out
    assert "\x1b]8" not in outcome.out


def test_explain_suggests(call: Call, plugins: Callable[..., None]) -> None:
    plugins()
    outcome = call("explain", "http-basc-auth")
    assert outcome.status == 2
    assert "no such rule: 'http-basc-auth'. Did you mean 'http-basic-auth'?" in outcome.err
    assert "See apilint rules." in call("explain", "zzz").err
