"""For any document: no edit and another order report nothing, one edit nothing but what it touches."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from apilint.findings import Finding
from apilint.run import RunOptions, run
from tests.changes.repositories import Repository

NAMES = ("A", "B", "C", "D")
PATHS = ("/a", "/b/{id}", "/c")


@st.composite
def schemas(draw: st.DrawFn, depth: int = 2) -> dict[str, Any]:
    """A schema, which may refer to one of `NAMES`."""
    kind = draw(st.sampled_from(("string", "integer", "object", "array", "$ref", "allOf") if depth else ("string",)))
    if kind == "$ref":
        return {"$ref": f"#/components/schemas/{draw(st.sampled_from(NAMES))}"}
    if kind == "allOf":
        return {"allOf": [draw(schemas(depth - 1)) for _ in range(2)]}
    if kind == "array":
        return {"type": "array", "items": draw(schemas(depth - 1))}
    if kind == "object":
        return {"type": "object", "properties": {name: draw(schemas(depth - 1)) for name in draw(st.sets(KEYS))}}
    return {"type": kind, **({"maxLength": 9, "maximum": 9} if draw(st.booleans()) else {})}


KEYS = st.sampled_from(("id", "name", "description", "items"))


@st.composite
def operations(draw: st.DrawFn) -> dict[str, Any]:
    """An operation with some of what operations have."""
    found: dict[str, Any] = {
        "responses": {"200": {"description": "d", "content": {"application/json": {"schema": draw(schemas())}}}}
    }
    if draw(st.booleans()):
        found["requestBody"] = {"content": {"application/json": {"schema": draw(schemas())}}}
    if draw(st.booleans()):
        found["parameters"] = [
            {"name": name, "in": "query", "schema": draw(schemas(0))} for name in draw(st.sets(KEYS, min_size=1))
        ]
    if draw(st.booleans()):
        found["security"] = draw(st.sampled_from(([], [{"k": []}], [{}, {"k": []}])))
    return found


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A document whose schemas refer to each other as they like, also in circles."""
    return {
        "openapi": "3.0.3",
        "info": {"title": "T", "version": "1"},
        "servers": [{"url": "http://h.example.org"}],
        "security": [{"k": []}],
        "paths": {
            path: {method: draw(operations()) for method in draw(st.sets(METHODS, min_size=1))} for path in PATHS
        },
        "components": {
            "schemas": {name: draw(schemas()) for name in NAMES},
            "securitySchemes": {"k": {"type": "apiKey", "in": "header", "name": "K"}},
        },
    }


METHODS = st.sampled_from(("get", "post", "delete"))


def reported(base: Any, head: Any) -> list[Finding]:
    """What the change from one document to another answers for."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        repository = Repository(Path(folder))
        repository.commit({"api.json": json.dumps(base)})
        repository.write({"api.json": json.dumps(head)})
        report = run(RunOptions(since="HEAD", isolated=True, preset="audit"))
        assert not [one for one in report.problems if one.kind == "internal-error"]
        return list(report.findings)


def shuffled(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict):
        items = [(key, shuffled(item, chance)) for key, item in value.items()]
        chance.shuffle(items)
        return dict(items)
    if isinstance(value, list):
        items = [shuffled(item, chance) for item in value]
        chance.shuffle(items)
        return items
    return value


SLOW = settings(
    max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate)
)


@SLOW
@given(documents(), st.randoms(use_true_random=False))
def test_another_order_is_no_change(document: Any, chance: random.Random) -> None:
    assert reported(document, shuffled(document, chance)) == []


@SLOW
@given(documents(), st.data())
def test_one_edit_of_an_operation(document: Any, data: st.DataObject) -> None:
    """All of the operation, and nothing of any other: an operation is nobody's part."""
    path = data.draw(st.sampled_from(PATHS))
    method = data.draw(st.sampled_from(sorted(document["paths"][path])))
    head = json.loads(json.dumps(document))
    head["paths"][path][method]["x-new"] = True
    found = reported(document, head)
    place = f"/paths/{path.replace('/', '~1')}/{method}"
    elsewhere = [one for one in found if not f"{one.location.pointer}/".startswith(f"{place}/")]
    # What is said of all operations is said of this one, too.
    assert {one.location.pointer.rpartition("/")[0] for one in elsewhere} <= {"", "/paths"}
    whole = run_plain(head)
    inside = {(one.rule, one.location.pointer) for one in whole if f"{one.location.pointer}/".startswith(f"{place}/")}
    assert inside == {(one.rule, one.location.pointer) for one in found if one not in elsewhere}


@SLOW
@given(documents(), st.data())
def test_one_edit_of_a_schema(document: Any, data: st.DataObject) -> None:
    """Whatever stands in an operation that does not reach it, or in a schema that does not, is left out."""
    name = data.draw(st.sampled_from(NAMES))
    head = json.loads(json.dumps(document))
    head["components"]["schemas"][name]["x-new"] = True
    found = reported(document, head)
    reaching = {owner for owner in NAMES if name in closure(document, document["components"]["schemas"][owner])}
    for one in found:
        steps = one.location.pointer.replace("~1", "|").split("/")[1:]
        if steps[:2] == ["components", "schemas"]:
            assert steps[2] in {name, *reaching}
        elif steps[:1] == ["paths"] and len(steps) > 2:
            value = document["paths"][steps[1].replace("|", "/")][steps[2]]
            assert name in closure(document, value)
    inside = {one.location.pointer for one in run_plain(head) if f"{one.location.pointer}/".startswith(at(name))}
    assert inside <= {one.location.pointer for one in found}


def at(name: str) -> str:
    return f"/components/schemas/{name}/"


def closure(document: Any, value: Any) -> set[str]:
    """The schemas that a value reaches."""
    found: set[str] = set()
    work = [value]
    while work:
        for name in set(references(work.pop())) - found:
            found.add(name)
            work.append(document["components"]["schemas"][name])
    return found


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"].rpartition("/")[2]
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def run_plain(document: Any) -> list[Finding]:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        Path("api.json").write_text(json.dumps(document))
        return list(run(RunOptions(isolated=True, preset="audit")).findings)
