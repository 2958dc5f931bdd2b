from __future__ import annotations

from pathlib import Path

import pytest

from apilint.cli import job_summary
from apilint.findings import Confidence, Finding, Input, Location, Report, Severity, Span
from apilint.report import Presentation

PRESENTATION = Presentation("0.1.0", 1)


def report(number: int) -> Report:
    place = Location("日本.yaml", "/servers/0/url", Span(3, 5, 3, 8))
    found = Finding(
        "server-cleartext",
        Severity.HIGH,
        Confidence.HIGH,
        "The server ☃ `http://a.example` 日本",
        place,
        None,
        1,
        (),
        "f1",
    )
    inputs = (Input("日本.yaml", "checked", "3.0", 1, 1),)
    return Report(
        [found._replace(fingerprint=f"{n}") for n in range(number)], (), inputs, (), (), "default", Severity.HIGH
    )


def environ(path: Path) -> dict[str, str]:
    return {job_summary.VARIABLE: str(path)}


def test_without_a_file_nothing_is_done() -> None:
    assert job_summary.append(report(1), PRESENTATION, {}) is None
    assert job_summary.append(report(1), PRESENTATION, {job_summary.VARIABLE: ""}) is None


def test_the_table_comes_after_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "summary.md"
    path.write_text("# of an earlier command", encoding="utf-8")
    assert job_summary.append(report(2), PRESENTATION, environ(path)) is None
    assert job_summary.append(report(1), PRESENTATION, environ(path)) is None
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# of an earlier command\n")
    assert text.count("## apilint: ") == 2
    assert text.count("\n## apilint: ") == 2
    assert text.endswith("\n")


def test_the_file_stays_below_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "summary.md"
    path.write_text("é" * 400_000, encoding="utf-8")
    assert job_summary.append(report(20_000), PRESENTATION, environ(path)) is None
    assert 900_000 < path.stat().st_size < job_summary.MOST
    assert "more" in path.read_text(encoding="utf-8")


def test_a_full_file_is_left_alone_and_said(tmp_path: Path) -> None:
    path = tmp_path / "summary.md"
    path.write_bytes(b"x" * (job_summary.MOST - 2_000))
    said = job_summary.append(report(1), PRESENTATION, environ(path))
    assert said == "the job summary has no room left below 1,048,576 bytes"
    assert path.stat().st_size == job_summary.MOST - 2_000


@pytest.mark.parametrize("name", ["", "missing/summary.md", "nul\0.md"])
def test_a_failure_is_said_and_never_raised(name: str, tmp_path: Path) -> None:
    said = job_summary.append(report(1), PRESENTATION, environ(tmp_path / name))
    assert said is not None
    assert said.startswith("the job summary could not be written: ")
    assert str(tmp_path) not in said


def test_a_format_that_fails_is_said_and_never_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(report: Report, presentation: Presentation, limit: int) -> str:
        raise RecursionError

    monkeypatch.setattr("apilint.report.markdown.table", broken)
    said = job_summary.append(report(1), PRESENTATION, environ(tmp_path / "summary.md"))
    assert said == "the job summary could not be written: RecursionError"
