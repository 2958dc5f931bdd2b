"""Parameters that are called like credentials."""

from __future__ import annotations

from typing import Any

import pytest

from apilint.concepts.secrecy import is_choice, repeats_scheme

DOCUMENT = """
openapi: 3.1.0
info: {title: t, version: "1"}
components: {securitySchemes: {key: {type: apiKey, in: query, name: key}}}
paths:
  /a:
    get:
      parameters: [{name: NAME, in: query, schema: SCHEMA}]
      responses: {}
"""


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ("{type: boolean}", True),
        ("{type: string, enum: [a]}", True),
        ("{const: a}", True),
        ("{type: [string, boolean]}", False),
        ("{type: string}", False),
        ("{}", False),
    ],
)
def test_is_choice(build_api: Any, schema: str, expected: bool) -> None:
    (parameter,) = build_api(DOCUMENT.replace("SCHEMA", schema)).parameters
    assert is_choice(parameter) is expected


@pytest.mark.parametrize(("name", "expected"), [("key", True), ("KEY", False), ("other", False)])
def test_repeats_scheme(build_api: Any, name: str, expected: bool) -> None:
    (parameter,) = build_api(DOCUMENT.replace("NAME", name).replace("SCHEMA", "{}")).parameters
    assert repeats_scheme(parameter) is expected
