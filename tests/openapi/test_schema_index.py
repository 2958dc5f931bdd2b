from __future__ import annotations

from collections.abc import Callable

from apilint.api import Api, InputSchema, Parameter, Schema

TEXT = """openapi: 3.0.0
info: {title: T, version: "1"}
paths:
  /a:
    post:
      parameters:
        - {name: user_password, in: query, schema: {type: string, pattern: "^a$"}}
        - {name: other, in: query, schema: {type: integer}}
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                password: {type: string}
                passwordHash: {type: string, pattern: x, maxLength: 3}
                count: {type: integer, maximum: 3}
      responses:
        "200":
          description: ok
          content: {application/json: {schema: {type: object, properties: {secret: {type: string, pattern: y}}}}}
"""


def names(views: list[Schema]) -> list[str]:
    return [view.name for view in views]


def test_schemas_are_narrowed(build_api: Callable[..., Api]) -> None:
    api = build_api(TEXT)
    assert names(api.views(Schema, having=("pattern",))) == ["user_password", "passwordHash", "secret"]
    assert names(api.views(InputSchema, having=("pattern", "maximum"))) == ["user_password", "passwordHash", "count"]
    assert names(api.views(Schema, having=("pattern",), named=("password",))) == ["user_password", "passwordHash"]
    assert names(api.views(Schema, named=("secret", "hash"))) == ["passwordHash", "secret"]
    assert names(api.views(Schema, ("integer",))) == ["other", "count"]
    assert names(api.views(Schema, ("integer",), ("maximum",))) == ["count"]
    assert names(api.views(Schema, having=("nowhere",))) == []


def test_parameters_are_narrowed_by_name(build_api: Callable[..., Api]) -> None:
    assert [one.name for one in build_api(TEXT).views(Parameter, named=("password",))] == ["user_password"]
