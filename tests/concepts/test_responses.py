"""What operations answer: which responses stand for errors, what they carry, and which shared one fits a code."""

from __future__ import annotations

from typing import Any

import pytest

from apilint.concepts.headers import header_parameters, headers_named
from apilint.concepts.repeats import once
from apilint.concepts.responses import described, error_schemas, errors, reusable, succeeds, uses, written_inside

HEAD = 'openapi: 3.1.0\ninfo: {title: t, version: "1"}\n'


def test_a_shared_response_is_one_use(build_api: Any) -> None:
    api = build_api(
        HEAD
        + """
paths:
  /a:
    get: {responses: {"200": {description: ok}, "400": {$ref: "#/components/responses/No"}}}
    put: {responses: {"200": {description: ok}, "422": {$ref: "#/components/responses/No"}}}
components: {responses: {No: {description: no}}}
"""
    )
    (shared,) = [use for use in uses(api) if len(use.operations) > 1]
    assert shared.codes == ("400", "422")
    assert shared.is_error
    assert [use.response for use in errors(api)] == [shared.response]


@pytest.mark.parametrize(
    ("responses", "expected"),
    [
        ('{"200": {description: a}, default: {description: b}}', ["default"]),
        ("{default: {description: b}}", []),
        ('{"302": {description: a}, 4XX: {description: b}, "503": {description: c}}', ["4XX", "503"]),
        ('{"": {description: a}}', []),
    ],
)
def test_which_responses_stand_for_errors(build_api: Any, responses: str, expected: list[str]) -> None:
    api = build_api(f"{HEAD}paths:\n  /a: {{get: {{responses: {responses}}}}}\n")
    assert [code for use in errors(api) for code in use.codes] == expected


def test_head_has_no_body_and_options_is_for_browsers(build_api: Any) -> None:
    api = build_api(
        HEAD
        + """
paths:
  /a:
    head: {responses: {"404": {description: no}}}
    options: {responses: {"200": {description: ok}}}
    get: {summary: nothing}
"""
    )
    assert errors(api) == []
    assert [operation.method for operation in described(api)] == ["HEAD"]
    assert not any(succeeds(operation) for operation in described(api))


@pytest.mark.parametrize(
    ("components", "expected"),
    [
        ("Unauthorized: {description: a}", "Unauthorized"),
        ("unauthorized_error: {description: a}", "unauthorized_error"),
        ("Http401: {description: a}", "Http401"),
        ("'401': {description: a}", "401"),
        ("A: {description: Unauthorized.}", "A"),
        ("A: {description: '401 Unauthorized'}", "A"),
        ("OrderUnauthorized: {description: a}", None),
        ("Unauthorized403: {description: a}", None),
        ("Error: {description: a}", None),
        ("Unauthorized: {description: a}, Unauthenticated: {description: a}", None),
        ("'a/401': {description: a}", None),
        ("Unauthorized: 7", None),
        ("A: {description: 7}", None),
    ],
)
def test_the_component_that_fits(build_api: Any, components: str, expected: str | None) -> None:
    api = build_api(f"{HEAD}paths: {{}}\ncomponents: {{responses: {{{components}}}}}\n")
    found = reusable(api, "401")
    assert found == (f"#/components/responses/{expected}" if expected else None)


def test_what_operations_use_goes_before_names(build_api: Any) -> None:
    text = (
        HEAD
        + """
paths:
  /a: {get: {responses: {"401": {$ref: "#/components/responses/X"}}}}
  /b: {get: {responses: {"401": {$ref: "#/components/responses/X"}}}}
components: {responses: {X: {description: a}, Y: {description: b}, Unauthorized: {description: c}}}
"""
    )
    assert reusable(build_api(text), "401") == "#/components/responses/X"
    assert reusable(build_api(text.replace("responses/X", "responses/Y", 1)), "401") is None
    assert reusable(build_api(text.replace("#/components/responses/X", "other.yaml")), "401") is None


def test_schemas_of_errors(build_api: Any) -> None:
    api = build_api(
        HEAD
        + """
paths:
  /a:
    get:
      responses:
        "200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}}
        "400": {description: no, content: {application/json: {schema: {$ref: "#/components/schemas/Fault"}}}}
components:
  schemas:
    Order: {type: object, properties: {last: {$ref: "#/components/schemas/PaymentError"}}}
    Fault:
      type: object
      properties: {a: {$ref: "#/components/schemas/Detail"}, order: {$ref: "#/components/schemas/Order"}}
    Detail: {type: object, properties: {b: {type: array, items: {type: object, properties: {c: {type: string}}}}}}
    PaymentError: {type: object, properties: {d: {type: string}}}
"""
    )
    schemas = error_schemas(api)
    assert {schema.name for schema in schemas if "$ref" not in schema.value} == {"Fault", "Detail"}
    paths = {path for _, path, _ in written_inside(schemas)}
    assert ("properties", "b", "items", "properties", "c") in paths


def test_headers_by_name(build_api: Any) -> None:
    api = build_api(
        HEAD
        + """
paths:
  /a:
    get:
      parameters: [{name: X-A, in: header, schema: {type: string}}, {name: X-A, in: query, schema: {type: string}}]
      responses: {"200": {description: ok, headers: {SERVER: {}}}, "400": {description: no, headers: {server: {}}}}
    put:
      responses: {"200": {description: ok, headers: {Server: {}}}}
"""
    )
    ((header, name, operations),) = headers_named(api, {"server"}, lambda response, header: True)
    assert (header.name, name, len(operations)) == ("SERVER", "server", 2)
    ((parameter, users),) = header_parameters(api, {"x-a"})
    assert (parameter.location, len(users)) == ("header", 1)


def test_one_cause_in_many_places_is_one_flag(build_api: Any) -> None:
    paths = "".join(f"  /p{number}: {{get: {{responses: {{}}}}}}\n" for number in range(6))
    operations = build_api(f"{HEAD}paths:\n{paths}").operations
    flags = [("a", operation.flag("responses", "is odd", operations=(operation,))) for operation in operations]
    assert len(list(once(flags[:5]))) == 5
    assert len(list(once([*flags[:3], *(("b", flag) for _, flag in flags[3:])]))) == 6
    (flag,) = once(flags)
    assert flag.message == "is odd, as in 5 more places, of `GET /p0`, `GET /p1`, `GET /p2` and 3 more"
    assert flag.speaks
    assert len(flag.operations) == 6
    assert next(place.path for place, _ in flag.related) == ("paths", "/p1", "get", "responses")
