"""Code in Markdown is blanked out, and nothing moves."""

from __future__ import annotations

import time

import pytest

from apilint.analysis.markdown import without_code


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a <b> c", "a <b> c"),
        ("a `<b>` c", "a `` c"),
        ("a ``x ` <b>`` <c>", "a ```` <c>"),
        ("a ` <b> `` c", "a ` <b> `` c"),
        ("a \\` <b> ` c", "a \\` <b> ` c"),
        ("a ` b\n\n<c> ` d", "a ` b\n\n<c> ` d"),
        ("a\n```html\n<b>\n```\n<c>", "a\n\n\n\n<c>"),
        ("a\n~~~\n<b>", "a\n\n"),
        ("a\n````\n```\n<b>\n````\n<c>", "a\n\n\n\n\n<c>"),
        ("a\n\n    <b>\n    <c>\n<d>", "a\n\n\n\n<d>"),
        ("a\n    <b>", "a\n    <b>"),
        ("- a\n\n    <b>", "- a\n\n    <b>"),
        ("``` `<b>\n<c>", "``` `<b>\n<c>"),
    ],
)
def test_without_code(text: str, left: str) -> None:
    found = without_code(text)
    assert len(found) == len(text)
    assert found.replace(" ", "") == left.replace(" ", "")


@pytest.mark.parametrize("text", ["`" * 200_001, "` `` ``` " * 50_000, "`a" * 100_000, "    \n" * 50_000 + "`" * 9])
def test_it_takes_no_longer_than_the_text_is(text: str) -> None:
    start = time.process_time()
    assert len(without_code(text)) == len(text)
    assert time.process_time() - start < 2
