from __future__ import annotations

import io
from types import SimpleNamespace

import pytest

from apilint.cli import progress
from apilint.cli.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    stream = Terminal()
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=stream))
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(progress, "DELAY", 0)
    monkeypatch.setattr(progress, "INTERVAL", 0)
    return stream


def test_one_line_that_is_gone_at_the_end(terminal: Terminal) -> None:
    with Progress(shown=True) as shown:
        shown.step("a\x1b[2J.yaml", 1, 20)
        shown.step("b" * 200, 2, 20)
    assert terminal.getvalue().startswith("\r1 of 20: a\\x1b[2J.yaml\x1b[K\r2 of 20: bbb")
    assert terminal.getvalue().endswith("\r\x1b[K")
    assert max(map(len, terminal.getvalue().split("\r"))) <= 80 + len("\x1b[K")


def test_nothing_in_the_first_second(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "DELAY", 60)
    with Progress(shown=True) as shown:
        shown.step("a.yaml", 0, 1)
    assert terminal.getvalue() == ""


def test_nobody_looks(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Progress(shown=True).possible
    assert not Progress(shown=False).possible
    monkeypatch.setenv("CI", "true")
    assert not Progress(shown=True).possible
    monkeypatch.delenv("CI")
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=io.StringIO()))
    assert not Progress(shown=True).possible
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=None))
    assert not Progress(shown=True).possible
