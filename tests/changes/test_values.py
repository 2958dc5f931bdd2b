"""Two versions of a value compared by what they say."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apilint.changes.values import ADDED, CHANGED, REMOVED, differences

SAME: list[tuple[Any, Any]] = [
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    ({"required": ["a", "b"]}, {"required": ["b", "a"]}),
    ({"enum": [1, "1", True]}, {"enum": [True, "1", 1]}),
    ({"type": ["string", "null"]}, {"type": ["null", "string"]}),
    ({"security": [{"a": ["x", "y"]}, {"b": []}]}, {"security": [{"b": []}, {"a": ["y", "x"]}]}),
    (
        {"parameters": [{"name": "a", "in": "query"}, {"$ref": "#/x"}]},
        {"parameters": [{"$ref": "#/x"}, {"in": "query", "name": "a"}]},
    ),
    (
        {"servers": [{"url": "https://a"}, {"url": "https://b"}]},
        {"servers": [{"url": "https://b"}, {"url": "https://a"}]},
    ),
    ({"allOf": [{"type": "object"}, {"$ref": "#/x"}]}, {"allOf": [{"$ref": "#/x"}, {"type": "object"}]}),
    ({"minimum": 1}, {"minimum": 1.0}),
    ({"minimum": float("nan")}, {"minimum": float("nan")}),
    ([], []),
    (None, None),
]
OTHER: list[tuple[Any, Any, set[tuple[tuple[str | int, ...], str]]]] = [
    ({"a": 1}, {"a": True}, {(("a",), CHANGED)}),
    ({"a": 0}, {"a": False}, {(("a",), CHANGED)}),
    ({"a": None}, {}, {(("a",), REMOVED)}),
    ({}, {"a": None}, {(("a",), ADDED)}),
    ({"a": [1, 2]}, {"a": [2, 1]}, {(("a", 0), CHANGED), (("a", 1), CHANGED)}),
    ({"a": []}, {"a": {}}, {(("a",), CHANGED)}),
    ({"required": ["a", "a"]}, {"required": ["a"]}, {(("required", 1), REMOVED)}),
    ({"security": [{"a": []}]}, {"security": [{"a": []}, {}]}, {(("security", 1), ADDED)}),
    (
        {"parameters": [{"name": "a", "in": "query"}, {"name": "b", "in": "query"}]},
        {
            "parameters": [
                {"name": "new", "in": "path"},
                {"name": "b", "in": "query", "x": 1},
                {"name": "a", "in": "query"},
            ]
        },
        {(("parameters", 0), ADDED), (("parameters", 1, "x"), ADDED)},
    ),
    ({"parameters": [{"name": "a", "in": "query"}]}, {"parameters": []}, {(("parameters", 0), REMOVED)}),
    ({"servers": [{"url": "a", "x": 1}]}, {"servers": [{"url": "a", "x": 2}]}, {(("servers", 0, "x"), CHANGED)}),
    (1, 2, {((), CHANGED)}),
    ({"allOf": [{"a": 1}]}, {"allOf": [{"a": 2}]}, {(("allOf", 0, "a"), CHANGED)}),
]


@pytest.mark.parametrize(("base", "head"), SAME)
def test_says_the_same(base: Any, head: Any) -> None:
    assert list(differences(base, head)) == []
    assert list(differences(head, base)) == []


@pytest.mark.parametrize(("base", "head", "expected"), OTHER)
def test_says_something_else(base: Any, head: Any, expected: set[tuple[tuple[str | int, ...], str]]) -> None:
    assert {(one.path, one.kind) for one in differences(base, head)} == expected
    assert {one.path for one in differences(base, head)} == {path for path, _ in expected}


def test_values_come_with_it() -> None:
    found = {one.path: one for one in differences({"a": 1, "b": [1]}, {"a": 2, "c": {"x": 1}})}
    assert (found["a",].before, found["a",].after) == (1, 2)
    assert (found["b",].before, found["b",].after) == ([1], None)
    assert (found["c",].before, found["c",].after) == (None, {"x": 1})


KEYS = st.sampled_from("a b required enum parameters security name in $ref url properties tags".split())
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.floats() | st.sampled_from(["a", "b", "query"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


def _shuffled(value: Any, chance: random.Random, key: str = "") -> Any:
    if isinstance(value, dict):
        items = [(name, _shuffled(item, chance, name)) for name, item in value.items()]
        chance.shuffle(items)
        return dict(items)
    if isinstance(value, list):
        items = [_shuffled(item, chance) for item in value]
        if key in ("required", "enum", "parameters", "security", "tags"):
            chance.shuffle(items)
        return items
    return value


@given(VALUES, st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_order_of_mappings_and_sets_says_nothing(value: Any, chance: random.Random) -> None:
    assert list(differences(value, _shuffled(value, chance))) == []
    assert list(differences(value, json.loads(json.dumps(value)))) == []


@given(VALUES, VALUES)
@settings(max_examples=300, deadline=None)
def test_nothing_is_silent_when_values_differ(base: Any, head: Any) -> None:
    texts = [json.dumps(_canonical(value), sort_keys=True) for value in (base, head)]
    assert bool(list(differences(base, head))) == (texts[0] != texts[1])


def _canonical(value: Any, key: str = "") -> Any:
    """The value as it is for somebody to whom neither order nor the kind of number says anything."""
    if isinstance(value, dict):
        return {name: _canonical(item, name) for name, item in value.items()}
    if isinstance(value, list):
        items = [_canonical(item, "security" if key == "security" else "") for item in value]
        if key in ("required", "enum", "parameters", "security", "tags"):
            items.sort(key=lambda item: json.dumps(item, sort_keys=True))
        return items
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def test_a_large_list_takes_linear_time() -> None:
    base = {"enum": list(range(20_000))}
    head = {"enum": [*range(20_000, 0, -1), "x"]}
    found = list(differences(base, head))
    assert len(found) == 2


def test_depth_is_no_matter() -> None:
    base: Any = 1
    head: Any = 2
    for _ in range(5_000):
        base, head = {"a": base}, {"a": head}
    assert len(list(differences(base, head))) == 1
