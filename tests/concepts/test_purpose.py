"""What operations are for: readings of method, path and operationId that rules share."""

from __future__ import annotations

from typing import Any

import pytest

from apilint.concepts import purpose


@pytest.fixture
def operation(build_api: Any) -> Any:
    """Give a function that makes an operation from "METHOD /path operationId"."""

    def make(text: str) -> Any:
        method, path, *rest = text.split(" ")
        named = f"operationId: {rest[0]}, " if rest else ""
        head = 'openapi: 3.0.3\ninfo: {title: t, version: "1"}\npaths:\n'
        found = build_api(
            f'{head}  "{path}": {{{method.lower()}: {{{named}responses: {{"200": {{description: d}}}}}}}}\n'
        )
        return found.operations[0]

    return make


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("/", ()),
        ("/users/{id}/", ("users", "{id}")),
        ("/v1/{name}:cancel", ("v1", "{name}", ":cancel")),
        ("/urn:x:1/a", ("urn:x:1", "a")),
        ("/a?b=/c", ("a",)),
    ],
)
def test_segments(template: str, expected: tuple[str, ...]) -> None:
    assert purpose.segments(template) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GET /users getUsers", "get"),
        ("GET /transfers transfers_get", "get"),
        ("GET /transfers listTransfers", "list"),
        ("GET /transfers transfers", ""),
        ("GET /settings settings", ""),
        ("POST /orders/{id}/cancel", "cancel"),
        ("POST /orders/{id}:batchDelete", "delete"),
        ("POST /deleteUser", "delete"),
        ("POST /check-runs checks/create", "create"),
        ("POST /networks compute/create-network", "create"),
        ("DELETE /a OrdersController_remove", "remove"),
        ("GET /a", ""),
    ],
)
def test_action(operation: Any, text: str, expected: str) -> None:
    assert purpose.action(operation(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("POST /login", "login"),
        ("POST /auth/sign-in", "sign in"),
        ("POST /users/password/reset", "password reset"),
        ("POST /forgotPassword", "forgot password"),
        ("POST /auth/token", "token"),
        ("POST /oauth2/access_token", "oauth"),
        ("POST /mfa/verify", "mfa"),
        ("POST /a userLogin", "login"),
        ("GET /login", ""),
        ("POST /tokens", ""),
        ("POST /applications/{id}/token", ""),
        ("POST /accounts/{id}/login_links", ""),
        ("POST /runners/registration-token", ""),
        ("POST /personal-access-tokens", ""),
    ],
)
def test_sign_in(operation: Any, text: str, expected: str) -> None:
    assert purpose.is_sign_in(operation(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("POST /messages/send", "send"),
        ("POST /chat/completions", "completion"),
        ("GET /search/users", "search"),
        ("GET /tasks/search", "search"),
        ("POST /exports", "export"),
        ("GET /exports", ""),
        ("GET /repos/{id}/import", ""),
        ("POST /user/emails", ""),
        ("POST /emails", "email"),
        ("DELETE /exports", ""),
    ],
)
def test_costly(operation: Any, text: str, expected: str) -> None:
    assert purpose.is_costly(operation(text)) == expected


@pytest.mark.parametrize(
    ("function", "yes", "no"),
    [
        (
            "is_administrative",
            ["GET /v1/admin/users", "GET /_internal/x", "GET /v1/admin", "GET /api/v2/management/x"],
            [
                "GET /administrators",
                "GET /admins/{id}",
                "GET /clients/{id}/management/x",
                "GET /management",
                "GET /x/admin",
            ],
        ),
        ("is_destructive", ["DELETE /a", "POST /a:purge", "POST /keys/{id}/revoke"], ["GET /delete", "POST /a"]),
        (
            "is_search",
            ["POST /orders/search", "POST /a:batchGet", "POST /_search", "POST /graphql", "POST /a validateA"],
            ["POST /orders", "PUT /orders/search", "POST /a/verify", "POST /a markAsRead"],
        ),
    ],
)
def test_kinds(operation: Any, function: str, yes: list[str], no: list[str]) -> None:
    decide = getattr(purpose, function)
    assert [text for text in yes if not decide(operation(text))] == []
    assert [text for text in no if decide(operation(text))] == []
