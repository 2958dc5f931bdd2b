"""Rules without code, run on documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apilint import engine
from apilint.declared.rules import declared
from apilint.findings import Finding
from apilint.openapi.api import Api
from apilint.policy.model import Configuration

Build = Callable[..., Api]
Found = Callable[..., list[Finding]]
Places = Callable[..., list[str]]


@pytest.fixture
def found(build_api: Build) -> Found:
    """Give a function that says what one rule finds in a document; what is not given of the rule is filled in."""

    def find(text: str, **rule: Any) -> list[Finding]:
        data = {
            "message": "{error}",
            "severity": "low",
            **({} if "given" in rule else {"select": "operations"}),
            **rule,
        }
        rules = declared(Configuration(declared={"acme/rule": data}))
        result = engine.run(build_api(text), rules)
        assert [one for one in result.problems if one.kind == "internal-error" or one.rule] == []
        return result.findings

    return find


@pytest.fixture
def places(found: Found) -> Places:
    """Give a function that says where one rule finds something: JSON pointers, sorted."""
    return lambda text, **rule: sorted(one.location.pointer for one in found(text, **rule))
