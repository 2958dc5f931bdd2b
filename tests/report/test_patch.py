"""A unified diff of many changes."""

from __future__ import annotations

import difflib

import pytest

from apilint.report import patch as module
from apilint.report.layout import painter


def text(before: str, after: str) -> str:
    return module.patch("a.yaml", before, after, str, painter(False))


@pytest.mark.parametrize("after", ["a\nb\nx\nc\n", "a\nc\n", "", "b\na\nc\n", "a\nb\nc", "x\n" * 9])
def test_as_difflib_says(after: str) -> None:
    before = "a\nb\nc\n"
    lines = difflib.unified_diff(before.splitlines(True), after.splitlines(True), "a/a.yaml", "b/a.yaml")
    said = text(before, after).replace("\\ No newline at end of file\n", "")
    assert said.rstrip("\n") == "".join(lines).rstrip("\n")


def test_what_is_compared_does_not_grow_with_the_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []

    class Counting(difflib.SequenceMatcher[str]):
        def find_longest_match(
            self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
        ) -> difflib.Match:
            compared.append((ahi or 0) - alo)
            return super().find_longest_match(alo, ahi, blo, bhi)

    monkeypatch.setattr(module, "SequenceMatcher", Counting)
    before = "".join(f"n{number}:\n  type: string\n" for number in range(1000))
    after = before.replace("string\n", "string\n  maxLength: 9\n")
    assert text(before, after).count("\n+") == 1001
    assert sum(compared) < 3000
