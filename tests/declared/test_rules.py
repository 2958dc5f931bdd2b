"""Rules without code on documents: views, conditions about the model, places, messages, and references."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apilint.findings import Finding

DOCUMENT = """
openapi: 3.0.3
info: {title: T, version: "1"}
servers: [{url: "https://a.example.com"}]
security: [{o: [read]}]
paths:
  /v1/pets:
    get:
      operationId: listPets
      tags: [pets]
      parameters: [{$ref: "#/components/parameters/Trace"}, {name: q, in: query, schema: {type: string}}]
      responses: {"200": {$ref: "#/components/responses/Pets"}, "400": {description: bad}}
    post:
      operationId: makePet
      deprecated: true
      security: [{o: [write]}]
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}}
      responses: {"201": {description: made}}
  /v2/health:
    get:
      operationId: health
      security: []
      responses: {"200": {description: ok, headers: {x-request-id: {schema: {type: string}}}}}
components:
  parameters: {Trace: {name: X-Trace, in: header, schema: {type: string}}}
  responses:
    Pets: {description: pets, headers: {X-Total: {schema: {type: integer}}},
        content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Pet"}}}}}
  schemas:
    Pet: {type: object, properties: {name: {type: string}}}
    Unused: {type: string}
  securitySchemes: {o: {type: oauth2, flows: {clientCredentials: {tokenUrl: "https://a.example.com/t",
      scopes: {read: r, write: w}}}}}
"""
LIST, MAKE, HEALTH = "/paths/~1v1~1pets/get", "/paths/~1v1~1pets/post", "/paths/~1v2~1health/get"


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"method": "get"}, [LIST, HEALTH]),
        ({"method": ["GET", "put"]}, [LIST, HEALTH]),
        ({"method_not": ["get"]}, [MAKE]),
        ({"path_glob": "/v1/**"}, [LIST, MAKE]),
        ({"path_glob": ["/*/health"]}, [HEALTH]),
        ({"tag": "pet*"}, [LIST]),
        ({"operation_id": "*Pet*"}, [LIST, MAKE]),
        ({"parameter": {"in": "header", "name": "x-trace"}}, [LIST]),
        ({"parameter": {"name": "q"}}, [LIST]),
        ({"parameter": {"in": "query", "name": "Q"}}, []),
        ({"header": "X-Total"}, [LIST]),
        ({"header": {"name": "X-Request-ID", "responses": ["200"]}}, [HEALTH]),
        ({"header": {"name": "X-Total", "responses": ["4XX", "2XX"]}}, []),
        ({"scope": "read"}, [LIST]),
        ({"scope": "*"}, [LIST, MAKE]),
        ({"authenticated": True}, [LIST, MAKE]),
        ({"authenticated": False}, [HEALTH]),
        ({"deprecated": True}, [MAKE]),
        ({"deprecated": False}, [LIST, HEALTH]),
        ({"openapi": "3.0"}, [LIST, MAKE, HEALTH]),
        ({"openapi": ["2.0", "3.1"]}, []),
        ({"method": "get", "authenticated": True}, [LIST]),
        ({"all": [{"method": "get"}, {"tag": "pets"}]}, [LIST]),
        ({"any": [{"method": "post"}, {"tag": "pets"}]}, [LIST, MAKE]),
        ({"not": {"method": "get"}}, [MAKE]),
        ([{"method": "get"}, {"not": {"tag": "pets"}}], [HEALTH]),
        ({"field": "operationId", "pattern": "^h"}, [HEALTH]),
        ({"field": "summary", "pattern": "^h"}, []),
        ({"not": {"field": "summary", "pattern": "^h"}}, []),
        ({"field": "summary", "undefined": True}, [LIST, MAKE, HEALTH]),
    ],
)
def test_where(places: Callable[..., list[str]], where: Any, expected: list[str]) -> None:
    found = places(DOCUMENT, where=where, require={"field": "x-nothing", "defined": True})
    assert found == sorted(expected)


@pytest.mark.parametrize(
    ("select", "expected"),
    [
        ("operations", [LIST, MAKE, HEALTH]),
        ("path-items", ["/paths/~1v1~1pets", "/paths/~1v2~1health"]),
        ("parameters", ["/components/parameters/Trace", LIST + "/parameters/1"]),
        ("responses", ["/components/responses/Pets", LIST + "/responses/400", MAKE + "/responses/201",
            HEALTH + "/responses/200"]),
        ("headers", ["/components/responses/Pets/headers/X-Total", HEALTH + "/responses/200/headers/x-request-id"]),
        ("media-types", ["/components/responses/Pets/content/application~1json",
            MAKE + "/requestBody/content/application~1json"]),
        ("request-bodies", [MAKE + "/requestBody"]),
        ("security-schemes", ["/components/securitySchemes/o"]),
        ("servers", ["/servers/0"]),
        ("api", [""]),
        ("document", [""]),
    ],
)  # fmt: skip
def test_what_is_selected_is_selected_once(places: Callable[..., list[str]], select: str, expected: list[str]) -> None:
    assert places(DOCUMENT, select=select, require={"field": "x-nothing", "defined": True}) == sorted(expected)


def test_schemas_are_those_that_messages_carry(places: Callable[..., list[str]]) -> None:
    found = places(
        DOCUMENT,
        select="schemas",
        where={"field": "type", "equals": "object"},
        forbid={"field": "type", "truthy": True},
    )
    assert found == ["/components/schemas/Pet/type"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"require": {"field": "operationId", "casing": "snake"}}, [LIST + "/operationId", MAKE + "/operationId"]),
        ({"require": {"field": "/responses/200/description", "equals": "ok"}},
            ["/components/responses/Pets/description"]),
        ({"require": {"field": "responses['200'].description", "equals": "ok"}},
            ["/components/responses/Pets/description"]),
        ({"require": {"field": "responses.200.nothing.at.all", "defined": True}}, [
            "/components/responses/Pets", MAKE + "/responses", HEALTH + "/responses/200"]),
        ({"require": {"field": "$.parameters[*].name", "not_pattern": "^X-"}}, ["/components/parameters/Trace/name"]),
        ({"forbid": {"field": "$.parameters[*].name", "pattern": "^X-"}}, ["/components/parameters/Trace/name"]),
        ({"forbid": {"field": "summary", "pattern": "TODO"}}, []),
        ({"forbid": {"deprecated": True}}, [MAKE]),
        ({"forbid": {"not": {"authenticated": True}}}, [HEALTH]),
        ({"require": {"not": {"field": "deprecated", "equals": True}}}, [MAKE + "/deprecated"]),
        ({"require": {"any": [{"deprecated": True}, {"field": "tags", "defined": True}]}}, [HEALTH]),
        ({"require": [{"method": "get"}, {"field": "operationId", "max_length": 6}]}, [LIST + "/operationId", MAKE,
            MAKE + "/operationId"]),
        ({"given": "$.components.schemas", "require": {"field": "@key", "casing": "camel"}}, [
            "/components/schemas/Pet", "/components/schemas/Unused"]),
        ({"given": "$.components.schemas[*]", "require": {"referenced": True}}, ["/components/schemas/Unused"]),
        ({"given": "$.components.schemas[*]", "forbid": {"referenced": True}}, ["/components/schemas/Pet"]),
        ({"given": ["$.info.title", "$.info.version"], "require": {"min_length": 2}}, ["/info/title", "/info/version"]),
        ({"given": "$..items", "require": {"field": "type", "equals": "array"}}, ["/components/schemas/Pet/type"]),
        ({"given": "$..items", "resolved": False, "require": {"field": "$ref", "undefined": True}}, [
            "/components/responses/Pets/content/application~1json/schema/items/$ref"]),
        ({"openapi": "3.1", "require": {"field": "x", "defined": True}}, []),
        ({"openapi": ["3.0", "3.1"], "where": {"method": "post"}, "require": {"field": "x", "defined": True}}, [MAKE]),
    ],
)  # fmt: skip
def test_places(places: Callable[..., list[str]], rule: dict[str, Any], expected: list[str]) -> None:
    assert places(DOCUMENT, **rule) == sorted(expected)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("{operation} has no summary", "GET /v1/pets has no summary"),
        ("{path}: {property}", "/paths/~1v1~1pets/get: summary"),
        ("{value} is not right: {error}", "nothing is not right: it must be defined"),
        ("{{value}} stays", "{value} stays"),
    ],
)
def test_messages(found: Callable[..., list[Finding]], message: str, expected: str) -> None:
    findings = found(DOCUMENT, message=message, where={"tag": "pets"}, require={"field": "summary", "defined": True})
    assert [one.message for one in findings] == [expected]


def test_a_finding_concerns_the_operations_around_its_place(found: Callable[..., list[Finding]]) -> None:
    name = found(DOCUMENT, given="$..parameters[*].name", require={"not_pattern": "Trace"})
    assert [(one.operation, one.operations) for one in name] == [("GET /v1/pets", 1)]
    summary = found(DOCUMENT, given="$.paths[*].post", require={"field": "summary", "defined": True})
    assert [one.operation for one in summary] == ["POST /v1/pets"]


def test_values_of_documents_are_shortened(found: Callable[..., list[Finding]]) -> None:
    text = DOCUMENT.replace("operationId: health", f"operationId: {'h' * 5000}")
    (one,) = found(
        text, message="{value} {value}", where={"path_glob": "/v2/*"}, require={"field": "operationId", "max_length": 9}
    )
    assert len(one.message) < 200


def test_other_files_are_followed_and_named(build_api: Callable[..., Any]) -> None:
    from apilint import engine
    from apilint.declared.rules import declared
    from apilint.policy.model import Configuration

    text = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\n"
    text += "paths: {/a: {get: {parameters: [{$ref: 'p.yaml#/P'}], responses: {}}}}\n"
    api = build_api(text, p__yaml="P: {name: q, in: query, schema: {type: string}}\n")
    rules = declared(
        Configuration(
            declared={
                "a/b": {
                    "message": "m",
                    "severity": "low",
                    "given": "$.paths[*][*].parameters[*]",
                    "require": {"field": "name", "equals": "x"},
                }
            }
        )
    )
    (finding,) = engine.run(api, rules).findings
    assert (finding.location.file.rsplit("/", 1)[-1], finding.location.pointer) == ("p.yaml", "/P/name")
