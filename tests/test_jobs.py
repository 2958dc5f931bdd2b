"""How many processes share the work never changes what is reported."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from apilint import parallel, plugins
from apilint.api import Confidence, Edit, Fix, Flag, Server, Severity, rule
from apilint.cli import main
from apilint.findings import Report
from apilint.reading.limits import Limits
from apilint.report import FORMATS, Presentation, renderer
from apilint.run import RunOptions, run

EXAMPLES = Path(__file__).parents[1] / "examples"
forked = pytest.mark.skipif(not hasattr(os, "fork"), reason="NOT RUN: this system cannot fork processes")
SHARED = "type: object\nproperties: {password: {type: string}}\n"
API = """
openapi: 3.0.3
info: {title: t, version: '1'}
servers: [{url: 'http://a.example'}]
paths:
  /{n}:
    post:
      requestBody: {content: {application/json: {schema: {$ref: shared.yaml}}}}
      responses: {'200': {description: ok}}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(EXAMPLES / "orders", tmp_path / "orders")
    for name in ("petstore.yaml", "petstore-secure.yaml", "parcels.json"):
        shutil.copy(EXAMPLES / name, tmp_path / name)
    for number in range(5):
        (tmp_path / f"api{number}.yaml").write_text(API.replace("{n}", f"a{number}"))
    (tmp_path / "shared.yaml").write_text(SHARED)
    (tmp_path / "broken.yaml").write_text("openapi: 3.0.3\npaths: [\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shown(report: Report) -> list[str]:
    presentation = Presentation(everything=True)
    return [renderer(FORMATS[name])(report, presentation) for name in ("full", "json")]


@forked
@pytest.mark.parametrize("jobs", [2, 3, 0])
def test_many_processes_report_what_one_does(folder: Path, jobs: int) -> None:
    options = RunOptions(preset="audit")
    assert shown(run(options._replace(jobs=jobs))) == shown(run(options))


@forked
def test_a_document_with_two_names_has_one(folder: Path) -> None:
    (folder / "link.yaml").symlink_to("petstore.yaml")
    options = RunOptions(paths=("link.yaml", "petstore.yaml"), preset="audit")
    assert shown(run(options._replace(jobs=2))) == shown(run(options))


@forked
@pytest.mark.parametrize("limits", [Limits(files=4), Limits(run_bytes=2_000), Limits(references=3)])
def test_limits_of_the_run_hold_for_all_processes_together(folder: Path, limits: Limits) -> None:
    options = RunOptions(preset="audit", limits=limits)
    alone = run(options)
    assert any(problem.kind == "limit-reached" for problem in alone.problems)
    assert shown(run(options._replace(jobs=3))) == shown(alone)


def test_one_process_where_none_can_be_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork", raising=False)
    assert parallel.processes(8, 100) == 1


@forked
def test_as_many_as_there_is_work_for() -> None:
    assert parallel.processes(8, 3) == 3
    assert parallel.processes(8, 0) == 1
    assert 1 <= parallel.processes(0, 1_000) <= (os.cpu_count() or 1)


@forked
def test_a_process_that_is_lost_costs_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = RunOptions(preset="audit")
    alone = shown(run(options))

    def lost(*arguments: object) -> object:
        raise parallel.WorkerLostError

    monkeypatch.setattr("apilint.parallel.each", lost)
    assert shown(run(options._replace(jobs=2))) == alone


@forked
def test_a_worker_that_dies_is_told_from_one_that_answers() -> None:
    assert list(parallel.each(lambda number: number * 2, [1, 2, 3], 2)) == [2, 4, 6]
    with pytest.raises(parallel.WorkerLostError):
        list(parallel.each(lambda number: os._exit(9), [1, 2, 3], 2))
    with pytest.raises(ZeroDivisionError):
        list(parallel.each(lambda number: number // 0, [1, 2, 3], 2))


@forked
@pytest.mark.parametrize(("end", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, -15), (signal.SIGKILL, -9)])
def test_the_end_of_the_program_leaves_no_process_behind(end: signal.Signals, status: int) -> None:
    code = (
        "import os, sys, time\n"
        "from apilint import parallel\n"
        "def work(number):\n"
        "    os.write(1, b'%d\\n' % os.getpid())\n"
        "    time.sleep(60)\n"
        "try:\n"
        "    list(parallel.each(work, [1, 2], 2))\n"
        "except KeyboardInterrupt:\n"
        "    os._exit(130)\n"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        workers = [int(process.stdout.readline()) for _ in range(2)]
        for each in (process.pid, *workers) if end is signal.SIGINT else (process.pid,):  # as from a terminal
            os.kill(each, end)
        assert process.wait(20) == status
        assert process.communicate(timeout=20)[1] == ""
    until = time.monotonic() + 10
    while any(alive(worker) for worker in workers) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(alive(worker) for worker in workers)


@forked
def test_standard_input_has_its_lines_in_every_format(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that read it cannot hand it over, and whoever reads the file of that name may read another text."""

    def read(jobs: int, name: str | None) -> list[str]:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(API.encode())))
        options = RunOptions(paths=("-", "petstore.yaml"), preset="audit", stdin_filename=name, jobs=jobs)
        return shown(run(options))

    for name in (None, "broken.yaml"):
        alone = read(1, name)
        assert "url: 'http://a.example'" in alone[0]
        assert read(2, name) == alone


@forked
def test_a_value_that_no_process_can_hand_over_costs_nothing(folder: Path) -> None:
    @rule("acme/odd-fix", on=Server, severity=Severity.HIGH, confidence=Confidence.HIGH, fixable=True)
    def odd_fix(server: Server) -> Iterator[Flag]:
        """A fix that holds a function."""
        yield server.flag("url", "odd", fix=Fix("odd", True, (Edit("/servers", "set", lambda: None),)))

    loaded = plugins.load()._replace(rules=(odd_fix,))
    alone = run(RunOptions(select=("acme/odd-fix",)), loaded)
    shared = run(RunOptions(select=("acme/odd-fix",), jobs=2), loaded)
    assert len(shared.findings) == len(alone.findings) > 1
    assert shared.problems == alone.problems


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_option_arrives(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    outputs = []
    for jobs in ("1", "2"):
        assert main(["check", "--format", "json", "--jobs", jobs]) == 3
        outputs.append(capfd.readouterr().out)
    assert outputs[0] == outputs[1]
