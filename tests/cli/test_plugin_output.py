"""What the code of plugins prints, closes or raises never reaches a report."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from apilint.cli import main
from apilint.findings import Report
from apilint.plugins import Plugins
from apilint.report import Presentation

Call = Callable[..., Any]


def _prints() -> None:
    print("printed \x1b[31m::error::")
    sys.stdout.write("written\n")
    sys.stdout.close()


def test_what_a_run_prints_stays_out_of_the_report(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], reports: dict[str, Report]
) -> None:
    def run(options: Any, loaded: Any) -> Report:
        _prints()
        return reports["clean"]

    monkeypatch.setattr("apilint.run.run", run)
    assert main(["check", "--format", "json"]) == 0
    captured = capfd.readouterr()
    assert json.loads(captured.out)["version"] == 1
    assert captured.err.splitlines() == [r"plugin: printed \x1b[31m::error::", "plugin: written"]


@pytest.mark.parametrize("words", [["rules", "--format", "json"], ["explain", "http-basic-auth"]])
def test_what_is_printed_while_plugins_load_stays_out(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], plugins: Call, words: list[str]
) -> None:
    from apilint import plugins as module

    plugins()
    loaded = module.load()

    def load(**options: object) -> Plugins:
        _prints()
        return loaded

    monkeypatch.setattr("apilint.plugins.load", load)
    assert main(words) == 0
    captured = capfd.readouterr()
    assert "printed" not in captured.out
    assert "plugin: written" in captured.err


def _raises(report: Report, presentation: Presentation) -> str:
    raise RuntimeError("no")


@pytest.mark.parametrize(("render", "says"), [(_raises, "RuntimeError"), (lambda report, presentation: 42, "gave int")])
def test_a_format_that_fails_costs_no_other_report(
    call: Call, plugins: Call, reports: dict[str, Report], tmp_path: Path, render: Any, says: str
) -> None:
    plugins(formats={"acme": render})
    file, other = tmp_path / "acme.txt", tmp_path / "report.json"
    file.write_text("before")
    outcome = call("check", "--output", f"acme={file}", "--output", f"json={other}", gives=reports["found"])
    assert (outcome.status, file.read_text()) == (3, "before")
    assert "http-basic-auth" in outcome.out
    assert says in outcome.out
    assert json.loads(other.read_text())["findings"]


def test_a_format_that_fails_on_standard_output_is_replaced(
    call: Call, plugins: Call, reports: dict[str, Report]
) -> None:
    plugins(formats={"acme": _raises})
    outcome = call("check", "--format", "acme", gives=reports["found"])
    assert outcome.status == 3
    assert "http-basic-auth" in outcome.out
    assert "the format acme failed: RuntimeError" in outcome.out


@pytest.mark.parametrize("error", [GeneratorExit(), type("Odd", (BaseException,), {})()])
def test_no_kind_of_exception_passes_for_findings(call: Call, error: BaseException) -> None:
    outcome = call("check", gives=error)
    assert outcome.status == 3
    assert "Traceback" not in outcome.out + outcome.err
