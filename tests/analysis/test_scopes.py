"""The names of OAuth scopes."""

from __future__ import annotations

import pytest

from apilint.analysis import scopes


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("orders:read", True),
        ("read:orders", True),
        ("read_orders", True),
        ("https://www.example.com/auth/drive.readonly", True),
        ("ReadOnly", True),
        ("read:all", True),
        ("orders", False),
        ("orders:readwrite", False),
        ("User.ReadWrite.All", False),
        ("read_write", False),
        ("already", False),
        ("https://read.example.com/orders", False),
        ("", False),
    ],
)
def test_read_only(scope: str, expected: bool) -> None:
    assert scopes.is_read_only(scope) is expected


def test_writing() -> None:
    assert [scope for scope in ("write:a", "a.manage", "deletes", "a:rw") if not scopes.allows_writing(scope)] == []
    assert [scope for scope in ("read:a", "a", "openid") if scopes.allows_writing(scope)] == []


def test_wildcards() -> None:
    every = ("*", "ALL", "full_access", "orders:*", "a.*", "https://a.example/.default", "admin", "*:*")
    assert [scope for scope in every if not scopes.is_wildcard(scope)] == []
    assert [scope for scope in ("orders:read", "admin:read", "read:*", "allow", "") if scopes.is_wildcard(scope)] == []


def test_administrative_and_standard() -> None:
    assert scopes.is_administrative("users:admin")
    assert not scopes.is_administrative("badminton")
    assert scopes.is_standard("openid")
    assert not scopes.is_standard("OpenID")
