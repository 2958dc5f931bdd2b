"""Schemas: direction, composition, and one view for each place (rules.md, section 0)."""

from __future__ import annotations

from typing import Any

import pytest

from apilint.openapi.api import Api


def schema_named(api: Api, label: str) -> Any:
    """The judged schema with a label."""
    found = [schema for schema in api.schemas if schema.label == label]
    assert found, sorted(schema.label for schema in api.schemas)
    return found[0]


def document(schemas: str, body: str = "{$ref: '#/components/schemas/A'}", version: str = "3.1.0") -> str:
    return f"""
openapi: {version}
info: {{title: t, version: "1"}}
paths:
  /a:
    post:
      requestBody: {{content: {{application/json: {{schema: {body}}}}}}}
      responses: {{'200': {{description: ok}}}}
components:
  schemas:
{schemas}
"""


def one(build_api: Any, schema: str, version: str = "3.1.0") -> Any:
    """The judged schema of a request body that is written in place."""
    api = build_api(document("    Z: {type: boolean}", schema, version))
    return schema_named(api, "POST /a: request body, `application/json`")


@pytest.mark.parametrize(
    ("schema", "types"),
    [
        ("{type: string}", {"string"}),
        ("{type: [string, 'null']}", {"string"}),
        ("{type: [string, integer]}", {"string", "integer"}),
        ("{properties: {}}", {"object"}),
        ("{items: {}}", {"array"}),
        ("{maxLength: 3}", {"string"}),
        ("{description: x}", set()),
        ("{allOf: [{type: string}, {maxLength: 3}]}", {"string"}),
        ("{allOf: [{type: [string, integer]}, {type: [integer, boolean]}]}", {"integer"}),
        ("{allOf: [{type: number}, {type: integer}]}", {"integer"}),
        ("{type: 7}", set()),
    ],
)
def test_types(build_api: Any, schema: str, types: set[str]) -> None:
    assert one(build_api, schema).types == types


@pytest.mark.parametrize(
    ("schema", "bounded"),
    [
        ("{type: string}", False),
        ("{type: string, maxLength: 5}", True),
        ("{type: string, maxLength: many}", False),
        ("{type: string, maxLength: .inf}", False),
        ("{type: string, enum: [a]}", True),
        ("{type: string, const: a}", True),
        ("{type: string, format: date}", True),
        ("{type: string, format: uuid}", True),
        ("{type: string, format: email}", True),
        ("{type: string, format: password}", False),
        ("{type: string, format: uri}", False),
        ("{type: string, format: byte}", False),
        ("{type: string, pattern: '^[a-z]{1,5}$'}", True),
        ("{type: string, pattern: '^(GET|PUT)$'}", True),
        ("{type: string, pattern: '[a-z]{1,5}'}", False),
        ("{type: string, pattern: '^[a-z]+$'}", False),
        ("{type: string, pattern: '^a|b$'}", False),
        ("{type: string, pattern: '^([a-z]{1,5})*$'}", False),
        ("{type: string, pattern: '^[a-z'}", False),
        ("{allOf: [{type: string}, {maxLength: 5}]}", True),
        ("{type: string, allOf: [{maxLength: 5}]}", True),
        ("{type: string, anyOf: [{maxLength: 5}, {enum: [a]}]}", True),
        ("{type: string, anyOf: [{maxLength: 5}, {pattern: a}]}", False),
        ("{type: string, not: {maxLength: 5}}", False),
        ("{type: string, if: {maxLength: 5}}", False),
    ],
)
def test_bounded_strings(build_api: Any, schema: str, bounded: bool) -> None:
    assert one(build_api, schema).string_is_bounded is bounded


@pytest.mark.parametrize(
    ("schema", "version", "minimum", "maximum"),
    [
        ("{type: integer}", "3.1.0", False, False),
        ("{type: integer, minimum: 1, maximum: 9}", "3.0.3", True, True),
        ("{type: integer, exclusiveMinimum: 0, exclusiveMaximum: 9}", "3.1.0", True, True),
        ("{type: integer, exclusiveMinimum: true}", "3.0.3", False, False),
        ("{type: integer, minimum: 0, exclusiveMinimum: true}", "3.0.3", True, False),
        ("{type: integer, exclusiveMinimum: true}", "3.1.0", False, False),
        ("{type: integer, exclusiveMinimum: 0}", "3.0.3", False, False),
        ("{type: integer, enum: [1, 2]}", "3.1.0", True, True),
        ("{type: integer, format: uint8}", "3.1.0", True, False),
        ("{type: integer, format: int32}", "3.1.0", False, False),
        ("{type: integer, maximum: .nan}", "3.1.0", False, False),
    ],
)
def test_bounded_numbers(build_api: Any, schema: str, version: str, minimum: bool, maximum: bool) -> None:
    found = one(build_api, schema, version)
    assert (found.has_minimum, found.has_maximum) == (minimum, maximum)


@pytest.mark.parametrize(
    ("schema", "version", "bounded"),
    [
        ("{type: array, items: {}}", "3.1.0", False),
        ("{type: array, items: {}, maxItems: 5}", "3.0.3", True),
        ("{type: array, prefixItems: [{}], items: false}", "3.1.0", True),
        ("{type: array, prefixItems: [{}]}", "3.1.0", False),
        ("{type: array, prefixItems: [{}], items: false}", "3.0.3", False),
        ("{type: array, const: [1]}", "3.1.0", True),
    ],
)
def test_bounded_arrays(build_api: Any, schema: str, version: str, bounded: bool) -> None:
    assert one(build_api, schema, version).array_is_bounded is bounded


@pytest.mark.parametrize(
    ("schema", "version", "key", "bounded"),
    [
        ("{type: object, additionalProperties: {type: string}}", "3.0.3", "additionalProperties", False),
        (
            "{type: object, additionalProperties: {type: string}, maxProperties: 4}",
            "3.0.3",
            "additionalProperties",
            True,
        ),
        ("{type: object, additionalProperties: true}", "3.0.3", None, False),
        ("{type: object, additionalProperties: false}", "3.0.3", None, False),
        ("{type: object, patternProperties: {'^x': {type: string}}}", "3.1.0", "patternProperties", False),
        ("{type: object, patternProperties: {'^x[0-9]$': {type: string}}}", "3.1.0", "patternProperties", True),
        ("{type: object, additionalProperties: {}, propertyNames: {enum: [a]}}", "3.1.0", None, True),
    ],
)
def test_maps(build_api: Any, schema: str, version: str, key: str | None, bounded: bool) -> None:
    found = one(build_api, schema, version)
    assert (found.map_schema_key, found.map_is_bounded) == (key, bounded)


@pytest.mark.parametrize(
    ("schema", "version", "accepts"),
    [
        ("{type: object, properties: {a: {}}}", "3.1.0", "implicit"),
        ("{type: object, properties: {a: {}}, additionalProperties: true}", "3.1.0", "explicit"),
        ("{type: object, properties: {a: {}}, additionalProperties: {}}", "3.1.0", "explicit"),
        ("{type: object, properties: {a: {}}, additionalProperties: false}", "3.1.0", None),
        ("{type: object, properties: {a: {}}, unevaluatedProperties: false}", "3.1.0", None),
        ("{type: object, properties: {a: {}}, unevaluatedProperties: false}", "3.0.3", "implicit"),
        ("{type: object, properties: {a: {}}, additionalProperties: {type: string}}", "3.1.0", None),
        ("{allOf: [{properties: {a: {}}}], unevaluatedProperties: false}", "3.1.0", None),
    ],
)
def test_unknown_properties(build_api: Any, schema: str, version: str, accepts: str | None) -> None:
    assert one(build_api, schema, version).accepts_unknown_properties == accepts


def test_one_view_however_many_operations_reach_it(build_api: Any) -> None:
    paths = "".join(
        f"  /p{i}:\n    post:\n      requestBody: {{content: {{application/json: "
        f"{{schema: {{$ref: '#/components/schemas/A'}}}}}}}}\n      responses: {{'200': {{description: ok}}}}\n"
        for i in range(5)
    )
    api = build_api(
        'openapi: 3.0.3\ninfo: {title: t, version: "1"}\npaths:\n' + paths + "components:\n  schemas:\n"
        "    A: {type: object, properties: {b: {$ref: '#/components/schemas/B'}}}\n    B: {type: string}\n"
    )
    (found,) = [schema for schema in api.schemas if "string" in schema.types]
    assert (found.label, found.operation_count, found.is_input, found.is_output) == ("schema `B`", 5, True, False)
    assert [operation.name for operation in found.operations] == [f"POST /p{i}" for i in range(5)]


def test_read_only_leaves_inputs_and_write_only_leaves_outputs(build_api: Any) -> None:
    api = build_api(
        """
openapi: 3.0.3
info: {title: t, version: "1"}
paths:
  /a:
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}
      responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}
components:
  schemas:
    A:
      type: object
      properties:
        both: {type: string}
        shown: {type: string, readOnly: true}
        taken: {type: string, writeOnly: true}
        deep: {readOnly: true, allOf: [{$ref: '#/components/schemas/B'}]}
    B: {type: object, properties: {inner: {type: string}}}
    Lonely: {type: string}
"""
    )

    def direction(label: str) -> tuple[bool, bool, bool]:
        schema = schema_named(api, label)
        return schema.is_input, schema.is_output, schema.direction_unknown

    assert direction("schema `A`, property `both`") == (True, True, False)
    assert direction("schema `A`, property `shown`") == (False, True, False)
    assert direction("schema `A`, property `taken`") == (True, False, False)
    assert direction("schema `B`, property `inner`") == (False, True, False)
    assert direction("schema `Lonely`") == (False, False, True)


def test_callbacks_and_webhooks_are_seen_the_right_way_round(build_api: Any) -> None:
    body = "{content: {application/json: {schema: {type: string}}}}"
    response = "{'200': {description: ok, content: {application/json: {schema: {type: integer}}}}}"
    api = build_api(
        f"""
openapi: 3.1.0
info: {{title: t, version: "1"}}
paths:
  /a:
    post:
      responses: {{'200': {{description: ok}}}}
      callbacks:
        done: {{'{{$request.body#/url}}': {{post: {{requestBody: {body}, responses: {response}}}}}}}
webhooks:
  event: {{post: {{requestBody: {body}, responses: {response}}}}}
"""
    )
    assert [(op.kind, op.name) for op in api.all_operations] == [
        ("path", "POST /a"),
        ("callback", "POST callback {$request.body#/url}"),
        ("webhook", "POST webhook event"),
    ]
    assert all(schema.is_output == ("string" in schema.types) for schema in api.schemas)
    assert all(schema.is_input == ("integer" in schema.types) for schema in api.schemas)


def test_a_branch_is_judged_with_its_composition_only(build_api: Any) -> None:
    api = build_api(
        document("    A: {allOf: [{$ref: '#/components/schemas/B'}, {maxLength: 5}]}\n    B: {type: string}")
    )
    assert [(s.label, s.string_is_bounded) for s in api.schemas] == [("schema `A`", True)]


def test_a_branch_that_is_also_used_directly_is_judged_by_itself_too(build_api: Any) -> None:
    api = build_api(
        document(
            "    A: {type: object, properties: {x: {allOf: [{$ref: '#/components/schemas/B'}, {maxLength: 5}]}, "
            "y: {$ref: '#/components/schemas/B'}}}\n    B: {type: string}"
        )
    )
    assert {s.label: s.string_is_bounded for s in api.schemas if "string" in s.types} == {
        "schema `A`, property `x`": True,
        "schema `B`": False,
    }


@pytest.mark.parametrize(("version", "bounded"), [("3.0.3", False), ("3.1.0", True)])
def test_keywords_beside_a_reference_count_from_3_1_on(build_api: Any, version: str, bounded: bool) -> None:
    schemas = (
        "    A: {type: object, properties: {x: {$ref: '#/components/schemas/B', maxLength: 5}}}\n    B: {type: string}"
    )
    api = build_api(document(schemas, version=version))
    assert [s.string_is_bounded for s in api.schemas if "string" in s.types] == [bounded]


@pytest.mark.parametrize(
    "schemas",
    [
        "    A: {$ref: '#/components/schemas/A'}",
        "    A: {$ref: '#/components/schemas/B'}\n    B: {$ref: '#/components/schemas/A'}",
        "    A: {allOf: [{$ref: '#/components/schemas/A'}, {type: string}]}",
        "    A: {allOf: [{$ref: '#/components/schemas/B'}]}\n    B: {allOf: [{$ref: '#/components/schemas/A'}]}",
        "    A: {type: object, properties: {a: {$ref: '#/components/schemas/A'}}}",
        "    A: {$ref: '#/paths/~1a/post/requestBody/content/application~1json/schema'}",
        "    A: {$ref: ''}",
        "    A: {$ref: '#/components/schemas/A/properties/b'}",
        (
            "    A: {properties: {b: {$ref: '#/components/schemas/B/properties/c'}}}\n"
            "    B: {properties: {c: {properties: {d: {type: string}}}}}"
        ),
    ],
)
def test_cycles_and_references_into_the_middle_end(build_api: Any, schemas: str) -> None:
    for schema in build_api(document(schemas)).schemas:
        assert schema.string_is_bounded in (True, False)
        assert isinstance(schema.label, str)


def test_a_reference_into_a_schema_gives_that_part_its_own_direction(build_api: Any) -> None:
    api = build_api(
        """
openapi: 3.0.3
info: {title: t, version: "1"}
paths:
  /a:
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/A/properties/b'}}}}
      responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}
components:
  schemas:
    A: {type: object, properties: {b: {type: object, properties: {c: {type: string}}}, d: {type: string}}}
"""
    )
    inputs = {schema.label: (schema.is_input, schema.is_output) for schema in api.schemas if "string" in schema.types}
    assert inputs == {"schema `A`, property `b.c`": (True, True), "schema `A`, property `d`": (False, True)}


def test_names_that_look_like_keywords_are_names(build_api: Any) -> None:
    words = [
        "properties",
        "items",
        "$ref",
        "allOf",
        "type",
        "parameters",
        "name",
        "schema",
        "enum",
        "additionalProperties",
    ]
    members = ", ".join(f"'{word}': {{type: string}}" for word in words if word != "$ref")
    api = build_api(document(f"    A: {{type: object, properties: {{{members}}}}}"))
    assert {s.name for s in api.schemas if "string" in s.types} == set(words) - {"$ref"}


def test_swagger_parameters_and_bodies(build_api: Any) -> None:
    api = build_api(
        """
swagger: "2.0"
info: {title: t, version: "1"}
consumes: [application/json]
paths:
  /a:
    parameters:
      - {name: id, in: query, type: string}
    post:
      parameters:
        - {name: id, in: query, type: integer}
        - {name: body, in: body, schema: {$ref: '#/definitions/A'}}
      responses:
        '200':
          description: ok
          schema: {type: array, items: {type: string}}
          headers: {X-A: {type: string}}
    put:
      consumes: [multipart/form-data]
      parameters:
        - {name: file, in: formData, type: file}
      responses: {'200': {description: ok}}
definitions:
  A: {type: object, properties: {n: {type: string}}}
"""
    )
    post, put = api.operations
    assert [(p.name, p.location, p.schemas[0].types) for p in post.parameters] == [("id", "query", {"integer"})]
    assert list(post.request_body.content) == ["application/json"]
    assert list(put.request_body.content) == ["multipart/form-data"]
    directions = {s.label: (s.is_input, s.is_output, s.in_parameter) for s in api.schemas if "string" in s.types}
    assert directions["schema `A`, property `n`"] == (True, False, False)
    assert directions["POST /a: response `200`, each item"] == (False, True, False)
    assert directions["POST /a: response `200`, header `X-A`"] == (False, True, False)


def test_external_files_are_read_and_named(build_api: Any) -> None:
    api = build_api(
        document("    Z: {type: boolean}", "{$ref: 'parts.yaml#/A'}"),
        parts__yaml="A: {type: object, properties: {n: {type: string}, self: {$ref: '#/A'}}}\n",
    )
    (found,) = [s for s in api.schemas if "string" in s.types]
    assert (found.file, found.pointer) == ("parts.yaml", "/A/properties/n")
    assert found.is_input
