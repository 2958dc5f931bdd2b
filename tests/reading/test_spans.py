"""The text at a span, parsed again, is the value: for generated YAML and JSON of every shape that documents have."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from apilint.findings import Span
from apilint.reading.document import Document
from apilint.reading.limits import Limits, Malformed
from apilint.reading.parse import parse
from apilint.reading.source import Source
from apilint.reading.yaml_text import compose

SOME = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "utf-16", "utf-32"]


def document(text: str, name: str = "a.yaml", encoding: str = "utf-8") -> Document:
    return parse(Source(name, None, text.encode(encoding)), Limits())


def cut(text: str, span: Span) -> str:
    """The text at a span by a definition of lines that shares no code with the one under test."""
    lines: list[str] = [""]
    previous = ""
    for character in text:
        if character == "\n" and previous == "\r":
            lines[-2] += character
        else:
            lines[-1] += character
            if character in "\r\n":
                lines.append("")
        previous = character
    if span.line == span.end_line:
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]
    middle = lines[span.line : span.end_line - 1]
    first, last = lines[span.line - 1][span.column - 1 :], lines[span.end_line - 1][: span.end_column - 1]
    return "".join([first, *middle, last])


def paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(below for key, item in items for below in paths(item, (*path, key)))]


def at(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def same(left: Any, right: Any) -> bool:
    if isinstance(left, float) and isinstance(right, float) and math.isnan(left):
        return math.isnan(right)
    if isinstance(left, dict) and isinstance(right, dict):
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return type(left) is type(right) and bool(left == right)


def check_yaml(text: str, encoding: str = "utf-8") -> None:
    made = document(text, encoding=encoding)
    found = made.locate(paths(made.value))
    for path, place in found.items():
        padding = " " * (place.value.column - 1)
        # An indentation indicator counts from a parent that is not cut out with the scalar.
        part = re.sub(r"^((?:[&!]\S+ )*[|>])[0-9]", r"\1", cut(made.text, place.value))
        again = compose(padding + part, Limits()).value
        wanted = at(made.value, path)
        assert same(again, wanted), (path, cut(made.text, place.value), again, wanted)
        if path and isinstance(path[-1], str):
            assert place.key is not None
            key = compose("? " + cut(made.text, place.key).replace("\n", "\n  "), Limits()).value
            assert list(key) == [path[-1]], (path, cut(made.text, place.key))


# Text that people write, and text that breaks scanners: quotes, indicators, non-BMP, look-alikes of other types.
WORDS = st.sampled_from(
    [
        "a",
        "yes",
        "null",
        "012",
        "1e3",
        "0o14",
        "-1",
        "true",
        "~",
        "x y",
        "it's",
        'say "hi"',
        "a#b",
        "a: b",
        "- a",
        "\U0001f600",
        "é",
        "*a",
        "&a",
        "!t",
        "%x",
        "@x",
        "`",
        "|",
        ">",
        "[",
        "{",
        "a,b",
        "<<",
        "=",
        "",
        " ",
        "\tx",
        "x\t",
        "\\",
        "2020-01-01",
        ".inf",
        "\u00a0",
    ]
)
TEXTS = st.one_of(
    WORDS,
    st.text(
        st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\ufeff\ufffe\uffff"), max_size=12
    ),
)
SCALARS = st.one_of(TEXTS, st.integers(-(10**9), 10**9), st.booleans(), st.none(), st.floats(allow_nan=False))
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4), max_leaves=12
)


def plain(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return {"inf": ".inf", "-inf": "-.inf"}.get(repr(value), repr(value))
    return repr(value)


@st.composite
def scalar(draw: st.DrawFn, value: Any, *, block: int = -1) -> str:
    """A scalar in one of the styles that can hold it; `block` is the indentation that a block scalar would have."""
    if not isinstance(value, str):
        return plain(value)
    styles = ["double"]
    printable = not any(ord(character) < 32 and character != "\t" for character in value) and "\x85" not in value
    if printable:
        styles.append("single")
    if block > 0 and printable and value.strip(" \t") and value[0] not in " \t":
        styles += ["literal", "strip", "keep", "folded", "indicated"]
    if value.isalpha() and value.isascii() and value.lower() not in ("null", "true", "false"):
        styles += ["plain"] * 3
    style = draw(st.sampled_from(styles))
    pad = " " * block
    if style == "single":
        return "'" + value.replace("'", "''") + "'"
    if style == "plain":
        return value
    if style == "double":
        return json.dumps(value, ensure_ascii=draw(st.booleans()) and value.isascii())
    header = {"literal": "|", "strip": "|-", "keep": "|+", "folded": ">", "indicated": f"|{draw(st.integers(2, 2))}-"}[
        style
    ]
    gap = draw(st.sampled_from(["", "\n", "\n\n"]))
    return f"{header} # a comment\n{pad}{value}\n{pad}more\n{gap}"


@st.composite
def flow(draw: st.DrawFn, value: Any) -> str:
    space = st.sampled_from(["", " ", "\t", " \n  ", " # it\n  "])
    if isinstance(value, dict):
        pairs = [
            f"{draw(scalar(key))}{draw(st.sampled_from(['', ' ']))}: {draw(flow(item))}" for key, item in value.items()
        ]
        return "{" + draw(space) + f"{draw(space)}, {draw(space)}".join(pairs) + draw(space) + "}"
    if isinstance(value, list):
        return "[" + draw(space) + ",\t".join(draw(flow(item)) for item in value) + draw(space) + "]"
    return draw(scalar(value))


@st.composite
def block(draw: st.DrawFn, value: Any, indent: int = 0) -> str:
    """A value as it stands after a key or a dash, its line end included."""
    mark = draw(st.sampled_from(["", "", "", f"&a{draw(st.integers(0, 9))} ", "!!X "]))
    if mark.startswith("!!"):
        tags = {"dict": "!!map ", "list": "!!seq ", "str": "!!str "}
        mark = tags.get(type(value).__name__, "")
    if (not value and not isinstance(value, (str, bool, int, float))) or draw(st.integers(0, 4)) == 0:
        return f" {mark}{draw(flow(value))}\n".replace("\n  ", "\n" + " " * (indent + 4))
    pad = " " * indent
    lines = []
    if isinstance(value, dict):
        for key, item in value.items():
            lines.append(f"{pad}{draw(scalar(key))}:{draw(block(item, indent + 2))}{draw(NOISE)}")
    elif isinstance(value, list):
        lines += [f"{pad}-{draw(block(item, indent + 2))}{draw(NOISE)}" for item in value]
    else:
        return f" {mark}{draw(scalar(value, block=indent))}\n"
    return f" {mark}\n" + "".join(lines)


NOISE = st.sampled_from(["", "", "", "\n", "# a comment: x\n", "   # another\n\n"])


@SOME
@given(st.data(), VALUES, st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(ENCODINGS))
def test_yaml(data: st.DataObject, value: Any, end: str, encoding: str) -> None:
    text = "---" + data.draw(block({"root": value}, 0))
    if end != "\n":
        text = text.replace("\n", end)
    try:
        compose(text, Limits())
    except Malformed:
        return  # the generator may write a key that is too long or an indicator out of place
    check_yaml(text, encoding)


@SOME
@given(st.data(), VALUES)
def test_flow(data: st.DataObject, value: Any) -> None:
    text = data.draw(flow([value, {"k": value}]))
    try:
        compose(text, Limits())
    except Malformed:
        return
    check_yaml(text)


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\nb:\n  c: [1, {d: e}]\n",
        "a:\r\n  - b: c\r\n\r\n  - d\r\ne: f\r\n",
        "a: one\n  two\n\n  three\nb: 'x\n  y'\nc: \"x\\\n  y\"\n",
        "a: &x\n  b: 1\nc: *x\nd: {e: *x}\n",
        "a:\t1\nb: [1,\t2]\nc:\t{d:\t3}\n",
        "a: |\n  text\n\n  more\n\nb: >-\n  folded\n  text\n# end\n",
        "a: |+\n  text\n\n\nb: 1\n",
        "a: |\n\n  late\nb: |-\nc: 1\n",
        "\U0001f600: \U0001f680\nb\U0001f600: [\U0001f680, 1]\n",
        "a:\nb: ~\nc: ''\nd: []\ne: {}\nf:\n-\n- x\n-\n",
        "{a, b: , c: [d: e, f]}\n",
        "? a\n? b\n: c\n",
        "a: !!str 12\nb: !!int 12\nc: &x !!str\nd: !!map {e: f}\n",
        "a: 'x\x85y'\nb: 1\n",
        'a: "\\u2028"\nb: {c: \'it\'\'s\', d: "say \\"x\\" }"}\n',
        "a: http://x/#y # z\nb: [a#b, c]\n",
        "base: &b {x: 1, y: 2}\nc:\n  <<: *b\n  z: 3\nd:\n  z: 3\n  <<: [*b]\ne: 1\n",
        "a: 1\n---\n",
        "a: x\n...\n",
        "--- a\n",
        "%YAML 1.2\n---\na: 1\n",
        "'a b' : 1\n\"c\\td\" : 2\n",
        "- - - 1\n    - 2\n  - 3\n- 4\n",
        "a: -.inf\nb: 0x1F\nc: 0o17\nd: +1\ne: .5\n",
    ],
)
def test_shapes(text: str) -> None:
    if "<<" in text:
        made = document(text)
        assert cut(text, made.locate([("c",)])[("c",)].value) == "<<: *b\n  z: 3"
        assert cut(text, made.locate([("d",)])[("d",)].value) == "z: 3\n  <<: [*b]"
        assert made.locate([("c", "x")])[("c", "x")].key == Span(1, 11, 1, 12)
        return
    if "*x" in text:
        made = document(text)
        found = made.locate([("c",), ("c", "b"), ("d", "e")])
        assert cut(text, found[("c",)].value) == cut(text, found[("d", "e")].value) == "*x"
        assert found[("c", "b")].value == Span(2, 6, 2, 7)
        return
    check_yaml(text)


def test_an_indentation_indicator() -> None:
    text = "a: |2\n    deep\n  text\nb:\n  - |1-\n     x\n   y\n"
    made = document(text)
    assert made.value == {"a": "  deep\ntext\n", "b": ["  x\ny"]}
    found = made.locate([("a",), ("b", 0)])
    assert cut(text, found[("a",)].value) == "|2\n    deep\n  text\n"
    assert cut(text, found[("b", 0)].value) == "|1-\n     x\n   y"


def test_lines_end_at_line_feeds_and_carriage_returns_only() -> None:
    text = 'a: "x\u2028y\u2029z"\nb: 1\r\nc: 2\rd: 3\n'
    found = document(text).locate([("b",), ("c",), ("d",)])
    assert [found[(key,)].key for key in "bcd"] == [Span(2, 1, 2, 2), Span(3, 1, 3, 2), Span(4, 1, 4, 2)]
    assert [document(text).line(number) for number in (0, 2, 4, 5, 99)] == ["", "b: 1", "d: 3", "", ""]


def test_a_missing_place_is_that_of_its_nearest_ancestor() -> None:
    for name in ("a.yaml", "a.json"):
        made = document('{"a": {"b": [1]}}', name)
        found = made.locate([("a", "x", "y"), ("a", "b", 7), ("a", "b", -1), ("a", "b", "0"), ("z",), ()])
        assert found[("a", "x", "y")].key == Span(1, 2, 1, 5)
        assert (
            found[("a", "b", 7)].value
            == found[("a", "b", -1)].value
            == found[("a", "b", "0")].value
            == Span(1, 13, 1, 16)
        )
        assert found[("z",)].value == found[()].value == Span(1, 1, 1, 18)
        assert found[()].key is None


@SOME
@given(VALUES, st.sampled_from([None, 1, "\t"]), st.booleans(), st.sampled_from([(",", ":"), (" ,\r\n ", "\t:  ")]))
@example({"\U0001f600": "\U0001f600", "a\\": {'"': ['"', "\\"]}}, None, True, (",", ":"))
@example([{"\ud800": "\udc00"}, "\ud83d\ude00"], 1, True, (",", ":"))
def test_json(value: Any, indent: Any, escaped: bool, separators: tuple[str, str]) -> None:
    text = (
        json.dumps([value], indent=indent, ensure_ascii=escaped, separators=separators, allow_nan=False)
        if _finite(value)
        else "[]"
    )
    made = document(text, "a.json")
    everything = paths(made.value)
    for wanted in (everything, everything[-1:], everything[len(everything) // 2 :]):
        for path, place in made.locate(wanted).items():
            assert json.loads(cut(text, place.value)) == at(made.value, path)
            if path and isinstance(path[-1], str):
                assert place.key is not None
                assert json.loads(cut(text, place.key)) == path[-1]


def _finite(value: Any) -> bool:
    return "Infinity" not in json.dumps(value)


def test_a_key_that_is_a_quote_is_quoted() -> None:
    text = "'''': 1\n'\"': 2\n"
    found = document(text).locate([("'",), ('"',)])
    assert [place.key and cut(text, place.key) for place in found.values()] == ["''''", "'\"'"]
