"""`apilint check --watch` as a process: files change, reports follow."""

from __future__ import annotations

import importlib.util
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

needs_watchfiles = pytest.mark.skipif(
    importlib.util.find_spec("watchfiles") is None,
    reason="SKIPPED LOUDLY: watchfiles is not installed; pip install 'apilint[watch]'",
)

BASIC = """\
openapi: 3.0.3
info: {title: Orders, version: "1"}
paths: {}
components:
  securitySchemes:
    login: {type: http, scheme: basic}
"""
BEARER = BASIC.replace("basic", "bearer")
REFERS = BASIC.replace("{type: http, scheme: basic}", "{$ref: 'parts/login.yaml'}")
SELECT = ("--select", "http-basic-auth", "--format", "concise", "--no-progress")
WAITING = "waiting for changes"


class Watched:
    """The process, and what it has written since it was last asked."""

    def __init__(self, cwd: Path, *words: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "apilint", "check", "--watch", *words],
            cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def until(self, said: str, patience: float = 30) -> str:
        """What is written up to the line that holds `said`."""
        stream = self.process.stdout
        assert stream is not None
        text = ""
        end = time.monotonic() + patience
        while said not in text or not text.endswith("\n"):
            assert select.select([stream], [], [], max(end - time.monotonic(), 0))[0], f"no {said!r} after {text!r}"
            data = os.read(stream.fileno(), 1 << 16)
            assert data, f"ended after {text!r}"
            text += data.decode()
        return text

    def silent(self, seconds: float) -> bool:
        assert self.process.stdout is not None
        return not select.select([self.process.stdout], [], [], seconds)[0]


Start = Callable[..., Watched]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Watched] = []

    def starting(*words: str) -> Watched:
        started.append(Watched(tmp_path, *words))
        return started[-1]

    yield starting
    for one in started:
        one.process.kill()
        one.process.communicate()


def replaced(path: Path, text: str) -> None:
    """Save as careful editors do: a new file takes the name."""
    new = path.with_name(f".{path.name}.new")
    new.write_text(text)
    new.replace(path)


@needs_watchfiles
def test_a_change_is_followed_by_a_report(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "api.yaml"
    path.write_text(BASIC)
    watched = start("api.yaml", *SELECT)
    assert "http-basic-auth" in watched.until(WAITING)
    path.write_text(BEARER)
    text = watched.until(WAITING)
    assert re.search(r"^watch: \d\d:\d\d:\d\d changed: api\.yaml$", text, re.MULTILINE)
    assert "http-basic-auth" not in text
    replaced(path, BASIC)
    assert "http-basic-auth" in watched.until(WAITING)
    replaced(path, BEARER)
    assert "http-basic-auth" not in watched.until(WAITING)
    path.unlink()
    assert "there is no such file" in watched.until(WAITING)
    path.write_text(BASIC)
    assert "http-basic-auth" in watched.until(WAITING)
    assert "\x1b" not in text


@needs_watchfiles
def test_a_referenced_file_counts_wherever_it_is(start: Start, tmp_path: Path) -> None:
    (tmp_path / "api").mkdir()
    parts = tmp_path / "api" / "parts"
    parts.mkdir()
    (tmp_path / "api" / "api.yaml").write_text(REFERS)
    (parts / "login.yaml").write_text("type: http\nscheme: bearer\n")
    watched = start("api/api.yaml", *SELECT)
    assert "http-basic-auth" not in watched.until(WAITING)
    replaced(parts / "login.yaml", "type: http\nscheme: basic\n")
    text = watched.until(WAITING)
    assert "changed: api/parts/login.yaml" in text
    assert "http-basic-auth" in text


@needs_watchfiles
def test_configuration_that_is_broken_for_a_while_ends_nothing(start: Start, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "api.yaml").write_text(BASIC)
    house = tmp_path / "house" / "rules.yaml"
    house.parent.mkdir()
    house.write_text("version: 1\nrules: {http-basic-auth: low}\n")
    (tmp_path / "apilint.yaml").write_text("version: 1\nextends: ./house/rules.yaml\n")
    watched = start("api.yaml", "--format", "concise")
    assert "low[http-basic-auth]" in watched.until(WAITING)
    replaced(house, "version: 1\nrules: {http-basic-auth: lwo}\n")
    assert "apilint: house/rules.yaml:2:26: rules.http-basic-auth is 'lwo', none of" in watched.until(WAITING)
    replaced(house, "version: 1\nrules: {http-basic-auth: medium}\n")
    assert "medium[http-basic-auth]" in watched.until(WAITING)


@needs_watchfiles
def test_what_is_no_document_is_let_be(start: Start, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("build/\n")
    (tmp_path / "build").mkdir()
    (tmp_path / "api.yaml").write_text(BASIC)
    watched = start(".", *SELECT, "--output", "json=report.json")
    watched.until(WAITING)
    (tmp_path / "build" / "api.yaml").write_text(BASIC)
    (tmp_path / "notes.txt").write_text("a")
    (tmp_path / "compose.yaml").write_text("services: {}\n")
    (tmp_path / ".api.yaml.swp").write_text(BASIC)
    assert watched.silent(2)
    new = tmp_path / "new" / "below"
    new.mkdir(parents=True)
    watched.until(WAITING)
    (new / "other.yaml").write_text(BASIC)
    assert "new/below/other.yaml" in watched.until(WAITING)


@needs_watchfiles
@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
def test_an_interrupt_ends_it_quietly(start: Start, tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text(BASIC)
    watched = start("api.yaml", *SELECT)
    watched.until(WAITING)
    watched.process.send_signal(signal.SIGINT)
    out, _ = watched.process.communicate(timeout=10)
    assert (watched.process.returncode, out) == (130, b"")


@needs_watchfiles
def test_wrong_options_end_it_at_once(start: Start) -> None:
    watched = start("--preset", "nope")
    out, _ = watched.process.communicate(timeout=30)
    assert watched.process.returncode == 2
    assert b"no preset is called 'nope'" in out
    watched = start("-")
    out, _ = watched.process.communicate(timeout=30)
    assert watched.process.returncode == 2
    assert b"standard input does not change" in out


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    code = "import sys; sys.modules['watchfiles'] = None\nfrom apilint.cli import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", code, "check", "--watch"], check=False, cwd=tmp_path, capture_output=True, timeout=30
    )
    assert done.returncode == 2
    assert "install apilint with its extra watch, as in pip install '.[watch]'" in done.stderr.decode()
