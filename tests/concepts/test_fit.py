"""Whether a value fits its schema: what is cheap and certain, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from apilint.concepts.fit import misfit
from apilint.openapi.api import Api
from apilint.openapi.build import build
from apilint.reading.limits import Limits
from apilint.reading.workspace import Workspace

SHARED: dict[str, Any] = {
    "S": {"type": "string", "enum": ["a"]},
    "Loop": {"type": "object", "properties": {"more": {"$ref": "#/components/schemas/Loop"}}},
    "Again": {"$ref": "#/components/schemas/Again"},
}


def api_with(schema: Any, version: str = "3.1") -> Api:
    document = {
        "openapi": f"{version}.0",
        "info": {"title": "t", "version": "1"},
        "paths": {},
        "components": {"schemas": {"X": schema, **SHARED}},
    }
    workspace = Workspace("", Limits())
    opened = workspace.open_text("a.json", json.dumps(document).encode())
    assert opened is not None
    return build(workspace, opened, version)


def said(schema: Any, value: Any, version: str = "3.1") -> str:
    view = next(one for one in api_with(schema, version).schemas if one.path == ("components", "schemas", "X"))
    return misfit(view, value)


@pytest.mark.parametrize(
    ("schema", "value", "what"),
    [
        ({"type": "integer"}, "5", "is a string, not an integer"),
        ({"type": "integer", "maximum": 3}, 3.0, ""),
        ({"type": "number", "minimum": 1.5}, 1, "is below the `minimum`"),
        ({"type": ["string", "null"]}, None, ""),
        ({"type": "string", "pattern": "^a$"}, "b", ""),
        ({"type": "string", "minLength": 2}, "é", "has fewer characters than `minLength`"),
        ({"type": "array", "maxItems": 1}, [1, 2], "has more items than `maxItems`"),
        ({"items": {"$ref": "#/components/schemas/S"}}, ["a", "b"], "has an item (number 2) that is not in `enum`"),
        ({"properties": {"a": {"type": "string"}}}, {"a": 1}, "has a `a` that is an integer, not a string"),
        ({"required": ["a"]}, {}, "lacks the required `a`"),
        ({"const": 1}, True, "is not the `const`"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, 1, "fits no alternative of `anyOf`"),
        ({"anyOf": [{"type": "string"}, {}]}, 1, ""),
        ({"properties": {"l": {"$ref": "#/components/schemas/Loop"}}}, {"l": {"more": {"more": {}}}}, ""),
        ({"properties": {"l": {"$ref": "#/components/schemas/Again"}}}, {"l": 1}, ""),
        ({"type": 7, "maximum": "x", "items": 3, "enum": "a", "required": [None], "properties": []}, {"a": 1}, ""),
    ],
)
def test_misfit(schema: Any, value: Any, what: str) -> None:
    assert said(schema, value) == what


def test_nullable_admits_null() -> None:
    assert said({"type": "string", "nullable": True, "enum": ["a"]}, None, "3.0") == ""
    assert said({"allOf": [{"type": "string"}], "nullable": True}, None, "3.0") == ""
    assert said({"type": "string"}, None, "3.0") == "is null, not a string"


def test_a_branch_is_judged_with_what_is_around_it() -> None:
    api = api_with({"type": "string", "oneOf": [{"maxLength": 2}]})
    branch = next(one for one in api.schemas if "maxLength" in one.value)
    assert misfit(branch, 5) == "is an integer, not a string"


def test_the_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    for level in range(40):
        branch = {"$ref": f"#/components/schemas/L{level + 1}"}
        monkeypatch.setitem(SHARED, f"L{level}", {"anyOf": [branch, branch]})
    monkeypatch.setitem(SHARED, "L40", {"type": "integer"})
    assert said({"allOf": [{"$ref": "#/components/schemas/L0"}]}, "a") in ("", "fits no alternative of `anyOf`")


def test_a_bare_reference_is_judged_where_it_leads() -> None:
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {
            "/a": {"get": {"parameters": [{"name": "a", "in": "query", "schema": {"$ref": "#/components/schemas/S"}}]}}
        },
        "components": {"schemas": SHARED},
    }
    workspace = Workspace("", Limits())
    opened = workspace.open_text("a.json", json.dumps(document).encode())
    assert opened is not None
    bare = build(workspace, opened, "3.1").parameters[0].schemas[0]
    assert bare.resolved.path == ("components", "schemas", "S")
    assert bare.resolved.resolved is bare.resolved
