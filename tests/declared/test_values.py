"""Each test of a value, as a table: which values are right, which are wrong, and about which it says nothing."""

from __future__ import annotations

from typing import Any

import pytest

from apilint.declared.javascript import UNDEFINED
from apilint.declared.patterns import PatternError
from apilint.declared.values import TESTS, ValueTestError

RIGHT, WRONG, SILENT = "right", "wrong", "silent"
TABLE: list[tuple[str, Any, dict[str, list[Any]]]] = [
    ("defined", True, {RIGHT: ["", None, 0, False, {}], WRONG: [UNDEFINED]}),
    ("defined", False, {RIGHT: [UNDEFINED], WRONG: ["", None]}),
    ("undefined", True, {RIGHT: [UNDEFINED], WRONG: ["x", None]}),
    ("truthy", True, {RIGHT: ["x", 1, {}, [], True], WRONG: ["", 0, None, False, UNDEFINED]}),
    ("falsy", True, {RIGHT: ["", 0, None, False, UNDEFINED], WRONG: ["x", {}, []]}),
    ("equals", "a", {RIGHT: ["a"], WRONG: ["b", 1, None, ["a"]], SILENT: [UNDEFINED]}),
    ("equals", 1, {RIGHT: [1, 1.0], WRONG: [True, "1"]}),
    ("equals", {"a": [1]}, {RIGHT: [{"a": [1]}], WRONG: [{"a": [2]}, {"a": [True]}, {}]}),
    ("in", ["a", 1, None], {RIGHT: ["a", 1, None], WRONG: ["b", True, "1"], SILENT: [UNDEFINED, {}, []]}),
    ("not_in", ["a"], {RIGHT: ["b", 1], WRONG: ["a"], SILENT: [UNDEFINED, {}]}),
    ("pattern", "b", {RIGHT: ["abc"], WRONG: ["", "B"], SILENT: [UNDEFINED, 1, None]}),
    ("pattern", "^b$", {RIGHT: ["b"], WRONG: ["ab", "b\n", "a\nb"]}),
    ("pattern", "/^b$/im", {RIGHT: ["B", "a\nb"], WRONG: ["ab"]}),
    ("pattern", "{id}", {RIGHT: ["/a/{id}"], WRONG: ["id"]}),
    ("pattern", r"^\d+$", {RIGHT: ["12"], WRONG: ["\u0663", "x"]}),
    ("pattern", "^(?!.*x)[a-z]+$", {RIGHT: ["abc"], WRONG: ["axc"]}),
    ("pattern", r"^\w+$", {RIGHT: ["a"], WRONG: ["\ud800"]}),
    ("not_pattern", "b", {RIGHT: ["a"], WRONG: ["abc"], SILENT: [UNDEFINED, []]}),
    ("min", 2, {RIGHT: [2, 2.5], WRONG: [1], SILENT: ["1", True, UNDEFINED]}),
    ("max", 2, {RIGHT: [2, -1], WRONG: [2.5], SILENT: ["9"]}),
    ("min_length", 2, {RIGHT: ["ab", [1, 2], {"a": 1, "b": 2}], WRONG: ["a", [], {}], SILENT: [1, None, UNDEFINED]}),
    ("max_length", 1, {RIGHT: ["a", []], WRONG: ["ab", [1, 2]], SILENT: [5]}),
    ("type", "integer", {RIGHT: [1, 2.0], WRONG: ["1", True, 1.5, None], SILENT: [UNDEFINED]}),
    ("type", ["array", "null"], {RIGHT: [[], None], WRONG: [{}, ""]}),
    ("exactly_one", ["a", "b"], {RIGHT: [{"a": 1}], WRONG: [{}, {"a": 1, "b": 2}], SILENT: [[], "a", UNDEFINED]}),
    ("at_least_one", ["a", "b"], {RIGHT: [{"a": 1, "b": 2}], WRONG: [{"c": 1}], SILENT: ["a"]}),
    ("sorted", True, {RIGHT: [["a", "b"], {"a": 1, "b": 2}, [1, 10], []], WRONG: [["b", "a"], [2, 1]], SILENT: ["ba"]}),
    ("sorted", "name", {RIGHT: [[{"name": "a"}, {"name": "b"}]], WRONG: [[{"name": "b"}, {"name": "a"}], ["a", "b"]]}),
    ("typed_enum", True, {RIGHT: [{"type": "string", "enum": ["a"]}], WRONG: [{"type": "string", "enum": [1]}]}),
    ("typed_enum", True, {RIGHT: [{"type": "string", "nullable": True, "enum": [None]}], SILENT: [{"enum": [1]}, 1]}),
    ("schema", {"type": "string", "maxLength": 1}, {RIGHT: ["a"], WRONG: ["ab", 1], SILENT: [UNDEFINED]}),
    ("schema", {"$ref": "#/$defs/a", "$defs": {"a": {"const": 1}}}, {RIGHT: [1], WRONG: [2]}),
    ("schema", {"pattern": "^{a}$"}, {RIGHT: ["{a}"], WRONG: ["a"]}),
    ("casing", "camel", {RIGHT: ["aB", "a1b", "aB1", "fooB"], WRONG: ["A", "aBC", "a_b", "a-b"], SILENT: ["", 1]}),
    ("casing", "pascal", {RIGHT: ["Ab", "OAuth", "A1", "AB"], WRONG: ["aB", "ABC", "A_b"]}),
    ("casing", "kebab", {RIGHT: ["a-b1"], WRONG: ["a--b", "-a", "aB", "a_b"]}),
    ("casing", "snake", {RIGHT: ["a_b"], WRONG: ["a__b", "A_b", "a-b"]}),
    ("casing", "macro", {RIGHT: ["A_B"], WRONG: ["a_B"]}),
    ("casing", "cobol", {RIGHT: ["A-B"], WRONG: ["A_B"]}),
    ("casing", "flat", {RIGHT: ["ab1"], WRONG: ["aB", "a-b"]}),
    ("casing", {"type": "kebab", "digits": False}, {RIGHT: ["a-b"], WRONG: ["a1"]}),
    (
        "casing",
        {"type": "camel", "separator": "."},
        {RIGHT: ["aBc.cD", "a"], WRONG: ["a.B", "aB.c.D", ".a", "aB.", "fB.a-"]},
    ),
    (
        "casing",
        {"type": "camel", "separator": "_", "leading_separator": True},
        {RIGHT: ["_a", "_", "_a_b"], WRONG: ["__a"]},
    ),
]


@pytest.mark.parametrize(("name", "given", "values"), TABLE, ids=lambda value: str(value)[:40])
def test_values(name: str, given: Any, values: dict[str, list[Any]]) -> None:
    test = TESTS[name](given, name)
    for kind, examples in values.items():
        for value in examples:
            verdict = test(value)
            assert (SILENT if verdict is None else WRONG if verdict else RIGHT) == kind, (name, given, value)


def test_every_test_has_its_row() -> None:
    assert {name for name, _, _ in TABLE} == set(TESTS)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("defined", "yes"), ("in", []), ("in", "a"), ("in", list(range(2_000))), ("pattern", 1), ("pattern", "["),
        ("pattern", "(a+)+$"), ("pattern", "a" * 5_000), ("pattern", "/a/q"), ("min", "1"), ("max", True),
        ("min_length", -1), ("min_length", 1.5), ("casing", "title"), ("casing", {"type": "camel", "upper": 1}),
        ("casing", {"type": "camel", "separator": "ab"}), ("type", "text"), ("type", []), ("exactly_one", ["a"]),
        ("sorted", False), ("schema", "a"), ("schema", {"$ref": "other.json"}), ("schema", {"$ref": "http://a/b"}),
        ("schema", {"$schema": "http://a/b"}), ("schema", {"pattern": "(a+)+$"}), ("schema", {"type": "nothing"}),
        ("schema", {"patternProperties": {"(a+)+$": True}}), ("schema", {"$ref": "#/nowhere"}),
    ],
)  # fmt: skip
def test_what_cannot_be_meant(name: str, given: Any) -> None:
    with pytest.raises((ValueTestError, PatternError)):
        TESTS[name](given, name)


def test_a_schema_tells_the_place_of_its_error_and_all_errors_if_asked() -> None:
    given = {"properties": {"a": {"items": {"type": "string"}}, "b": {"type": "string"}}}
    value = {"a": ["x", 1], "b": 2}
    assert [one.path for one in TESTS["schema"](given, "schema")(value) or ()] == [("a", 1)]
    everything = TESTS["schema"]({**given, "x-all-errors": True}, "schema")(value) or ()
    assert [one.path for one in everything] == [("a", 1), ("b",)]
