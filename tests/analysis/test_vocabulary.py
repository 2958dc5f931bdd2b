"""Near misses of keys: what was meant, and how sure that is."""

from __future__ import annotations

import pytest

from apilint.analysis.vocabulary import misspelled

WORDS = ("maxLength", "minLength", "pattern", "type", "readOnly", "properties", "required")


@pytest.mark.parametrize(
    ("key", "meant", "is_sure"),
    [
        ("maxlength", "maxLength", True),
        ("read_only", "readOnly", True),
        ("Type", "type", True),
        ("max-length", "maxLength", True),
        ("maxLenght", "maxLength", False),
        ("maxLengh", "maxLength", False),
        ("requierd", "required", False),
        ("pattren", "pattern", False),
        ("propertis", "properties", False),
        ("propreties", "properties", False),
        ("types", "", False),
        ("typ", "", False),
        ("property", "", False),
        ("pttrn", "", False),
        ("length", "", False),
        ("", "", False),
        ("maxlength" * 10_000, "", False),
    ],
)
def test_misspelled(key: str, meant: str, is_sure: bool) -> None:
    assert misspelled(key, WORDS) == (meant, is_sure)


def test_the_nearest_word_is_meant() -> None:
    assert misspelled("minLenth", ("maxLength", "minLength")) == ("minLength", False)
    assert misspelled("minLength", ()) == ("", False)
