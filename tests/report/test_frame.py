from __future__ import annotations

import pytest

from apilint.findings import Span
from apilint.report.frame import Mark, frame, window
from apilint.report.layout import columns, painter

PLAIN = painter(False)


def drawn(lines: list[str], *marks: Mark, width: int = 80) -> list[str]:
    return frame(lambda number: lines[number - 1], marks, 1, width, PLAIN)


def test_the_mark_stands_under_the_span() -> None:
    assert drawn(["openapi: 3.0.3", "  in: query"], Mark(Span(2, 3, 2, 5), "", True)) == [
        "  |",
        "2 |   in: query",
        "  |   ^^",
        "  |",
    ]


def test_related_places_share_the_frame_in_the_order_of_the_document() -> None:
    lines = ["security: []", "a: 1", "b: 2", "get: {}"]
    marks = (Mark(Span(4, 1, 4, 4), "", True), Mark(Span(1, 1, 1, 9), "switched off here"))
    assert drawn(lines, *marks) == [
        "  |",
        "1 | security: []",
        "  | -------- switched off here",
        "...",
        "4 | get: {}",
        "  | ^^^",
        "  |",
    ]


def test_two_marks_of_one_line_show_it_once() -> None:
    rows = drawn(["a: 1, b: 2"], Mark(Span(1, 1, 1, 2), "", True), Mark(Span(1, 7, 1, 8), "twice"))
    assert rows == ["  |", "1 | a: 1, b: 2", "  | ^", "  |       - twice", "  |"]


def test_a_label_that_does_not_fit_goes_below() -> None:
    rows = drawn(["x" * 30], Mark(Span(1, 20, 1, 30), "a label of many words that needs room"), width=40)
    assert rows[2:-1] == ["  |                    ----------", "  | a label of many words that needs", "  | room"]


@pytest.mark.parametrize(
    ("text", "start", "end", "below"),
    [
        ("\t\tname: x", 3, 7, "        ^^^^"),
        ("日本: x", 1, 3, "^^^^"),
        ("日本: key", 5, 8, "      ^^^"),
        ("e\u0301e\u0301: k", 7, 8, "    ^"),
        ("\x1b[2J: k", 1, 5, "^^^^^^^"),
        ("k: 😀 b", 6, 7, "      ^"),
    ],
)
def test_marks_are_true_whatever_the_width_of_the_characters(text: str, start: int, end: int, below: str) -> None:
    rows = drawn([text], Mark(Span(1, start, 1, end), "", True))
    assert rows[2] == f"  | {below}"


@pytest.mark.parametrize("start", [1, 30, 70, 500, 950, 998])
@pytest.mark.parametrize("letter", ["x", "語", "\t"])
def test_a_long_line_is_cut_around_the_span(start: int, letter: str) -> None:
    text = letter * (start - 1) + "KEY" + letter * (1000 - start)
    excerpt, offset, length = window(text, Span(1, start, 1, start + 3), 76)
    assert columns(excerpt) <= 76
    before = excerpt[: excerpt.index("KEY")]
    assert (columns(before), length) == (offset, 3)
    assert excerpt.startswith("...") == (start > 1)
    assert excerpt.endswith("...") or start > 900


def test_a_document_on_one_line_costs_no_more_than_what_is_shown() -> None:
    text = '{"a":' * 1_000_000
    excerpt, _, _ = window(text, Span(1, 2_500_002, 1, 2_500_003), 76)
    assert len(excerpt) <= 76


def test_a_span_over_lines_is_marked_on_its_first() -> None:
    assert drawn(["a: |", "  text"], Mark(Span(1, 4, 2, 7), "", True))[2] == "  |    ^"


def test_a_span_outside_the_text_still_gets_a_mark() -> None:
    assert drawn(["ab"], Mark(Span(1, 9, 1, 12), "", True))[2] == "  |   ^"


def test_nothing_is_drawn_without_text() -> None:
    assert drawn([""], Mark(Span(1, 1, 1, 2), "x", True)) == []
