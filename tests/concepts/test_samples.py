"""Sample values, wherever a document gives them."""

from __future__ import annotations

from typing import Any

from apilint.concepts.samples import of_part, of_schema, sample_texts

DOCUMENT = """
openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /a:
    post:
      parameters:
        - {name: p, in: query, example: one, schema: {type: string, default: two}}
        - {name: q, in: query, examples: {a: {value: three}, b: {$ref: "#/components/examples/shared"}}, schema: {}}
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties: {r: {type: string, examples: [four, {deep: [five]}]}, s: {type: string, enum: [six]}}
            examples: {a: {value: {t: [1234567890123, {u: seven}]}}}
      responses:
        "200": {description: ok, headers: {H: {example: eight, schema: {}}}}
components:
  examples: {shared: {value: {v: nine}}}
"""


def test_texts_and_their_names(build_api: Any) -> None:
    found = {(name, text) for name, text, _, _ in sample_texts(build_api(DOCUMENT))}
    assert found == {
        ("p", "one"), ("p", "two"), ("q", "three"), ("r", "four"), ("deep", "five"), ("t", "1234567890123"),
        ("u", "seven"), ("H", "eight"), ("v", "nine"),
    }  # fmt: skip


def test_places(build_api: Any) -> None:
    api = build_api(DOCUMENT)
    for _, text, place, keys in sample_texts(api):
        assert str((place.child(keys) if keys else place).value) == text


def test_the_samples_of_one_part(build_api: Any) -> None:
    api = build_api(DOCUMENT)
    assert [sample.value for sample in of_part(api.parameters[0])] == ["one", "two"]
    assert [sample.value for sample in of_part(api.headers[0])] == ["eight"]
    (listed,) = [schema for schema in api.schemas if schema.name == "s"]
    assert [sample.value for sample in of_schema(listed)] == ["six"]


def test_swagger(build_api: Any) -> None:
    api = build_api(
        """
swagger: "2.0"
info: {title: t, version: "1"}
paths:
  /a:
    get:
      parameters: [{name: p, in: query, type: string, default: one, x-example: two}]
      responses: {"200": {description: ok, schema: {type: object}, examples: {application/json: {a: three}}}}
"""
    )
    assert {(name, text) for name, text, _, _ in sample_texts(api)} == {("p", "one"), ("p", "two"), ("a", "three")}


def test_any_type_anywhere(build_api: Any) -> None:
    api = build_api(
        """
openapi: 3.0.0
info: {title: t, version: "1"}
paths:
  /a:
    get:
      parameters: [{name: p, in: query, examples: [1], schema: {examples: 3, example: null, enum: 5}}]
      responses: {"200": {description: ok, content: {a/b: {examples: {a: 7, b: {value: [null, true, 1.5]}}}}}}
components: {examples: 4}
"""
    )
    assert list(sample_texts(api)) == []
