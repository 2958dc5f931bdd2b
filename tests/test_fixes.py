from __future__ import annotations

import pytest

from apilint.findings import Edit
from apilint.fixes import applied

DOCUMENT = {"a": {"b": [1, 2, 3], "c/d": {"~": 1}}, "k": 1, "z": 2}


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ([], DOCUMENT),
        ([Edit("/k", "set", {"x": 1})], {**DOCUMENT, "k": {"x": 1}}),
        ([Edit("/a/b", "set", [])], {**DOCUMENT, "a": {"b": [], "c/d": {"~": 1}}}),
        ([Edit("/a/b/0", "remove"), Edit("/a/b/2", "remove")], {**DOCUMENT, "a": {"b": [2], "c/d": {"~": 1}}}),
        ([Edit("/a/c~1d/~0", "remove")], {**DOCUMENT, "a": {"b": [1, 2, 3], "c/d": {}}}),
        ([Edit("/new", "set", 1), Edit("/new", "set", 1)], {**DOCUMENT, "new": 1}),
    ],
)
def test_edits(edits: list[Edit], expected: object) -> None:
    assert applied(DOCUMENT, edits) == expected
    assert DOCUMENT["k"] == 1


def test_a_renamed_member_stays_in_its_place() -> None:
    assert list(applied(DOCUMENT, [Edit("/k", "rename", "new")])) == ["a", "new", "z"]


@pytest.mark.parametrize("edit", [Edit("/no/where", "set", 1), Edit("/a/b/9", "remove"), Edit("/k", "swap")])
def test_what_cannot_be_edited(edit: Edit) -> None:
    with pytest.raises(ValueError, match="edit"):
        applied(DOCUMENT, [edit])
