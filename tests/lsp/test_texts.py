"""Texts that are changed piece by piece stay what the editor shows; columns are counted as it counts them."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol.types import (
    Position,
    Range,
    TextDocumentContentChangePartial,
    TextDocumentContentChangeWholeDocument,
)

from apilint.findings import Span
from apilint.lsp.addresses import address_of, path_of
from apilint.lsp.columns import characters, span_range, units
from apilint.lsp.texts import Text, split

CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
encodings = st.sampled_from(sorted(CODECS))
texts = st.text(st.sampled_from("ab\r\n\r\n\r\nß日😀\u2028\x85\x0c\ud800"), max_size=40)


def width(text: str, encoding: str) -> int:
    codec, size = CODECS[encoding]
    return len(text.encode(codec, "surrogatepass")) // size


def offset(text: str, position: Position, encoding: str) -> int:
    """Slowly: the offset that a position means."""
    starts = [0, *(found.end() for found in re.finditer("\r\n|\r|\n", text))]
    if position.line >= len(starts):
        return len(text)
    start = starts[position.line]
    end = start
    while end < len(text) and text[end] not in "\r\n" and width(text[start : end + 1], encoding) <= position.character:
        end += 1
    return end


def positions() -> st.SearchStrategy[Position]:
    return st.builds(Position, st.integers(0, 12), st.integers(0, 12))


@given(texts, st.lists(st.tuples(positions(), positions(), texts), max_size=6), encodings)
def test_edits_give_what_the_editor_shows(
    text: str, edits: list[tuple[Position, Position, str]], encoding: str
) -> None:
    held = Text("file:///a", "/a", "/a", 1, text)
    for number, (one, other, new) in enumerate(edits):
        start, end = sorted((one, other), key=lambda position: (position.line, position.character))
        first, last = offset(text, start, encoding), offset(text, end, encoding)
        text = text[:first] + new + text[last:]
        held.change([TextDocumentContentChangePartial(Range(start, end), new)], number, encoding)
        assert held.data == text.encode("utf-8", "surrogatepass")
        assert [*held.lines] == (split(text) or [""])
    held.change([TextDocumentContentChangeWholeDocument("new")], 9, encoding)
    assert (held.data, held.version) == (b"new", 9)


@given(texts, st.integers(0, 50), encodings)
def test_columns_there_and_back(text: str, column: int, encoding: str) -> None:
    line = re.sub("[\r\n]", "", text)
    assert units(line, encoding) == width(line, encoding)
    count = characters(line, column, encoding)
    assert width(line[:count], encoding) <= column or not line
    assert count == len(line) or width(line[: count + 1], encoding) > column
    assert characters(line, units(line[:count], encoding), encoding) == count


def test_a_byte_order_mark_is_a_character_to_the_editor_only() -> None:
    span = Span(1, 1, 1, 4)
    assert span_range(span, ["\ufeffabc\n"], "utf-16") == Range(Position(0, 1), Position(0, 4))
    assert span_range(span, ["abc\n"], "utf-16") == Range(Position(0, 0), Position(0, 3))
    assert span_range(Span(7, 3, 7, 5), ["abc\n"], "utf-16") == Range(Position(6, 2), Position(6, 4))


@pytest.mark.skipif(os.name != "posix", reason="names as POSIX has them")
@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///a/b.yaml", "/a/b.yaml"),
        ("file:///a%20b/100%25.yaml", "/a b/100%.yaml"),
        ("file:///a/%E6%97%A5.yaml", "/a/日.yaml"),
        ("file:///a/日 b.yaml", "/a/日 b.yaml"),
        ("file:///a/%ff.yaml", "/a/\udcff.yaml"),
        ("file:///a;b/c?d#e.yaml", "/a;b/c?d#e.yaml"),
        ("file://localhost/a.yaml", "/a.yaml"),
        ("file:///a/../b.yaml", "/b.yaml"),
        ("untitled:/a/b.yaml", "/a/b.yaml"),
        ("untitled:Untitled-1", "/w/<Untitled-1>"),
        ("untitled:a/*?[b]", "/w/<a____b_>"),
        ("untitled:", "/w/<untitled>"),
        ("git:/a/b.yaml?ref", None),
        ("vscode-vfs://github/a.yaml", None),
        ("file://[/a.yaml", None),
        ("file:///a%00b", None),
        ("file:", None),
        ("nothing", None),
        ("", None),
    ],
)
def test_addresses(uri: str, path: str | None) -> None:
    assert path_of(uri, "/w") == path


@given(st.text(st.characters(exclude_characters="\0/", codec="utf-8"), min_size=1).filter(lambda name: name.strip(".")))
def test_the_address_of_a_file_leads_to_it(name: str) -> None:
    path = os.path.normpath(str(Path(os.sep) / "a" / name))
    assert path_of(address_of(path), "/w") == path
