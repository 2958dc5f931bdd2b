"""What is a regression of schemas and parameters, what is none, and where it is said to be."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Callable

import pytest

from apilint.findings import Severity
from apilint.openapi.api import Api
from apilint.regressions.model import Change
from apilint.regressions.pairing import pair_operations
from apilint.regressions.schema_regression_rules import RULES
from apilint.regressions.schemas import compare_schemas

Build = Callable[..., Api]


@pytest.fixture
def compare(build_api: Build) -> Callable[..., list[Change]]:
    """Give a function that compares two texts."""

    def of(base: str, head: str) -> list[Change]:
        one, other = build_api(base, "base.yaml"), build_api(head, "head.yaml")
        pairs = pair_operations(one, other)
        assert pairs.pairs
        return list(compare_schemas(one, other, pairs.pairs, pairs.gone))

    return of


def request(schema: str, version: str = "3.0.3", components: str = "") -> str:
    """A document with one operation whose request has a schema, in flow style."""
    text = f"""\
        openapi: {version}
        info: {{title: T, version: "1"}}
        paths:
          /users:
            post:
              requestBody:
                content:
                  application/json:
                    schema: {schema}
              responses: {{}}
        """
    return textwrap.dedent(text) + (f"components: {{schemas: {components}}}\n" if components else "")


def response(schema: str, version: str = "3.0.3", components: str = "", path: str = "/users/{id}") -> str:
    """A document with one operation whose response has a schema, in flow style."""
    text = f"""\
        openapi: {version}
        info: {{title: T, version: "1"}}
        paths:
          {path}:
            get:
              responses:
                "200":
                  description: d
                  content:
                    application/json:
                      schema: {schema}
        """
    return textwrap.dedent(text) + (f"components: {{schemas: {components}}}\n" if components else "")


def said(changes: list[Change]) -> list[str]:
    """Rule and sign of each change."""
    return sorted(f"{'+' if one.improves else '-'}{one.rule.removeprefix('regression-')}" for one in changes)


LOOSER: list[tuple[str, str, str, str]] = [
    ("{type: string, maxLength: 9}", "{type: string}", "limit-removed", "may be of any length"),
    ("{type: string, maxLength: 9}", "{type: string, maxLength: 12}", "limit-raised", "raised from 9 to 12"),
    ("{type: string, maxLength: 9}", "{type: string, maxLength: 90}", "limit-raised", "raised from 9 to 90"),
    ("{type: string, pattern: '^a+$'}", "{type: string}", "values-unrestricted", "`pattern` `^a+$` was removed"),
    ("{type: string, pattern: '^a+$'}", "{type: string, pattern: 'a+'}", "values-unrestricted", "how the text begins"),
    ("{type: string, pattern: '^a$'}", "{type: string, pattern: '.*'}", "values-unrestricted", "accepts any text"),
    ("{type: string, pattern: '^a{3}$'}", "{type: string, pattern: '^a+$'}", "values-unrestricted", "of any length"),
    ("{type: string, enum: [a, b]}", "{type: string}", "values-unrestricted", "the list of values `a`, `b`"),
    ("{enum: [a, b]}", "{type: string, maxLength: 9}", "values-unrestricted", "the list of values `a`, `b`"),
    ("{type: integer, enum: [1, 2]}", "{type: integer}", "values-unrestricted", "the list of values 1, 2"),
    ("{type: string, format: uuid}", "{type: string}", "values-unrestricted", "`format: uuid` was removed"),
    ("{type: string, format: ipv4}", "{type: string, format: x}", "values-unrestricted", "`format: ipv4` was removed"),
    ("{type: integer, maximum: 9}", "{type: integer}", "limit-removed", "the number may be of any size"),
    ("{type: integer, minimum: 0}", "{type: integer}", "limit-removed", "the number may be negative"),
    ("{type: integer, minimum: 0}", "{type: integer, minimum: -1}", "limit-raised", "lowered from 0 to -1"),
    ("{type: number, minimum: 0, exclusiveMinimum: true}", "{type: number, minimum: 0}", "limit-raised", "0 itself"),
    ("{type: number, multipleOf: 0.01}", "{type: number}", "limit-removed", "any fraction"),
    ("{type: array, maxItems: 9}", "{type: array}", "limit-removed", "any number of items"),
    ("{type: array, uniqueItems: true}", "{type: array}", "limit-removed", "the same item"),
    ("{type: array, items: {type: string, maxLength: 9}}", "{type: array, items: {type: string}}", "limit-removed",
     "each item"),
    ("{type: object, maxProperties: 9}", "{type: object}", "limit-removed", "any number of properties"),
    ("{type: object, additionalProperties: false}", "{type: object}", "unknown-properties-accepted", "accepted"),
    ("{type: object, additionalProperties: {type: string}}", "{type: object}", "unknown-properties-accepted",
     "may be anything"),
    ("{additionalProperties: {type: string, maxLength: 9}}", "{additionalProperties: {type: string}}",
     "limit-removed", "any length"),
    ("{type: integer}", "{type: string}", "type-widened", "was an integer and may be any text now"),
    ("{type: boolean}", "{}", "type-widened", "anything"),
    ("{type: string}", "{oneOf: [{type: string}, {type: object}]}", "type-widened", "may be any object now"),
    ("{properties: {role: {type: string, readOnly: true}}}", "{properties: {role: {type: string}}}",
     "property-writable", "clients may set it"),
    ("{properties: {name: {type: string}}}", "{properties: {name: {type: string}, role: {type: string}}}",
     "property-writable", "clients may send it now"),
    ("{properties: {otp: {type: string}}, required: [otp]}", "{properties: {otp: {type: string}}}",
     "protection-optional", "may be left out now"),
    ("{type: string, format: password}", "{type: string}", "secret-unmarked", "`format: password` was removed"),
    ("{properties: {password: {type: string, minLength: 12}}}", "{properties: {password: {type: string}}}",
     "limit-removed", "`minLength` 12 was removed"),
    ("{anyOf: [{type: string, maxLength: 5}, {type: integer}]}", "{anyOf: [{type: integer}, {type: string}]}",
     "limit-removed", "any length"),
    ("{type: string, maxLength: 5}", "{anyOf: [{type: string, maxLength: 5}, {type: string}]}", "limit-removed", ""),
    ("{allOf: [{type: string}, {maxLength: 5}]}", "{allOf: [{type: string}, {minLength: 5}]}", "limit-removed", ""),
    ("{type: object, properties: {k: {type: string}}}", "{type: object}", "type-widened", "may be any object now"),
    ("{properties: {k: {type: string}}, additionalProperties: false}", "{type: object}", "type-widened", "any object"),
    ("{properties: {k: {type: string}}}", "{anyOf: [{properties: {k: {type: string}}}, {type: object}]}",
     "type-widened", "an object with named properties"),
    ("{type: array, items: {type: string}}", "{type: array}", "type-widened", "the schema of the items was removed"),
]  # fmt: skip


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize(("strict", "loose", "rule", "part"), LOOSER)
def test_looser_is_a_regression_and_stricter_an_improvement(
    compare: Callable[..., list[Change]], strict: str, loose: str, rule: str, part: str, wrapped: bool
) -> None:
    if wrapped:
        strict, loose = (f"{{type: object, properties: {{a: {one}, b: {{type: boolean}}}}}}" for one in (strict, loose))
    found = compare(request(strict), request(loose))
    assert said(found) == [f"-{rule}"], found
    assert part in found[0].message or part == "each item"
    assert [one.name for one in found[0].operations] == ["POST /users"]
    assert "POST /users: request body" in found[0].message
    back = [one for one in said(compare(request(loose), request(strict))) if rule != "property-writable" or one != "x"]
    # A property that goes is no improvement: nobody can say what became of it.
    assert back == ([] if "send it now" in part else [f"+{rule}"])


SAME: list[tuple[str, str]] = [
    ("{type: string, maxLength: 9}", "{allOf: [{type: string}, {maxLength: 9}]}"),
    ("{allOf: [{type: string, maxLength: 9}]}", "{maxLength: 9, type: string, nullable: true}"),
    ("{type: string, maxLength: 9}", "{type: string, maxLength: 9, description: other, example: x}"),
    ("{oneOf: [{type: string, maxLength: 9}, {type: integer}]}",
     "{anyOf: [{type: integer}, {type: string, maxLength: 9}]}"),
    ("{type: string, enum: [a]}", "{type: string, enum: [a, b]}"),
    ("{type: string, enum: [a, b]}", "{type: string, enum: [b, a]}"),
    ("{type: string, enum: [a]}", "{type: string, pattern: '^a$'}"),
    ("{type: string, maxLength: 36}", "{type: string, format: uuid}"),
    ("{type: string, maxLength: 36}", "{type: string, pattern: '^[a-z]{1,36}$'}"),
    ("{type: string, maxLength: 36}", "{type: string, enum: [a, b]}"),
    ("{type: string, pattern: '^[0-9]+$'}", "{type: string, pattern: '^\\d+$'}"),
    ("{type: string, pattern: '^[0-9]+$'}", "{type: string, format: uuid}"),
    ("{type: string, pattern: '.*'}", "{type: string}"),
    ("{type: integer}", "{type: string, format: uuid}"),
    ("{type: integer, minimum: 1}", "{type: integer, minimum: 0, exclusiveMinimum: true}"),
    ("{type: integer, format: int32}", "{type: integer, format: int64}"),
    ("{type: object, additionalProperties: true}", "{type: object}"),
    ("{type: object, additionalProperties: {}}", "{type: object}"),
    ("{properties: {a: {type: string}}, required: [a]}", "{properties: {a: {type: string}}}"),
    ("{properties: {a: {type: string}}}", "{properties: {a: {type: string}, b: {type: string}}}"),
    ("{properties: {a: {type: string, maxLength: 9}, c: {type: integer}}}", "{properties: {c: {type: integer}}}"),
    ("{properties: {a: {type: string, maxLength: 9}}}",
     "{allOf: [{properties: {a: {type: string}}}, {properties: {a: {maxLength: 9}}}]}"),
    ("{properties: {a: {type: string, maxLength: 9}, b: {type: integer}}, additionalProperties: false}",
     "{properties: {b: {type: integer}, a: {maxLength: 9, type: string}}, additionalProperties: false}"),
    ("{properties: {id: {readOnly: true}}}", "{properties: {id: {type: string, readOnly: true, maxLength: 9}}}"),
    ("{properties: {id: {type: string, readOnly: true, maxLength: 9}}}", "{properties: {id: {readOnly: true}}}"),
    ("{type: object, anyOf: [{required: [a]}, {required: [b]}], properties: {a: {type: string, maxLength: 1}}}",
     "{type: object, properties: {a: {type: string, maxLength: 1}}}"),
    ("{oneOf: [{properties: {k: {enum: [x]}, v: {maxLength: 9}}}, {properties: {k: {enum: [y]}, v: {type: string}}}]}",
     "{oneOf: [{properties: {k: {enum: [y]}, v: {type: string}}}, {properties: {k: {enum: [x]}, v: {maxLength: 9}}}]}"),
    ("{type: string, format: binary}", "{}"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME)
def test_equal_meaning_is_no_regression(compare: Callable[..., list[Change]], one: str, other: str) -> None:
    assert [change for change in compare(request(one), request(other)) if not change.improves] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{type: string, nullable: true, maxLength: 9}", "{type: [string, 'null'], maxLength: 9}"),
        ("{type: string, nullable: true, maxLength: 9}", "{anyOf: [{type: string, maxLength: 9}, {type: 'null'}]}"),
        ("{type: string, nullable: true, enum: [a, null]}", "{enum: [a, null]}"),
        ("{type: string, enum: [a]}", "{const: a}"),
        ("{type: number, minimum: 0, exclusiveMinimum: true}", "{type: number, exclusiveMinimum: 0}"),
        ("{type: number, maximum: 9, exclusiveMaximum: true}", "{type: number, exclusiveMaximum: 9}"),
        ("{type: integer, maximum: 9, exclusiveMaximum: true}", "{type: integer, maximum: 8}"),
        ("{type: object, additionalProperties: false}", "{type: object, unevaluatedProperties: false}"),
        ("{type: string, format: byte, maxLength: 9}", "{type: string, contentEncoding: base64, maxLength: 9}"),
        ("{oneOf: [{type: string, maxLength: 9}, {type: integer}]}", "{type: [integer, string], maxLength: 9}"),
    ],
)
def test_versions_write_the_same_otherwise(compare: Callable[..., list[Change]], old: str, new: str) -> None:
    for version in ("3.1.0", "3.2.0"):
        assert compare(request(old), request(new, version)) == []
        assert compare(request(new, version), request(old)) == []


@pytest.mark.parametrize(
    ("base", "head", "rule"),
    [
        ("{properties: {id: {type: string}}}", "{properties: {id: {type: string}, password: {type: string}}}",
         "-sensitive-data-returned"),
        ("{properties: {password: {type: string, writeOnly: true}}}", "{properties: {password: {type: string}}}",
         "-sensitive-data-returned"),
        ("{properties: {id: {type: string}}}",
         "{properties: {id: {type: string}, a: {properties: {password: {type: string}}}}}",
         "-sensitive-data-returned"),
        ("{properties: {id: {type: string}}}", "{properties: {id: {type: string}, ssn: {type: string}}}",
         "-sensitive-data-returned"),
        ("{properties: {id: {type: string}}}", "{properties: {id: {type: string}, stack_trace: {type: string}}}",
         "-sensitive-data-returned"),
        ("{properties: {id: {type: string}, password: {type: string}}}", "{properties: {id: {type: string}}}",
         "+sensitive-data-returned"),
        ("{properties: {id: {type: string}}, additionalProperties: false}", "{properties: {id: {type: string}}}",
         "-unknown-properties-accepted"),
        ("{properties: {id: {type: string}}}", "{}", "-response-schema-removed"),
        ("{properties: {password: {type: string}, id: {type: string}}}",
         "{properties: {data: {properties: {id: {type: string}, password: {type: string}}}}}", ""),
        ("{properties: {id: {type: string}}}", "{properties: {id: {type: string}, has_password: {type: boolean}}}", ""),
        ("{properties: {id: {type: string}}}",
         "{properties: {id: {type: string}, password: {type: string, writeOnly: true}}}", ""),
        ("{type: string, maxLength: 9}", "{type: string}", ""),
    ],
)  # fmt: skip
def test_responses(compare: Callable[..., list[Change]], base: str, head: str, rule: str) -> None:
    assert said(compare(response(base), response(head))) == ([rule] if rule else [])


def test_severity_follows_what_is_lost(compare: Callable[..., list[Change]]) -> None:
    def one(base: str, head: str) -> Severity | None:
        return compare(base, head)[0].severity

    assert one(request("{type: integer, maximum: 9}"), request("{type: integer, maximum: 90}")) is Severity.MEDIUM
    assert one(request("{type: integer, maximum: 9}"), request("{type: integer, maximum: 89}")) is Severity.LOW
    closed, open_ = "{type: object, additionalProperties: false}", "{type: object}"
    assert one(request(closed), request(open_)) is Severity.MEDIUM
    assert one(response(closed), response(open_)) is Severity.LOW
    with_key = "{properties: {id: {type: string}, private_key: {type: string}}}"
    assert one(response("{properties: {id: {type: string}}}"), response(with_key)) is Severity.HIGH


def test_an_operation_that_hands_out_credentials_may_return_one_more(compare: Callable[..., list[Change]]) -> None:
    texts = (
        response(schema, path="/login")
        for schema in (
            "{properties: {id: {type: string}}}",
            "{properties: {id: {type: string}, access_token: {type: string}}}",
        )
    )
    assert compare(*texts) == []


SHARED = """\
openapi: 3.0.3
info: {title: T, version: "1"}
paths:
  /a:
    post: &post
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Comment'}}}}
      responses:
        "200": {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Comment'}}}}
  /b:
    put:
      requestBody:
        content:
          application/json:
            schema: {type: array, maxItems: 3, items: {$ref: '#/components/schemas/Comment'}}
      responses: {}
  /c: {get: {responses: {}}}
components:
  schemas:
    Comment:
      type: object
      properties:
        text: {type: string, maxLength: 500, pattern: '^[a-z]*$'}
        next: {$ref: '#/components/schemas/Comment'}
"""


def test_a_shared_component_is_one_change_with_all_its_operations(compare: Callable[..., list[Change]]) -> None:
    (change,) = compare(SHARED, SHARED.replace("maxLength: 500, ", ""))
    place = "/components/schemas/Comment/properties/text"
    assert (change.rule, change.head.pointer) == ("regression-limit-removed", place)
    assert [one.name for one in change.operations] == ["POST /a", "PUT /b"]
    assert change.message == (
        "schema `Comment`, property `text` (`POST /a` and 1 more): `maxLength` 500 was removed, "
        "so the text may be of any length"
    )
    assert change.base is not None
    assert change.base.pointer == place


def test_a_renamed_component_is_no_change(compare: Callable[..., list[Change]]) -> None:
    assert compare(SHARED, SHARED.replace("Comment", "Remark")) == []


def test_an_inlined_component_is_no_change_and_what_it_lost_is_one_for_each_place(
    compare: Callable[..., list[Change]],
) -> None:
    reference = "{$ref: '#/components/schemas/Comment'}"
    inline = "{type: object, properties: {text: {type: string, maxLength: 500, pattern: '^[a-z]*$'}}}"
    assert compare(SHARED, SHARED.replace(reference, inline, 3)) == []
    found = compare(SHARED, SHARED.replace(reference, inline.replace("maxLength: 500, ", ""), 3))
    assert [one.head.pointer.split("/")[2] for one in found] == ["~1a", "~1b"]


def test_what_a_place_lost_twice_is_one_change(compare: Callable[..., list[Change]]) -> None:
    (change,) = compare(request("{type: integer, minimum: 1, maximum: 100}"), request("{type: integer}"))
    assert "`maximum` 100 was removed" in change.message
    assert "`minimum` 1 was removed" in change.message


def test_schemas_for_requests_and_responses_may_part(compare: Callable[..., list[Change]]) -> None:
    def text(sent: str, got: str, schemas: str) -> str:
        return textwrap.dedent(f"""\
            openapi: 3.0.3
            info: {{title: T, version: "1"}}
            paths:
              /users:
                post:
                  requestBody: {{content: {{application/json: {{schema: {{$ref: '#/components/schemas/{sent}'}}}}}}}}
                  responses:
                    "201":
                      description: d
                      content: {{application/json: {{schema: {{$ref: '#/components/schemas/{got}'}}}}}}
            components: {{schemas: {schemas}}}
            """)

    one = text("User", "User", "{User: {properties: {id: {type: string, readOnly: true}, name: {maxLength: 9},"
               " password: {type: string, writeOnly: true, maxLength: 9}}}}")  # fmt: skip
    two = text("NewUser", "User", "{User: {properties: {id: {type: string}, name: {}}}, NewUser: "
               "{properties: {name: {maxLength: 9}, password: {type: string, maxLength: 9}}}}")  # fmt: skip
    assert compare(one, two) == []
    mixed = text("User", "User", "{User: {properties: {id: {type: string}, name: {maxLength: 9},"
                 " password: {type: string, maxLength: 9}}}}")  # fmt: skip
    assert said(compare(one, mixed)) == ["-property-writable", "-sensitive-data-returned"]


TWO = """\
swagger: "2.0"
info: {title: T, version: "1"}
consumes: [application/json]
paths:
  /users/{id}:
    put:
      parameters:
        - {name: id, in: path, required: true, type: integer, minimum: 1, maximum: 99}
        - {name: sort, in: query, type: string, enum: [a, b]}
        - {name: tags, in: query, type: array, maxItems: 3, items: {type: string, maxLength: 9}}
        - {name: X-CSRF-Token, in: header, required: true, type: string, maxLength: 64}
        - {name: body, in: body, schema: {$ref: '#/definitions/User'}}
      responses: {"200": {description: d, schema: {$ref: '#/definitions/User'}}}
  /files:
    post:
      consumes: [multipart/form-data]
      parameters:
        - {name: note, in: formData, type: string, maxLength: 9}
        - {name: nonce, in: formData, type: string, required: true, maxLength: 9}
        - {name: data, in: formData, type: file}
      responses: {}
definitions:
  User:
    type: object
    additionalProperties: false
    properties: {name: {type: string, maxLength: 9, x-nullable: true}, role: {type: string, readOnly: true}}
"""
THREE = """\
openapi: 3.1.0
info: {title: T, version: "1"}
paths:
  /users/{userId}:
    parameters:
      - {name: userId, in: path, required: true, schema: {type: integer, minimum: 1, exclusiveMaximum: 100}}
      - {$ref: '#/components/parameters/sort'}
    put:
      parameters:
        - {name: tags, in: query, schema: {type: array, maxItems: 3, items: {type: string, maxLength: 9}}}
        - {name: x-csrf-token, in: header, required: true, schema: {type: string, maxLength: 64}}
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/User'}}}}
      responses: {"200": {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/User'}}}}}
  /files:
    post:
      requestBody:
        content:
          multipart/form-data:
            schema:
              type: object
              required: [nonce]
              properties:
                note: {type: string, maxLength: 9}
                nonce: {type: string, maxLength: 9}
                data: {type: string, contentMediaType: application/octet-stream}
      responses: {}
components:
  parameters:
    sort: {name: sort, in: query, schema: {type: string, enum: [a, b]}}
  schemas:
    User:
      type: object
      additionalProperties: false
      properties: {name: {type: [string, 'null'], maxLength: 9}, role: {type: string, readOnly: true}}
"""


def test_a_conversion_between_versions_is_no_change(compare: Callable[..., list[Change]]) -> None:
    assert compare(TWO, THREE) == []
    assert compare(THREE, TWO) == []


@pytest.mark.parametrize(
    ("gone", "left", "rule", "place"),
    [
        (", minimum: 1, exclusiveMaximum: 100", "", "limit-removed", "/paths/~1users~1{userId}/parameters/0/schema"),
        ("type: integer, minimum: 1, exclusiveMaximum: 100", "type: string", "type-widened",
         "/paths/~1users~1{userId}/parameters/0/schema"),
        (", enum: [a, b]", "", "values-unrestricted", "/components/parameters/sort/schema"),
        (", maxItems: 3", "", "limit-removed", "/paths/~1users~1{userId}/put/parameters/0/schema"),
        ("x-csrf-token, in: header, required: true", "x-csrf-token, in: header", "protection-optional",
         "/paths/~1users~1{userId}/put/parameters/1"),
        ("        - {name: x-csrf-token, in: header, required: true, schema: {type: string, maxLength: 64}}\n", "",
         "protection-optional", "/paths/~1users~1{userId}/put"),
        ("required: [nonce]", "required: [note]", "protection-optional",
         "/paths/~1files/post/requestBody/content/multipart~1form-data/schema/properties/nonce"),
        ("note: {type: string, maxLength: 9}", "note: {type: string}", "limit-removed",
         "/paths/~1files/post/requestBody/content/multipart~1form-data/schema/properties/note"),
        ("multipart/form-data:", '"*/*":', "upload-widened", "/paths/~1files/post/requestBody/content/*~1*"),
        (", readOnly: true", "", "property-writable", "/components/schemas/User/properties/role"),
        ("requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/User'}}}}",
         "requestBody: {content: {application/json: {}}}", "type-widened",
         "/paths/~1users~1{userId}/put/requestBody/content/application~1json"),
    ],
)  # fmt: skip
def test_what_is_lost_with_a_conversion_is_told(
    compare: Callable[..., list[Change]], gone: str, left: str, rule: str, place: str
) -> None:
    assert gone in THREE
    (change,) = compare(TWO, THREE.replace(gone, left))
    assert (change.rule, change.improves, change.head.pointer) == (f"regression-{rule}", False, place)
    back = compare(THREE.replace(gone, left), TWO)
    # A parameter that comes is none of both.
    assert [one.improves for one in back] == ([] if gone.endswith("\n") else [True])


def test_a_scheme_that_takes_the_place_of_a_parameter_is_as_good(compare: Callable[..., list[Change]]) -> None:
    gone = "        - {name: x-csrf-token, in: header, required: true, schema: {type: string, maxLength: 64}}\n"
    head = THREE.replace(gone, "").replace(
        "components:\n", "components:\n  securitySchemes: {csrf: {type: apiKey, in: header, name: X-CSRF-Token}}\n"
    )
    assert compare(TWO, head) == []


def upload(content: str) -> str:
    """A document with one upload."""
    return textwrap.dedent(f"""\
        openapi: 3.0.3
        info: {{title: T, version: "1"}}
        paths:
          /photos:
            put:
              requestBody:
                content: {content}
              responses: {{}}
        """)


def part(types: str = "") -> str:
    """A form with a file of some types."""
    encoding = f", encoding: {{f: {{contentType: '{types}'}}}}" if types else ""
    return f"{{multipart/form-data: {{schema: {{properties: {{f: {{type: string, format: binary}}}}}}{encoding}}}}}"


@pytest.mark.parametrize(
    ("base", "head", "rule"),
    [
        ("{image/png: {schema: {type: string, format: binary, maxLength: 9}}}",
         "{image/png: {schema: {type: string, format: binary}}}", "limit-removed"),
        ("{image/png: {schema: {type: string, format: binary}}}", "{'*/*': {schema: {type: string, format: binary}}}",
         "upload-widened"),
        (part("image/png"),
         part(), "upload-widened"),
        (part("image/png"),
         part("image/png, image/svg+xml"),
         "upload-widened"),
        ("{multipart/form-data: {schema: {properties: {f: {type: string, format: binary, x-max-size: 9}}}}}",
         part(), "upload-widened"),
    ],
)  # fmt: skip
def test_uploads(compare: Callable[..., list[Change]], base: str, head: str, rule: str) -> None:
    assert said(compare(upload(base), upload(head))) == [f"-{rule}"]


def test_what_a_webhook_sends_is_a_response_of_ours(compare: Callable[..., list[Change]]) -> None:
    def text(properties: str) -> str:
        return (
            request(f"{{properties: {properties}}}", "3.1.0").replace("paths:", "webhooks:").replace("/users:", "made:")
        )

    assert said(compare(text("{id: {type: string, maxLength: 9}}"), text("{id: {type: string}}"))) == []
    assert said(compare(text("{id: {type: string}}"), text("{id: {type: string}, password: {type: string}}"))) == [
        "-sensitive-data-returned"
    ]


@pytest.mark.parametrize(
    "schema",
    [
        "{$ref: '#/components/schemas/None'}",
        "true",
        "null",
        "[]",
        "{allOf: 1, oneOf: {}}",
        "{properties: [], items: 3, required: true, enum: 4, type: 5}",
    ],
)
def test_what_cannot_be_read_is_no_change(compare: Callable[..., list[Change]], schema: str) -> None:
    strict = "{type: object, properties: {a: {type: string, maxLength: 9}}}"
    inside = f"{{type: object, properties: {{a: {schema}}}}}"
    for change in (*compare(request(strict), request(schema)), *compare(request(strict), request(inside))):
        assert change.rule in {rule.id for rule in RULES}
    if "$ref" in schema:
        assert compare(request(strict), request(schema)) == [] == compare(request(schema), request(strict))


def test_every_page_says_what_why_and_how_to_fix() -> None:
    for rule in RULES:
        assert rule.id.startswith("regression-")
        assert rule.refs
        for part in ("Attack: ", "To fix: ", "```diff"):
            assert part in rule.doc


def _chain(count: int, leaf: str) -> str:
    """Components of which each is one of two ways to the next."""
    at = "#/components/schemas/C"
    links = ", ".join(
        f"C{n}: {{oneOf: [{{$ref: '{at}{n + 1}'}}, {{allOf: [{{$ref: '{at}{n + 1}'}}]}}]}}" for n in range(count)
    )
    return request("{$ref: '#/components/schemas/C0'}", components=f"{{{links}, C{count}: {leaf}}}")


def test_too_many_alternatives_are_bounded_and_said(build_api: Build) -> None:
    leaf = "{type: string, maxLength: 9}"
    one, other = build_api(_chain(40, leaf), "base.yaml"), build_api(_chain(40, "{type: string}"), "head.yaml")
    pairs = pair_operations(one, other)
    started = time.process_time()
    list(compare_schemas(one, other, pairs.pairs, pairs.gone))
    assert time.process_time() - started < 5
    assert any("too many alternatives" in said for said in other.given_up)


@pytest.mark.parametrize(
    "components",
    [
        "{C0: {$ref: '#/components/schemas/C0'}}",
        "{C0: {allOf: [{$ref: '#/components/schemas/C0'}]}}",
        "{C0: {oneOf: [{$ref: '#/components/schemas/C0'}, {properties: {a: {$ref: '#/components/schemas/C0'}}}]}}",
        "{C0: {oneOf: [{$ref: '#/components/schemas/C1'}]}, C1: {anyOf: [{$ref: '#/components/schemas/C0'}]}}",
        "{C0: {additionalProperties: {$ref: '#/components/schemas/C0'}, items: {$ref: '#/components/schemas/C0'}}}",
    ],
)
def test_loops_end(compare: Callable[..., list[Change]], components: str) -> None:
    text = request("{$ref: '#/components/schemas/C0'}", components=components)
    assert compare(text, text) == []
    assert compare(text, text + " \nx-more: 1\n") == []


def test_the_same_at_many_places_is_one_change(compare: Callable[..., list[Change]]) -> None:
    def text(limit: str, count: int) -> str:
        head = 'openapi: 3.0.3\ninfo: {title: T, version: "1"}\npaths:\n'
        parameters = f"parameters: [{{name: page, in: query, schema: {{type: integer{limit}}}}}], responses: {{}}"
        return head + "".join(f"  /p{n}: {{get: {{{parameters}}}}}\n" for n in range(count))

    assert len(compare(text(", maximum: 9", 5), text("", 5))) == 5
    (change,) = compare(text(", maximum: 9", 6), text("", 6))
    assert len(change.operations) == 6
    assert change.message == (
        "GET /p0: parameter `page` in query: `maximum` 9 was removed, so the number may be of any size; "
        "the same at 5 more places"
    )
