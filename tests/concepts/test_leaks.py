"""What is found in the raw text of a document is told with the value that holds it."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest

from apilint.concepts.leaks import credentials, spot, tokens

BASIC = "Basic " + b64encode(b"orders:Tulip-Radish-47").decode()
UNSIGNED = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJvcmRlcnMiLCJyb2xlIjoiYWRtaW4ifQ."
HEAD = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}}


@pytest.mark.parametrize("indent", [None, 2])
def test_wherever_it_stands(build_api: Any, indent: int | None) -> None:
    document = HEAD | {"x-a": {"example": [f"x {BASIC}"], "description": f"try `{BASIC}`"}, BASIC: UNSIGNED}
    api = build_api(json.dumps(document, indent=indent), "openapi.json")
    assert {(text.path, text.is_key, secret.kind) for text, secret in credentials(api)} == {
        (("x-a", "example", 0), False, "password in a Basic header"),
        (("x-a", "description"), False, "password in a Basic header"),
        ((BASIC,), True, "password in a Basic header"),
    }
    assert [value for _, value in tokens(api)] == [UNSIGNED]


def test_nothing(build_api: Any) -> None:
    api = build_api(json.dumps(HEAD), "openapi.json")
    assert list(credentials(api)) == []
    assert list(tokens(api)) == []
    assert list(spot(api, (r"nowhere",))) == []


def test_spot_leaves_the_judgement_to_the_caller(build_api: Any) -> None:
    api = build_api(json.dumps(HEAD | {"x-a": "TODO: b", "x-b": "todo: b", "x-c": "todo"}), "openapi.json")
    assert [text.value for text in spot(api, (r"TODO:",))] == ["TODO: b", "todo: b"]
