"""Effective security (rules.md, section 0), with what other tools get wrong."""

from __future__ import annotations

from typing import Any

import pytest

HEAD = """
openapi: 3.1.0
info: {title: t, version: "1"}
components:
  securitySchemes:
    bearer: {type: http, scheme: Bearer}
    key: {type: apiKey, in: query, name: k}
"""
OPERATION = "{responses: {'200': {description: ok}}}"


def operation(build_api: Any, root: str, own: str) -> Any:
    body = OPERATION if not own else OPERATION[:-1] + f", security: {own}" + "}"
    text = HEAD + (f"security: {root}\n" if root else "") + f"paths:\n  /a:\n    get: {body}\n"
    return build_api(text).operations[0].security


@pytest.mark.parametrize(
    ("root", "own", "source", "anonymous", "optional", "empty"),
    [
        ("", "", "absent", True, False, False),
        ("[{bearer: []}]", "", "root", False, False, False),
        ("[{bearer: []}]", "[]", "operation", True, False, True),
        ("[{bearer: []}]", "[{}]", "operation", True, False, False),
        ("[{bearer: []}]", "[{}, {key: []}]", "operation", True, True, False),
        ("[]", "", "root", True, False, True),
        ("[]", "[{key: []}]", "operation", False, False, False),
        ("[{}]", "", "root", True, False, False),
        ("", "[{missing: []}]", "operation", False, False, False),
    ],
)
def test_effective_security(
    build_api: Any, root: str, own: str, source: str, anonymous: bool, optional: bool, empty: bool
) -> None:
    security = operation(build_api, root, own)
    assert (security.source, security.is_anonymous, security.is_optional, security.is_empty) == (
        source,
        anonymous,
        optional,
        empty,
    )


def test_scheme_names_are_case_insensitive_and_undefined_ones_are_none(build_api: Any) -> None:
    security = operation(build_api, "", "[{bearer: [], nowhere: [a]}]")
    schemes = security.alternatives[0].schemes
    assert schemes["bearer"].scheme.scheme == "bearer"
    assert schemes["nowhere"].scheme is None
    assert schemes["nowhere"].scopes == ("a",)


def test_security_on_a_path_item_means_nothing(build_api: Any) -> None:
    api = build_api(HEAD + f"paths:\n  /a:\n    security: [{{bearer: []}}]\n    get: {OPERATION}\n")
    assert api.operations[0].security.is_absent


def test_webhooks_do_not_inherit_the_root_requirement(build_api: Any) -> None:
    api = build_api(HEAD + f"security: [{{bearer: []}}]\nwebhooks:\n  event:\n    post: {OPERATION}\n")
    assert [operation.security.is_absent for operation in api.webhook_operations] == [True]
    assert api.operations == []


@pytest.mark.parametrize("security", ["7", "bearer", "[7]", "[[]]"])
def test_malformed_security_is_a_problem_not_a_crash(build_api: Any, security: str) -> None:
    api = build_api(HEAD + f"security: {security}\npaths:\n  /a:\n    get: {OPERATION}\n")
    assert api.operations[0].security.is_anonymous
    assert [problem.kind for _, problem in api.problems] == ["not-understood"]


@pytest.mark.parametrize("security", ["{bearer: []}", "[bearer]", "[{bearer: null}]"])
def test_security_without_its_lists_is_taken_for_what_it_means(build_api: Any, security: str) -> None:
    api = build_api(HEAD + f"security: {security}\npaths:\n  /a:\n    get: {OPERATION}\n")
    assert [list(one.schemes) for one in api.operations[0].security.alternatives] == [["bearer"]]
    assert not api.problems


def test_swagger_basic_and_flows_are_the_same_model(build_api: Any) -> None:
    api = build_api(
        """
swagger: "2.0"
info: {title: t, version: "1"}
paths: {}
securityDefinitions:
  basic: {type: basic}
  oauth:
    type: oauth2
    flow: accessCode
    authorizationUrl: "http://a.example"
    tokenUrl: "https://b.example"
    scopes: {r: read}
"""
    )
    assert (api.security_schemes["basic"].type, api.security_schemes["basic"].scheme) == ("http", "basic")
    (flow,) = api.security_schemes["oauth"].flows
    assert (flow.name, flow.scopes) == ("authorizationCode", ("r",))
    assert flow.urls == {"authorizationUrl": "http://a.example", "tokenUrl": "https://b.example"}


def test_operations_of_every_kind_and_version(build_api: Any) -> None:
    api = build_api(
        f"""
openapi: 3.2.0
info: {{title: t, version: "1"}}
paths:
  /a:
    query: {OPERATION}
    additionalOperations:
      PURGE: {OPERATION}
    x-meta: {{get: {OPERATION}}}
    parameters: []
    servers: []
"""
    )
    assert [(op.name, op.is_safe) for op in api.operations] == [("QUERY /a", True), ("PURGE /a", False)]


@pytest.mark.parametrize(("code", "found"), [("429", "4xx"), ("404", "404"), ("500", "default"), ("200", "default")])
def test_responses_answer_by_code_range_and_default(build_api: Any, code: str, found: str) -> None:
    responses = "{404: {description: a}, 4xx: {description: b}, default: {description: c}}"
    api = build_api(HEAD + f"paths:\n  /a:\n    get: {{responses: {responses}}}\n")
    assert api.operations[0].response(code).code == found


@pytest.mark.parametrize(
    ("method", "path", "public"),
    [
        ("get", "/health", True),
        ("get", "/v1/health/live", True),
        ("get", "/healthCheck", True),
        ("get", "/.well-known/openid-configuration", True),
        ("get", "/openapi.json", True),
        ("post", "/oauth/token", True),
        ("post", "/signUp", True),
        ("post", "/password/reset", True),
        ("post", "/auth/jwt", True),
        ("post", "/auth/refresh", True),
        ("post", "/documents/refresh", False),
        ("delete", "/health", False),
        ("get", "/healthrecords", False),
        ("get", "/user/login", True),
        ("get", "/token", False),
        ("post", "/devices/{id}/register", False),
        ("post", "/tokens", False),
        ("get", "/", False),
    ],
)
def test_declared_public(build_api: Any, method: str, path: str, public: bool) -> None:
    api = build_api(HEAD + f"paths:\n  {path}:\n    {method}: {OPERATION}\n")
    assert (api.operations[0].public is not None) is public


@pytest.mark.parametrize(("reason", "public"), [("status page", True), ("", False), ("true", False)])
def test_a_public_marker_needs_a_reason(build_api: Any, reason: str, public: bool) -> None:
    value = reason if reason == "true" else f'"{reason}"'
    api = build_api(HEAD + f"paths:\n  /a:\n    get: {OPERATION[:-1]}, x-apilint-public: {value}}}\n")
    assert (api.operations[0].public is not None) is public


@pytest.mark.parametrize("key", ["GET", "Post", "query", "additionalOperations"])
def test_what_looks_like_an_operation_and_is_none_is_said(build_api: Any, key: str) -> None:
    api = build_api(HEAD + f"paths:\n  /a:\n    {key}: {OPERATION}\n")
    assert api.operations == []
    ((_, problem),) = api.problems
    assert (problem.kind, problem.pointer) == ("not-understood", f"/paths/~1a/{key}")


@pytest.mark.parametrize("key", ["webhooks", "x-webhooks"])
def test_webhooks_are_read_whatever_the_version_calls_them(build_api: Any, key: str) -> None:
    api = build_api(HEAD.replace("3.1.0", "3.0.3") + f"paths: {{}}\n{key}:\n  event:\n    post: {OPERATION}\n")
    assert [operation.name for operation in api.webhook_operations] == ["POST webhook event"]


def test_the_addresses_of_oauth_with_their_places(build_api: Any) -> None:
    api = build_api("""
openapi: 3.2.0
info: {title: t, version: "1"}
paths: {}
components:
  securitySchemes:
    a:
      type: oauth2
      oauth2MetadataUrl: https://a.example/m
      flows:
        password: {tokenUrl: https://a.example/t, refreshUrl: "", scopes: {}}
    b: {type: openIdConnect, openIdConnectUrl: https://b.example}
    c: {type: http, scheme: bearer, openIdConnectUrl: https://c.example}
""")
    schemes = api.security_schemes
    found = [(node.path[3:], key, url) for node, key, url in schemes["a"].urls]
    assert found == [
        (("flows", "password"), "tokenUrl", "https://a.example/t"),
        ((), "oauth2MetadataUrl", "https://a.example/m"),
    ]
    assert [key for _, key, _ in schemes["b"].urls] == ["openIdConnectUrl"]
    assert list(schemes["c"].urls) == []
    assert [schemes[name].has_metadata for name in "abc"] == [True, True, False]
    assert schemes["a"].flows[0].name_key is None


def test_a_flow_of_swagger_is_its_scheme(build_api: Any) -> None:
    api = build_api("""
swagger: "2.0"
info: {title: t, version: "1"}
paths: {}
securityDefinitions:
  a: {type: oauth2, flow: application, tokenUrl: https://a.example/t, scopes: {}}
""")
    (flow,) = api.security_schemes["a"].flows
    assert (flow.name, flow.name_key, flow.path) == ("clientCredentials", "flow", ("securityDefinitions", "a"))
