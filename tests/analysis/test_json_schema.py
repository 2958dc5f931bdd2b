"""What is known about JSON Schema without any document."""

from __future__ import annotations

from typing import Any

import pytest

from apilint.analysis.json_schema import is_number, is_same, kind_of, says_nothing


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("a", "string"),
        (True, "boolean"),
        (1, "integer"),
        (1.0, "integer"),
        (1.5, "number"),
        ([], "array"),
        ({}, "object"),
        (None, "null"),
        (float("nan"), "number"),
        (float("inf"), "number"),
        (b"", "unknown"),
    ],
)
def test_kinds(value: Any, kind: str) -> None:
    assert kind_of(value) == kind


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (1, 1.0, True),
        (True, 1, False),
        (False, False, True),
        ("1", 1, False),
        (None, None, True),
        ([1], [1.0], True),
        ([True], [1], False),
        ({"a": [True]}, {"a": [1]}, False),
        ({"a": 1}, {"a": 1.0}, True),
        ({}, [], False),
    ],
)
def test_equality_is_that_of_json(one: Any, other: Any, same: bool) -> None:
    assert is_same(one, other) is same
    assert is_same(other, one) is same


def test_bounds_are_finite_numbers() -> None:
    assert [one for one in (1, 1.5, True, "1", None, float("inf")) if is_number(one)] == [1, 1.5]


def test_what_admits_everything() -> None:
    assert all(map(says_nothing, (True, {}, {"description": "a", "x-a": 1}, {"nullable": True})))
    assert not any(map(says_nothing, (False, {"type": "string"}, {"not": {}}, None, [])))
