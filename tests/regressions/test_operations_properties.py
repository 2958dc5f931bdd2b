"""Properties of the comparison of operations: rewriting says nothing, nothing raises, and no loss is also a gain."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apilint.openapi.api import Api
from apilint.openapi.build import build
from apilint.reading.limits import Limits
from apilint.reading.workspace import Workspace
from apilint.regressions.model import Change
from apilint.regressions.operations import compare_operations
from apilint.regressions.pairing import pair_operations

SCHEMES: dict[str, Any] = {
    "login": {
        "type": "oauth2",
        "flows": {
            "clientCredentials": {"tokenUrl": "https://login.users.com/token", "scopes": {"read": "", "admin": ""}}
        },
    },
    "bearer": {"type": "http", "scheme": "bearer"},
    "basic": {"type": "http", "scheme": "basic"},
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "urlKey": {"type": "apiKey", "in": "query", "name": "key"},
}
PATHS = ("/a", "/a/{id}", "/b")

scopes = st.lists(st.sampled_from(["read", "write", "admin"]), max_size=2, unique=True)
alternatives = st.dictionaries(st.sampled_from(sorted(SCHEMES)), scopes, max_size=2)
securities = st.one_of(st.none(), st.lists(alternatives, max_size=3))
settled = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Documents of a few operations with all sorts of `security`."""
    document: dict[str, Any] = {
        "openapi": "3.0.3",
        "info": {"title": "Users", "version": "1"},
        "servers": [{"url": "https://api.users.com"}],
        "paths": {},
        "components": {"securitySchemes": copy.deepcopy(SCHEMES)},
    }
    _set(document, draw(securities))
    for path in PATHS:
        document["paths"][path] = {}
        for method in ("get", "post"):
            operation: dict[str, Any] = {"responses": {"200": {"description": "Done"}}}
            _set(operation, draw(securities))
            document["paths"][path][method] = operation
    return document


def _set(holder: dict[str, Any], security: list[Any] | None) -> None:
    if security is not None:
        holder["security"] = security


def api_of(document: Any, name: str) -> Api:
    workspace = Workspace("/", Limits())
    opened = workspace.open_text(name, json.dumps(document).encode())
    assert opened is not None
    return build(workspace, opened, str(document["openapi"])[:3])


def compare(base: Any, head: Any) -> list[Change]:
    one, two = api_of(base, "base.json"), api_of(head, "head.json")
    pairs, gone = pair_operations(one, two)
    return list(compare_operations(one, two, pairs, gone))


def rewritten(document: dict[str, Any], seed: int) -> dict[str, Any]:
    """The same in other words: schemes renamed, alternatives and keys in another order, the root's pushed down."""
    chance = random.Random(seed)
    names = {name: f"{name}_{chance.randrange(9)}" for name in SCHEMES}
    head = copy.deepcopy(document)
    head["components"]["securitySchemes"] = _shuffled({names[name]: one for name, one in SCHEMES.items()}, chance)
    operations = [operation for item in head["paths"].values() for operation in item.values()]
    if chance.random() < 0.5:
        for operation in operations:
            for key in ("security", "servers"):
                if key in head:
                    operation.setdefault(key, copy.deepcopy(head[key]))
        head.pop("security", None)
        head.pop("servers")
    for holder in (head, *operations):
        if "security" in holder:
            found = [_shuffled({names[name]: some for name, some in one.items()}, chance) for one in holder["security"]]
            chance.shuffle(found)
            holder["security"] = found
    head["paths"] = _shuffled(head["paths"], chance)
    return head


def _shuffled(members: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    items = list(members.items())
    chance.shuffle(items)
    return dict(items)


@settled
@given(documents(), st.integers(0, 10_000))
def test_other_words_say_nothing(document: dict[str, Any], seed: int) -> None:
    head = rewritten(document, seed)
    assert compare(document, head) == []
    assert compare(head, document) == []


@settled
@given(documents(), documents(), st.integers(0, 10_000))
def test_other_words_say_the_same(base: dict[str, Any], head: dict[str, Any], seed: int) -> None:
    one, two = compare(base, head), compare(base, rewritten(head, seed))

    def losses(changes: list[Change]) -> set[tuple[str, str]]:
        return {(one.rule, operation.name) for one in changes if not one.improves for operation in one.operations}

    assert losses(one) == losses(two)


@settled
@given(documents(), documents())
def test_an_operation_loses_or_gains_authentication_and_never_both(base: dict[str, Any], head: dict[str, Any]) -> None:
    forth, back = compare(base, head), compare(head, base)
    for changes in (forth, back):
        seen = [operation.name for one in changes for operation in one.operations]
        assert len(seen) == len(set(seen))
    lost = {operation.name for one in forth if not one.improves for operation in one.operations}
    gained = {operation.name for one in back if one.improves for operation in one.operations}
    # What is merely different is a loss in both directions.
    assert gained <= lost
    lost_back = {operation.name for one in back if not one.improves for operation in one.operations}
    assert lost - gained == lost & lost_back


@settled
@given(documents(), st.sampled_from(PATHS), st.sampled_from(["get", "post"]))
def test_an_operation_that_is_opened_is_exactly_that(document: dict[str, Any], path: str, method: str) -> None:
    head = copy.deepcopy(document)
    head["paths"][path][method]["security"] = []
    before = document["paths"][path][method].get("security", document.get("security", []))
    changes = compare(document, head)
    if all(before) and before:
        (change,) = changes
        assert change.rule == "regression-authentication-removed"
        assert [operation.name for operation in change.operations] == [f"{method.upper()} {path}"]
    else:
        assert changes == []


JUNK: list[Any] = [None, True, 0, -1.5, "", "x", "http://", "{$}", [], [None], [[]], {}, {"": None}, {"$ref": "#/nope"}]
WHOLE: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Users", "version": "1"},
    "servers": [{"url": "https://{host}/v1", "variables": {"host": {"default": "a.com", "enum": ["a.com", "b.com"]}}}],
    "security": [{"login": ["read"]}, {"key": []}],
    "x-kong-plugin-jwt": {"enabled": True, "config": {}},
    "x-amazon-apigateway-cors": {"allowOrigins": ["https://a.com"], "allowCredentials": True},
    "paths": {
        "/a": {
            "post": {
                "x-apilint-public": "why",
                "x-google-backend": {"disable_auth": True},
                "x-zuplo-route": {"policies": {"inbound": ["jwt-auth"]}},
                "parameters": [{"name": "Authorization", "in": "header", "required": True, "schema": {}}],
                "security": [{"login": ["admin"], "key": []}],
                "servers": [{"url": "http://c.com"}],
                "callbacks": {"paid": {"{$request.body#/url}": {"post": {"parameters": [
                    {"name": "X-Signature", "in": "header", "schema": {}}], "responses": {}}}}},
                "responses": {"200": {"description": "", "headers": {"X-RateLimit-Limit": {"schema": {}}}}, "401": {}},
            }
        }
    },
    "webhooks": {"paid": {"post": {"security": [{"key": []}], "responses": {"200": {"description": ""}}}}},
    "components": {"securitySchemes": {**SCHEMES, "login": {"type": "oauth2", "flows": {
        "implicit": {"authorizationUrl": "http://a.com", "scopes": {"read": ""}}}}}},
}  # fmt: skip


def _mangled(value: Any, chance: random.Random) -> Any:
    """A tree with some values replaced by others that do not belong there, or missing."""
    if chance.random() < 0.03:
        return copy.deepcopy(chance.choice(JUNK))
    if isinstance(value, dict):
        return {key: _mangled(one, chance) for key, one in value.items() if chance.random() > 0.03}
    return [_mangled(one, chance) for one in value] if isinstance(value, list) else value


@settled
@given(st.integers(0, 1_000_000))
def test_nothing_in_a_document_makes_it_raise(seed: int) -> None:
    chance = random.Random(seed)
    base, head = ({**_mangled_root(chance), "openapi": "3.1.0"} for _ in range(2))
    for change in compare(base, head):
        assert change.message
        assert change.head.path is not None


def _mangled_root(chance: random.Random) -> dict[str, Any]:
    return {key: _mangled(value, chance) for key, value in WHOLE.items()}
