"""The whole comparison: rewrites that change no meaning yield nothing, and each removal yields exactly what it is."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.regressions import rewriting
from tests.regressions.making import as_yaml, changes, lost, model

EXAMPLES = Path(__file__).parents[2] / "examples"
ORDERS = yaml.safe_load("""
openapi: 3.0.3
info: {title: Orders, version: "1"}
servers:
  - {url: "https://api.orders.com/v1"}
security:
  - login: [orders]
paths:
  /orders:
    get:
      parameters:
        - {name: limit, in: query, schema: {type: integer, maximum: 100}}
        - {name: state, in: query, schema: {type: string, enum: [open, paid]}}
        - {name: word, in: query, schema: {type: string, maxLength: 40}}
      responses:
        "200":
          description: All
          headers:
            RateLimit-Limit: {schema: {type: integer}}
          content:
            application/json:
              schema: {type: array, maxItems: 100, items: {$ref: "#/components/schemas/Order"}}
        "401": {description: No token}
        "429": {description: Too many}
    post:
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/Order"}
      responses:
        "201": {description: Taken}
        "401": {description: No token}
        "429": {description: Too many}
  /orders/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
    delete:
      security:
        - login: [orders, orders.delete]
      responses:
        "204": {description: Gone}
        "401": {description: No token}
        "429": {description: Too many}
  /users:
    post:
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/User"}
      responses:
        "200":
          description: The user
          content:
            application/json:
              schema: {$ref: "#/components/schemas/User"}
        "401": {description: No token}
        "429": {description: Too many}
components:
  schemas:
    Order:
      type: object
      required: [item]
      additionalProperties: false
      properties:
        item: {type: string, maxLength: 60, pattern: "^[a-z ]{1,60}$"}
        note: {type: string, maxLength: 500}
        amounts: {type: array, maxItems: 20, items: {type: integer, minimum: 0, maximum: 100}}
        price: {type: integer, readOnly: true}
    User:
      type: object
      required: [name, password]
      additionalProperties: false
      properties:
        name: {type: string, maxLength: 60}
        password: {type: string, format: password, minLength: 12, maxLength: 128, writeOnly: true}
        role: {type: string, enum: [admin, clerk], readOnly: true}
  securitySchemes:
    login:
      type: oauth2
      flows:
        authorizationCode:
          authorizationUrl: https://login.orders.com/authorize
          tokenUrl: https://login.orders.com/token
          scopes: {orders: All of them, orders.delete: Remove them}
""")


def _examples() -> list[Any]:
    texts = [EXAMPLES / name for name in ("parcels.json", "petstore.yaml", "petstore-secure.yaml")]
    return [ORDERS, *(yaml.safe_load(path.read_text(encoding="utf-8")) for path in texts)]


DOCUMENTS = _examples()


def said(base: Any, head: Any) -> list[tuple[str, str]]:
    return [(one.rule, one.message) for one in changes(base, head)]


@pytest.mark.parametrize("number", range(len(DOCUMENTS)))
@pytest.mark.parametrize("rewrite", rewriting.ALL, ids=lambda one: one.__name__)
def test_a_rewrite_that_changes_no_meaning_yields_nothing(number: int, rewrite: rewriting.Rewrite) -> None:
    base = DOCUMENTS[number]
    for seed in range(3):
        head = rewrite(base, Random(seed))
        assert said(base, head) == []
        assert said(head, base) == []


@settings(max_examples=60, deadline=None)
@given(some.sampled_from(DOCUMENTS), some.lists(some.sampled_from(rewriting.ALL), max_size=5), some.integers())
def test_rewrites_one_after_the_other_yield_nothing(base: Any, rewrites: list[rewriting.Rewrite], seed: int) -> None:
    head = base
    for rewrite in rewrites:
        head = rewrite(head, Random(seed))

    assert said(base, head) == []
    assert said(base, model(as_yaml(head), "api.yaml")) == []


@pytest.mark.parametrize(
    "name", ["asana.yaml", "circular.yaml", "cohere.yaml", "petstore-2.0.json", "petstore-expanded.yaml", "xsoar.json"]
)
def test_a_real_document_is_as_safe_as_itself(corpus: Path, name: str) -> None:
    text = (corpus / name).read_text(encoding="utf-8")
    base = model(text, name)
    head = model(rewriting.reordered(base.document.value, Random(1)))

    assert said(base, head) == []


# Documents made up, small and odd: whatever they hold, they are as safe as themselves.

_SCHEMAS = some.recursive(
    some.fixed_dictionaries(
        {},
        optional={
            "type": some.sampled_from(["string", "integer", "object", "array"]),
            "maxLength": some.integers(0, 9),
            "pattern": some.sampled_from(["^a$", "b", "["]),
            "enum": some.lists(some.sampled_from(["a", "b", 1]), min_size=1, max_size=3, unique_by=str),
            "readOnly": some.booleans(),
            "writeOnly": some.booleans(),
            "additionalProperties": some.booleans(),
            "$ref": some.sampled_from(["#/components/schemas/A", "#/components/schemas/B", "#/nowhere"]),
        },
    ),
    lambda inner: some.fixed_dictionaries(
        {},
        optional={
            "properties": some.dictionaries(some.sampled_from(["password", "name", "role"]), inner, max_size=2),
            "items": inner,
            "allOf": some.lists(inner, min_size=1, max_size=2),
            "oneOf": some.lists(inner, min_size=1, max_size=2),
            "not": inner,
            "additionalProperties": inner,
            "maxProperties": some.integers(0, 9),
        },
    ),
    max_leaves=5,
)
_SECURITY = some.lists(
    some.dictionaries(some.sampled_from(["a", "b", "c"]), some.lists(some.sampled_from(["x", "y"]), max_size=2)),
    max_size=2,
)


def _operation() -> some.SearchStrategy[Any]:
    content = _SCHEMAS.map(lambda schema: {"content": {"application/json": {"schema": schema}}})
    return some.fixed_dictionaries(
        {"responses": some.dictionaries(some.sampled_from(["200", "401", "429", "default"]), content, max_size=2)},
        optional={"security": _SECURITY, "requestBody": content, "operationId": some.sampled_from(["p", "q"])},
    )


_APIS = some.fixed_dictionaries(
    {
        "openapi": some.sampled_from(["3.0.3", "3.1.0"]),
        "info": some.just({"title": "T", "version": "1"}),
        "paths": some.dictionaries(
            some.sampled_from(["/a", "/a/{id}", "/a/{name}", "/b"]),
            some.dictionaries(some.sampled_from(["get", "post", "delete"]), _operation(), max_size=2),
            max_size=3,
        ),
        "components": some.fixed_dictionaries(
            {
                "schemas": some.fixed_dictionaries({"A": _SCHEMAS, "B": _SCHEMAS}),
                "securitySchemes": some.just(
                    {"a": {"type": "http", "scheme": "bearer"}, "b": {"type": "apiKey", "in": "query", "name": "k"}}
                ),
            }
        ),
    },
    optional={"security": _SECURITY, "servers": some.just([{"url": "https://api.orders.com/v1"}])},
)


@settings(max_examples=60, deadline=None)
@given(_APIS, some.integers())
def test_a_document_is_as_safe_as_itself_in_another_order(base: Any, seed: int) -> None:
    assert said(base, rewriting.reordered(base, Random(seed))) == []
    assert said(base, model(as_yaml(base), "api.yaml")) == []


@settings(max_examples=60, deadline=None)
@given(_APIS, _APIS)
def test_what_one_way_takes_away_the_other_way_does_not_take_away_too(base: Any, head: Any) -> None:
    """Any two documents can be compared, a change has a rule and a place, and it is one for them."""
    for one in (*changes(base, head), *changes(head, base)):
        assert one.rule.startswith("regression-")
        assert one.message
        assert one.head.document.name == "api.json"


# One protection less.


def _set(path: str, *what: Any) -> Callable[[Any], None]:
    """Remove a member, or set it to what is given; the keys of the path are between bars."""

    def edit(value: Any) -> None:
        *way, last = path.split("|")
        for key in way:
            value = value[int(key) if isinstance(value, list) else key]
        key: Any = int(last) if isinstance(value, list) else last
        if what:
            value[key] = what[0]
        else:
            del value[key]

    return edit


ORDER, USER = "components|schemas|Order", "components|schemas|User"
FLOW = "components|securitySchemes|login|flows|authorizationCode"
REMOVALS: dict[str, tuple[Callable[[Any], None], str]] = {
    "security of the root": (_set("security"), "regression-authentication-removed"),
    "security of an operation": (_set("paths|/orders|post|security", []), "regression-authentication-removed"),
    "security made optional": (
        _set("paths|/orders|post|security", [{"login": ["orders"]}, {}]),
        "regression-authentication-optional",
    ),
    "scope": (_set("paths|/orders/{id}|delete|security|0|login|1"), "regression-scope-dropped"),
    "https": (_set("servers|0|url", "http://api.orders.com/v1"), "regression-server-cleartext"),
    "https of a token": (_set(f"{FLOW}|tokenUrl", "http://login.orders.com/token"), "regression-oauth-url-cleartext"),
    "host": (_set("servers|0|url", "https://orders.evil.org/v1"), "regression-server-host-new"),
    "maxLength": (_set(f"{ORDER}|properties|note|maxLength"), "regression-limit-removed"),
    "maxLength raised": (_set(f"{ORDER}|properties|note|maxLength", 5_000), "regression-limit-raised"),
    "maxItems": (_set(f"{ORDER}|properties|amounts|maxItems"), "regression-limit-removed"),
    "maximum of items": (_set(f"{ORDER}|properties|amounts|items|maximum"), "regression-limit-removed"),
    "maximum of a page": (_set("paths|/orders|get|parameters|0|schema|maximum"), "regression-limit-removed"),
    "enum": (_set("paths|/orders|get|parameters|1|schema|enum"), "regression-values-unrestricted"),
    "pattern": (_set(f"{ORDER}|properties|item|pattern"), "regression-values-unrestricted"),
    "format of a path": (
        _set("paths|/orders/{id}|parameters|0|schema|format"),
        "regression-values-unrestricted",
    ),
    "additionalProperties": (_set(f"{ORDER}|additionalProperties"), "regression-unknown-properties-accepted"),
    "readOnly": (_set(f"{USER}|properties|role|readOnly"), "regression-property-writable"),
    "writeOnly": (_set(f"{USER}|properties|password|writeOnly"), "regression-sensitive-data-returned"),
    "429": (_set("paths|/orders|post|responses|429"), "regression-rate-limit-removed"),
    "401": (_set("paths|/orders|post|responses|401"), "regression-refusal-removed"),
}


@pytest.mark.parametrize("what", REMOVALS)
@pytest.mark.parametrize("rewrite", [None, *rewriting.ALL], ids=lambda one: one.__name__ if one else "plain")
def test_one_protection_less_is_one_regression(what: str, rewrite: rewriting.Rewrite | None) -> None:
    edit, rule = REMOVALS[what]
    head = copy.deepcopy(ORDERS)
    edit(head)
    if rewrite is not None:
        head = rewrite(head, Random(7))

    found = changes(ORDERS, head)

    # What is written into each place that used a component is lost at each of them.
    number = len(found) if rewrite is rewriting.inlined else 1
    assert [(one.rule, one.improves) for one in found] == [(rule, False)] * number, [one.message for one in found]
    assert found
    # What came back is no loss; a host that came back is new again.
    assert lost(head, ORDERS) == ([rule] if what == "host" else [])
