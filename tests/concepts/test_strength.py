"""Classes of security requirements: who is stronger than whom, and what compares with nothing."""

from __future__ import annotations

from typing import Any

import pytest

from apilint.concepts.strength import (
    UNKNOWN_STRENGTH,
    implies,
    is_weaker,
    security_key,
    strength,
    strength_words,
    weakest,
)

HEAD = """
openapi: 3.1.0
info: {title: t, version: "1"}
components:
  securitySchemes:
    tls: {type: mutualTLS}
    oauth: {type: oauth2, flows: {}}
    oidc: {type: openIdConnect, openIdConnectUrl: https://a.example}
    bearer: {type: http, scheme: Bearer}
    key: {type: apiKey, in: header, name: k}
    cookie: {type: apiKey, in: cookie, name: k}
    basic: {type: http, scheme: BASIC}
    digest: {type: http, scheme: digest}
    query: {type: apiKey, in: query, name: k}
    strange: {type: magic}
paths:
  /a:
    get:
      responses: {}
      security: """


def security(build_api: Any, text: str) -> Any:
    return build_api(HEAD + text + "\n").operations[0].security


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [
        ("[{oauth: [a]}]", "[{tls: [], oauth: []}]"),
        ("[{bearer: []}]", "[{oauth: [a]}]"),
        ("[{oauth: []}]", "[{oidc: [a]}]"),
        ("[{key: []}]", "[{bearer: []}]"),
        ("[{basic: []}]", "[{cookie: []}]"),
        ("[{query: []}]", "[{digest: []}]"),
        ("[]", "[{query: []}]"),
        ("[{oauth: [a]}, {}]", "[{query: []}]"),
        ("[{oauth: [a]}, {query: []}]", "[{basic: []}]"),
        ("[{basic: [], key: []}]", "[{bearer: []}]"),
    ],
)
def test_weaker(build_api: Any, weaker: str, stronger: str) -> None:
    one, other = security(build_api, weaker), security(build_api, stronger)
    assert is_weaker(one, other)
    assert not is_weaker(other, one)


@pytest.mark.parametrize("text", ["[{missing: []}]", "[{strange: []}]", "[{bearer: [], missing: []}]"])
def test_what_is_not_known_compares_with_nothing(build_api: Any, text: str) -> None:
    unknown, known = security(build_api, text), security(build_api, "[{oauth: [a]}]")
    assert weakest(unknown) == UNKNOWN_STRENGTH
    assert not is_weaker(unknown, known)
    assert not is_weaker(known, unknown)


def test_implies(build_api: Any) -> None:
    more, less, scoped, other = security(
        build_api, "[{key: [], bearer: []}, {key: []}, {key: [], oauth: [a, b]}, {oauth: [a]}]"
    ).alternatives
    assert implies(more, less)
    assert implies(scoped, less)
    assert implies(scoped, other)
    assert implies(less, less)
    assert not implies(less, more)
    assert not implies(other, scoped)


def test_security_key_ignores_order(build_api: Any) -> None:
    one, other = "[{key: [], oauth: [a, b]}, {basic: []}]", "[{basic: []}, {oauth: [b, a, a], key: []}]"
    assert security_key(security(build_api, one)) == security_key(security(build_api, other))
    assert security_key(security(build_api, one)) != security_key(security(build_api, "[{basic: []}]"))


def test_every_class_has_words(build_api: Any) -> None:
    alternatives = security(build_api, "[{}, {query: []}, {basic: []}, {key: []}, {bearer: []}, {oauth: [a]}]")
    assert len({strength_words(strength(one)) for one in alternatives.alternatives}) == 6
    assert strength_words(UNKNOWN_STRENGTH)
