"""What documents say about calls from foreign pages, in headers and in gateways' extensions."""

from __future__ import annotations

from typing import Any

import pytest

from apilint.concepts.cors import cors_policies

HEAD = 'openapi: 3.0.3\ninfo: {title: t, version: "1"}\n'
PATHS = 'paths:\n  /a: {get: {responses: {"200": {description: ok}}}}\n'


@pytest.mark.parametrize(
    ("extension", "is_open", "credentials"),
    [
        ('x-amazon-apigateway-cors: {allowOrigins: ["*"]}', True, False),
        ('x-amazon-apigateway-cors: {allowOrigins: ["https://*"], allowCredentials: true}', True, True),
        ('x-amazon-apigateway-cors: {allowOrigins: ["https://*.a.example"]}', False, False),
        ('x-yc-apigateway: {cors: {origin: "*", credentials: "true"}}', True, True),
        ('x-wso2-cors: {accessControlAllowOrigins: ["a.example"]}', False, False),
        ('x-kong-plugin-cors: {config: {origins: ["*"], credentials: true}}', True, True),
        ("x-kong-plugin-cors: {config: {credentials: true}}", True, True),
        ('x-kong-plugin-cors: {config: {origins: ["https://a.example"]}}', False, False),
        ("x-tyk-api-gateway: {middleware: {global: {cors: {enabled: true, allowCredentials: true}}}}", True, True),
    ],
)
def test_extensions_at_the_root(build_api: Any, extension: str, is_open: bool, credentials: bool) -> None:
    api = build_api(f"{HEAD}{extension}\n{PATHS}")
    (policy,) = cors_policies(api)
    assert (policy.is_open, policy.credentials) == (is_open, credentials)
    assert [operation.name for operation in policy.operations] == ["GET /a"]


@pytest.mark.parametrize(
    "extension",
    [
        "x-amazon-apigateway-cors: 7",
        "x-kong-plugin-cors: {enabled: false, config: {}}",
        "x-kong-plugin-cors: {$ref: '#/nowhere'}",
        "x-wso2-cors: {corsConfigurationEnabled: false, accessControlAllowOrigins: ['*']}",
        "x-tyk-api-gateway: {middleware: {global: {cors: {allowedOrigins: ['*']}}}}",
        "x-zuplo-route: {corsPolicy: [anything-goes]}",
        "x-amazon-apigateway-integration: {responses: {default: {responseParameters: 7}}}",
        "x-other-cors: {origins: ['*']}",
    ],
)
def test_no_policy(build_api: Any, extension: str) -> None:
    assert list(cors_policies(build_api(f"{HEAD}{extension}\n{PATHS}"))) == []


def test_a_header_is_one_policy_with_all_its_operations(build_api: Any) -> None:
    api = build_api(
        HEAD
        + """
paths:
  /a:
    get: {responses: {"200": {$ref: "#/components/responses/Ok"}, "400": {$ref: "#/components/responses/Ok"}}}
    put: {responses: {"200": {$ref: "#/components/responses/Ok"}}}
components:
  responses:
    Ok:
      description: ok
      headers:
        access-control-allow-origin: {schema: {type: string}, examples: {one: {value: "https://a.example, null"}}}
        Access-Control-Allow-Credentials: {schema: {type: string}}
"""
    )
    (policy,) = cors_policies(api)
    assert policy.origins == ("https://a.example", "null")
    assert policy.takes_null
    assert policy.credentials
    assert not policy.is_open
    assert len(policy.operations) == 2


def test_an_answer_beforehand_holds_for_the_whole_path(build_api: Any) -> None:
    api = build_api(
        HEAD
        + """
paths:
  /a:
    get: {responses: {"200": {description: ok}}}
    options:
      x-amazon-apigateway-integration:
        responses:
          default:
            responseParameters:
              method.response.header.Access-Control-Allow-Origin: "'*'"
              method.response.header.Access-Control-Allow-Headers: "'A,B'"
      responses: {"200": {description: ok}}
"""
    )
    (policy,) = cors_policies(api)
    assert policy.is_open
    assert policy.headers == ("A", "B")
    assert [operation.method for operation in policy.operations] == ["GET", "OPTIONS"]
