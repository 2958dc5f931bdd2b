"""Whatever stands at any place of a document, the model and the rules take it: findings and problems, never a crash."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from apilint import engine, plugins
from apilint.openapi.build import build
from apilint.openapi.versions import recognize
from apilint.reading.limits import Limits
from apilint.reading.workspace import Workspace

THREE: dict[str, Any] = {
    "openapi": "3.2.0",
    "info": {"title": "t", "version": "1"},
    "servers": [{"url": "{s}://a.example", "variables": {"s": {"default": "https", "enum": ["https", "http"]}}}],
    "security": [{"oauth": ["read"]}, {}],
    "x-rate-limit": {"limit": 5},
    "x-google-management": {"quota": {"limits": [{"metric": "m"}]}},
    "paths": {
        "/users/{id}": {
            "parameters": [{"$ref": "#/components/parameters/Id"}],
            "servers": [{"url": "http://b.example"}],
            "get": {
                "operationId": "read",
                "tags": ["a"],
                "security": [],
                "x-google-quota": {"metricCosts": {"m": 1}},
                "parameters": [{"name": "limit", "in": "query", "schema": {"type": ["integer", "null"]}}],
                "responses": {"200": {"description": "ok", "headers": {"RateLimit": {"schema": {"type": "string"}}}}},
                "callbacks": {"done": {"{$request.body#/u}": {"post": {"responses": {"429": {"description": "no"}}}}}},
            },
            "post": {
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/User"}}}},
                "responses": {"4XX": {"$ref": "#/components/responses/Bad"}},
            },
            "additionalOperations": {"PURGE": {"responses": {"default": {"description": "d"}}}},
        }
    },
    "webhooks": {"event": {"post": {"responses": {"200": {"description": "ok"}}}}},
    "components": {
        "parameters": {"Id": {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}},
        "responses": {"Bad": {"description": "b", "content": {"application/json": {"schema": {"type": "object"}}}}},
        "schemas": {
            "User": {
                "allOf": [
                    {"properties": {"a": {"type": "string", "pattern": "^a$"}}},
                    {"additionalProperties": {"type": "array"}},
                ],
                "oneOf": [{"required": ["a"]}, {"prefixItems": [{"type": "number", "minimum": 1}]}],
                "patternProperties": {"^x": {"enum": ["a"]}},
            }
        },
        "securitySchemes": {
            "oauth": {
                "type": "oauth2",
                "flows": {"implicit": {"authorizationUrl": "http://a.example", "scopes": {"read": "r"}}},
            },
            "key": {"type": "apiKey", "in": "query", "name": "k"},
        },
    },
}
TWO: dict[str, Any] = {
    "swagger": "2.0",
    "info": {"title": "t", "version": "1"},
    "host": "a.example",
    "basePath": "/v1",
    "schemes": ["http"],
    "consumes": ["application/json"],
    "security": [{"basic": []}],
    "paths": {
        "/a": {
            "post": {
                "schemes": ["ws"],
                "parameters": [
                    {"name": "b", "in": "body", "schema": {"$ref": "#/definitions/A"}},
                    {"name": "f", "in": "formData", "type": "file"},
                    {"name": "q", "in": "query", "type": "array", "items": {"type": "string"}},
                ],
                "responses": {
                    "200": {"description": "ok", "schema": {"type": "string"}, "headers": {"X-A": {"type": "string"}}}
                },
            }
        }
    },
    "definitions": {"A": {"type": "object", "properties": {"n": {"type": "integer"}}}},
    "securityDefinitions": {
        "basic": {"type": "basic"},
        "oauth": {"type": "oauth2", "flow": "accessCode", "tokenUrl": "http://a.example", "scopes": {"r": "read"}},
    },
}
REPLACEMENTS: tuple[Any, ...] = (
    None,
    True,
    7,
    1.5,
    "text",
    "",
    [],
    [None],
    {},
    {"a": 1},
    {"$ref": 7},
    {"$ref": "#/nowhere"},
    {"$ref": "#"},
)


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in members:
        yield (*path, key)
        yield from places(child, (*path, key))


def mutants(base: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in places(base):
        for replacement in REPLACEMENTS:
            mutant = copy.deepcopy(base)
            holder: Any = mutant
            for step in path[:-1]:
                holder = holder[step]
            holder[path[-1]] = replacement
            yield f"{path} = {replacement!r}", mutant


@pytest.mark.parametrize("base", [THREE, TWO], ids=["3.2", "2.0"])
def test_any_type_at_any_place(base: dict[str, Any], tmp_path: Any) -> None:
    rules = plugins.load().rules
    for number, (what, mutant) in enumerate(mutants(base)):
        workspace = Workspace(str(tmp_path), Limits())
        document = workspace.open_text(f"m{number}.json", json.dumps(mutant).encode())
        assert document is not None
        version = recognize(document.value).version
        if version is None:
            continue
        result = engine.run(build(workspace, document, version), rules)
        assert [p for p in result.problems if p.kind == "rule-crashed"] == [], what
        assert len({finding.fingerprint for finding in result.findings}) == len(result.findings), what
