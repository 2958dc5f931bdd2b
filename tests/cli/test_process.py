"""What only a process shows: streams that are full, closed or cut off, signals, and what is imported."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import apilint

STUB = """
import sys, time
import apilint.run
from apilint.findings import *
place = Location("a.yaml", "/x", Span(1, 1, 1, 2))
finding = Finding("r", Severity.LOW, Confidence.LOW, "m" * 200, place, None, 1, (), "f")
def run(options, loaded):
    if options.paths == ("slow",):
        print("started", file=sys.stderr, flush=True)
        time.sleep(30)
    number = 20_000 if options.paths == ("big",) else 1
    return Report((finding,) * number, (), (Input("a.yaml", "checked"),), (), (), "default", Severity.HIGH)
apilint.run.run = run
from apilint.cli import main
sys.exit(main())
"""

COMMANDS = [["check"], ["check", "big", "--format", "json"], ["check", "--help"], ["--help"], ["--version"], ["rules"]]


@pytest.fixture
def environment() -> dict[str, str]:
    """Where `apilint` is imported from here, it is imported from there."""
    found = [str(Path(apilint.__file__).parents[1])]
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return {**inherited, "PYTHONPATH": os.pathsep.join(found)}


def run(words: list[str], **settings: Any) -> subprocess.CompletedProcess[Any]:
    return subprocess.run(words, check=False, timeout=20, **settings)


def stub(*words: str) -> list[str]:
    return [sys.executable, "-c", STUB, *words]


@pytest.mark.parametrize("words", COMMANDS)
def test_a_full_device_is_no_pass(words: list[str], environment: dict[str, str]) -> None:
    with open("/dev/full", "w") as full:
        done = run(stub(*words), stdout=full, stderr=subprocess.PIPE, env=environment)
    assert done.returncode == 3
    assert done.stderr.count(b"\n") == 1
    assert b"could not be written: No space left on device" in done.stderr


@pytest.mark.parametrize("words", COMMANDS)
@pytest.mark.parametrize("unbuffered", [{}, {"PYTHONUNBUFFERED": "1"}])
def test_a_closed_pipe_is_quiet(words: list[str], unbuffered: dict[str, str], environment: dict[str, str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = run(stub(*words), stdout=writing, stderr=subprocess.PIPE, env={**environment, **unbuffered})
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.parametrize("unbuffered", [{}, {"PYTHONUNBUFFERED": "1"}])
def test_a_slow_reader_gets_everything(unbuffered: dict[str, str], environment: dict[str, str]) -> None:
    words = stub("check", "big", "--format", "json")
    with subprocess.Popen(words, stdout=subprocess.PIPE, env={**environment, **unbuffered}) as process:
        assert process.stdout is not None
        time.sleep(0.5)
        text = process.stdout.read()
    assert process.returncode == 0
    assert text.endswith(b"}}\n")
    assert text.count(b'"fingerprint"') == 20_000


@pytest.mark.parametrize("words", COMMANDS)
def test_closed_streams_are_no_pass(words: list[str], environment: dict[str, str]) -> None:
    command = ["sh", "-c", 'exec "$@" >&- 2>&-', "sh", *stub(*words)]
    assert run(command, env=environment).returncode == 3


def test_an_interrupt_is_130_without_a_traceback(environment: dict[str, str]) -> None:
    process = subprocess.Popen(stub("check", "slow"), stderr=subprocess.PIPE, env=environment)
    assert process.stderr is not None
    assert process.stderr.readline() == b"started\n"
    process.send_signal(signal.SIGINT)
    assert process.wait(5) == 130
    assert process.stderr.read().strip() == b"apilint: interrupted"
    process.stderr.close()


def test_a_narrow_locale_raises_nothing(environment: dict[str, str]) -> None:
    narrow = {**environment, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    done = run(stub("check", "--select", "日本"), capture_output=True, env=narrow)
    assert done.returncode == 0
    done = run(stub("日本"), capture_output=True, env=narrow)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def test_the_current_folder_is_not_imported_from(environment: dict[str, str], tmp_path: Path) -> None:
    for name in ("click", "json", "yaml", "pluggy", "apilint_rules"):
        (tmp_path / f"{name}.py").write_text("open('executed', 'w')\n")
    words = [sys.executable, "-m", "apilint", "check", "--help"]
    done = run(words, cwd=tmp_path, capture_output=True, env=environment)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "executed").exists()


@pytest.mark.parametrize(
    ("words", "absent"),
    [
        (["--version"], ["click", "rich", "json", "importlib.metadata", "pathlib", "dataclasses"]),
        (["--help"], ["click", "rich", "json", "importlib.metadata", "apilint.plugins"]),
        (["check"], ["rich", "json", "importlib.metadata", "difflib", "textwrap", "asyncio", "unicodedata"]),
    ],
)
def test_what_is_not_used_is_not_imported(words: list[str], absent: list[str], environment: dict[str, str]) -> None:
    ending = "main(sys.argv[1:-1]); print([name for name in sys.argv[-1].split(',') if name in sys.modules])"
    code = STUB.replace("sys.exit(main())", ending)
    if words != ["check"]:
        code = f"import sys\nfrom apilint.cli import main\n{ending}"
    done = run([sys.executable, "-c", code, *words, ",".join(absent)], capture_output=True, env=environment, text=True)
    assert done.stdout.splitlines()[-1] == "[]", done.stderr
