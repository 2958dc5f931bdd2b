"""Real comments are told from text that looks like one, and aimed at the right keys and items."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from apilint.policy.comments import comments
from apilint.policy.written import Inline
from apilint.reading.document import Document
from apilint.reading.limits import LimitReached, Limits, Malformed
from apilint.reading.parse import parse
from apilint.reading.pointer import format_pointer
from apilint.reading.source import Source
from apilint.reading.yaml_inside import _within_any

C = "# apilint: ignore[x] why"
S = "#apilint:ignore(x)why"


def read(text: str, name: str = "a.yaml") -> Document:
    return parse(Source(name, None, text.encode("utf-8", "surrogatepass")), Limits())


def found(text: str) -> list[Inline]:
    return comments(read(text))


def covered(text: str) -> list[list[str]]:
    return [[format_pointer(path) for path in one.target.paths] for one in found(text)]


@pytest.mark.parametrize(
    "text",
    [
        f"a: |\n  {C}\nb: 1\n",
        f"a: |\n  text\n\n  {C}\n",
        f"a: |+\n  {C}\n\n\nb: 1\n",
        f"a: |2\n   {C}\nb: 1\n",
        f"a: >-\n  folded\n    {C}\n  more\nb: 1\n",
        f"a: !!str |\n  {C}\nb: 1\n",
        f"a: &anchor |\n  {C}\nb: 1\n",
        f"- |\n {C}\n- b\n",
        f"- - |\n   {C}\n",
        f"a: '{C}'\nb: 1\n",
        f'a: "{C}"\nb: 1\n',
        f'a: "one\n  {C}\n  two"\nb: 1\n',
        f"a: 'it''s\n  {C}'\nb: 1\n",
        f'a: "\\" {C}"\nb: 1\n',
        f'"{C}": 1\n',
        f"'{C}' : 1\n",
        f'{{"a": "{C}", b: ["{C}"]}}\n',
        f'? "{C}"\n: 1\n',
        f"a: b{S}\n",
        f"a: b\n  c{S}\nd: 1\n",
        f"a{S}: 1\n",
        f"a: [b{S}]\n",
        f'a: first\na: "\n  {C}"\n',
        f'a: "\n  {C}"\na: second\n',
        f'a: |\n  {C}\na: second\n',
        f'b: &b {{c: 1}}\na:\n  <<: {{d: "{C}"}}\n  <<: *b\n',
        f'a:\n  <<: {{d: "{C}"}}\n',
        "a: 1  # apilint ignore[x] why\n",
        "a: 1  # apilinter: ignore[x] why\n",
        "a: 1  # x-apilint: ignore[x] why\n",
        "a: 1  # APILINT: ignore[x] why\n",
    ],
)  # fmt: skip
def test_no_comment(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        (f"a: 1  {C}\nb: 2\n", ["/a"]),
        (f"{C}\na: 1\nb: 2\n", ["/a"]),
        (f"a: 1\n{C}\n# prose\n#\nb: 2\n", ["/b"]),
        (f"a: 1\n      {C}\nb: 2\n", ["/b"]),
        (f"a:\n  b: 1\n  {C}\nc: 2\n", ["/c"]),
        (f"a:  {C}\n  b: 1\n", ["/a"]),
        (f"a: |  {C}\n  text\nb: 1\n", ["/a"]),
        (f"a: !!str >-  {C}\n  text\nb: 1\n", ["/a"]),
        (f"a: |\n  text\n {C}\nb: 1\n", ["/b"]),
        (f"a: |\n{C}\nb: 1\n", ["/b"]),
        (f"a:\n  b: |\n  {C}\n  c: 1\n", ["/a/c"]),
        (f"a: &x  {C}\n  b: 1\n", ["/a"]),
        (f"a: &x 1\nb: *x  {C}\n", ["/b"]),
        (f"a: 'text'  {C}\nb: 1\n", ["/a"]),
        (f"a: 'text'{C}\nb: 1\n", ["/a"]),
        (f'a: "one\n  two"  {C}\nb: 1\n', ["/a"]),
        (f"a: one\n  two  {C}\nb: 1\n", ["/a"]),
        (f"a: b#c  {C}\n", ["/a"]),
        (f"- 1\n- 2  {C}\n", ["/1"]),
        (f"- a: 1  {C}\n  b: 2\n", ["/0"]),
        (f"- a: 1\n  b: 2  {C}\n", ["/0/b"]),
        (f"-  {C}\n  a: 1\n- b\n", ["/0"]),
        (f"{C}\n-\n  a: 1\n", ["/0"]),
        (f"a:\n{C}\n- b\n- c\n", ["/a/0"]),
        (f"a:\n- b  {C}\n- c\n", ["/a/0"]),
        (f"- - a  {C}\n  - b\n", ["/0"]),
        (f"a: {{b: 1, {C}\n  c: 2}}\n", ["/a"]),
        (f"a: {{b: 1,\n  c: 2, d: 3 {C}\n  }}\n", ["/a/c", "/a/d"]),
        (f"a: [\n  {C}\n  b, {{c: 1}},\n  d]\n", ["/a/0", "/a/1"]),
        (f"a: [b,{C}\n  d]\n", ["/a"]),
        (f"a:\n  {{  {C}\n  b: 1}}\n", ["/a"]),
        (f"a: {{\n  b: 1\n}}\n{C}\nc: 1\n", ["/c"]),
        (f"? a  {C}\n: 1\n", ["/a"]),
        (f"'a b' : 1 {C}\n", ["/a b"]),
        (f"a/b~c: 1  {C}\n", ["/a~1b~0c"]),
        (f"a: 1  # prose {C}\n", ["/a"]),
        (f"# prose {C}\na: 1\n", ["/a"]),
        (f"a: 1\t{C}\nb: 1\n", ["/a"]),
        (f"a: 1  {C}\r\nb: 2\r\n", ["/a"]),
        (f"a: 1  {C}\rb: 2\r", ["/a"]),
        (f"a: 1  {C}\x85b: 2\n", ["/a"]),
        (f"\ufeffa: 1  {C}\nb: 2\n", ["/a"]),
        (f"---\n{C}\na: 1\n", ["/a"]),
        (f"a: 1\na: 2  {C}\n", ["/a"]),
    ],
)
def test_what_a_comment_covers(text: str, paths: list[str]) -> None:
    assert covered(text) == [paths]
    assert found(text)[0].terms.fault == ""
    assert found(text)[0].terms.rules == ("x",)


@pytest.mark.parametrize(
    "text",
    [
        f"a: 1\n{C}\n",
        f"a: 1\n{C}\n\nb: 2\n",
        f"{C}\n---\na: 1\n",
        f"--- {C}\na: 1\n",
        f"a: {{\n  b: 1\n}}  {C}\n",
        f"a: {{\n  b: 1\n  {C}\n}}\n",
        f"b: &b {{c: 1}}\na:\n  d: 1\n  <<: *b  {C}\n",
        f"a: 1\n...\n{C}\n",
    ],
)
def test_a_comment_beside_nothing_is_said_to_be(text: str) -> None:
    (one,) = found(text)
    assert one.terms.fault.startswith("it stands beside no key or item")
    assert one.target.paths == ()


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("#apilint:ignore[a]why", (("a",), "why", "", "")),
        ("#  apilint:  ignore [ a , b ,a ]  why  not ", (("a", "b"), "why not", "", "")),
        ("# apilint: ignore[a] -- why", (("a",), "why", "", "")),
        ("# apilint: ignore[a]: why", (("a",), "why", "", "")),
        ("# apilint: ignore[a]", (("a",), "", "", "")),
        ("# apilint: ignore[a] ...", (("a",), "", "", "")),
        ("# apilint: ignore[a] \u3164\uffa0\u115f\u1160 \u200b", (("a",), "", "", "")),
        ("# apilint: ignore[a] \u3164why", (("a",), "\u3164why", "", "")),
        ("# apilint: ignore[a] # yamllint disable-line", (("a",), "", "", "")),
        ("# apilint: ignore[a] see #12", (("a",), "see #12", "", "")),
        ("# apilint: ignore[a] until=2026-02-28 owner=pay why", (("a",), "why", "pay", "2026-02-28")),
        ('# apilint: ignore[a] owner="Team A" until=2026-02-28 a=b', None),
        ('# apilint: ignore[a] owner="Team A" until=2026-02-28 - a=b', (("a",), "a=b", "Team A", "2026-02-28")),
        ("# apilint: ignore[v/a] why", (("v/a",), "why", "", "")),
    ],
)
def test_terms(comment: str, expected: tuple[tuple[str, ...], str, str, str] | None) -> None:
    (one,) = found(f"a: 1 {comment}\n")
    assert bool(one.terms.fault) is (expected is None), one.terms.fault
    if expected is not None:
        assert one.terms[:4] == expected


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("disable=x why", "not 'disable=x why'"),
        ("ignore x why", "'ignore[rule-id] reason' belongs after 'apilint:'"),
        ("ignore", "'ignore[rule-id] reason' belongs"),
        ("ignore[x why", "'ignore[rule-id] reason' belongs"),
        ("ignore[] why", "it names no rule"),
        ("ignore[ , ] why", "it names no rule"),
        ("ignore[*] why", "each rule is named"),
        ("ignore[all] why", "each rule is named"),
        ("ignore[x] until=2026-02-30 why", "'2026-02-30' is not a date"),
        ("ignore[x] until=tomorrow why", "'tomorrow' is not a date"),
        ("ignore[x] until=٢٠٢٦-٠١-٠١ why", "is not a date"),
        ("ignore[x] until= why", "'until=' says nothing"),
        ("ignore[x] until=2026-01-01 until=2027-01-01 why", "'until=' is there twice"),
        ("ignore[x] expires=2026-01-01 why", "did you mean 'until='?"),
        ("ignore[x] ownr=me why", "did you mean 'owner'?"),
        ("ignore[x] why until=2026-01-01", "'until=' belongs before the reason"),
    ],
)
def test_faults(said: str, fault: str) -> None:
    (one,) = found(f"a: 1  # apilint: {said}\n")
    assert fault in one.terms.fault


def test_two_in_one_comment_and_two_for_one_key() -> None:
    both = found("# apilint: ignore[a] one\na: 1  # apilint: ignore[b] two # apilint: ignore[c] three\n")
    assert [(one.terms.rules, one.terms.reason) for one in both] == [
        (("a",), "one"),
        (("b",), "two"),
        (("c",), "three"),
    ]
    assert {one.target.paths for one in both} == {(("a",),)}
    assert [one.span[:2] for one in both] == [(1, 1), (2, 7), (2, 32)]
    assert both[1].span.end_column == 31


def test_json_has_none() -> None:
    assert comments(read('{"a": "# apilint: ignore[x] why"}', "a.json")) == []


def test_hostile_amounts_take_linear_time() -> None:
    many = 100_000
    texts = [
        "".join(f"k{n}: 1  {C}\n" for n in range(many)),
        f"{C}\n" * many + "a: {" + "b: 1, " * 10 + "c: 1}\n",
        "# " + f"{C} " * many + "\na: 1\n",
        "a: |\n" + f"  {C}\n" * many,
        "a: [" + f"1, {C}\n " * many + "2]\n",
        "a: 1\n" + f"{C}\n\n" * many + "b: 1\n",
        "a: [" + f"[\n] {C}\n," * 20_000 + "2]\n",
        "a:\n" + f'  - "b\n    c" {C}\n' * 20_000,
        "".join(f"k{n}: 1  {C}\u2028" for n in range(20_000)),
        f"a: 1  {C} " + "r " * 1_000_000 + "\n",
        f"a: 1  # apilint: ignore[{'x,' * 500_000}] why\n",
        "a: 1 " + "#" * 1_000_000 + "\nb: 1 #" + " " * 1_000_000 + "\nc: 1 # " + "- " * 500_000 + f"{C}\n",
    ]
    for text in texts:
        document = read(text)
        start = time.process_time()
        comments(document)
        assert time.process_time() - start < 6, text[:40]


# --- against an independent tokenizer: PyYAML's own, in Python, which says where each scalar begins and ends.

_DECOY = st.sampled_from([C, "#apilint: ignore[x] y", "a # apilint: ignore[x] b", "text", "", "- # apilint:", "b: # c"])
_SPACES = st.sampled_from(["", " ", "  ", "    "])


@st.composite
def _scalar(draw: st.DrawFn, indent: int) -> list[str]:
    """A value: what goes on after the colon, and further lines."""
    pad = " " * indent
    kind = draw(st.sampled_from(["plain", "folded", "single", "double", "block", "flow", "empty"]))
    one, two = draw(_DECOY), draw(_DECOY)
    if kind == "plain":
        return [f" {draw(st.sampled_from(['v', 'a#b', 'a# b', 'v # apilint: ignore[x] y', 'it,s', '1']))}"]
    if kind == "folded":
        return [" one", f"{pad} two{draw(st.sampled_from(['', '#x', ' ' + C]))}"]
    if kind == "single":
        return [f" '{one}", f"{pad} {two}'{draw(st.sampled_from(['', ' ' + C]))}"]
    if kind == "double":
        return [f' "{one}\\"', "", f'{pad} {two}"{draw(st.sampled_from(["", " " + C]))}']
    if kind == "block":
        head = draw(st.sampled_from(["|", ">", "|-", ">+", "|+", "&a |", "!!str >"]))
        comment = draw(st.sampled_from(["", " " + C]))
        body = draw(st.lists(st.tuples(_SPACES, _DECOY), max_size=4))
        return [f" {head}{comment}", *(f"{pad} {space}{line}".rstrip() for space, line in body)]
    if kind == "flow":
        return [f" [{draw(st.sampled_from(['a', 'a#b', chr(34) + C + chr(34)]))}, {C}", f"{pad} {{b: '{two}'}}]"]
    return [""]


@st.composite
def _text(draw: st.DrawFn, indent: int = 0, depth: int = 3) -> list[str]:
    pad = " " * indent
    items = draw(st.booleans())
    lines: list[str] = []
    for number in range(draw(st.integers(1, 4))):
        lines += draw(st.lists(st.tuples(_SPACES, _DECOY).map(lambda one: f"{one[0]}# {one[1]}"), max_size=2))
        key = "-" if items else draw(st.sampled_from([f"k{number}:", f'"{C} {number}":', f"a#b{number}:", "same:"]))
        if depth and draw(st.booleans()):
            lines += [f"{pad}{key}{draw(st.sampled_from(['', ' ' + C]))}", *draw(_text(indent + 2, depth - 1))]
        else:
            first, *rest = draw(_scalar(indent))
            lines += [f"{pad}{key}{first}", *rest]
    return lines


def _by_tokens(text: str, offsets: Sequence[int]) -> list[bool]:
    stretches = []
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        if isinstance(token, yaml.ScalarToken):
            start, end = token.start_mark.index, token.end_mark.index
            if token.style in ("|", ">"):
                start = text.index("\n", start) + 1
            stretches.append((start, end))
    return [any(start <= offset < end for start, end in stretches) for offset in offsets]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(_text())
def test_the_same_as_a_tokenizer_that_knows_where_scalars_end(lines: list[str]) -> None:
    text = "\n".join(lines) + "\n"
    try:
        document = read(text)
    except (Malformed, LimitReached):
        assume(False)
        raise
    offsets = [at for at, character in enumerate(text) if character == "#"]
    expected = _by_tokens(text, offsets)
    assert document.within(offsets) == expected
    assert _within_any(text, offsets) == expected
    begun = [document.lines.offset(*one.span[:2]) for one in comments(document)]
    assert all(not inside for at, inside in zip(offsets, expected, strict=True) if at in begun)
