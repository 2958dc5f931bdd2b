"""`apilint fix`: what it writes, says and refuses, and its exit status."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fix.conftest import Fix
from tests.fix.documents import BROKEN, CLEARTEXT, MENDED, unused


def put(repo: Path, name: str, text: str) -> Path:
    path = repo / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def test_a_safe_fix_is_written_and_everything_else_stays(fix: Fix, repo: Path) -> None:
    path = put(repo, "api.yaml", BROKEN)
    outcome = fix("api.yaml")
    assert (outcome.status, path.read_text()) == (0, MENDED)
    assert outcome.out == (
        "api.yaml\n"
        "  1 http-unknown-scheme: line 17\n"
        "\n"
        "1 finding fixed in 1 file\n"
        "\n"
        "next: apilint check shows what is left\n"
    )


def test_a_second_run_changes_nothing(fix: Fix, repo: Path) -> None:
    path = put(repo, "api.yaml", BROKEN)
    fix("api.yaml")
    before = os.stat(path)
    outcome = fix("api.yaml")
    assert outcome.status == 0
    assert outcome.out.startswith("nothing to fix\n")
    assert os.stat(path) == before


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.rstrip("\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace("# The pets.", "# Die Tiere: ü, \U0001f415."),
        lambda text: text.replace("  ", "    "),
        lambda text: text.replace("      scheme: ", "      scheme:   "),
    ],
    ids=["crlf", "no final line end", "mark", "unicode", "indentation", "blanks"],
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le"])
def test_bytes_round_a_fix_stay(fix: Fix, repo: Path, change: object, codec: str) -> None:
    before, after = change(BROKEN), change(MENDED)  # type: ignore[operator]
    path = repo / "api.yaml"
    path.write_bytes(before.encode(codec))
    assert fix("api.yaml").status == 0
    assert path.read_bytes().decode(codec) == after


def test_a_difference_is_shown_and_nothing_is_written(fix: Fix, repo: Path) -> None:
    path = put(repo, "api.yaml", BROKEN)
    outcome = fix("--diff")
    assert (outcome.status, path.read_text()) == (1, BROKEN)
    assert outcome.out == (
        "--- a/api.yaml\n"
        "+++ b/api.yaml\n"
        "@@ -14,5 +14,5 @@\n"
        "   securitySchemes:\n"
        "     key:\n"
        "       type: http\n"
        "-      scheme: 'bearer token'   # JWT\n"
        "+      scheme: 'bearer'   # JWT\n"
        "       description: Ask us.\n"
    )
    assert "1 finding would be fixed in 1 file\n" in outcome.err
    path.write_text(MENDED)
    assert fix("--diff").status == 0


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_a_difference_can_be_applied(fix: Fix, repo: Path, end: str, last: bool) -> None:
    text = unused("A", "B").replace("\n", end)
    path = put(repo, "api.yaml", text if last else text.removesuffix(end))
    outcome = fix("--diff", "--rule", "unused-component")
    assert outcome.status == 1
    command = ["git", "apply", "-"]
    subprocess.run(["git", "init", "--quiet"], cwd=repo, check=True, timeout=60)
    done = subprocess.run(command, cwd=repo, input=outcome.out.encode(), check=False, timeout=60, capture_output=True)
    assert done.returncode == 0, done.stderr
    applied = path.read_bytes()
    path.write_bytes((text if last else text.removesuffix(end)).encode())
    assert fix("--rule", "unused-component").status == 0
    assert path.read_bytes() == applied


def test_unsafe_fixes_wait_to_be_asked_for(fix: Fix, repo: Path) -> None:
    path = put(repo, "api.yaml", CLEARTEXT)
    outcome = fix("api.yaml")
    assert (outcome.status, path.read_text()) == (0, CLEARTEXT)
    assert "next: 1 fix with --unsafe-fixes, which changes what the API accepts or returns\n" in outcome.out
    outcome = fix("api.yaml", "--unsafe-fixes", "--rule", "credentials-over-cleartext,server-cleartext")
    assert (outcome.status, path.read_text()) == (0, MENDED)
    assert "(unsafe): line 5" in outcome.out


def test_one_rule(fix: Fix, repo: Path) -> None:
    path = put(repo, "api.yaml", unused("A", "B").replace("'bearer'", "'bearer token'"))
    assert fix("--rule", "unused-component").status == 0
    assert "schemas: {}" in path.read_text()
    assert "'bearer token'" in path.read_text()


def test_wrong_use(fix: Fix, repo: Path) -> None:
    put(repo, "api.yaml", BROKEN)
    outcome = fix("--rule", "unused-componet")
    assert outcome.status == 2
    assert "no rule is called 'unused-componet'" in outcome.err
    assert "unused-component" in outcome.err.splitlines()[0]
    outcome = fix("--rule", "unauthenticated-write")
    assert outcome.status == 2
    assert "has no fix" in outcome.err
    assert fix("-", "api.yaml").status == 2
    assert fix("--baseline", "none.json").status == 2
    assert (repo / "api.yaml").read_text() == BROKEN


@pytest.mark.parametrize("name", ["api.yaml", None])
def test_standard_input_is_printed_fixed(
    fix: Fix, repo: Path, monkeypatch: pytest.MonkeyPatch, name: str | None
) -> None:
    options = ["--stdin-filename", name] if name else []
    for text, wanted, status in ((BROKEN, MENDED, 0), (MENDED, MENDED, 0), ("a: [", "a: [", 3)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        outcome = fix("-", *options)
        assert (outcome.status, outcome.out) == (status, wanted)
    assert sorted(os.listdir(repo)) == [".git"]


def test_standard_input_changes_no_other_file(fix: Fix, repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(repo, "schemas.yaml", "A: {type: string, format: password, example: x}\n")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(BROKEN.encode())))
    assert fix("-", "--stdin-filename", "api.yaml", "--unsafe-fixes").out == MENDED
    assert path.read_text().startswith("A: {type")


def test_what_cannot_be_read_is_said_and_the_rest_is_fixed(fix: Fix, repo: Path) -> None:
    path = put(repo, "api.yaml", BROKEN)
    put(repo, "bad.yaml", "openapi: 3.0.3\ninfo: [\n")
    outcome = fix()
    assert (outcome.status, path.read_text()) == (3, MENDED)
    assert "problem: bad.yaml:" in outcome.out
    assert "1 finding fixed in 1 file" in outcome.out


def test_nothing_to_lint(fix: Fix, repo: Path) -> None:
    outcome = fix()
    assert outcome.status == 3
    assert "nothing to lint" in outcome.out


def test_suppressed_findings_stay(fix: Fix, repo: Path) -> None:
    text = BROKEN.replace("   # JWT", "   # apilint: ignore[http-unknown-scheme] reason: old")
    path = put(repo, "api.yaml", text)
    assert fix("--rule", "http-unknown-scheme").out.startswith("nothing to fix")
    assert path.read_text() == text


def test_a_baseline_is_left_alone(fix: Fix, repo: Path) -> None:
    from apilint.cli import main

    path = put(repo, "api.yaml", BROKEN)
    assert main(["baseline", "--output", "b.json"]) == 0
    assert fix("--baseline", "b.json").out.startswith("nothing to fix")
    assert path.read_text() == BROKEN
    assert fix().status == 0
    assert path.read_text() == MENDED


def test_what_did_not_change_since_a_revision_is_left_alone(fix: Fix, repo: Path) -> None:
    os.rmdir(repo / ".git")
    old = put(repo, "old.yaml", BROKEN)

    def git(*words: str) -> None:
        name = ["-c", "user.name=a", "-c", "user.email=a@b.example"]
        subprocess.run(["git", *name, *words], cwd=repo, check=True, timeout=60)

    git("init", "--quiet")
    git("add", "--all")
    git("commit", "--quiet", "--message", "one")
    new = put(repo, "new.yaml", BROKEN)
    assert fix("--since", "HEAD").status == 0
    assert (old.read_text(), new.read_text()) == (BROKEN, MENDED)


def test_colours(fix: Fix, repo: Path) -> None:
    put(repo, "api.yaml", BROKEN)
    outcome = fix("--diff", "--color", "always")
    assert "\x1b[38;5;131m-      scheme: 'bearer token'   # JWT\x1b[0m\n" in outcome.out
    assert "\x1b[38;5;28m+      scheme: 'bearer'   # JWT\x1b[0m\n" in outcome.out


def test_hostile_names_and_secrets_are_not_shown(fix: Fix, repo: Path) -> None:
    secret = "AKIA" + "QYLPMN5HHHFPZAM2"
    text = BROKEN.replace("Ask us.", f"Ask us for {secret}, \u202e not.")
    put(repo, "a\n::error::b.yaml", text)
    outcome = fix("--diff")
    for stream in (outcome.out, outcome.err):
        assert secret not in stream
        assert "\u202e" not in stream
        assert "\x1b" not in stream
        assert not any(line.startswith("::") for line in stream.splitlines())
    assert outcome.status == 1


def test_help(fix: Fix) -> None:
    shown = fix("--help").out
    for word in ("--diff", "--unsafe-fixes", "--rule", "--since", "--baseline", "Exit status:"):
        assert word in shown
    assert max(map(len, shown.splitlines())) <= 80
