"""YAML as OpenAPI means it: scalars, keys, duplicates, merge keys, aliases, tags, limits; and what is refused."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pytest

from apilint.findings import Span
from apilint.reading.limits import LimitReached, Limits, Malformed
from apilint.reading.parse import parse
from apilint.reading.source import Source
from apilint.reading.yaml_text import compose

CORPUS = Path(os.environ.get("APILINT_CORPUS") or Path(__file__).parents[2].parent / "shared" / "corpus")


def value(text: str, limits: Limits | None = None) -> Any:
    return compose(text, limits or Limits()).value


def made(text: str) -> Any:
    return parse(Source("a.yaml", None, text.encode()), Limits())


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("on", "on"),
        ("yes", "yes"),
        ("NO", "NO"),
        ("012", "012"),
        ("-012", "-012"),
        ("2020-01-01", "2020-01-01"),
        ("0o14", 12),
        ("0x1f", 31),
        ("1e3", 1000.0),
        ("1_000", "1_000"),
        ("190:20:30", "190:20:30"),
        ("0b1", "0b1"),
        ("+7", 7),
        ("-0", 0),
        (".5", 0.5),
        ("1.", 1.0),
        ("~", None),
        ("null", None),
        ("Null", None),
        ("nULL", "nULL"),
        ("true", True),
        ("TRUE", True),
        ("tRUE", "tRUE"),
        (".inf", float("inf")),
        ("-.INF", float("-inf")),
        ("1e400", float("inf")),
        ("=", "="),
        ("'1'", "1"),
        ("!!str 1", "1"),
        ("!!int 1", 1),
        ("!!float 1", 1.0),
        ("!!null ''", None),
        ("", None),
        ("9" * 4300, int("9" * 4300)),
        ("9" * 4301, "9" * 4301),
        ("1" * 5000 + ".5", "1" * 5000 + ".5"),
    ],
)
def test_core_scalars(text: str, wanted: Any) -> None:
    got = value(f"a: {text}")["a"]
    assert got == wanted
    assert type(got) is type(wanted)


def test_keys_are_text_as_written() -> None:
    assert list(value("200: a\nnull: b\n~: c\ntrue: d\n1.50: e\n'': f\n&x k: 1\n!!int 7: g")) == [
        "200",
        "null",
        "~",
        "true",
        "1.50",
        "",
        "k",
        "7",
    ]
    assert value("&a 0x10: 1\nb: {*a : 2}") == {"0x10": 1, "b": {"0x10": 2}}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: *x", (1, 4)),
        ("a: &x [*x]", (1, 8)),
        ("a: &x\n  <<: *x", (2, 7)),
        ("? [a]\n: b", (1, 3)),
        ("{id}: x", (1, 1)),
        ("? {a: b}\n: c", (1, 3)),
        ("a: 1\n---\nb: 2", (2, 1)),
        ("a: 1\n---\n---\n", (2, 1)),
        ("a: [1", (1, 6)),
        ("a: b: c", (1, 5)),
        ("a:\n\t- b", (2, 1)),
        ("%YAML 9.9\n---\na", (1, 1)),
        ("é: a\x07", (1, 5)),
        ("&x [a]: 1\nb: {*x : 2}", (1, 1)),
    ],
)
def test_malformed(text: str, place: tuple[int, int]) -> None:
    with pytest.raises(Malformed) as raised:
        value(text)
    assert (raised.value.line, raised.value.column) == place


def test_one_document_and_an_empty_one_after_it() -> None:
    assert value("a: 1\n---\n") == {"a": 1}
    assert value("") is value("# only a comment\n") is value("---\n...\n") is None


def test_duplicates_name_both_places_and_the_last_counts() -> None:
    document = made("a: 1\nb:\n  - {x: 1, 'x': 2, y: 0, \"\\x78\": 3}\na: 4\n")
    assert document.value == {"a": 4, "b": [{"x": 3, "y": 0}]}
    assert [(one.path, one.key, one.first, one.second) for one in document.duplicates] == [
        (("b", 0), "x", Span(3, 6, 3, 7), Span(3, 12, 3, 15)),
        (("b", 0), "x", Span(3, 6, 3, 7), Span(3, 26, 3, 32)),
        ((), "a", Span(1, 1, 1, 2), Span(4, 1, 4, 2)),
    ]
    found = document.locate([("a",), ("b", 0, "x"), ("b", 0, "y"), ("b", 0)])
    assert found[("a",)].key == Span(4, 1, 4, 2)
    assert found[("b", 0, "x")].value == Span(3, 34, 3, 35)
    assert found[("b", 0, "y")].key == Span(3, 20, 3, 21)
    assert found[("b", 0)].value == Span(3, 5, 3, 36)


def test_many_duplicates_take_linear_time() -> None:
    keys = [f"k{number % 30_000}: 1\n" for number in range(60_000)]
    random.Random(1).shuffle(keys)
    assert len(made("".join(keys)).duplicates) == 30_000


def test_merge_keys() -> None:
    text = """
    a: &a {x: 1, y: 2}
    b: &b {y: 3, z: 4}
    one: {<<: *a, y: 0}
    two: {z: 9, <<: [*b, *a]}
    three: {<<: {p: 1}, '<<': kept}
    four: &four {<<: *a, q: 1}
    five: {<<: *four}
    """
    data = value(text)
    assert data["one"] == {"y": 0, "x": 1}
    assert data["two"] == {"z": 9, "y": 3, "x": 1}
    assert data["five"] == {"q": 1, "x": 1, "y": 2}
    odd = made("a: {<<: 3, b: 1}")
    assert odd.value == {"a": {"b": 1}}
    assert [problem.kind for problem in odd.notices] == ["merge-refused"]


def test_a_quoted_merge_key_is_a_key() -> None:
    assert value("a: {'<<': {b: 1}}") == {"a": {"<<": {"b": 1}}}


def test_places_through_merge_and_alias() -> None:
    document = made("a: &a {x: 1}\nb:\n  <<: *a\n  y: 2\nc: *a\n")
    found = document.locate([("b", "x"), ("c",), ("c", "x"), ("b", "y"), ("b",)])
    assert found[("b", "x")].key == found[("c", "x")].key == Span(1, 8, 1, 9)
    assert found[("c",)].value == Span(5, 4, 5, 6)
    assert found[("b", "y")].key == Span(4, 3, 4, 4)
    assert found[("b",)].value == Span(3, 3, 4, 7)


def test_aliases_share() -> None:
    data = value("a: &x {b: [1]}\nc: *x\nd: &y text\ne: *y")
    assert data["a"] is data["c"]
    assert data["d"] is data["e"]


def test_an_anchor_may_be_used_again() -> None:
    assert value("a: &x 1\nb: *x\nc: &x 2\nd: *x") == {"a": 1, "b": 1, "c": 2, "d": 2}


def test_tags_that_are_not_of_plain_data_are_refused_once_each_and_bounded() -> None:
    document = made(
        "a: !Ref x\nb: !!python/object/apply:os.system [ls]\nc: !!timestamp 2020-01-01\nd: !!int abc\n!foo e: 1"
    )
    assert document.value == {"a": "x", "b": ["ls"], "c": "2020-01-01", "d": "abc", "e": 1}
    assert [(problem.kind, problem.line, problem.column) for problem in document.notices] == [
        ("tag-refused", 1, 4),
        ("tag-refused", 2, 4),
        ("tag-refused", 3, 4),
        ("tag-refused", 4, 4),
        ("tag-refused", 5, 1),
    ]
    many = made("".join(f"k{number}: !x {number}\n" for number in range(1000)))
    assert len(many.notices) == 21
    assert "980 more" in many.notices[-1].message
    assert not made("a: !!map {b: !!seq [!!str c]}").notices


def test_depth_limit() -> None:
    for bound in (1, 2, 50):
        for text in (
            "[" * bound + "]" * bound,
            "".join(f"{' ' * level}a:\n" for level in range(bound - 1)) + " " * bound + "a: 1",
        ):
            assert value(text, Limits(depth=bound)) is not None
            assert value(text, Limits(depth=bound + 1)) is not None
            with pytest.raises(LimitReached, match="--max-depth") as raised:
                value(text, Limits(depth=bound - 1))
            assert raised.value.limit == "depth"


def test_depth_counts_what_aliases_stand_for() -> None:
    text = "".join(f"a{level}: &a{level} [{'*a' + str(level - 1) if level else 1}]\n" for level in range(60))
    assert value(text, Limits(depth=61))
    with pytest.raises(LimitReached, match="--max-depth"):
        value(text, Limits(depth=60))


def test_node_limit() -> None:
    for text, nodes in (("a: 1", 3), ("[1, 2, [3]]", 5), ("a: {b: c}\nd: [e]", 8), ("x", 1)):
        assert value(text, Limits(nodes=nodes))
        assert value(text, Limits(nodes=nodes + 1))
        if nodes > 1:
            with pytest.raises(LimitReached, match="--max-nodes"):
                value(text, Limits(nodes=nodes - 1))


def test_a_flat_document_is_stopped_on_the_way() -> None:
    with pytest.raises(LimitReached, match="--max-nodes"):
        value("[" + "1," * 200_000, Limits(nodes=10_000))  # before its end, which is missing


def test_alias_limit() -> None:
    text = "a: &a [1, 2]\nb: [*a, *a]\n"
    assert value(text, Limits(aliases=6))
    with pytest.raises(LimitReached, match="--max-aliases"):
        value(text, Limits(aliases=5))


@pytest.mark.parametrize(
    "text",
    [
        "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)),
        "a0: &a0 {k0: 1}\n" + "".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}], k{n}: 1}}\n" for n in range(1, 32)),
        f"a: &a {'x' * 100_000}\nb: [{', '.join(['*a'] * 10_000)}]",
    ],
    ids=["laughs", "merges", "text"],
)
def test_alias_bombs(text: str) -> None:
    with pytest.raises(LimitReached, match="--max-aliases"):
        value(text)


def test_time_limit() -> None:
    with pytest.raises(LimitReached, match="--max-seconds"):
        value("a: 1\n" * 100_000, Limits(seconds=0))


@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 100_000, "? " * 10_000, "{a: " * 100_000])
def test_nesting_never_reaches_the_stack(text: str) -> None:
    with pytest.raises((LimitReached, Malformed)):
        value(text)


def test_lone_carriage_returns_and_marks() -> None:
    assert value("a: 1\rb: 2\r\nc: 3") == {"a": 1, "b": 2, "c": 3}


SAMPLES = [
    "a: 1\nb: [x, {y: z}]\nc: |\n  text\n  more\nd: >-\n  folded\n  text\n",
    "a: &x {b: 1}\nc: *x\nd:\n  <<: *x\n  e: 'it''s'\nf: \"\\u00e9\\x41\"\n",
    "a: 1\na: 2\n? k\n: v\n!t x: !!str 1\n",
    "\U0001f600: é\n- \n",
    "---\na:\nb: ~\nc: ''\n...\n",
    "a: # x: y\n\nb:\n  - # z\n  -\n? c\n? d\n: \ne: {f: , g, h: [i: , j]}\nk: !!str\nl:\n",
    "a: 1\r\nb:\r\n- 2\r\n",
]


@pytest.mark.parametrize("text", SAMPLES)
def test_both_parsers_agree_on_samples(text: str) -> None:
    outcomes: list[Any] = []
    for pure in (False, True):
        try:
            outcomes.append(compose(text, Limits(), pure=pure)[:4])
        except Malformed as error:
            outcomes.append(error.line)
    assert outcomes[0] == outcomes[1]


def corpus_files() -> list[Path]:
    if not CORPUS.is_dir():
        return []
    small = [path for path in sorted(CORPUS.rglob("*.y*ml")) if path.stat().st_size < 40_000]
    return [path for path in small if path.parent == CORPUS] + small[::100]


@pytest.mark.parametrize(
    "path", corpus_files() or [pytest.param(None, marks=pytest.mark.skip(reason=f"there is no {CORPUS}"))]
)
def test_both_parsers_agree_on_the_corpus(path: Path) -> None:
    text = path.read_text()
    assert compose(text, Limits())[:4] == compose(text, Limits(), pure=True)[:4]
