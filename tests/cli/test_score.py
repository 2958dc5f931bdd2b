"""`apilint score`: arguments in, a score and an exit status out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from apilint.findings import Report
from apilint.run import UsageError

Call = Callable[..., Any]
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def test_a_score(call: Call, reports: dict[str, Report]) -> None:
    outcome = call("score", "api.yaml", gives=reports["found"])
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.startswith("API security score: C, 79 of 100\n\napi.yaml, 1 operation:\n")
    assert "What costs most" not in outcome.out
    assert outcome.options.paths == ("api.yaml",)
    assert (outcome.options.preset, outcome.options.select, outcome.options.ignore) == (None, (), ())


def test_explained(call: Call, reports: dict[str, Report]) -> None:
    out = call("score", "--explain", gives=reports["found"]).out
    assert "\nWhat costs most, of " in out
    assert "\nWhat lifts the grade: " in out


def test_for_programs(call: Call, reports: dict[str, Report]) -> None:
    value = json.loads(call("score", "--format", "json", gives=reports["clean"]).out)
    assert (value["score"], value["grade"]) == (100, "A")


@pytest.mark.parametrize(
    ("given", "words", "status"),
    [
        ("found", [], 0),
        ("found", ["--min-score", "90"], 1),
        ("found", ["--min-score", "20"], 0),
        ("clean", ["--min-score", "100"], 0),
        ("incomplete", [], 3),
        ("incomplete", ["--min-score", "0"], 3),
    ],
)
def test_the_exit_status(given: str, words: list[str], status: int, call: Call, reports: dict[str, Report]) -> None:
    for format in ("text", "json"):
        assert call("score", "--format", format, *words, gives=reports[given]).status == status


@pytest.mark.parametrize(
    "words", [["--min-score", "101"], ["--min-score", "A"], ["--format", "sarif"], ["--select", "x"]]
)
def test_wrong_use(words: list[str], call: Call) -> None:
    outcome = call("score", *words)
    assert (outcome.status, outcome.out) == (2, "")


def test_what_the_run_refuses_is_wrong_use(call: Call) -> None:
    outcome = call("score", "--preset", "defualt", gives=UsageError("no preset is called 'defualt'"))
    assert (outcome.status, outcome.out) == (2, "")
    assert "no preset is called 'defualt'" in outcome.err
    assert "apilint score --help" in outcome.err


def test_the_help(call: Call) -> None:
    out = call("score", "--help").out
    places = [out.index(f"\n{name}:\n") for name in ("Input", "Rules", "Gate", "Output", "Limits", "Network", "Help")]
    assert places == sorted(places)
    assert max(map(len, out.splitlines())) <= 80


def test_two_runs_give_the_same_bytes() -> None:
    texts = set()
    for seed in ("0", "1"):
        for format in ("text", "json"):
            command = [sys.executable, "-m", "apilint", "score", "examples", "--explain", "--format", format]
            environment = {**os.environ, "PYTHONHASHSEED": seed, "COLUMNS": "80", "NO_COLOR": "1"}
            done = subprocess.run(
                command, cwd=EXAMPLES.parent, env=environment, capture_output=True, timeout=60, check=True
            )
            texts.add(done.stdout)
    assert len(texts) == 2
