"""Patterns where documents write them, and URLs that schemas restrict or do not."""

from __future__ import annotations

from pathlib import Path

from apilint.concepts.destinations import composed, is_fetched, is_url, restriction
from apilint.concepts.expressions import expressions, greatest, least
from apilint.openapi.build import build
from apilint.openapi.schema import Schema
from apilint.reading.limits import Limits
from apilint.reading.workspace import Workspace

_DOCUMENT = """
openapi: 3.1.0
info: {title: T, version: "1"}
paths:
  /hooks:
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              patternProperties: {"^x-": {type: string, pattern: x}}
              propertyNames: {pattern: n, maxLength: 9}
              properties:
                a: {$ref: "#/components/schemas/A"}
                b: {allOf: [{type: string, pattern: b, maxLength: 7}, {maxLength: 5, minLength: 1}, {minLength: 2}]}
                c: {type: integer, pattern: c}
                d: {type: string, pattern: 5}
                e_url: {type: string, pattern: "^https://"}
                f: {type: string, format: uri}
                is_url: {type: boolean}
                g_url: {allOf: [{type: string}, {$ref: "#/components/schemas/H"}]}
      responses: {"200": {description: ok}}
components:
  schemas:
    A: {type: string, pattern: a}
    H: {pattern: "^https://h\\\\.example\\\\.com/"}
"""


def _schemas(tmp_path: Path) -> tuple[list[tuple[object, str, bool, float | None]], dict[str, Schema]]:
    file = tmp_path / "openapi.yaml"
    file.write_text(_DOCUMENT, encoding="utf-8")
    workspace = Workspace(str(tmp_path), Limits())
    document = workspace.open(str(file))
    assert document is not None
    api = build(workspace, document, "3.1")
    found = [(one.key, one.text, one.of_names, one.max_length) for one in expressions(api)]
    assert all(one.is_input for one in expressions(api))
    return found, {schema.name: schema for schema in api.schemas if schema.name}


def test_expressions(tmp_path: Path) -> None:
    found, _ = _schemas(tmp_path)
    assert sorted(found, key=str) == sorted(
        [
            (("patternProperties", "^x-"), "^x-", True, 9),
            (("propertyNames", "pattern"), "n", True, 9),
            ("pattern", "x", False, None),
            ("pattern", "a", False, None),
            ("pattern", "b", False, 5),
            ("pattern", "^https://", False, None),
            ("pattern", "^https://h\\.example\\.com/", False, None),
        ],
        key=str,
    )


def test_bounds_across_a_composition(tmp_path: Path) -> None:
    _, schemas = _schemas(tmp_path)
    assert (least(schemas["b"], "maxLength"), greatest(schemas["b"], "minLength")) == (5, 2)
    assert least(schemas["f"], "maxLength") is None


def test_destinations(tmp_path: Path) -> None:
    _, schemas = _schemas(tmp_path)
    assert [name for name, schema in schemas.items() if is_url(schema)] == ["e_url", "f", "g_url"]
    assert is_fetched(schemas["f"]) == "hook"
    assert [restriction(schemas[name].parts()) for name in ("e_url", "f", "g_url")] == ["scheme", "", "host"]
    assert restriction(composed(schemas["g_url"])) == "host"
    assert composed(None) == []
