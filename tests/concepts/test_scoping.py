"""Scopes that operations require and flows grant; where the values of a request travel."""

from __future__ import annotations

from typing import Any

from apilint.concepts.inputs import input_location
from apilint.concepts.scoping import asks_for_administrator, granted_scopes, is_delegated, scope_sets, uses_scopes
from apilint.openapi.schema import InputSchema

TEXT = """
openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /a/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {security: [{oauth: [read, openid], key: [clerk]}, {key: []}], responses: {"200": {description: d}}}
    put:
      security: [{oauth: ["users:admin"]}, {adminKey: []}]
      requestBody: {content: {application/json: {schema: {type: object, properties: {p: {type: string}}}}}}
      responses: {"200": {description: d}}
    delete: {security: [{oauth: [openid]}], responses: {"200": {description: d}}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: k}
    adminKey: {type: apiKey, in: header, name: k}
    oauth:
      type: oauth2
      flows:
        password: {tokenUrl: "https://a.example", scopes: {read: r}}
        clientCredentials: {tokenUrl: "https://a.example", scopes: {read: r, write: w}}
"""


def test_scopes(build_api: Any) -> None:
    api = build_api(TEXT)
    get, put, delete = api.operations
    assert scope_sets(get) == (frozenset(("read", "openid", "clerk")), frozenset())
    assert [uses_scopes(one) for one in (get, put, delete)] == [True, True, False]
    assert [asks_for_administrator(one) for one in (get, put, delete)] == [False, True, False]
    required = get.security.alternatives[0].schemes
    assert is_delegated(required["oauth"])
    assert not is_delegated(required["key"])


def test_granted_scopes_come_with_their_first_flow(build_api: Any) -> None:
    granted = granted_scopes(build_api(TEXT).security_schemes["oauth"])
    assert {scope: flow.name for scope, flow in granted.items()} == {"read": "password", "write": "clientCredentials"}


def test_where_values_travel(build_api: Any) -> None:
    found = {schema.name: input_location(schema) for schema in build_api(TEXT).views(InputSchema)}
    assert found == {"id": "path", "": "body", "p": "body"}


def test_where_values_travel_in_swagger(build_api: Any) -> None:
    text = """
swagger: "2.0"
info: {title: t, version: "1"}
paths:
  /a:
    post:
      parameters:
        - {name: f, in: query, type: string}
        - {name: body, in: body, schema: {type: object, properties: {p: {type: string}}}}
      responses: {"200": {description: d}}
"""
    found = {schema.name: input_location(schema) for schema in build_api(text).views(InputSchema)}
    assert found["f"] == "query"
    assert found["p"] == "body"
