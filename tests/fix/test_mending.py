"""Rounds of fixes: what is tried, how often everything is looked at, what is kept and what is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apilint.findings import Confidence, Edit, Fix, Flag, Severity
from apilint.mending import Mending, mend, state
from apilint.mending.state import key
from apilint.openapi.api import Api
from apilint.plugins import Plugins, load
from apilint.rule import Rule, rule
from apilint.run import RunOptions, run
from tests.fix.documents import BROKEN, MENDED, unused

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[frozenset[str] | None]:
    """The inputs of each run; None for all."""
    found: list[frozenset[str] | None] = []
    real = state.opened

    def counted(options: RunOptions, loaded: Any) -> Any:
        found.append(options.among)
        return real(options, loaded)

    monkeypatch.setattr(state, "opened", counted)
    return found


def plain(**changes: Any) -> RunOptions:
    return RunOptions(isolated=True, **changes)


def texts(mending: Mending) -> dict[str, str]:
    return {one.file: one.after.decode() for one in mending.files}


def test_many_files_are_looked_at_together(folder: Path, runs: list[Any]) -> None:
    for number in range(60):
        (folder / f"{number:02}.yaml").write_text(BROKEN if number % 2 else MENDED)
    mending = mend(plain())
    assert texts(mending) == {f"{number:02}.yaml": MENDED for number in range(1, 60, 2)}
    broken = frozenset(f"{number:02}.yaml" for number in range(1, 60, 2))
    # Those without a fix are looked at once.
    assert runs == [None, broken, broken]


def test_nothing_to_fix_takes_one_run(folder: Path, runs: list[Any]) -> None:
    (folder / "a.yaml").write_text(MENDED)
    assert mend(plain()).files == ()
    assert runs == [None]


def test_many_fixes_of_a_file_take_one_trial(folder: Path, runs: list[Any]) -> None:
    (folder / "a.yaml").write_text(unused(*(f"A{number}" for number in range(400))))
    mending = mend(plain(), rules=["unused-component"])
    assert len(mending.done) == 400
    assert texts(mending) == {"a.yaml": MENDED + "  schemas: {}\n"}
    assert len(runs) == 3


def test_what_a_fix_uncovers_is_mended_in_the_next_round(folder: Path) -> None:
    text = unused("A").replace("{type: object}  # A", "{type: array, items: {$ref: '#/components/schemas/B'}}")
    (folder / "a.yaml").write_text(text + "    B: {type: object}\n")
    mending = mend(plain(), rules=["unused-component"])
    assert texts(mending) == {"a.yaml": MENDED + "  schemas: {}\n"}


@pytest.mark.parametrize("names", [("a.yaml", "b.yaml"), ("b.yaml",)])
def test_a_file_that_several_inputs_share_is_mended_once(folder: Path, names: tuple[str, ...]) -> None:
    head, scheme = BROKEN.split("    key:\n")
    for name in names:
        (folder / name).write_text(head + "    key: {$ref: 'shared.yaml#/key'}\n")
    (folder / "shared.yaml").write_text("key:\n" + scheme.replace("      ", "  "))
    mending = mend(plain(paths=names))
    assert texts(mending) == {"shared.yaml": "key:\n" + scheme.replace("      ", "  ").replace(" token'", "'")}
    assert len(mending.done) == 1


def test_an_edit_that_would_change_another_place_through_an_alias_is_refused(folder: Path) -> None:
    aliased = BROKEN.replace("'bearer token'", "&name bearer token").replace("Ask us.", "*name")
    (folder / "a.yaml").write_text(aliased)
    mending = mend(plain())
    assert mending.files == ()
    assert [one.reason for one in mending.left] == ["it cannot be written into this text without changing more"]


def info(text: str, to: str) -> Rule:
    """A rule that flags the title where it holds `text`, with a fix that writes `to` in its place."""

    @rule(f"title-{text}", on=Api, severity=Severity.HIGH, confidence=Confidence.HIGH, refs=("CWE-1",), fixable=True)
    def check(api: Api) -> Iterator[Flag]:
        """The title is wrong.

        Why: it is.
        """
        title = api.value["info"]["title"]
        if text in title:
            edit = Edit("/info/title", "set", title.replace(text, to))
            yield Flag(api, ("info", "title"), f"The title has {text}", fix=Fix("Write another", True, (edit,)))

    return check


def mended(folder: Path, title: str, *rules: Rule) -> tuple[Mending, str]:
    (folder / "a.yaml").write_text(MENDED.replace("title: Pets", f"title: {title}"))
    mending = mend(plain(preset="audit"), loaded=Plugins(rules, {}, {}, (), ()))
    return mending, yaml.safe_load(texts(mending).get("a.yaml") or (folder / "a.yaml").read_text())["info"]["title"]


def test_fixes_of_the_same_place_go_one_after_the_other(folder: Path) -> None:
    mending, title = mended(folder, "one two", info("one", to="1"), info("two", to="2"))
    assert (title, len(mending.done), mending.left) == ("1 2", 2, ())


def test_a_fix_that_leaves_its_finding_is_not_kept(folder: Path) -> None:
    mending, title = mended(folder, "one", info("one", to="one and one"))
    assert (title, mending.files) == ("one", ())
    assert [one.reason for one in mending.left] == ["its finding would still be there"]


def test_fixes_that_undo_each_other_end(folder: Path) -> None:
    mending, title = mended(folder, "one", info("one", to="two"), info("two", to="one"))
    assert (title, mending.files) == ("one", ())
    assert mending.left[0].reason == "it would bring in title-two at a.yaml#/info/title"


def test_fixes_without_end_are_not_kept(folder: Path) -> None:
    steps = [info(f"s{number}", to=f"s{number + 1}") for number in range(10, 40)]
    mending, title = mended(folder, "s10", *steps)
    assert (title, mending.files) == ("s10", ())
    assert len(mending.left) == 1


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return load()


def comments(text: str) -> Counter[str]:
    return Counter(line.strip() for line in text.splitlines() if line.lstrip().startswith("#"))


def order(one: Any, other: Any) -> Iterator[tuple[list[str], list[str]]]:
    """The keys of mappings that both have, in the order of each."""
    if isinstance(one, dict) and isinstance(other, dict):
        yield [name for name in one if name in other], [name for name in other if name in one]
        for name in one.keys() & other.keys():
            yield from order(one[name], other[name])
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for a, b in zip(one, other, strict=True):
            yield from order(a, b)


def sound(paths: tuple[str, ...], unsafe: bool, loaded: Plugins) -> Mending:
    """Mend documents, write them, and require that nothing is lost, nothing is new, and that it is the end."""
    options = plain(paths=paths, preset="audit")
    mending = mend(options, unsafe=unsafe, loaded=loaded)
    edits = [edit for one in mending.done if one.fix for edit in one.fix.edits]
    for one in mending.files:
        before, after = (yaml.load(text.decode("utf-8-sig"), yaml.CSafeLoader) for text in (one.before, one.after))
        assert all(a == b for a, b in order(before, after))
        if all(edit.action == "set" and not isinstance(edit.value, dict | list) for edit in edits):
            # What is removed takes the comments in it along.
            assert comments(one.before.decode()) == comments(one.after.decode())
        Path(one.path).write_bytes(one.after)
    report = run(options, loaded)
    found = [one for one in report.findings if one.suppression is None]
    if mending.files:
        assert Counter(map(key, found)) == Counter(map(key, mending.after))
    before_it = (*mending.before.findings, *mending.uncovered)
    known = {*map(key, before_it), *((one.rule, one.message) for one in before_it)}
    assert not [one for one in found if known.isdisjoint([key(one), (one.rule, one.message)])]
    assert not {one.message for one in report.problems} - {one.message for one in mending.before.problems}
    assert mend(options, unsafe=unsafe, loaded=loaded).files == ()
    return mending


@pytest.mark.parametrize("unsafe", [False, True])
@pytest.mark.parametrize("name", ["petstore.yaml", "petstore-secure.yaml", "parcels.json", "orders"])
def test_examples(folder: Path, plugins: Plugins, name: str, unsafe: bool) -> None:
    import shutil

    source = ROOT / "examples" / name
    (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    sound((name,), unsafe, plugins)


@pytest.mark.parametrize("unsafe", [False, True])
@pytest.mark.parametrize("name", ["petstore-2.0.json", "petstore-expanded.yaml", "circular.yaml", "cohere.yaml"])
def test_corpus(folder: Path, plugins: Plugins, corpus: Path, name: str, unsafe: bool) -> None:
    (folder / name).write_bytes((corpus / name).read_bytes())
    sound((name,), unsafe, plugins)


PROPERTY = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["string", "integer", "object", "array", "number"]),
        "format": st.sampled_from(["password", "int32", "byte"]),
        "description": st.sampled_from(["A [link](javascript:x)", "text\u202e", "plain"]),
        "$ref": st.sampled_from(["#/components/schemas/A", "#/components/schemas/B"]),
        "maximum": st.integers(0, 9),
        "minimum": st.integers(0, 9),
        "exclusiveMaximum": st.booleans(),
    },
)
SCHEMA = st.builds(
    lambda names, rest: {"type": "object", "properties": names, **rest},
    st.dictionaries(st.sampled_from(["password", "id", "token", "isAdmin", "name"]), PROPERTY, max_size=3),
    st.fixed_dictionaries({}, optional={"additionalProperties": st.booleans(), "description": st.just("# no comment")}),
)
SCHEME = st.one_of(
    st.builds(lambda name: {"type": "http", "scheme": name}, st.sampled_from(["basic", "Bearer", "bearer token", "x"])),
    st.builds(lambda at: {"type": "apiKey", "in": at, "name": "key"}, st.sampled_from(["query", "header"])),
)
REQUIREMENTS = st.lists(st.dictionaries(st.sampled_from(["a", "b"]), st.just([]), max_size=2), max_size=3)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    operation = st.fixed_dictionaries(
        {"responses": st.just({"200": {"description": "ok"}, "204": {"description": "", "content": {}}})},
        optional={"security": REQUIREMENTS, "summary": st.just("x")},
    )
    schemas = draw(st.dictionaries(st.sampled_from(["A", "B", "C"]), SCHEMA, max_size=3))
    return {
        "openapi": draw(st.sampled_from(["3.0.3", "3.1.0"])),
        "info": {"title": "t", "version": "1"},
        "servers": [{"url": draw(st.sampled_from(["http://a.example", "https://a.example", "/"]))}],
        "security": draw(REQUIREMENTS),
        "paths": {f"/p{n}": {"get": draw(operation), "post": draw(operation)} for n in range(draw(st.integers(0, 2)))},
        "components": {"schemas": schemas, "securitySchemes": draw(st.fixed_dictionaries({"a": SCHEME, "b": SCHEME}))},
    }


def block(value: Any) -> str:
    text: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=True)
    return "".join(f"{line}\n# {number}\n" for number, line in enumerate(text.splitlines()))


def flow(value: Any) -> str:
    return str(yaml.safe_dump(value, sort_keys=False, default_flow_style=True, width=60))


def json_text(value: Any) -> str:
    import json

    return json.dumps(value, indent=1)


@pytest.mark.parametrize("write", [block, flow, json_text])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=documents(), unsafe=st.booleans())
def test_generated_documents(folder: Path, write: Callable[[Any], str], value: dict[str, Any], unsafe: bool) -> None:
    name = "a.json" if write is json_text else "a.yaml"
    (folder / name).write_text(write(value), encoding="utf-8")
    sound((name,), unsafe, load())
