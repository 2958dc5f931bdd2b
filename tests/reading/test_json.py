"""JSON: strict, with repeated keys noticed however they are spelt."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apilint.findings import Span
from apilint.reading.document import Document
from apilint.reading.limits import LimitReached, Limits, Malformed
from apilint.reading.parse import parse
from apilint.reading.source import Source


def made(text: str, limits: Limits | None = None, name: str = "a.json") -> Document:
    return parse(Source(name, None, text.encode()), limits or Limits())


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"a": NaN}', (1, 7)),
        ('{"NaN": 1,\n"b": -Infinity}', (2, 6)),
        ("[1,]", (1, 4)),
        ('{"a": 1,}', (1, 9)),
        ("{} {}", (1, 4)),
        ("// x\n{}", (1, 1)),
        ('{"a": 01}', (1, 8)),
        ("{'a': 1}", (1, 2)),
        ('"\t"', (1, 2)),
        ("", (1, 1)),
        ('{"a": "\\ud8"}', (1, 9)),
        ("[+1]", (1, 2)),
    ],
)
def test_strict(text: str, place: tuple[int, int]) -> None:
    with pytest.raises(Malformed) as raised:
        made(text)
    line, column = raised.value.line, raised.value.column
    assert line == place[0]
    assert column is not None
    assert abs(column - place[1]) <= 1  # the standard parser's own idea differs between versions


def test_long_numbers() -> None:
    digits = "9" * 4301
    assert made(f'{{"a": {digits}, "b": 1e400, "c": -1, "d": 1.5}}').value == {
        "a": digits,
        "b": float("inf"),
        "c": -1,
        "d": 1.5,
    }
    found = made(f'[{digits}, {{"b": 1}}]').locate([(1, "b")])
    assert found[(1, "b")].key == Span(1, 4306, 1, 4309)


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "a": 2}',
        '{"security": 1, "\\u0073ecurity": 2}',
        '{"a" : 1, "a"\n : 2}',
        '{"x": ": y", "a": 1, "a": 2}',
        '{"a\\\\": 1, "b": 1, "b": 2}',
        '{"x": "\\":", "a": 1, "a": 2}',
        '{"a\\"": 1, "a\\"": 2}',
        '{"x": "a\\\\", "\\\\": 1, "\\\\": 2}',
        '{"": 1, "": 2}',
        '[{"x": [{"k": 1}, {"k": 1, "k": {}}]}]',
    ],
)
def test_duplicates(text: str) -> None:
    document = made(text)
    assert len(document.duplicates) == 1
    [one] = document.duplicates
    assert one.first < one.second
    for span in (one.first, one.second):
        line = document.line(span.line)
        assert json.loads(line[span.column - 1 : span.end_column - 1]) == one.key
    place = document.locate([(*one.path, one.key)])[(*one.path, one.key)]
    assert place.key == one.second
    assert document.value == json.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"a": {"a": 1}}',
        '{"x": "\\"a\\": 1"}',
        '{": ": ": "}',
        '["\\\\", {"a\\\\": "\\\\\\": "}]',
        '{"a" : 1, "b"\t: [": x"]}',
        "[]",
        "1",
        '"a"',
    ],
)
def test_no_duplicates(text: str) -> None:
    assert not made(text).duplicates
    assert made(text).value == json.loads(text)


NAMES = st.sampled_from(["a", "b", '"', "\\", '":', ": ", "", '\\"', "\\:", ' " :', "é", "\U0001f600"])


@given(st.lists(st.tuples(NAMES, NAMES), max_size=5), st.sampled_from([":", " :", "\n:  "]))
def test_the_quick_look_never_misses_a_duplicate(pairs: list[tuple[str, str]], colon: str) -> None:
    text = "[{" + ",".join(f"{json.dumps(key)}{colon}{json.dumps(item)}" for key, item in pairs) + "}]"
    document = made(text)
    assert len(document.duplicates) == len(pairs) - len({key for key, _ in pairs})


def test_limits() -> None:
    for text, nodes, depth in (('{"a": 1}', 3, 1), ("[1, [2], {}]", 5, 2), ('{"a": {"b": [1]}}', 6, 3)):
        assert made(text, Limits(nodes=nodes, depth=depth)).value
        with pytest.raises(LimitReached, match="--max-nodes"):
            made(text, Limits(nodes=nodes - 1))
        with pytest.raises(LimitReached, match="--max-depth"):
            made(text, Limits(depth=depth - 1))
    for count in (129, 1_000, 100_000):
        with pytest.raises(LimitReached, match="--max-depth"):
            made("[" * count + "]" * count)
        with pytest.raises((LimitReached, Malformed)):
            made("[" * count)


def test_a_depth_beyond_the_standard_parser_is_a_limit_too() -> None:
    with pytest.raises(LimitReached, match="--max-depth"):
        made('{"a":' * 60_000 + "1" + "}" * 60_000, Limits(depth=100_000))


def test_json_by_another_name() -> None:
    assert made('{"a": 1}', name="a.yaml").format == "json"
    assert made("{a: 1}", name="a.yaml").format == "yaml"
    assert made('\ufeff{"a": 1}').value == {"a": 1}
    assert made('{"<<": {"a": 1}}').value == {"<<": {"a": 1}}


def test_surrogates() -> None:
    document = made('{"\\ud83d\\ude00": "\\ud800", "\U0001f600b": 1}')
    assert document.value == {"\U0001f600": "\ud800", "\U0001f600b": 1}
    found = document.locate([("\U0001f600",), ("\U0001f600b",)])
    assert found[("\U0001f600",)].value == Span(1, 18, 1, 26)
    assert found[("\U0001f600b",)].key == Span(1, 28, 1, 32)


@given(st.text(st.sampled_from('{}[]",:\\ \n1aNeu-.'), max_size=30))
def test_it_reads_what_the_standard_parser_reads(text: str) -> None:
    def refuse(word: str) -> Any:
        raise ValueError(word)

    try:
        wanted = json.loads(text, parse_constant=refuse)
    except ValueError:
        with pytest.raises(Malformed):
            made(text)
    else:
        assert made(text).value == wanted
