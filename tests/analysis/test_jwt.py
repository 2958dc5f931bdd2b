from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest

from apilint.analysis.jwt import decode


def part(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def token(claims: dict[str, Any], key: str = "Tulip-Radish-47", algorithm: str = "HS256") -> str:
    signed = f"{part({'alg': algorithm})}.{part(claims)}"
    signature = b"" if algorithm == "none" else hmac.new(key.encode(), signed.encode(), "sha256").digest()
    return f"{signed}.{part(signature)}"


def test_a_whole_token() -> None:
    found = decode(token({"sub": "orders", "exp": 4102444800}))
    assert found is not None
    assert found.is_complete
    assert found.algorithm == "HS256"
    assert found.expires == 4102444800
    assert found.weak_key is None
    assert not found.is_unsigned
    assert not found.is_sample


@pytest.mark.parametrize("key", ["secret", "your-256-bit-secret", ""])
def test_weak_keys(key: str) -> None:
    found = decode(token({}, key))
    assert found is not None
    assert found.weak_key == key


def test_unsigned() -> None:
    found = decode(token({}, algorithm="none"))
    assert found is not None
    assert found.is_unsigned
    assert found.is_complete


@pytest.mark.parametrize("claims", [{"exp": "soon"}, {"exp": True}, {}, {"exp": 10**400}])
def test_no_expiry(claims: dict[str, Any]) -> None:
    found = decode(token(claims))
    assert found is not None
    assert found.expires is None


@pytest.mark.parametrize(
    "text", ["", "a.b.c", "eyJ.eyJ.", f"{part([])}.{part({})}.", f"{part({})}.{part({})}.", "x" * 30_000, "é.é.é"]
)
def test_text_that_is_no_token(text: str) -> None:
    assert decode(text) is None


def test_a_signature_of_the_wrong_length() -> None:
    found = decode(token({})[:-8])
    assert found is not None
    assert not found.is_complete


def test_deep_json() -> None:
    assert decode(f"{part(b'[' * 10_000)}.{part({})}.") is None
