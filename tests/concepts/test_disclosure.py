"""Which properties of responses are leaks, and who reads them."""

from __future__ import annotations

from typing import Any

import pytest

from apilint.concepts.disclosure import (
    is_described_as_hidden,
    is_free_text,
    is_named_property,
    is_weak_password_name,
    nearest_reader,
    readers,
    sensitive_kind,
)

DOCUMENT = """
openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /far: {get: {responses: {"200": {description: ok, content: {a/json: {schema: {$ref: "#/components/schemas/Far"}}}}}}}
  /near: {get: {responses: {"200": {$ref: "#/components/responses/near"}}}}
  /made: {post: {responses: {"201": {$ref: "#/components/responses/near"}}}}
components:
  responses:
    near: {description: ok, content: {a/json: {schema: {$ref: "#/components/schemas/Near"}}}}
  schemas:
    Far: {type: object, properties: {near: {$ref: "#/components/schemas/Near"}}}
    Near: {type: object, properties: {NAME: SCHEMA}}
"""


def schema(build_api: Any, name: str, text: str = "{type: string}") -> Any:
    api = build_api(DOCUMENT.replace("NAME", name).replace("SCHEMA", text))
    return next(one for one in api.schemas if one.name == name)


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("secret", "{type: string}", "secret"),
        ("password", '{type: [string, "null"]}', "password"),
        ("dob", "{type: object}", "personal"),
        ("secret", "{type: object}", ""),
        ("secret", "{type: string, enum: [a]}", ""),
        ("secret", "{type: string, format: date-time}", ""),
        ("secret", "{type: string, writeOnly: true}", ""),
        ("secret", "{type: string, description: It is only returned when it is created.}", ""),
        ("secret", '{type: string, example: "****"}', ""),
        ("token", "{type: string}", ""),
        ("name", "{type: string}", ""),
    ],
)
def test_sensitive_kind(build_api: Any, name: str, text: str, kind: str) -> None:
    assert sensitive_kind(schema(build_api, name, text)) == kind


def test_properties_and_not_what_is_in_them(build_api: Any) -> None:
    array = schema(build_api, "secrets", "{type: array, items: {type: string}}")
    assert is_named_property(array)
    assert not is_named_property(next(one for one in array.api.schemas if one.parent is array))
    assert not is_named_property(next(one for one in array.api.schemas if one.name == "Near"))


def test_errors_about_a_property_are_not_the_property(build_api: Any) -> None:
    errors = schema(build_api, "errors", "{type: object, properties: {secret: {type: string}}}")
    assert not is_named_property(next(one for one in errors.api.schemas if one.name == "secret"))


def test_text_and_words(build_api: Any) -> None:
    assert is_free_text(schema(build_api, "secret"))
    assert not is_described_as_hidden(schema(build_api, "secret", "{type: string, description: 5}"))
    assert is_weak_password_name("pin")
    assert not is_weak_password_name("password")


def test_readers_and_the_nearest_of_them(build_api: Any) -> None:
    secret = schema(build_api, "secret")
    assert [one.path_template for one in readers(secret)] == ["/far", "/near"]
    assert nearest_reader(secret, readers(secret)).path_template == "/near"
