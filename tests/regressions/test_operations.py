"""Regressions of operations: what one edit takes away is said once, in plain words; its mirror image improves."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
import yaml

from apilint.findings import Severity
from apilint.openapi.api import Api
from apilint.regressions.model import Change
from apilint.regressions.operations import compare_operations
from apilint.regressions.pairing import pair_operations
from apilint.regressions.regression_rules import RULES

Build = Callable[..., Api]
Compare = Callable[..., list[Change]]

DOCUMENT = """
openapi: 3.0.3
info: {title: Users, version: "1"}
servers:
  - url: https://api.users.com/v1
security:
  - login: [users]
paths:
  /users:
    get:
      responses:
        "200": {description: All, headers: {X-RateLimit-Limit: {schema: {type: integer}}}}
        "401": {description: No token}
    post:
      responses: {"201": {description: The new one}, "401": {description: No token}}
  /users/{id}:
    get:
      responses: {"200": {description: One}}
    delete:
      security:
        - login: [admin]
      responses: {"204": {description: Gone}}
components:
  securitySchemes:
    login:
      type: oauth2
      flows:
        authorizationCode:
          authorizationUrl: https://login.users.com/authorize
          tokenUrl: https://login.users.com/token
          scopes: {users: See users, admin: Everything}
    key: {type: apiKey, in: header, name: X-Key}
    urlKey: {type: apiKey, in: query, name: key}
    cookie: {type: apiKey, in: cookie, name: session}
    basic: {type: http, scheme: basic}
    bearer: {type: http, scheme: bearer}
    certificate: {type: mutualTLS}
"""
DELETE = "/paths/~1users~1{id}/delete"


@pytest.fixture
def compare(build_api: Build) -> Compare:
    """Give a function that compares two texts or trees."""

    def run(base: Any, head: Any, base_name: str = "base.yaml", head_name: str = "head.yaml") -> list[Change]:
        one = build_api(base if isinstance(base, str) else json.dumps(base), base_name)
        two = build_api(head if isinstance(head, str) else json.dumps(head), head_name)
        pairs, gone = pair_operations(one, two)
        found = list(compare_operations(one, two, pairs, gone))
        places = [(change.rule, change.improves, change.head.path, change.at) for change in found]
        assert len(set(places)) == len(places), "one change for a rule and a place"
        most = {rule.id: rule.severity for rule in RULES}
        for change in found:
            assert change.severity is not None
            assert change.severity <= most[change.rule]
            assert change.head.api is two
            assert change.base is None or change.base.api is one
            assert all(operation.api is two for operation in change.operations)
        return found

    return run


def tree(text: str = DOCUMENT) -> Any:
    return yaml.safe_load(text)


def edited(*edits: tuple[str, Any], of: str = DOCUMENT) -> Any:
    """The document with values set at `/`-separated paths; `...` removes, `{}`-less templates use `|` for `/`."""
    document = tree(of)
    for path, value in edits:
        *above, last = [step.replace("|", "/") for step in path.split("/")]
        holder = document
        for step in above:
            holder = holder[int(step)] if isinstance(holder, list) else holder.setdefault(step, {})
        key: Any = int(last) if isinstance(holder, list) else last
        if value is ...:
            del holder[key]
        else:
            holder[key] = json.loads(json.dumps(value))
    return document


class Row(NamedTuple):
    """A base and a head as edits of the document, and what must be said of the head."""

    name: str
    base: tuple[tuple[str, Any], ...]
    head: tuple[tuple[str, Any], ...]
    rule: str
    severity: Severity
    message: str
    operations: tuple[str, ...]
    mirrors: bool = True


CRITICAL, HIGH, MEDIUM, LOW = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW
ALL = ("GET /users", "POST /users", "GET /users/{id}", "DELETE /users/{id}")
SHARED = ALL[:3]
ONE = ("DELETE /users/{id}",)
D = "paths/|users|{id}/delete"
G = "paths/|users|{id}/get"
P = "paths/|users/post"
S = "components/securitySchemes"
CODE = f"{S}/login/flows/authorizationCode"
KONG = "x-kong-plugin-rate-limiting"
WEBHOOK: dict[str, Any] = {
    "post": {
        "parameters": [{"name": "X-Signature", "in": "header", "schema": {"type": "string"}}],
        "responses": {"204": {"description": "Understood"}},
    }
}
NO_SIGNATURE = {"post": {"responses": {"204": {"description": "Understood"}}}}
CALLED = {"post": {"responses": {"204": {"description": "Understood"}}}}

ROWS = [
    Row("own security emptied", (), ((f"{D}/security", []),), "authentication-removed", CRITICAL,
        "`DELETE /users/{id}` required oauth2 (admin) and can now be called by anybody", ONE),
    Row("own security made anonymous", (), ((f"{D}/security", [{}]),), "authentication-removed", CRITICAL,
        "`DELETE /users/{id}` required oauth2 (admin) and can now be called by anybody", ONE),
    Row("a read opened", (), ((f"{G}/security", []),), "authentication-removed", HIGH,
        "`GET /users/{id}` required oauth2 (users) and can now be called by anybody", (ALL[2],)),
    Row("root removed", (), (("security", ...),), "authentication-removed", CRITICAL,
        "3 operations (`GET /users`, `POST /users` and `GET /users/{id}`) required oauth2 (users) and can now be "
        "called by anybody", SHARED),
    Row("root emptied", (), (("security", []),), "authentication-removed", CRITICAL, "3 operations", SHARED),
    Row("own security gone with an open root", (("security", ...),), (("security", ...), (f"{D}/security", ...)),
        "authentication-removed", CRITICAL, "required oauth2 (admin) and can now be called by anybody", ONE),
    Row("optional", (), ((f"{D}/security", [{"login": ["admin"]}, {}]),), "authentication-optional", CRITICAL,
        "`DELETE /users/{id}` required oauth2 (admin), which is optional now", ONE),
    Row("root optional", (), (("security", [{}, {"login": ["users"]}]),), "authentication-optional", CRITICAL,
        "3 operations", SHARED),
    Row("own scope dropped", (), ((f"{D}/security", [{"login": []}]),), "scope-dropped", HIGH,
        "`DELETE /users/{id}` required scope `admin` of oauth2 and can now be called without it", ONE),
    Row("own security gone, the root asks for less", (), ((f"{D}/security", ...),), "scope-dropped", HIGH,
        "required scope `admin` of oauth2 and can now be called with `users` instead", ONE),
    Row("one of two scopes dropped", ((f"{D}/security", [{"login": ["users", "admin"]}]),),
        ((f"{D}/security", [{"login": ["users"]}]),), "scope-dropped", HIGH,
        "required scope `admin` of oauth2 and can now be called without it", ONE),
    Row("a wider scope", ((f"{D}/security", [{"login": ["users:delete"]}]),),
        ((f"{D}/security", [{"login": ["*"]}]),), "scope-dropped", HIGH, "with `*` instead", ONE),
    Row("a role of a bearer token", ((f"{D}/security", [{"bearer": ["admin"]}]),),
        ((f"{D}/security", [{"bearer": []}]),), "scope-dropped", HIGH, "scope `admin` of http bearer", ONE),
    Row("a key in the URL joined", (), ((f"{D}/security", [{"login": ["admin"]}, {"urlKey": []}]),),
        "authentication-weaker", HIGH,
        "required oauth2 (admin) and can now be called with an API key in the URL, as `key`", ONE),
    Row("basic joined bearer", ((f"{G}/security", [{"bearer": []}]),),
        ((f"{G}/security", [{"bearer": []}, {"basic": []}]),), "authentication-weaker", HIGH,
        "required http bearer and can now be called with http basic", (ALL[2],)),
    Row("a key in place of a token", ((f"{G}/security", [{"bearer": []}]),), ((f"{G}/security", [{"key": []}]),),
        "authentication-weaker", MEDIUM, "an API key in header `X-Key`", (ALL[2],)),
    Row("certificate to token", ((f"{P}/security", [{"certificate": []}]),), ((f"{P}/security", [{"bearer": []}]),),
        "authentication-weaker", HIGH, "required a client certificate and can now be called with http bearer",
        (ALL[1],)),
    Row("cookie to basic", ((f"{G}/security", [{"cookie": []}]),), ((f"{G}/security", [{"basic": []}]),),
        "authentication-weaker", MEDIUM, "http basic", (ALL[2],)),
    Row("header to cookie", ((f"{G}/security", [{"key": []}]),), ((f"{G}/security", [{"cookie": []}]),),
        "authentication-weaker", MEDIUM, "an API key in cookie `session`", (ALL[2],)),
    Row("both became either", ((f"{D}/security", [{"bearer": [], "key": []}]),),
        ((f"{D}/security", [{"bearer": []}, {"key": []}]),), "authentication-weaker", HIGH,
        "required http bearer together with an API key in header `X-Key` and can now be called with http bearer alone"
        " or an API key in header `X-Key` alone", ONE),
    Row("one of both is enough", ((f"{D}/security", [{"bearer": [], "key": []}]),),
        ((f"{D}/security", [{"bearer": []}]),), "authentication-weaker", HIGH, "http bearer alone", ONE),
    Row("one of both is enough, and nobody knows what the other is", ((f"{S}/odd", {"type": "http", "scheme": "odd"}),
        (f"{D}/security", [{"odd": [], "key": []}])), ((f"{S}/odd", {"type": "http", "scheme": "odd"}),
        (f"{D}/security", [{"key": []}])), "authentication-weaker", HIGH, "an API key in header `X-Key` alone", ONE),
    Row("root weaker", (), (("security", [{"login": ["users"]}, {"basic": []}]),), "authentication-weaker", HIGH,
        "3 operations (`GET /users`, `POST /users` and `GET /users/{id}`) required oauth2 (users) and can now be called"
        " with http basic", SHARED),
    Row("a token without the scopes", (), ((f"{D}/security", [{"bearer": []}]),), "authentication-weaker", HIGH,
        "required oauth2 (admin) and can now be called with http bearer", ONE),
    Row("the key went into the URL", (("security", [{"key": []}]),),
        (("security", [{"key": []}]), (f"{S}/key/in", "query")), "security-scheme-weaker", HIGH,
        "security scheme `key` was an API key in header `X-Key` and is now an API key in the URL, as `X-Key`", SHARED),
    Row("the token became a password", (("security", [{"bearer": []}]),),
        (("security", [{"bearer": []}]), (f"{S}/bearer/scheme", "basic")), "security-scheme-weaker", HIGH,
        "security scheme `bearer` was http bearer and is now http basic", SHARED),
    Row("the definition went", (), ((f"{S}/login", ...),), "security-scheme-weaker", HIGH,
        "security scheme `login` was oauth2 and is declared no more, though operations name it", ALL, False),
    Row("implicit flow", (), ((f"{S}/login/flows", {"implicit": {
        "authorizationUrl": "https://login.users.com/authorize", "scopes": {}}}),), "oauth-flow-weaker", HIGH,
        "security scheme `login` offers the implicit flow now (access tokens in the URL), and offered "
        "authorizationCode", ALL),
    Row("token URL unencrypted", (), ((f"{CODE}/tokenUrl", "http://login.users.com/token"),), "oauth-url-cleartext",
        HIGH, "security scheme `login` has an unencrypted `tokenUrl` now: `http://login.users.com/token`", ALL),
    Row("token URL elsewhere", (), ((f"{CODE}/tokenUrl", "https://login.evil.net/token"),), "oauth-url-host", MEDIUM,
        "its `tokenUrl` is at `login.evil.net`", ALL, False),
    Row("server unencrypted", (), (("servers/0/url", "http://api.users.com/v1"),), "server-cleartext", HIGH,
        "the server `api.users.com` was reached over an encrypted connection, and is unencrypted now", ALL),
    Row("a second server unencrypted", (), (("servers", [
        {"url": "https://api.users.com/v1"}, {"url": "ws://api.users.com/v1"}]),), "server-cleartext",
        HIGH, "`ws://api.users.com/v1`", ALL),
    Row("a scheme to choose", (), (("servers", [{"url": "{scheme}://api.users.com/v1", "variables": {
        "scheme": {"default": "https", "enum": ["https", "http"]}}}]),), "server-cleartext", HIGH,
        "is unencrypted now: `http://api.users.com/v1`", ALL),
    Row("a free part of the host", (("servers", [{"url": "https://{r}.users.com", "variables":
        {"r": {"default": "eu", "enum": ["eu", "us"]}}}]),), (("servers", [{"url": "https://{r}.users.com", "variables":
        {"r": {"default": "eu"}}}]),), "server-variable-freed", LOW,
        "server variable `r` of `https://{r}.users.com` lets clients choose a part of the host, which was fixed", ALL),
    Row("another domain", (), (("servers", [{"url": "https://api.users.com/v1"}, {"url": "https://api.evil.net/v1"}]),),
        "server-host-new", MEDIUM,
        "the new server host `api.evil.net` is another domain than `api.users.com`", ALL, False),
    Row("another host", (), (("servers", [{"url": "https://api.users.com/v1"}, {"url": "https://eu.users.com/v1"}]),),
        "server-host-new", LOW, "another host of the same domain", ALL, False),
    Row("a free host", (("servers", [{"url": "https://{host}/v1", "variables": {
        "host": {"default": "api.users.com", "enum": ["api.users.com"]}}}]),),
        (("servers", [{"url": "https://{host}/v1", "variables": {"host": {"default": "api.users.com"}}}]),),
        "server-variable-freed", MEDIUM,
        "server variable `host` of `https://{host}/v1` lets clients choose the whole host, which was fixed", ALL),
    Row("limit gone", ((f"{P}/{KONG}", {"config": {"minute": 5}}),), (), "rate-limit-removed", MEDIUM,
        "`POST /users` declared a limit by `x-kong-plugin-rate-limiting`, which is gone", (ALL[1],)),
    Row("limit of all gone", ((KONG, {"config": {"minute": 5}}),), (), "rate-limit-removed", MEDIUM, "4 operations",
        ALL),
    Row("limit header gone", (), (("paths/|users/get/responses/200/headers", ...),), "rate-limit-removed", MEDIUM,
        "`GET /users` declared a limit by `X-RateLimit-Limit`, which is gone", (ALL[0],)),
    Row("limit raised", ((f"{P}/{KONG}", {"config": {"minute": 5}}),), ((f"{P}/{KONG}", {"config": {"minute": 500}}),),
        "rate-limit-raised", MEDIUM, "could be called 5 requests a minute, and now 500 requests a minute", (ALL[1],)),
    Row("401 gone", (), ((f"{P}/responses/401", ...),), "refusal-removed", LOW,
        "`POST /users` described the refusal 401, which is gone", (ALL[1],)),
    Row("security header gone", ((f"{G}/responses/200/headers", {"Strict-Transport-Security": {}}),), (),
        "security-header-removed", LOW, "described `Strict-Transport-Security` with the answer 200, which is gone",
        (ALL[2],)),
    Row("gateway plugin gone", (("x-kong-plugin-jwt", {}),), (), "gateway-guard-removed", HIGH,
        "can now be called past `x-kong-plugin-jwt`, which is gone", ALL),
    Row("gateway opened", (), ((f"{P}/x-auth-type", "None"),), "gateway-guard-removed", HIGH, "`x-auth-type: None`",
        (ALL[1],)),
    Row("authorizer gone", ((f"{S}/login/x-amazon-apigateway-authorizer", {"type": "jwt"}),), (),
        "gateway-guard-removed", HIGH, "security scheme `login` has no `x-amazon-apigateway-authorizer` any more", ALL),
    Row("webhook unsigned", (("webhooks/paid", WEBHOOK),), (("webhooks/paid", NO_SIGNATURE),), "webhook-unsigned", HIGH,
        "`POST webhook paid` carried header `X-Signature` as proof of the sender, which is gone",
        ("POST webhook paid",)),
    Row("callback freed", ((f"{P}/callbacks/paid", {"https://hooks.users.com/{$request.body#/id}": CALLED}),),
        ((f"{P}/callbacks/paid", {"{$request.body#/url}": CALLED}),), "callback-url-freed", HIGH,
        "callback `paid` goes wherever the caller says (`{$request.body#/url}`), and went to "
        "`https://hooks.users.com/{$request.body#/id}` only", (ALL[1],)),
    Row("open to all pages", (("x-amazon-apigateway-cors", {"allowOrigins": ["https://app.users.com"]}),),
        (("x-amazon-apigateway-cors", {"allowOrigins": ["*"]}),), "origins-opened", MEDIUM,
        "4 operations (`GET /users`, `POST /users`, `GET /users/{id}` and 1 more) can now be called by pages of every "
        "origin (`x-amazon-apigateway-cors`)", ALL),
    Row("open to all pages with credentials", (), (("x-amazon-apigateway-cors", {
        "allowOrigins": ["*"], "allowCredentials": True}),), "origins-opened", HIGH, "4 operations", ALL),
    Row("callback unsigned", ((f"{P}/callbacks/paid", {"{$request.body#/url}": WEBHOOK}),
        (f"{G}/callbacks/paid", {"{$request.body#/url}": WEBHOOK}),
        (f"{D}/callbacks/paid", {"{$request.body#/url}": WEBHOOK})), ((f"{P}/callbacks/paid", {
        "{$request.body#/url}": WEBHOOK}), (f"{G}/callbacks/paid", {"{$request.body#/url}": WEBHOOK}),
        (f"{D}/callbacks/paid", {"{$request.body#/url}": NO_SIGNATURE})), "webhook-unsigned", HIGH,
        "`POST callback {$request.body#/url}` carried header `X-Signature` as proof", (
        "POST callback {$request.body#/url}",)),
    Row("an undeclared scheme", (), ((f"{D}/security", [{"logon": ["admin"]}]),), "authentication-weaker", HIGH,
        "required oauth2 (admin) and can now be called with the undeclared `logon` (admin)", ONE, False),
    Row("a scheme of another type", (), ((f"{S}/login", {"type": "apiKey", "in": "query", "name": "key"}),
        ("security", [{"login": []}]), (f"{D}/security", [{"login": []}])), "security-scheme-weaker", HIGH,
        "security scheme `login` was oauth2 and is now an API key in the URL, as `key`", ALL),
    Row("discovery unencrypted", ((f"{S}/login", {"type": "openIdConnect", "openIdConnectUrl":
        "https://login.users.com/.well-known/openid-configuration"}),), ((f"{S}/login", {"type": "openIdConnect",
        "openIdConnectUrl": "http://login.users.com/.well-known/openid-configuration"}),), "oauth-url-cleartext", HIGH,
        "has an unencrypted `openIdConnectUrl` now", ALL),
    Row("opened and declared public", (), ((f"{D}/security", []), (f"{D}/x-apilint-public", "A demo")),
        "authentication-removed", CRITICAL, "can now be called by anybody (declared public: A demo)", ONE),
    Row("a header with the credentials gone", (("security", ...), (f"{P}/parameters", [
        {"name": "X-API-Key", "in": "header", "required": True, "schema": {}}])), (("security", ...),),
        "authentication-removed", HIGH, "required the header `x-api-key`, which is gone", (ALL[1],)),
    Row("declared public", (("security", ...),), (("security", ...), (f"{G}/x-apilint-public", "A catalogue")),
        "declared-public", LOW, "`GET /users/{id}` got a declaration to be public: A catalogue", (ALL[2],), False),
    Row("a new operation that anybody can call", (), (("paths/|users|{id}/put", {"security": [], "responses": {}}),),
        "new-operation-unprotected", HIGH,
        "`PUT /users/{id}` is new, and can be called by anybody, and all operations beside it could not",
        ("PUT /users/{id}",), False),
    Row("a new operation with a weaker key", (), (("paths/|users|{id}/put", {
        "security": [{"urlKey": []}], "responses": {}}),), "new-operation-unprotected", MEDIUM,
        "can be called with less than any operation beside it", ("PUT /users/{id}",), False),
    Row("a new operation without scopes", (), (("paths/|users|{id}/put", {
        "security": [{"login": []}], "responses": {}}),), "new-operation-unprotected", MEDIUM,
        "requires no scope, and all operations beside it did", ("PUT /users/{id}",), False),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_what_was_lost(compare: Compare, row: Row) -> None:
    base, head = edited(*row.base), edited(*row.head)
    if "webhooks" in base:
        base["openapi"] = head["openapi"] = "3.1.0"
    found = compare(base, head)
    assert [(one.rule, one.improves) for one in found] == [(f"regression-{row.rule}", False)], found
    (change,) = found
    assert row.message in change.message
    assert change.severity == row.severity
    assert [operation.name for operation in change.operations] == list(row.operations)
    assert change.base is not None or row.rule == "new-operation-unprotected"
    back = compare(head, base)
    if row.mirrors:
        assert [(one.rule, one.improves) for one in back] == [(f"regression-{row.rule}", True)], back
        assert [operation.name for operation in back[0].operations] == list(row.operations)
    else:
        assert not [one for one in back if not one.improves]


SAME = {
    "nothing": (),
    "root security in each operation": (
        ("security", ...),
        ("paths/|users/get/security", [{"login": ["users"]}]),
        ("paths/|users/post/security", [{"login": ["users"]}]),
        ("paths/|users|{id}/get/security", [{"login": ["users"]}]),
    ),
    "the same alternative twice": (("security", [{"login": ["users"]}, {"login": ["users"]}]),),
    "a scope twice": (("security", [{"login": ["users", "users"]}]),),
    "who signs in": (("security", [{"login": ["users", "openid"]}]),),
    "a stronger alternative": (("security", [{"login": ["users"]}, {"certificate": []}]),),
    "a scheme that nothing uses": ((f"{S}/other", {"type": "http", "scheme": "basic"}),),
    "an unused scheme that became weaker": ((f"{S}/key/in", "query"),),
    "servers in each operation": (
        ("servers", ...),
        *(
            (f"paths/{path}/servers", [{"url": "https://api.users.com/v1"}])
            for path in ("|users/get", "|users/post", "|users|{id}/get", "|users|{id}/delete")
        ),
    ),
    "servers in each path item": (
        ("servers", ...),
        *((f"paths/{path}/servers", [{"url": "https://api.users.com/v1"}]) for path in ("|users", "|users|{id}")),
    ),
    "a server with a variable": (
        ("servers/0/url", "https://{host}/v1"),
        ("servers/0/variables/host", {"default": "api.users.com", "enum": ["api.users.com"]}),
    ),
    "a local server": (("servers", [{"url": "https://api.users.com/v1"}, {"url": "http://localhost:8080/v1"}]),),
    "servers in another order": (("servers", [{"url": "/v1"}, {"url": "https://api.users.com/v1"}]),),
    "another host of the same login": ((f"{CODE}/tokenUrl", "https://auth.users.com/token"),),
    "a range of refusals": (
        ("paths/|users/get/responses/401", ...),
        ("paths/|users/get/responses/4XX", {"description": "No"}),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_what_means_the_same(compare: Compare, name: str) -> None:
    base, head = tree(), edited(*SAME[name])
    assert [one for one in compare(base, head) if not one.improves] == []
    if name not in ("a stronger alternative", "a local server", "servers in another order"):
        assert compare(base, head) == []
        assert compare(head, base) == []


def test_a_scheme_by_another_name_is_the_same(compare: Compare) -> None:
    head = DOCUMENT.replace("login:", "signIn:").replace("{id}", "{user}")
    assert compare(DOCUMENT, head) == []
    assert compare(head, DOCUMENT) == []


def test_two_schemes_of_a_kind_by_other_names_are_told_apart_by_who_asks_for_them(compare: Compare) -> None:
    base = edited(
        ("security", [{"user": []}]),
        (f"{D}/security", [{"root": []}]),
        (S, {"user": {"type": "http", "scheme": "bearer"}, "root": {"type": "http", "scheme": "bearer"}}),
    )
    head = json.loads(json.dumps(base).replace('"user"', '"a"').replace('"root"', '"b"'))
    head["components"]["securitySchemes"] = dict(reversed(head["components"]["securitySchemes"].items()))
    assert compare(base, head) == []
    head = json.loads(json.dumps(base))
    head["paths"]["/users/{id}"]["delete"]["security"] = [{"user": []}]
    assert [one.message for one in compare(base, head)] == [
        "`DELETE /users/{id}` required http bearer `root` and can now be called with http bearer `user`"
    ]


def test_alternatives_in_another_order_are_the_same(compare: Compare) -> None:
    base = edited(("security", [{"login": ["users", "admin"]}, {"key": [], "basic": []}]))
    head = edited(("security", [{"basic": [], "key": []}, {"login": ["admin", "users"]}]))
    assert compare(base, head) == []


def test_a_scope_that_is_renamed_everywhere_is_the_same(compare: Compare) -> None:
    head = DOCUMENT.replace("[users]", "['people:read']").replace("{users: See users", "{'people:read': See users")
    assert compare(DOCUMENT, head) == []
    assert compare(head, DOCUMENT) == []


def test_yaml_and_json_are_the_same(compare: Compare) -> None:
    assert compare(DOCUMENT, json.dumps(tree()), head_name="head.json") == []


def test_an_operation_under_a_path_item_by_reference_is_the_same(compare: Compare, build_api: Build) -> None:
    head = tree()
    item = head["paths"].pop("/users/{id}")
    head["paths"]["/users/{id}"] = {"$ref": "#/x-items/one"}
    head["x-items"] = {"one": item}
    assert compare(tree(), head) == []
    assert compare(head, tree()) == []
    del item["delete"]["security"]
    assert [one.rule for one in compare(tree(), head)] == ["regression-scope-dropped"]


def test_an_operation_in_another_file_is_pointed_at_there(build_api: Build) -> None:
    text = DOCUMENT.replace("  /users/{id}:\n", "  /users/{id}: {$ref: 'item.yaml'}\n  /others:\n")
    item = "delete:\n  security: [{login: [%s]}]\n  responses: {'204': {description: Gone}}\n"
    base = build_api(text, "base.yaml", item__yaml=item % "admin")
    head = build_api(text, "head.yaml", item__yaml=item % "")
    pairs, gone = pair_operations(base, head)
    (change,) = compare_operations(base, head, pairs, gone)
    assert (change.rule, change.head.file, change.head.pointer) == ("regression-scope-dropped", "item.yaml", "/delete")
    assert change.base is not None
    assert change.base.file == "item.yaml"


SWAGGER = """
swagger: "2.0"
info: {title: Users, version: "1"}
host: api.users.com
basePath: /v1
schemes: [https]
security:
  - login: [users]
  - implicit: [users]
paths:
  /users:
    get:
      responses: {"200": {description: All, headers: {X-RateLimit-Limit: {type: integer}}}, "401": {description: No}}
    post:
      security: [{basic: []}]
      responses: {"201": {description: The new one}}
    put:
      security: [{key: [], basic: []}]
      responses: {"201": {description: The new one}}
securityDefinitions:
  login:
    type: oauth2
    flow: accessCode
    authorizationUrl: https://login.users.com/authorize
    tokenUrl: https://login.users.com/token
    scopes: {users: See users}
  implicit: {type: oauth2, flow: implicit, authorizationUrl: https://login.users.com/authorize, scopes: {users: See}}
  basic: {type: basic}
  key: {type: apiKey, in: header, name: Authorization}
"""
OPENAPI = """
openapi: 3.1.0
info: {title: Users, version: "1"}
servers: [{url: https://api.users.com/v1}]
security:
  - oauth: [users]
paths:
  /users:
    get:
      responses:
        "200": {description: All, headers: {x-ratelimit-limit: {schema: {type: integer}}}}
        "401": {description: No}
    post:
      security: [{basicAuth: []}]
      responses: {"201": {description: The new one}}
    put:
      security: [{basicAuth: [], bearer: []}]
      responses: {"201": {description: The new one}}
components:
  securitySchemes:
    oauth:
      type: oauth2
      flows:
        implicit: {authorizationUrl: https://login.users.com/authorize, scopes: {users: See users}}
        authorizationCode:
          authorizationUrl: https://login.users.com/authorize
          tokenUrl: https://login.users.com/token
          scopes: {users: See users}
    basicAuth: {type: http, scheme: Basic}
    bearer: {type: http, scheme: bearer}
"""


def test_a_converted_document_is_the_same(compare: Compare) -> None:
    assert compare(SWAGGER, OPENAPI) == []
    assert compare(OPENAPI, SWAGGER) == []
    assert compare(SWAGGER.replace("schemes: [https]\n", ""), OPENAPI) == []
    assert compare(OPENAPI, SWAGGER.replace("schemes: [https]\n", "")) == []


def test_what_a_conversion_loses_is_said(compare: Compare) -> None:
    head = SWAGGER.replace("schemes: [https]", "schemes: [https, http]").replace("{key: [], basic: []}", "{basic: []}")
    assert [(one.rule, one.head.pointer) for one in compare(OPENAPI, head)] == [
        ("regression-authentication-weaker", "/paths/~1users/put"),
        ("regression-server-cleartext", "/schemes/1"),
    ]
    head = SWAGGER.replace("host: api.users.com", "host: api.people.com")
    assert [(one.rule, one.head.pointer, one.at) for one in compare(OPENAPI, head)] == [
        ("regression-server-host-new", "", "host")
    ]


def test_many_operations_that_lost_the_same_are_one_change(compare: Compare) -> None:
    base = tree()
    for number in range(8):
        base["paths"][f"/things{number}"] = {"get": {"security": [{"login": ["admin"]}], "responses": {}}}
    head = json.loads(json.dumps(base))
    for number in range(8):
        head["paths"][f"/things{number}"]["get"]["security"] = []
    (change,) = compare(base, head)
    assert change.message == (
        "8 operations (`GET /things0`, `GET /things1`, `GET /things2` and 5 more) required oauth2 (admin) and can"
        " now be called by anybody"
    )
    assert (change.head.path, change.at, len(change.operations)) == ((), "paths", 8)


def test_authentication_that_moved_to_the_gateway_is_none_lost(compare: Compare) -> None:
    head = edited(("security", ...), *((f"paths/{path}/x-amazon-apigateway-auth", {"type": "AWS_IAM"})
        for path in ("|users/get", "|users/post", "|users|{id}/get")))  # fmt: skip
    assert [one for one in compare(DOCUMENT, head) if not one.improves] == []


def test_operations_that_share_a_way_in_are_not_measured_by_it(compare: Compare) -> None:
    head = edited(("paths/|login", {"post": {"security": [], "responses": {}}}))
    assert compare(DOCUMENT, head) == []
    base = edited(("paths/|login", {"post": {"responses": {}}}))
    assert [(one.severity, one.rule) for one in compare(base, head)] == [
        (MEDIUM, "regression-authentication-removed"),
    ]


def test_a_new_write_is_measured_by_the_writes_beside_it(compare: Compare) -> None:
    base = edited(("security", []), (f"{P}/security", [{"bearer": []}]))
    head = json.loads(json.dumps(base))
    head["paths"]["/users/{id}"]["put"] = {"responses": {}}
    head["paths"]["/users/{id}"]["head"] = {"responses": {}}
    assert [(one.severity, one.message) for one in compare(base, head)] == [
        (HIGH, "`PUT /users/{id}` is new, and can be called by anybody, and all operations beside it could not")
    ]


def test_a_server_that_could_be_anywhere_has_no_new_host(compare: Compare) -> None:
    free = {"url": "https://{host}/v1", "variables": {"host": {"default": "hostname"}}}
    found = compare(edited(("servers", [free])), DOCUMENT)
    assert [(one.rule, one.improves) for one in found] == [("regression-server-variable-freed", True)]
    found = compare(DOCUMENT, edited(("servers", [free])))
    assert [(one.rule, one.improves) for one in found] == [("regression-server-variable-freed", False)]


def test_a_path_in_a_variable_is_no_host(compare: Compare) -> None:
    url = {"url": "https://api.users.com{base}", "variables": {"base": {"default": "/v1"}}}
    assert compare(DOCUMENT, edited(("servers", [url]))) == []


def test_very_many_operations_that_lost_different_things_are_one_change(compare: Compare) -> None:
    base = tree()
    for number in range(30):
        security = [{"login": [f"scope{number}"]}]
        base["paths"][f"/things{number}"] = {"get": {"security": security, "responses": {}}}
    head = json.loads(json.dumps(base))
    for number in range(30):
        head["paths"][f"/things{number}"]["get"]["security"] = []
    (change,) = compare(base, head)
    assert change.message == (
        "30 operations (`GET /things0`, `GET /things1`, `GET /things2` and 27 more) required credentials and can now be"
        " called by anybody"
    )


def test_root_removed_says_nothing_more_about_new_operations(compare: Compare) -> None:
    head = edited(("security", ...), ("paths/|users/put", {"responses": {}}))
    assert [one.rule for one in compare(DOCUMENT, head)] == ["regression-authentication-removed"]


def test_thousands_of_alternatives_and_scopes_stay_quick(compare: Compare) -> None:
    many = {f"s{number}": {"type": "apiKey", "in": "header", "name": f"X-{number}"} for number in range(2_000)}
    base = edited(("security", [{name: []} for name in many]), (S, many))
    head = json.loads(json.dumps(base))
    head["security"] = [{f"s{number}": [], f"s{number + 1}": []} for number in range(1_999)]
    assert [one.improves for one in compare(base, head)] == [True, False] or compare(base, head)
    scopes = [f"scope{number}" for number in range(20_000)]
    base = edited(("security", [{"login": scopes}]))
    head = edited(("security", [{"login": scopes[1:]}]))
    (change,) = [one for one in compare(base, head) if "scope-dropped" in one.rule and not one.improves]
    assert "`scope0`" in change.message


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_page(rule: Any) -> None:
    from apilint.report.references import address, title

    assert rule.page.partition("\n")[0].endswith(".")
    assert "\nTo fix: " in rule.page
    assert all(title(one) and address(one) for one in rule.refs), rule.refs
    assert rule.id.startswith("regression-")
