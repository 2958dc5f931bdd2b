"""`apilint completion`: the scripts, driven in real shells, and how quickly they are answered."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import resource
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from apilint.cli import main
from apilint.cli.completion import SHELLS, answer

Tool = Callable[[str], str]
Ask = Callable[[str], list[str]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a program `apilint`, the scripts, and files to complete."""
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "apilint"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m apilint "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    for shell in SHELLS:
        text = run([str(program), "completion", shell], tmp_path).stdout
        (tmp_path / f"{shell}.script").write_text(text, encoding="utf-8")
    work = tmp_path / "work"
    (work / "folder").mkdir(parents=True)
    (work / "my api.yaml").touch()
    (work / "folder" / "inner.yaml").touch()
    return tmp_path


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("_APILINT_COMPLETE", "PYTHONPATH")}
    path = f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return {**kept, "PATH": path, "HOME": str(home), "TERM": "dumb", "LC_ALL": "C.UTF-8", "INPUTRC": "/dev/null"}


def run(command: list[str], home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, env={**environment(home), **more}, capture_output=True, text=True, timeout=60, check=False
    )


class Terminal:
    """A shell in a terminal, to which keys are sent."""

    def __init__(self, command: list[str], home: Path, setup: str) -> None:
        self._shown = ""
        self._terminal, side = pty.openpty()
        self._process = subprocess.Popen(
            command,
            cwd=home / "work",
            env=environment(home),
            stdin=side,
            stdout=side,
            stderr=side,
            start_new_session=True,
        )
        os.close(side)
        self.send(f"{setup}; PS1=; PROMPT=; PS2=; echo REA''DY\n")
        self.until(r"READY\r*\n")

    def send(self, keys: str) -> None:
        os.write(self._terminal, keys.encode())

    def until(self, pattern: str) -> re.Match[str]:
        """Read until what is shown has the pattern; what came before is forgotten."""
        end = time.monotonic() + 30
        while time.monotonic() < end:
            if found := re.search(pattern, self._shown):
                self._shown = self._shown[found.end() :]
                return found
            if select.select([self._terminal], [], [], 0.2)[0]:
                with contextlib.suppress(OSError):
                    self._shown += os.read(self._terminal, 65536).decode(errors="replace")
        raise AssertionError(f"{pattern!r} was not shown: {self._shown!r}")

    def result(self) -> str:
        """What was echoed last."""
        return self.until(r"(?:^|[\r\n])RESULT: ?([^\r\n]*)\r*\n")[1]

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._terminal)


@pytest.fixture(params=["bash", "zsh"])
def terminal(request: pytest.FixtureRequest, home: Path, tool: Tool) -> Iterator[Terminal]:
    shell = tool(str(request.param))
    script = home / f"{request.param}.script"
    ways = {
        "bash": ([shell, "--norc", "--noprofile", "-i"], f"bind 'set enable-bracketed-paste off'; source '{script}'"),
        "zsh": (
            [shell, "-f", "-i"],
            f"unsetopt zle_bracketed_paste prompt_sp; autoload -Uz compinit; compinit -u; source '{script}'",
        ),
    }
    command, setup = ways[str(request.param)]
    opened = Terminal(command, home, setup)
    yield opened
    opened.close()


LINES = [
    ("apilint expl", "apilint explain"),
    ("apilint check --no-pro", "apilint check --no-progress"),
    ("apilint check --format sar", "apilint check --format sarif"),
    ("apilint check --format=sar", "apilint check --format=sarif"),
    ("apilint check --preset gat", "apilint check --preset gateway"),
    ("apilint check --fail-on crit", "apilint check --fail-on critical"),
    ("apilint explain server-clear", "apilint explain server-cleartext"),
    (
        "apilint check --select unauthenticated-write,server-clear",
        "apilint check --select unauthenticated-write,server-cleartext",
    ),
    ("apilint check --output sar", "apilint check --output sarif=apilint.sarif"),
    ("apilint check folder/in", "apilint check folder/inner.yaml"),
    ("apilint check my", "apilint check my api.yaml"),
    ("apilint check -- fol", "apilint check -- folder/"),
    ("apilint check --ref-root fol", "apilint check --ref-root folder/"),
]


def test_tab_in_a_terminal(terminal: Terminal) -> None:
    results = []
    for line, _ in LINES:
        # Control-A: to the start of the line, which is shown instead of carried out.
        terminal.send(f"{line}\t\x01echo RES''ULT: \n")
        results.append((line, terminal.result().strip()))
    # zsh takes back the last slash of a folder when the line goes on.
    assert results in (LINES, [(line, whole.rstrip("/")) for line, whole in LINES])


def test_fish_completes(home: Path, tool: Tool) -> None:
    fish = tool("fish")

    def completed(line: str) -> list[str]:
        script = f"source '{home}/fish.script'; cd '{home}/work'; complete --do-complete='{line}'"
        return run([fish, "--no-config", "--command", script], home).stdout.splitlines()

    assert "check\tCheck OpenAPI documents and report findings." in completed("apilint ")
    assert completed("apilint check --no-pro") == ["--no-progress\tShow no progress."]
    assert completed("apilint check --format sar") == ["sarif"]
    assert completed("apilint check --format=sar") == ["--format=sarif"]
    assert completed("apilint explain server-clear") == ["server-cleartext\thigh"]
    assert completed("apilint check --select a-rule,server-clear") == ["a-rule,server-cleartext\thigh"]
    assert completed("apilint check my") == ["my api.yaml"]
    assert completed("apilint check --ref-root fol") == ["folder/\tDirectory"]
    (described,) = completed("apilint check --fail-o")
    assert described.startswith("--fail-on\tExit 1 for findings at or above info, low, medium, high or critical.")


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Ask:
    """Give a function that completes a line as bash's script does."""

    def asking(line: str) -> list[str]:
        monkeypatch.setenv("_APILINT_COMPLETE", "bash_complete")
        monkeypatch.setenv("COMP_WORDS", line)
        monkeypatch.setenv("COMP_CWORD", str(len(line.split(" ")) - 1))
        assert main([]) == 0
        captured = capfd.readouterr()
        assert captured.err == ""
        return captured.out.split()

    return asking


def test_each_option_with_values_has_them(ask: Ask) -> None:
    assert {"plain,check", "plain,rules", "plain,explain", "plain,completion"} <= set(ask("apilint "))
    assert {"plain,default", "plain,audit"} <= set(ask("apilint check --preset "))
    assert ask("apilint check --min-confidence ") == ["plain,low", "plain,medium", "plain,high"]
    assert ask("apilint rules --format ") == ["plain,text", "plain,json"]
    assert ask("apilint completion ") == ["plain,bash", "plain,zsh", "plain,fish"]
    assert "plain,gitlab=gl-code-quality-report.json" in ask("apilint check --output g")
    assert ask("apilint check ") == ["file,"]
    assert len(ask("apilint explain ")) > 280


@pytest.mark.parametrize(
    "line", ["apilint nope ", "apilint check --nope ", "apilint check 'open", "apilint --version x "]
)
def test_what_is_no_command_line_has_no_completions(ask: Ask, line: str) -> None:
    assert not [found for found in ask(line) if found.startswith("plain,")]


@pytest.mark.parametrize("asked", ["", "bash", "tcsh_complete", "bash_delete"])
def test_an_unknown_question_is_wrong_use(monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
    monkeypatch.setenv("_APILINT_COMPLETE", asked)
    assert answer() == 2


def test_a_command_is_carried_out_all_the_same(home: Path) -> None:
    """The variable left in an environment turns no check into a pass."""
    done = run(
        [sys.executable, "-m", "apilint", "check", str(home / "none.yaml")], home, _APILINT_COMPLETE="bash_source"
    )
    assert done.returncode not in (0, 1)


def test_an_answer_costs_little(home: Path) -> None:
    """Held against the start of Python with click, which no answer can do without."""
    asked = {"_APILINT_COMPLETE": "bash_complete", "COMP_WORDS": "apilint check --select server-", "COMP_CWORD": "3"}

    def cost(command: list[str]) -> float:
        def once() -> float:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            run(command, home, **asked)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

        return min(once() for _ in range(5))

    assert cost([sys.executable, "-m", "apilint"]) < 3 * cost([sys.executable, "-c", "import click.shell_completion"])
