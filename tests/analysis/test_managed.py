"""Names of what the server sets, and of what decides what a user may do."""

from __future__ import annotations

import pytest

from apilint.analysis.managed import is_identity, is_managed, is_privilege
from apilint.analysis.words import words


@pytest.mark.parametrize(
    "name", ["created_at", "createdAt", "dateUpdated", "last-modified-by", "email_verified", "balance"]
)
def test_set_by_the_server(name: str) -> None:
    assert is_managed(words(name))


@pytest.mark.parametrize("name", ["created", "creator", "etag", "update", "balance_type", "updated_ids", "id", ""])
def test_not_set_by_the_server(name: str) -> None:
    assert not is_managed(words(name))


@pytest.mark.parametrize(
    "name", ["role", "roles", "isAdmin", "is_superuser", "permissions", "access-level", "creditLimit"]
)
def test_privileges(name: str) -> None:
    assert is_privilege(words(name))


@pytest.mark.parametrize("name", ["role_description", "admin_email", "administration", "type", "permission_url", ""])
def test_no_privileges(name: str) -> None:
    assert not is_privilege(words(name))


def test_identities() -> None:
    assert is_identity(words("id"))
    assert is_identity(words("UUID"))
    assert not is_identity(words("user_id"))
