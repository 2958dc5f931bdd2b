"""What `apilint waive` leaves alone: every other byte of a file, whoever wrote it and however."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest
import ruamel.yaml
from hypothesis import given
from hypothesis import strategies as st

from apilint.cli.waiver_file import renewed, with_item
from apilint.config.reading import read
from apilint.policy.model import ConfigurationError, Origin, Waiver, Where

TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn", "Co")), min_size=1, max_size=30
).filter(str.strip)
COMMENTS = st.sampled_from(["", "", "  # why not", "   #", "\t# tab", "  # two: [words}"])
EMPTY = st.sampled_from(["", "\n", "# on a line of its own\n", "\n# after a gap\n\n", "    # far to the right\n"])
QUOTES = st.sampled_from(["{}", "'{}'", '"{}"'])
WORDS = st.sampled_from(["W-1", "string-max-length", "GET /health", "@acme/pay", "so", "2026-12-31", "x y", "null"])


def quoted(draw: Any, word: str) -> str:
    form = draw(QUOTES)
    return form.format(word) if word[0] != "@" or form != "{}" else f"'{word}'"


@st.composite
def items(draw: Any, indent: str) -> str:
    """A waiver in block style, or in braces on one line."""
    keys = ["id", "rule", "owner", "reason", "expires"]
    pairs = [f"{key}:{draw(st.sampled_from([' ', '  ']))}{quoted(draw, draw(WORDS))}" for key in keys]
    if draw(st.booleans()) and draw(st.booleans()):
        return f"{indent}- {{{', '.join(pairs)}}}{draw(COMMENTS)}\n"
    gap = draw(st.sampled_from(["", "", "", f"{indent}  # inside\n"]))
    inner = f"{indent}  "
    lines = [f"{inner}{pair}{draw(COMMENTS)}\n" for pair in pairs]
    if draw(st.booleans()):
        lines.append(f"{inner}match: {{ operation: GET /x }}{draw(COMMENTS)}\n")
    if draw(st.booleans()):
        lines.append(f"{inner}note: >-\n{inner}  folded\n\n{inner}  text\n")
    return f"{indent}- {lines[0][len(inner) :]}{gap}{''.join(lines[1:])}"


@st.composite
def files(draw: Any) -> str:
    """A configuration as people write them."""
    parts = [f"version: 1{draw(COMMENTS)}\n"]
    if draw(st.booleans()):
        parts.append(f"rules:{draw(COMMENTS)}\n    string-*:   off{draw(COMMENTS)}\n    'jwt-*': {{severity:  high}}\n")
    if draw(st.booleans()):
        parts.append("gate: {fail_on: high,   min_score: 70}\n")
    indent = draw(st.sampled_from(["", "  ", "    "]))
    kind = draw(st.sampled_from(["none", "null", "empty", "flow", "block", "block", "block"]))
    listed = {
        "none": "",
        "null": f"waivers:{draw(COMMENTS)}\n",
        "empty": f"waivers: []{draw(COMMENTS)}\n",
        "flow": "waivers: [{id: W-1, rule: x}, {id: W-2,  rule: y}]\n",
        "block": f"waivers:{draw(COMMENTS)}\n"
        + "".join(draw(EMPTY) + draw(items(indent)) for _ in range(draw(st.integers(1, 3)))),
    }[kind]
    parts.insert(draw(st.integers(1, len(parts))), listed)
    text = draw(EMPTY) + draw(st.sampled_from(["", "---\n"])) + "".join(draw(EMPTY) + part for part in parts)
    text += draw(EMPTY)
    if draw(st.booleans()):
        text = text.rstrip("\n") or text
    return text.replace("\n", draw(st.sampled_from(["\n", "\n", "\r\n"])))


@st.composite
def waivers(draw: Any) -> dict[str, Any]:
    match = draw(
        st.fixed_dictionaries(
            {}, optional={"operation": TEXT, "files": st.lists(TEXT, min_size=1, max_size=3), "pointer": TEXT}
        )
    )
    item = {"id": draw(TEXT), "rule": draw(TEXT), "match": match, "owner": draw(TEXT), "reason": draw(TEXT)}
    return {**item, "created": "2026-06-01", "expires": "2026-12-31"}


@pytest.fixture(scope="module")
def path() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder, "waivers.yaml")


def taken_out(before: str, after: str) -> bool:
    """Whether nothing was done to a text but to put lines into it; the brackets of an empty list may leave."""
    before = before.replace("waivers: []", "waivers:", 1)
    operations = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return all(kind in ("equal", "insert") for kind, *_ in operations)


@given(text=files(), item=waivers())
def test_all_other_bytes_stay(path: Path, text: str, item: dict[str, Any]) -> None:
    path.write_bytes(text.encode())
    old = read(path.name, text.encode(), str(path)).value
    changed = with_item(str(path), path.name, item)
    assert changed.before == text.encode()
    assert path.read_bytes() == text.encode()
    after = changed.after.decode()
    new = read(path.name, changed.after, str(path)).value
    assert new == {**old, "waivers": [*(old.get("waivers") or []), item]}
    assert list(new)[: len(old)] == list(old)
    assert taken_out(text, after)
    assert_another_parser_agrees(text, after, item)


def assert_another_parser_agrees(text: str, after: str, item: dict[str, Any]) -> None:
    yaml = ruamel.yaml.YAML(typ="safe", pure=True)
    if "\t#" in text or not all(map(str.isprintable, text.splitlines())):
        return  # ruamel.yaml takes no tab before a comment
    old, new = yaml.load(io.StringIO(text)), yaml.load(io.StringIO(after))
    assert new == {**old, "waivers": [*(old.get("waivers") or []), item]}


@given(text=files())
def test_a_renewal_changes_two_values(path: Path, text: str) -> None:
    path.write_bytes(text.encode())
    written = read(path.name, text.encode(), str(path))
    for index, item in enumerate(written.value.get("waivers") or []):
        if "expires" not in item:
            continue
        origin = Origin(path.name, f"/waivers/{index}", None, str(path))
        waiver = Waiver("W-1", ("x",), Where(), "me", "so", "", item["expires"] or "", origin, renewals=3)
        changed = renewed(waiver, "2027-01-31", str(path.parent))
        new = read(path.name, changed.after, str(path)).value
        expected = [dict(one) for one in written.value["waivers"]]
        expected[index] |= {"expires": "2027-01-31", "renewals": 4}
        assert new == {**written.value, "waivers": expected}
        lines, others = text.splitlines(), changed.after.decode().splitlines()
        assert len(set(lines) - set(others)) <= 1


@pytest.mark.parametrize(
    "text",
    [
        "[]\n",
        "just text\n",
        "version: 1\nwaivers: {}\n",
        "version: 1\nwaivers: many\n",
        "a: {b\n",
        "version: 1\nwaivers: &all\n  - id: x\nrules: *all\n",
        "version: 1\nwaivers: [\n",
        "\0",
    ],
)
def test_what_cannot_be_changed_safely_is_said(path: Path, text: str) -> None:
    path.write_bytes(text.encode())
    with pytest.raises(ConfigurationError, match=r"^waivers\.yaml"):
        with_item(str(path), path.name, {"id": "W-1", "rule": "x"})
    assert path.read_bytes() == text.encode()


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_stays(path: Path, codec: str) -> None:
    text = "version: 1\nwaivers:\n  - id: x\n    rule: y\n"
    path.write_bytes(text.encode(codec))
    changed = with_item(str(path), path.name, {"id": "ü", "rule": "x"})
    assert changed.after.decode(codec).startswith(text)
    assert changed.after[:2] == text.encode(codec)[:2]
