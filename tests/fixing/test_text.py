"""Edits of the text, each with the whole text before and after."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest

from apilint.findings import Edit, Replacement, Span
from apilint.fixing.apply import apply
from apilint.fixing.data import applied, same
from apilint.fixing.text import Fixer
from apilint.reading.document import Document
from apilint.reading.limits import Limits
from apilint.reading.parse import parse
from apilint.reading.source import Source


def document(text: str | bytes, name: str = "a.yaml") -> Document:
    return parse(Source(name, None, text if isinstance(text, bytes) else text.encode()), Limits())


def put(pointer: str, value: Any) -> Edit:
    return Edit(pointer, "set", value)


def drop(pointer: str) -> Edit:
    return Edit(pointer, "remove")


def name(pointer: str, value: str) -> Edit:
    return Edit(pointer, "rename", value)


def replacements(made: Document, edits: Sequence[Edit]) -> tuple[Replacement, ...]:
    return Fixer(made).replacements(edits)


def check(before: str, edits: list[Edit], after: str, file: str) -> None:
    original = document(before, file)
    found = replacements(original, edits)
    assert apply(before, found) == after
    assert same(document(after, file).value, applied(original.value, edits))
    # The same with other line ends, where that means the same.
    other = before.replace("\n", "\r\n")
    if '"\n' not in before:
        assert apply(other, replacements(document(other, file), edits)) == after.replace("\n", "\r\n")


YAML: dict[str, tuple[str, list[Edit], str]] = {
    # A value in the place of another
    "a plain text": ("a: x # c\nb: 2\n", [put("/a", "y")], "a: y # c\nb: 2\n"),
    "double quotes stay": ('a: "x"\n', [put("/a", 'say "é"')], 'a: "say \\"é\\""\n'),
    "single quotes stay": ("a: 'x'   # c\n", [put("/a", "it's")], "a: 'it''s'   # c\n"),
    "a text that looks like a number": ('b: "1"\na: x\n', [put("/a", "1.0")], 'b: "1"\na: "1.0"\n'),
    "the quotes of the document": ("b: '1'\na: x\n", [put("/a", "yes")], "b: '1'\na: 'yes'\n"),
    "a boolean of YAML 1.1": ("a: x\n", [put("/a", "off")], 'a: "off"\n'),
    "a number of YAML 1.2": ("a: x\n", [put("/a", "1e3")], 'a: "1e3"\n'),
    "a text with a colon": ("a: x\n", [put("/a", "b: c")], 'a: "b: c"\n'),
    "a text with a comment sign": ("a: x\n", [put("/a", "b #c")], 'a: "b #c"\n'),
    "a text becomes a number": ('a: "1"\n', [put("/a", 1)], "a: 1\n"),
    "nothing becomes something": ("a:\nb: 1\n", [put("/a", True)], "a: true\nb: 1\n"),
    "nothing with a comment": ("a: # c\nb: 1\n", [put("/a", True)], "a: true # c\nb: 1\n"),
    "null in an item": ("a:\n  -\n  - 1\n", [put("/a/0", 2)], "a:\n  - 2\n  - 1\n"),
    "several lines": ("a: x\nb: 1\n", [put("/a", "one\ntwo\n")], "a: |\n  one\n  two\nb: 1\n"),
    "a literal block keeps its lines": (
        "a:\n  b: |  # c\n    one <b>\n      two\n\n    three\n\nc: 1\n",
        [put("/a/b", "one &lt;b>\n  two\n\nthree\n")],
        "a:\n  b: |  # c\n    one &lt;b>\n      two\n\n    three\n\nc: 1\n",
    ),
    "a folded block keeps its lines": (
        "a: >-\n  one two\n  three four\n  five\nb: 1\n",
        [put("/a", "one two three 4 five")],
        "a: >-\n  one two\n  three 4\n  five\nb: 1\n",
    ),
    "a plain text over lines": (
        "a: one\n  two\n  three\nb: 1\n",
        [put("/a", "one 2 three")],
        "a: one\n  2\n  three\nb: 1\n",
    ),
    "escapes stay": (
        'a: "\\u00e9 <b> \\t \\u200b"\n',
        [put("/a", "é &lt;b> \t ")],
        'a: "\\u00e9 &lt;b> \\t "\n',
    ),
    "a block becomes another text": ("a: |\n  one\n  two\nb: 1\n", [put("/a", "x")], "a: x\nb: 1\n"),
    "a block collection becomes a text": (
        "a: # c\n  b: 1\n  # d\n  c: 2 # e\nd: 1\n",
        [put("/a", "x")],
        "a: x # c\nd: 1\n",
    ),
    "a text with a comment becomes lines": (
        "a: x # c\nb: 1\n",
        [put("/a", "one\ntwo")],
        "a: |- # c\n  one\n  two\nb: 1\n",
    ),
    "a comment between a dash and its item": ("a:\n-\n  # c\n  - 1\n- 2\n", [drop("/a/1")], "a:\n-\n  # c\n  - 1\n"),
    "a text that needs quotes, where lists have brackets": (
        "a:\n  - x\nb: [x]\n",
        [put("/a/-", "yes")],
        'a:\n  - x\n  - "yes"\nb: [x]\n',
    ),
    "a list at the margin becomes a text": ("a:\n- 1\n- 2\nd: 1\n", [put("/a", "x")], "a: x\nd: 1\n"),
    "a list is emptied": ("a:\n  - b: # c\n      - x\n  - c\n", [put("/a/0/b", [])], "a:\n  - b: [] # c\n  - c\n"),
    "a text becomes a mapping": (
        "a:\n    b: x  # c\nd: 1\n",
        [put("/a/b", {"type": "string", "enum": ["1", "no"]})],
        'a:\n    b:  # c\n        type: string\n        enum:\n            - "1"\n            - "no"\nd: 1\n',
    ),
    "lists in brackets where there are others": (
        "a:\n  b: [1]\n  c: x\n",
        [put("/a/c", {"enum": ["x", "y"]})],
        "a:\n  b: [1]\n  c:\n    enum: [x, y]\n",
    ),
    "an item becomes a mapping": ("a:\n  - x # c\n  - y\n", [put("/a/0", {"x": []})], "a:\n  - x: [] # c\n  - y\n"),
    "what stays of a mapping keeps its text": (
        "a:\n  b: 'x' # one\n  # two\n  c: [1, 2]\n  d: 1\n",
        [put("/a", {"b": "x", "c": [1, 3], "e": 2})],
        "a:\n  b: 'x' # one\n  # two\n  c: [1, 3]\n  e: 2\n",
    ),
    "an anchor that nobody uses": ("a: &x 1\nb: 2\n", [put("/a", 3)], "a: &x 3\nb: 2\n"),
    "a tag": ("a: !!str 1\nb: 2\n", [put("/a", 3)], "a: 3\nb: 2\n"),
    "an alias is replaced": ("a: &x 1\nb: *x\n", [put("/b", 3)], "a: &x 1\nb: 3\n"),
    "characters of several bytes": ("é😀: x # 😀\n", [put("/é😀", "日")], "é😀: 日 # 😀\n"),
    "in brackets": ("a: {b: x, c: [1, x]}\n", [put("/a/b", "y, z")], 'a: {b: "y, z", c: [1, x]}\n'),
    "brackets in brackets": ("a: {b: x}\n", [put("/a/b", {"c": [1]})], "a: {b: {c: [1]}}\n"),
    "like JSON": ('a: {"b": x}\n', [put("/a/c", "y")], 'a: {"b": x, "c": "y"}\n'),
    # New members
    "at the end": ("a:\n  b: 1 # c\n\n# d\ne: 1\n", [put("/a/x", "y")], "a:\n  b: 1 # c\n  x: y\n\n# d\ne: 1\n"),
    "at the end of a file without a line end": ("a:\n  b: 1", [put("/a/x", "y")], "a:\n  b: 1\n  x: y"),
    "beside what it belongs to": (
        "a:\n  type: string\n  items:\n    b: 1\n",
        [put("/a/format", "password")],
        "a:\n  type: string\n  format: password\n  items:\n    b: 1\n",
    ),
    "behind a block": ("a:\n  b: |\n    x\n\nc: 1\n", [put("/a/x", 1)], "a:\n  b: |\n    x\n  x: 1\n\nc: 1\n"),
    "behind a block that keeps its lines": (
        "a:\n  b: |+\n    x\n\nc: 1\n",
        [put("/a/x", 1)],
        "a:\n  b: |+\n    x\n\n  x: 1\nc: 1\n",
    ),
    "in an item": (
        "a:\n  - name: x\n    b:\n      c: 1\n  - d\n",
        [put("/a/0/e", 1)],
        "a:\n  - name: x\n    b:\n      c: 1\n    e: 1\n  - d\n",
    ),
    "two": ("a:\n  b: 1\n", [put("/a/x", 1), put("/a/c", {"d": "e"})], "a:\n  b: 1\n  x: 1\n  c:\n    d: e\n"),
    "a key that needs quotes": ("a:\n  b: 1\n", [put("/a/401", 1)], 'a:\n  b: 1\n  "401": 1\n'),
    "into nothing": ("a:\n  b: # c\n  d: 1\n", [put("/a/b/x", 1)], "a:\n  b: # c\n    x: 1\n  d: 1\n"),
    "into empty brackets": ("a: {}\nb: []\n", [put("/a/x", 1), put("/b/-", 2)], "a: {x: 1}\nb: [2]\n"),
    "into brackets": ("a: {b: 1, c: {d: 1} } # c\n", [put("/a/x", [1])], "a: {b: 1, c: {d: 1}, x: [1] } # c\n"),
    "into brackets with a comma at the end": ("a: [1, 2,]\n", [put("/a/2", 3)], "a: [1, 2, 3,]\n"),
    "into brackets over lines": (
        "a: {\n  b: 1, # one\n  c: 2 # two\n}\n",
        [put("/a/x", 3)],
        "a: {\n  b: 1, # one\n  c: 2, # two\n  x: 3\n}\n",
    ),
    "an item": ("a:\n- b\n- c # d\ne: 1\n", [put("/a/-", "x")], "a:\n- b\n- c # d\n- x\ne: 1\n"),
    "an item that is a mapping": (
        "a:\n  - b: 1\n    c: 2\n",
        [put("/a/-", {"b": 1, "c": {"d": 2}})],
        "a:\n  - b: 1\n    c: 2\n  - b: 1\n    c:\n      d: 2\n",
    ),
    "at the root": ("---\na: 1\n...\n", [put("/b", 2)], "---\na: 1\nb: 2\n...\n"),
    # Away with it
    "a member": ("a: 1\n# of b\nb: 2 # c\nd: 3\n", [drop("/b")], "a: 1\n# of b\nd: 3\n"),
    "a member with lines": ("a:\n  b:\n    c: |\n      x\n  d: 1\n", [drop("/a/b")], "a:\n  d: 1\n"),
    "the last one": ("a: 1\nb:\n  c: 2\n", [drop("/b/c")], "a: 1\nb: {}\n"),
    "the last item": ("a: 1\nb: # c\n- 2\n", [drop("/b/0")], "a: 1\nb: [] # c\n"),
    "the last of the document": ("a: 1\n", [drop("/a")], "{}\n"),
    "all": ("a:\n  b: 1\n  c: 2\nd: 1\n", [drop("/a/b"), drop("/a/c")], "a: {}\nd: 1\n"),
    "most": ("a:\n  b: 1\n  c: 2\n  d: 1\ne: 1\n", [drop("/a/b"), drop("/a/d")], "a:\n  c: 2\ne: 1\n"),
    "the end of a file without a line end": ("a: 1\nb: 2", [drop("/b")], "a: 1"),
    "the first of an item": ("- a: 1\n  b: 2\n", [drop("/0/a")], "- b: 2\n"),
    "the first of an item, and a comment": ("- a: 1\n  # of b\n  b: 2\n", [drop("/0/a")], "- # of b\n  b: 2\n"),
    "items": ("a:\n  - 1\n  - 2 # two\n  - 3\n", [drop("/a/0"), drop("/a/2")], "a:\n  - 2 # two\n"),
    "from brackets": ("a: {b: 1, c: 2, d: 3} # c\n", [drop("/a/c")], "a: {b: 1, d: 3} # c\n"),
    "the first from brackets": ("a: [1, 2]\n", [drop("/a/0")], "a: [2]\n"),
    "the last from brackets": ("a: { b: 1, c: 2 }\n", [drop("/a/c")], "a: { b: 1 }\n"),
    "all from brackets": ("a: {b: 1, c: 2}\n", [drop("/a/b"), drop("/a/c")], "a: {}\n"),
    "from brackets over lines": (
        "a: {\n  b: 1, # one\n  # of c\n  c: 2, # two\n  d: 3 # three\n}\n",
        [drop("/a/c"), drop("/a/d")],
        "a: {\n  b: 1 # one\n  # of c\n}\n",
    ),
    "an alias": ("a: &x 1\nb: *x\nc: 1\n", [drop("/b")], "a: &x 1\nc: 1\n"),
    "and another in its place": ("a:\n  b: 1\n  c: 2\n", [drop("/a/b"), put("/a/x", 1)], "a:\n  c: 2\n  x: 1\n"),
    # Another name
    "a key": ("a:\n  b: 1 # c\n", [name("/a/b", "x")], "a:\n  x: 1 # c\n"),
    "a key in quotes": ("a:\n  'b' : 1\n", [name("/a/b", "it's")], "a:\n  'it''s' : 1\n"),
    "a key that wants quotes": ("a:\n  b: 1\n", [name("/a/b", "x: y")], 'a:\n  "x: y": 1\n'),
    "a key in brackets": ('a: {"b": 1}\n', [name("/a/b", "x")], 'a: {"x": 1}\n'),
    "a key and what is below": ("a:\n  b: 1\n", [name("/a", "x"), put("/a/b", 2)], "x:\n  b: 2\n"),
    "far apart": (
        "a:\n  b: 1\n" + "".join(f"x{n}: {{y: 1}}\n" for n in range(9)) + "c: 1\n",
        [put("/a/b", 2), name("/c", "d"), put("/x4/z", 1)],
        "a:\n  b: 2\n" + "".join(f"x{n}: {{y: 1{', z: 1' if n == 4 else ''}}}\n" for n in range(9)) + "d: 1\n",
    ),
}


@pytest.mark.parametrize("case", YAML)
def test_yaml(case: str) -> None:
    check(*YAML[case], "a.yaml")


PRETTY = '{\n  "a": {\n    "b": 1,\n    "c": [\n      1,\n      2\n    ]\n  },\n  "d": {},\n  "e": "\\u00e9 <b>"\n}\n'
MINIFIED = '{"a":{"b":1,"c":[1,2]},"d":{},"e":"x"}'
JSON: dict[str, tuple[str, list[Edit], str]] = {
    "a value": (PRETTY, [put("/a/b", "x")], PRETTY.replace('"b": 1', '"b": "x"')),
    "an escape stays": (PRETTY, [put("/e", "é &lt;b>")], PRETTY.replace("<b>", "&lt;b>")),
    "a member": (PRETTY, [put("/a/x", 1)], PRETTY.replace("    ]\n", '    ],\n    "x": 1\n')),
    "into an empty object": (PRETTY, [put("/d/x", [1])], PRETTY.replace("{}", '{\n    "x": [\n      1\n    ]\n  }')),
    "an object": (PRETTY, [put("/a/b", {"x": 1})], PRETTY.replace("1,\n    ", '{\n      "x": 1\n    },\n    ', 1)),
    "an item": (PRETTY, [put("/a/c/-", 3)], PRETTY.replace("2\n", "2,\n      3\n")),
    "away": (PRETTY, [drop("/a/b")], PRETTY.replace('    "b": 1,\n', "")),
    "the last away": (PRETTY, [drop("/e")], PRETTY.replace(',\n  "e": "\\u00e9 <b>"', "")),
    "an item away": (PRETTY, [drop("/a/c/1")], PRETTY.replace("1,\n      2", "1")),
    "all away": (PRETTY, [drop("/a/c/0"), drop("/a/c/1")], PRETTY.replace("[\n      1,\n      2\n    ]", "[]")),
    "a name": (PRETTY, [name("/a/b", 'x"')], PRETTY.replace('"b"', '"x\\""')),
    "minified: a value": (MINIFIED, [put("/a/c/0", {"x": [1]})], MINIFIED.replace("[1,", '[{"x":[1]},')),
    "minified: a member": (MINIFIED, [put("/a/x", {"y": 1})], MINIFIED.replace("]}", '],"x":{"y":1}}')),
    "minified: into an empty object": (MINIFIED, [put("/d/x", 1)], MINIFIED.replace("{}", '{"x":1}')),
    "minified: away": (MINIFIED, [drop("/a/b")], MINIFIED.replace('"b":1,', "")),
    "minified: the last away": (MINIFIED, [drop("/a/c"), drop("/e")], '{"a":{"b":1},"d":{}}'),
    "minified: a name": (MINIFIED, [name("/e", "é")], MINIFIED.replace('"e"', '"\\u00e9"')),
    "one line with spaces": ('{"a": 1, "b": 2}', [put("/c", [1, 2]), drop("/a")], '{"b": 2, "c": [1, 2]}'),
    "tabs": ('{\n\t"a": 1\n}', [put("/b", {"c": 1})], '{\n\t"a": 1,\n\t"b": {\n\t\t"c": 1\n\t}\n}'),
}


@pytest.mark.parametrize("case", JSON)
def test_json(case: str) -> None:
    check(*JSON[case], "a.json")


REFUSED: dict[str, tuple[str, list[Edit]]] = {
    "no such place": ("a: 1\n", [put("/b/c", 1)]),
    "no such action": ("a: 1\n", [Edit("/a", "swap")]),
    "the document itself": ("a: 1\n", [put("", 1)]),
    "what an alias has too": ("a: &x {b: 1}\nc: *x\n", [put("/a/b", 2)]),
    "what stands at an alias only": ("a: &x {b: 1}\nc: *x\n", [put("/c/b", 2)]),
    "an anchor that is needed": ("a: &x 1\nb: *x\n", [drop("/a")]),
    "what a merge key brings": ("a: &x {b: 1}\nc:\n  <<: *x\n  d: 1\n", [drop("/c/b")]),
    "what hides what a merge key brings": ("a: &x {b: 1}\nc:\n  <<: *x\n  b: 2\n  d: 1\n", [drop("/c/b")]),
    "what hides the merged, and no alias": ("c:\n  <<: {b: 1}\n  e: 1\n  b: 2\n  d: 1\n", [drop("/c/b")]),
    "the last of two": ("a: 1\nb: 1\nc: 1\nd: 1\nb: 2\n", [drop("/b")]),
    "the last of two in JSON": ('{"b": 1, "c": 1, "d": 1, "b": 2}', [drop("/b")]),
    "a name that is taken": ("a: 1\nb: 1\nc: 1\n", [name("/a", "c")]),
    "the name of an item": ("- 1\n", [name("/0", "c")]),
    "a name that is no text": ("a: 1\n", [Edit("/a", "rename", 1)]),
    "what YAML cannot hold": ("a: 1\n", [put("/a", "\ud800")]),
    "what JSON cannot hold": ('{"a": 1}', [put("/a", float("inf"))]),
    "what is no data": ("a: 1\n", [put("/a", object())]),
    "nothing changes": ("a: {b: 1}\n", [put("/a", {"b": 1})]),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    text, edits = REFUSED[case]
    assert replacements(document(text), edits) == ()


def test_both_users_of_an_alias() -> None:
    text = "a: &x {b: 1}\nc: *x\n"
    edits = [put("/a/b", 2), put("/c/b", 2)]
    assert apply(text, replacements(document(text), edits)) == "a: &x {b: 2}\nc: *x\n"


def test_a_member_that_hides_what_a_merge_key_brings() -> None:
    text = "a: &x {b: 1}\nc:\n  <<: *x # c\n  d: 1\n"
    assert apply(text, replacements(document(text), [put("/c/b", 2)])) in (text, text + "  b: 2\n")


def test_a_span_tells_characters_and_lines() -> None:
    made = document("a: 1\r\né😀:   'x'\r\n")
    assert replacements(made, [put("/é😀", "y")]) == (Replacement("a.yaml", Span(2, 7, 2, 10), "'y'"),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_bytes_keep_their_encoding(encoding: str) -> None:
    data = "a: é\nb: 😀\n".encode(encoding)
    found = replacements(document(data), [put("/a", "日")])
    assert apply(data, found) == "a: 日\nb: 😀\n".encode(encoding)


def test_a_large_document_is_not_read_again_for_each_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    from apilint.fixing import text as module

    body = "".join(f"  s{n}:\n    type: string\n    description: |\n      Text {n}\n" for n in range(5000))

    def counting(read: list[Source], source: Source, limits: Limits) -> Document:
        read.append(source)
        return parse(source, limits)

    for made in (document(f"a:\n{body}"), document(f"a:\n{body}b: &x 1\nc: *x # *y\n")):
        read: list[Source] = []
        monkeypatch.setattr(module, "parse", partial(counting, read))
        fixer = Fixer(made)
        fixer.expect([[put(f"/a/s{n}/format", "x")] for n in range(100)])
        for n in range(100):
            assert len(fixer.replacements([put(f"/a/s{n}/format", "x")])) == 1
            assert fixer.replacements([drop(f"/a/s{n}")])
        assert 200 < len(read) < 500
        assert max(len(one.data) for one in read) < 400


def test_what_is_read_again_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    from apilint.fixing import text as module

    monkeypatch.setattr(module, "_MOST", 100)
    made = document("a: &x {b: 1}\nc: *x\nd: *x\n")
    fixer = Fixer(made)
    assert fixer.replacements([drop("/d")])
    assert not any(fixer.replacements([put("/d", n)]) for n in range(9))
    assert fixer.replacements([drop("/d")])


@pytest.mark.parametrize(
    "spans",
    [
        [(1, 1, 1, 3), (1, 2, 1, 4)],
        [(1, 1, 1, 1), (1, 1, 1, 1)],
        [(9, 1, 9, 1)],
        [(1, 9, 1, 9)],
        [(2, 1, 1, 1)],
    ],
)
def test_replacements_that_do_not_fit(spans: list[tuple[int, int, int, int]]) -> None:
    with pytest.raises(ValueError, match="replacement"):
        apply("abcd\nef\n", [Replacement("a", Span(*span), "x") for span in spans])


def test_replacements_at_the_end() -> None:
    assert (
        apply("ab\rc\r\nd", [Replacement("a", Span(3, 2, 3, 2), "!"), Replacement("a", Span(2, 1, 3, 1), "")])
        == "ab\rd!"
    )
