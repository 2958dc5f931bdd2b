"""docs/own-rules.md: each example is a right rule, and every condition has one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from apilint.declared.jsonpath import parse
from apilint.declared.messages import PLACEHOLDERS
from apilint.declared.model import MODEL
from apilint.declared.rules import KEYS, VIEWS, mistakes
from apilint.declared.values import TESTS

PAGE = (Path(__file__).parents[2] / "docs" / "own-rules.md").read_text(encoding="utf-8")
EXAMPLES = [yaml.safe_load(row) for row in re.findall(r"^\| [^|]+ \| `(\{.*\})` \|$", PAGE, re.MULTILINE)]


def names(condition: Any) -> set[str]:
    found = set(condition)
    for name in ("all", "any"):
        found.update(*(names(one) for one in condition.get(name, ())))
    return found | (names(condition["not"]) if "not" in condition else set())


@pytest.mark.parametrize("condition", EXAMPLES, ids=str)
def test_an_example_is_a_right_condition(condition: dict[str, Any]) -> None:
    rule = {"message": "m", "severity": "low", "select": "operations", "require": condition}
    assert mistakes({"acme/rule": rule}) == []


def test_every_condition_has_an_example() -> None:
    assert set().union(*map(names, EXAMPLES)) == {"field", "referenced", "all", "any", "not", *TESTS, *MODEL}


def test_the_blocks_are_right() -> None:
    blocks = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]
    assert len(blocks) == 2
    assert [mistakes(block["declarative_rules"]) for block in blocks] == [[], []]


def test_all_words_are_named() -> None:
    assert [
        word for word in (*KEYS, *VIEWS, *PLACEHOLDERS) if f"`{word}`" not in PAGE and f"{{{word}}}" not in PAGE
    ] == []


@pytest.mark.parametrize("method", re.findall(r"`(\w+)`", PAGE.partition("and the methods")[2].partition(". ")[0]))
def test_the_methods_are_known(method: str) -> None:
    assert parse(f"$[?(@.{method}('a'))]")
