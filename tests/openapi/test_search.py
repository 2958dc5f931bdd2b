from __future__ import annotations

from collections.abc import Callable

import pytest

from apilint.api import Api

YAML = """openapi: 3.0.0
info:
  title: T
  version: "1"
  description: |
    Several lines, and in the last
    a NEEDLE.
  x-note: {deep: [needle, other]}
paths: # needle in a comment
  /needle:
    get:
      summary: a needle and a needle
      responses: {"200": {description: ok}}
components:
  schemas:
    A: &a {type: string, example: the needle}
    B: *a
    C:
      <<: *a
      default: "\\u006eeedle"
"""
JSON = (
    '{"openapi": "3.0.0", "info": {"title": "T", "version": "1", "description": "a \\"NEEDLE\\""},'
    ' "paths": {"/needle": {"get": {"responses": {"200": {"description": "\\u003cneedle\\u003e"}}}}},'
    ' "x-list": [[], {}, ["no", "needle"]]}'
)


def found(api: Api, *hints: str) -> list[tuple[str, str, str, bool]]:
    return [(text.pointer, text.value, text.role, text.is_key) for text in api.search(hints)]


def test_yaml(build_api: Callable[..., Api]) -> None:
    assert found(build_api(YAML), "needle") == [
        ("/info/description", "Several lines, and in the last\na NEEDLE.\n", "prose", False),
        ("/info/x-note/deep/0", "needle", "extension", False),
        ("/paths/~1needle", "/needle", "other", True),
        ("/paths/~1needle/get/summary", "a needle and a needle", "prose", False),
        ("/components/schemas/A/example", "the needle", "sample", False),
    ]


def test_json(build_api: Callable[..., Api]) -> None:
    assert found(build_api(JSON, name="openapi.json"), "needle") == [
        ("/info/description", 'a "NEEDLE"', "prose", False),
        ("/paths/~1needle", "/needle", "other", True),
        ("/paths/~1needle/get/responses/200/description", "<needle>", "prose", False),
        ("/x-list/2/1", "needle", "extension", False),
    ]
    assert [text[1] for text in found(build_api(JSON, name="openapi.json"), "<needle")] == ["<needle>"]


@pytest.mark.parametrize("hints", [(), ("missing",), ("type",)])
def test_what_is_not_there(build_api: Callable[..., Api], hints: tuple[str, ...]) -> None:
    assert all(key for _, _, _, key in found(build_api(YAML), *hints))


def test_letters_whose_lower_case_is_longer(build_api: Callable[..., Api]) -> None:
    text = YAML.replace("Several lines", "İİİİ lines")
    assert len(found(build_api(text), "needle")) == 5
