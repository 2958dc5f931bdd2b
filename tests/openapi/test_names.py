"""What places are called, and that fingerprints survive edits."""

from __future__ import annotations

from typing import Any

import pytest

TEXT = """
openapi: 3.1.0
info: {title: t, version: "1"}
servers: [{url: "https://a.example"}]
paths:
  /users/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
    get:
      parameters:
        - {name: limit, in: query, schema: {type: integer}}
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema:
                type: array
                items: {type: object, properties: {a: {type: object, properties: {b: {type: string}}}}}
components:
  schemas:
    User: {oneOf: [{title: One, type: string}, {properties: {x: {type: string}}}]}
webhooks:
  event: {post: {responses: {'200': {description: ok}}}}
"""


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ((), "the document"),
        (("servers", 0), "server `https://a.example`"),
        (("paths", "/users/{id}"), "path `/users/{id}`"),
        (("paths", "/users/{id}", "parameters", 0), "path `/users/{id}`, parameter `id` in path"),
        (("paths", "/users/{id}", "get"), "GET /users/{id}"),
        (("paths", "/users/{id}", "get", "parameters", 0, "schema"), "GET /users/{id}: parameter `limit` in query"),
        (
            (
                "paths",
                "/users/{id}",
                "get",
                "responses",
                "200",
                "content",
                "application/json",
                "schema",
                "items",
                "properties",
                "a",
                "properties",
                "b",
            ),
            "GET /users/{id}: response `200`, `application/json`, each item, property `a.b`",
        ),
        (("components", "schemas", "User", "oneOf", 1, "properties", "x"), "schema `User`, property `x`"),
        (("webhooks", "event", "post"), "POST webhook event"),
    ],
)
def test_labels(build_api: Any, path: tuple[str | int, ...], label: str) -> None:
    api = build_api(TEXT)
    assert api.names.label(api.document, path) == label


def canonical(build_api: Any, text: str, *path: str | int) -> str:
    api = build_api(text)
    return str(api.names.canonical(api.document, path))


def test_moved_items_keep_their_name(build_api: Any) -> None:
    head = 'openapi: 3.1.0\ninfo: {title: t, version: "1"}\npaths:\n  /a:\n    get:\n      parameters:\n'
    limit = "        - {name: limit, in: query, schema: {type: integer}}\n"
    page = "        - {name: page, in: query, schema: {type: integer}}\n"
    place = ("paths", "/a", "get", "parameters")
    before = canonical(build_api, head + limit + page, *place, 0, "schema")
    after = canonical(build_api, "# moved\n" + head + page + limit, *place, 1, "schema")
    assert before == after
    assert before != canonical(build_api, head + limit + page, *place, 1, "schema")


def test_like_items_are_told_apart(build_api: Any) -> None:
    text = "openapi: 3.1.0\ninfo: {}\nx-a: {oneOf: [{type: string}, {type: string}, {$ref: '#/x'}, [1], 7]}\n"
    names = {canonical(build_api, text, "x-a", "oneOf", index) for index in range(5)}
    assert len(names) == 5


def test_slashes_in_keys_do_not_merge_names(build_api: Any) -> None:
    text = "openapi: 3.1.0\ninfo: {}\npaths: {'/a/b': {}, '/a': {b: 1}}\n"
    assert canonical(build_api, text, "paths", "/a/b") != canonical(build_api, text, "paths", "/a", "b")
