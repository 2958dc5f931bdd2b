"""Identifiers taken apart: whole words only, so that `paid` has no id and `secretary` no secret."""

from __future__ import annotations

import pytest

from apilint.analysis.words import words


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("page_token", "page token"),
        ("accessToken", "access token"),
        ("X-API-Key", "x api key"),
        ("APIKey", "api key"),
        ("HTTPServer", "http server"),
        ("userIDs[]", "user id"),
        ("filter[user.id]", "filter user id"),
        ("$top", "top"),
        ("oauth2Token", "oauth token"),
        ("password2", "password"),
        ("entries", "entry"),
        ("boxes/addresses", "box address"),
        ("status", "status"),
        ("has_password", "has password"),
        ("paid", "paid"),
        ("secretary", "secretary"),
        ("größe_max", "größe max"),
        ("", ""),
        ("123", ""),
    ],
)
def test_words(identifier: str, expected: str) -> None:
    assert " ".join(words(identifier)) == expected


def test_a_hostile_name_costs_little() -> None:
    assert len(words("aB" * 1_000_000)) <= 200
