from __future__ import annotations

from typing import Any

import pytest

from apilint.findings import Edit
from apilint.fixing.data import applied

DOCUMENT: dict[str, Any] = {"a": {"b": [1, 2, 3], "c/d": {"~": 1}}, "k": 1, "z": 2}


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ([], DOCUMENT),
        ([Edit("/k", "set", {"x": 1})], {**DOCUMENT, "k": {"x": 1}}),
        ([Edit("/a/b", "set", [])], {**DOCUMENT, "a": {"b": [], "c/d": {"~": 1}}}),
        ([Edit("/a/b/0", "remove"), Edit("/a/b/2", "remove")], {**DOCUMENT, "a": {"b": [2], "c/d": {"~": 1}}}),
        ([Edit("/a/c~1d/~0", "remove")], {**DOCUMENT, "a": {"b": [1, 2, 3], "c/d": {}}}),
        ([Edit("/new", "set", 1), Edit("/new", "set", 1)], {**DOCUMENT, "new": 1}),
        ([Edit("/a/b/-", "set", 4), Edit("/a/b/0", "remove")], {**DOCUMENT, "a": {**DOCUMENT["a"], "b": [2, 3, 4]}}),
        ([Edit("/a/b/3", "set", 4)], {**DOCUMENT, "a": {**DOCUMENT["a"], "b": [1, 2, 3, 4]}}),
        ([Edit("/k", "remove"), Edit("/k", "set", 5)], {"a": DOCUMENT["a"], "z": 2}),
        ([Edit("/k", "rename", "x"), Edit("/k", "set", 5)], {"a": DOCUMENT["a"], "x": 5, "z": 2}),
        ([Edit("/a", "remove"), Edit("/a/b/0", "set", 5)], {"k": 1, "z": 2}),
    ],
)
def test_edits(edits: list[Edit], expected: object) -> None:
    assert applied(DOCUMENT, edits) == expected
    assert DOCUMENT["k"] == 1


def test_a_renamed_member_stays_in_its_place() -> None:
    assert list(applied(DOCUMENT, [Edit("/k", "rename", "new")])) == ["a", "new", "z"]


def test_what_aliases_share_is_edited_in_one_place_only() -> None:
    shared = {"x": {"y": 1}}
    value = {"a": shared, "b": shared}
    assert applied(value, [Edit("/a/x/y", "set", 2)]) == {"a": {"x": {"y": 2}}, "b": {"x": {"y": 1}}}
    assert value == {"a": {"x": {"y": 1}}, "b": {"x": {"y": 1}}}


def test_nothing_takes_a_member() -> None:
    assert applied({"a": None}, [Edit("/a/b", "set", 1)]) == {"a": {"b": 1}}


def test_what_no_edit_touches_is_shared_with_the_original() -> None:
    value = {"a": {"b": 1}, "c": {"d": [1]}}
    assert applied(value, [Edit("/a/b", "set", 2)])["c"] is value["c"]


WRONG = [
    Edit("/no/where", "set", 1),
    Edit("/a/b/9", "remove"),
    Edit("/a/b/-1", "remove"),
    Edit("/a/b/9", "set", 1),
    Edit("/a/b/0", "rename", "x"),
    Edit("/k", "rename", "z"),
    Edit("/k/x", "set", 1),
    Edit("/k", "swap"),
    Edit("", "remove"),
]


@pytest.mark.parametrize("edit", WRONG)
def test_what_cannot_be_edited(edit: Edit) -> None:
    with pytest.raises(ValueError, match="edit"):
        applied(DOCUMENT, [edit])
