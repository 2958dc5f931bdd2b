"""Circles of references: each once, and none where values end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from apilint.concepts.loops import loops
from apilint.openapi.build import build
from apilint.reading.limits import Limits
from apilint.reading.workspace import Workspace


def circles(schemas: dict[str, Any], parameters: dict[str, Any] | None = None) -> list[list[str]]:
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {},
        "components": {"schemas": schemas, "parameters": parameters or {}},
    }
    workspace = Workspace("", Limits())
    opened = workspace.open_text("a.json", json.dumps(document).encode())
    assert opened is not None
    return [[one.reference.rpartition("/")[2] for one in loop] for loop in loops(build(workspace, opened, "3.1"))]


def ref(name: str, kind: str = "schemas") -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}


def test_by_reference() -> None:
    assert circles({"A": ref("B"), "B": ref("C"), "C": ref("B")}) == [["C", "B"]]
    assert circles({}, {"P": ref("P", "parameters")}) == [["P"]]


def test_by_all_of() -> None:
    assert circles({"A": {"allOf": [{}, ref("B")]}, "B": {"allOf": [ref("A")]}}) == [["B", "A"]]
    assert circles({"A": {"allOf": [ref("A"), ref("A")]}}) == [["A"], ["A"]]


def test_none() -> None:
    assert circles({"A": {"properties": {"a": ref("A")}, "items": ref("A"), "oneOf": [ref("A")]}}) == []
    assert circles({"A": {"allOf": [ref("B"), ref("C")]}, "B": {"allOf": [ref("C")]}, "C": {"type": "object"}}) == []


def test_files_that_are_references_as_a_whole(tmp_path: Path) -> None:
    texts = {"a.json": {"openapi": "3.1.0", "paths": {}, "components": {"schemas": {"A": {"$ref": "b.json"}}}}}
    texts |= {"b.json": {"$ref": "c.json"}, "c.json": {"$ref": "b.json"}}
    for name, text in texts.items():
        (tmp_path / name).write_text(json.dumps(text), encoding="utf-8")
    workspace = Workspace(str(tmp_path), Limits())
    opened = workspace.open(str(tmp_path / "a.json"))
    assert opened is not None
    found = loops(build(workspace, opened, "3.1"))
    assert [[one.reference for one in loop] for loop in found] == [["c.json", "b.json"]]


def test_a_long_chain_is_walked_without_recursion() -> None:
    count = 3_000
    chain = {f"S{number}": {"allOf": [ref(f"S{(number + 1) % count}")]} for number in range(count)}
    assert [len(circle) for circle in circles(chain)] == [count]
