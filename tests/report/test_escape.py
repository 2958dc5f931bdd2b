from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable

import pytest

from apilint.report.escape import (
    azure,
    cut,
    github_data,
    github_property,
    sarif_message,
    screen,
    teamcity,
    uri,
    visible,
)
from apilint.report.json_text import json_document, json_string, json_text


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain /pets/{id}", "plain /pets/{id}"),
        ("日本語 é 😀", "日本語 é 😀"),
        ("a\u00a0b", "a\u00a0b"),
        ("\x1b[2J", "\\x1b[2J"),
        ("a\nb\r\tc", "a\\x0ab\\x0d\\x09c"),
        ("\x9b\x7f\x00", "\\x9b\\x7f\\x00"),
        ("\u202e\u2066\u200f\u061c", "\\u202e\\u2066\\u200f\\u061c"),
        ("ad\u200bmin\u2060\ufeff", "ad\\u200bmin\\u2060\\ufeff"),
        ("\u2028\u2029", "\\u2028\\u2029"),
        ("\ud800 \udcff", "\\ud800 \\udcff"),
        ("\ufffe \U0001ffff \U000e0041", "\\ufffe \\U0001ffff \\U000e0041"),
    ],
)
def test_what_could_deceive_is_seen(text: str, seen: str) -> None:
    assert visible(text) == seen


def test_every_character_is_seen_or_a_blank() -> None:
    for code in range(0x110000):
        shown = visible(chr(code))
        assert shown.isprintable() or unicodedata.category(shown) == "Zs", hex(code)


def test_the_middle_is_left_out() -> None:
    assert cut("abcdefghij", 10) == "abcdefghij"
    assert cut("abcdefghijklmnop", 10) == "abcd...nop"
    assert len(visible("\x1b" * 1000, 100)) == 100
    assert visible("x" * 1_000_000, 50).startswith("xxx")


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("::error file=a::b", "\\x3a:error file=a::b"),
        ("a\n  ::error::b", "a\n  \\x3a:error::b"),
        ("\x1b[1m::error::b\x1b[0m", "\x1b[1m\\x3a:error::b\x1b[0m"),
        ("a ::error::b", "a ::error::b"),
        ("a ##[error]b", "a #\\x23[error]b"),
        ("##vso[task.x]", "#\\x23vso[task.x]"),
        ("##teamcity[x]", "#\\x23teamcity[x]"),
        ("## heading", "## heading"),
    ],
)
def test_no_command_of_a_runner(text: str, safe: str) -> None:
    assert screen(text) == safe


def test_json_is_strict_and_decodes_to_itself() -> None:
    text = json_document(json_text({"a": "##[error]x 😀 \\ud800", "b": ["\x7f\u2028"]}))
    assert "##" not in text
    assert text.isascii()
    assert json.loads(text) == {"a": "##[error]x 😀 \\ud800", "b": ["\x7f\u2028"]}
    assert json.loads(json_text({"a\ud800": ["\udcff"], "n": 1})) == {"a\\ud800": ["\\udcff"], "n": 1}
    assert json.loads(json_string("é\ud800")) == "é\\ud800"
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_text(float("nan"))


@pytest.mark.parametrize(
    ("file", "reference"),
    [
        ("api/open api.yaml", "api/open%20api.yaml"),
        ("a#b?c%20d&e.yaml", "a%23b%3Fc%2520d%26e.yaml"),
        ("http:evil.yaml", "http%3Aevil.yaml"),
        ("//host/x.yaml", "/host/x.yaml"),
        ("x\n::error::.yaml", "x%0A%3A%3Aerror%3A%3A.yaml"),
        ("bad-\udcff.yaml", "bad-%FF.yaml"),
        ("файл.yaml", "%D1%84%D0%B0%D0%B9%D0%BB.yaml"),
        ("a\\b.yaml", "a%5Cb.yaml"),
    ],
)
def test_a_file_name_is_a_relative_reference(file: str, reference: str) -> None:
    assert uri(file) == reference


def test_a_message_holds_no_link() -> None:
    assert sarif_message("see [here](javascript:alert(1))") == "see [here]\\(javascript:alert(1))"


@pytest.mark.parametrize(
    ("escape", "text"),
    [
        (github_data, "50%25 a:b,c #\\x23[x] \\x0a"),
        (github_property, "50%25 a%3Ab%2Cc #\\x23[x] \\x0a"),
        (azure, "50%AZP25 a:b,c #\\x23[x%5D \\x0a"),
        (teamcity, "50% a:b,c #\\x23|[x|] \\x0a"),
    ],
)
def test_commands_of_runners_take_any_text(escape: Callable[[str], str], text: str) -> None:
    assert escape("50% a:b,c ##[x] \n") == text


def test_a_service_message_is_ascii() -> None:
    assert teamcity("it's é 😀|") == "it|'s |0x00e9 |0xd83d|0xde00||"
