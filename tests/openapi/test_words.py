"""Names are compared by whole words."""

from __future__ import annotations

import pytest

from apilint.analysis.words import words


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("pageToken", ("page", "token")),
        ("page_token", ("page", "token")),
        ("access-tokens", ("access", "token")),
        ("userID", ("user", "id")),
        ("APIKey", ("api", "key")),
        ("X-API-Key", ("x", "api", "key")),
        ("OAuth2Token", ("o", "auth", "token")),
        ("paid", ("paid",)),
        ("secretary", ("secretary",)),
        ("addresses", ("address",)),
        ("policies", ("policy",)),
        ("access", ("access",)),
        ("status", ("status",)),
        ("", ()),
        ("名前", ("名前",)),
    ],
)
def test_words(identifier: str, expected: tuple[str, ...]) -> None:
    assert words(identifier) == expected
