"""Characters that nobody sees: which count, where they are needed, and how they are found in a document's text."""

from __future__ import annotations

import pytest

from apilint.analysis.invisible import hints, invisible, spoken


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("plain", []),
        ("a\u202eb\u202c", ["direction", "direction"]),
        ("\u2066a", ["direction"]),
        ("a\u200bb\u2060\ufeff", ["empty", "empty", "empty"]),
        ("a\u200eb", ["empty"]),
        ("a\u200db", ["empty"]),
        ("a\U000e0041", ["tag"]),
        ("\U0001f3f4\U000e0067\U000e0062\U000e007f", []),
        ("\U0001f3f4\U000e0067\U000e0062", ["tag", "tag"]),
        ("\U0001f600\U000e0100\U000e0101", ["tag", "tag"]),
        ("\u845b\U000e0100", []),
        ("\u845b\U000e0100\U000e0101", ["tag"]),
        ("\U0001f468\u200d\U0001f469", []),
        ("\u2764\ufe0f\u200d\U0001f525", []),
        ("\u0645\u06cc\u200c\u062e", []),
        ("\u0e01\u200b\u0e02", []),
        ("\u05d0 \u200e\u2067x\u2069", []),
        ("\u05d0\u202ex", ["direction"]),
        ("\u2018\u200b\u2019", ["empty"]),
    ],
)
def test_invisible(text: str, kinds: list[str]) -> None:
    assert [kind for _, kind in invisible(text, prose=True)] == kinds


def test_names_have_no_direction() -> None:
    assert [kind for _, kind in invisible("\u05d0\u200f\u2067", prose=False)] == ["empty", "direction"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("plain", ()),
        ("caf\u00e9 \u2014 \u20ac \\u2014 \\uface", ()),
        ("a\u200b", ("\u200b",)),
        ("a\\u200B", ("\u200b", "\\u200b")),
        ("a\\uFEFF", ("\ufeff", "\\ufeff")),
        ("\\uDB40\\uDC69", ("\U000e0069", "\\udb40\\udc69")),
        ("\\U000E0069", ("\U000e0069", "\\u000e0069")),
        ("\\U0000202E", ("\u202e", "\\u0000202e")),
        ("\ud800 lone", ()),
    ],
)
def test_hints(text: str, found: tuple[str, ...]) -> None:
    assert hints(text) == found


def test_spoken() -> None:
    assert spoken("\U000e0068\U000e0069\U000e007f\U000e0100") == "hi"
