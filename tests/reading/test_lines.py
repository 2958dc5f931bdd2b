"""Offsets to lines and columns, against a definition that shares no code."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apilint.findings import Span
from apilint.reading import lines
from apilint.reading.lines import Lines


@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.sampled_from(["\n", "\r\n", "\r", "a", "\x85", "\u2028", "\U0001f600", "\f", "abcdefgh"]), max_size=20),
    st.booleans(),
    st.data(),
)
def test_spans(parts: list[str], carriage: bool, data: st.DataObject) -> None:
    text = "".join(part for part in parts if carriage or part != "\r")
    places: list[tuple[int, int]] = []
    line, column = 1, 1
    for index, character in enumerate(text):
        places.append((line, column))
        column += 1
        if character == "\n" or (character == "\r" and text[index + 1 : index + 2] != "\n"):
            line, column = line + 1, 1
    places.append((line, column))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "_BITS", data.draw(st.integers(0, 4)))
        made = Lines(text)
        assert made.span(start, end) == Span(*places[start], *places[end])
        for number in range(-1, line + 3):
            written = "".join(character for place, character in zip(places, text, strict=False) if place[0] == number)
            assert made.line(number) == written.rstrip("\r\n")


def test_one_long_line_costs_no_more_than_many() -> None:
    made = Lines("x" * 8_000_000)
    begin = time.process_time()
    for offset in range(0, 8_000_000, 800):
        assert made.span(offset, offset + 1).line == 1
    assert time.process_time() - begin < 2
