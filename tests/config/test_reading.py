"""Files of configuration: values and places, in YAML, JSON and TOML; wrong and hostile ones are errors with a place."""

from __future__ import annotations

import time
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apilint.config.reading import Written, read
from apilint.config.schema import validate
from apilint.config.values import layer
from apilint.policy.model import ConfigurationError

TOML = """\
[project]
name = "x"

[tool.apilint]
version = 1
extends = ["apilint:strict", # why
  "./x.yaml",
]
gate = { fail_on = "high", 'min_score' = 70 }
[tool.apilint.rules]
"a-b" = "off"
c.severity = "high"
[[tool.apilint.overrides]]
files = ["a"]
[[tool.apilint.overrides]]
files = ["b", '''x
y''']
[tool.apilint.overrides.rules]
"q\\u0041" = 'off'
[[tool.apilint.waivers]]
expires = 2026-04-10 # a native date
"""


def place(written: Written, *path: str | int, key: bool = False) -> tuple[int, int]:
    span = written.origin(*path, key=key).span
    assert span is not None
    return span.line, span.column


def test_toml_has_places_as_yaml_has() -> None:
    written = read("pyproject.toml", TOML.encode())
    assert written.value["overrides"][1] == {"files": ["b", "x\ny"], "rules": {"qA": "off"}}
    assert written.value["waivers"] == [{"expires": "2026-04-10"}]
    assert place(written, "version") == (5, 11)
    assert place(written, "extends", 1) == (7, 3)
    assert place(written, "gate", "min_score") == (9, 42)
    assert place(written, "gate", "min_score", key=True) == (9, 28)
    assert place(written, "rules", "a-b", key=True) == (11, 1)
    assert place(written, "rules", "c", "severity") == (12, 14)
    assert place(written, "overrides", 0) == (13, 1)
    assert place(written, "overrides", 1, "files", 1) == (16, 15)
    assert place(written, "overrides", 1, "rules", "qA", key=True) == (19, 1)
    assert place(written, "waivers", 0, "expires") == (21, 11)
    assert place(written, "waivers", 0, "nothing", "here") == (20, 1)
    assert written.origin("gate").pointer == "/tool/apilint/gate"


def test_a_toml_file_of_another_name_is_configuration_as_a_whole() -> None:
    assert read("base.toml", b"version = 1").value == {"version": 1}
    assert read("sub/pyproject.toml", b"version = 1").value is None
    assert read("pyproject.toml", b"tool = 1").value is None


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.yaml", b"a: [", "a.yaml:1:5: "),
        ("a.yaml", b"a: 1\na: 2", "a.yaml:2:1: 'a' stands twice in one mapping, first in line 1"),
        ("a.yaml", b"a: !x 1", "a.yaml:1:4: the tag !x "),
        ("a.yaml", b"\xff", "a.yaml:1:1: the text is not valid UTF-8"),
        ("a.yaml", b"a\n---\nb\n", "a.yaml:2:1: a second document begins here"),
        ("a.yaml", b"[" * 100_000, "a.yaml: it is nested too deeply"),
        ("a.yaml", b"#" * (1 << 20) + b"#", "a.yaml: it is larger than 1 MiB"),
        ("a\n::error::b.yaml", b"\xff", "a\\n::error::b.yaml:1:1: "),
        ("a.json", b"{", "a.json:1:2: "),
        ("a.toml", b"a = ", ": this is not TOML: invalid value"),
        ("a.toml", b"a=1\na=2", "a.toml:2:"),
        ("a.toml", b"a='''\n", "a.toml:1:6: this is not TOML: "),
        ("a.toml", b"\xef\xbb\xbfa=1\0", "a.toml:1:4: the text holds a NUL character"),
        ("a.toml", b"a=" + b"9" * 5_000, "this is not TOML: a number has too many digits"),
        ("a.toml", b"a=" + b"[" * 100_000, "a.toml: it is nested too deeply"),
        ("a.toml", b"a=" + b"[" * 60 + b"]" * 60, "a.toml: it is nested too deeply"),
        ("a.toml", b"a" + b".a" * 500_000 + b"=1", "a.toml:1:1: a key has more than 32 parts"),
        ("a.toml", b"x={ 'a' " + b'. "a"' * 50 + b"=1}", "a.toml:1:5: a key has more than 32 parts"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(name: str, data: bytes, message: str) -> None:
    begun = time.monotonic()
    with pytest.raises(ConfigurationError) as raised:
        read(name, data)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)
    assert time.monotonic() - begun < 5


def test_aliases_may_repeat_a_value_but_not_multiply_it() -> None:
    assert read("a.yaml", b"a: &x [high]\nb: *x\n").value == {"a": ["high"], "b": ["high"]}
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9))
    with pytest.raises(ConfigurationError, match="its aliases stand for too many values"):
        read("a.yaml", bomb.encode())


def all_paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(one for step, item in below for one in all_paths(item, (*path, step)))]


KEYS = st.sampled_from(["a", '"b c"', "'d'", "e.f", 'g."h.i"', "rules", "version", '"\\u0041"'])
SCALARS = st.sampled_from(
    ["1", '"x"', "'y'", '"""z\n"""', "true", "2026-01-01", "1.5", "07:32:00", "'''\n'a'''", '"\\""']
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[ {' , '.join(items)} ,\n# c ]\n]" if items else "[]")
        | st.lists(st.tuples(KEYS, inner), max_size=2).map(
            lambda items: "{" + ", ".join(f"{key} = {value}" for key, value in items) + "}"
        )
    ),
    max_leaves=6,
)
LINES = (
    st.tuples(KEYS, VALUES).map(lambda pair: f"{pair[0]} = {pair[1]} # {{[")
    | KEYS.map(lambda key: f"[{key}]")
    | KEYS.map(lambda key: f"[[ {key} ]] # x")
)


@given(st.lists(LINES, max_size=8).map("\n".join))
def test_each_value_of_toml_is_found_where_it_stands(text: str) -> None:
    try:
        tomllib.loads(text)
    except ValueError:
        return
    written = read("a.toml", text.encode())
    lines = text.split("\n")
    for path in all_paths(written.value):
        value: Any = written.value
        for step in path:
            value = value[step]
        span = written.origin(*path).span
        assert span is not None
        if path and span.line == span.end_line and not isinstance(value, dict | list):
            said = lines[span.line - 1][span.column - 1 : span.end_column - 1]
            assert tomllib.loads(f"v = {said}")["v"] == value or str(tomllib.loads(f"v = {said}")["v"]) == value


@given(
    st.sampled_from(["apilint.yaml", "pyproject.toml", "base.toml", "a.json"]),
    st.binary(max_size=60) | st.text("ab:-[]{}&*!|>'\"#%=.,\n\t 01", max_size=80).map(str.encode),
)
def test_any_bytes_are_configuration_or_an_error(name: str, data: bytes) -> None:
    try:
        written = read(name, data)
        written.origin("rules", "a", 0)
        validate(written, "configuration")
    except ConfigurationError as error:
        said = str(error)
    else:
        said = "fine"
    assert said


WORDS = st.sampled_from(
    "version extends rules overrides public gate levels waivers baseline exclude declarative_rules root files "
    "operations reason level fail_on min_score domains max_severity reject max_waivers id rule match owner created "
    "expires enabled severity confidence options on off high a-* tag:x GET2 1".split()
)
TREES = st.recursive(
    WORDS | st.integers(-1, 200) | st.booleans() | st.none() | st.floats() | st.just("2026-01-01") | st.just("GET /x"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=5),
    max_leaves=25,
)


@given(TREES, st.sampled_from(["configuration", "policy", "waivers"]))
def test_any_tree_is_configuration_or_an_error_with_places(tree: Any, kind: str) -> None:
    written = read("apilint.yaml", b"version: 1")
    written.value = {"version": 1, "kind": "policy", **tree} if kind == "policy" and isinstance(tree, dict) else tree
    try:
        layer(written, "/x", kind)
    except ConfigurationError as error:
        said = str(error).splitlines()
    else:
        said = []
    assert all(line.startswith("apilint.yaml:1:") for line in said)
