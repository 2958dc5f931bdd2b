"""The built-in rules: each on its own page, each on its edge cases, and the pages themselves."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from apilint.api import Rule
from apilint.report.references import address, title
from apilint.testing import Case, cases, check_rule
from apilint_rules import provide_rules

HERE = Path(__file__).parent
RULES = provide_rules()
IDS = {rule.id for rule in RULES}


CASES = cases(RULES, HERE / "rules")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_block(case: Case) -> None:
    case.check()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_page(rule: Rule) -> None:
    check_rule(rule)
    assert rule.page.partition("\n")[0].endswith(".")
    assert re.search(r"^Attack: \S", rule.page, re.MULTILINE)
    assert re.search(r"^To fix: \S", rule.page, re.MULTILINE)
    assert all(re.fullmatch(r"OWASP-API\d+:2023|CWE-\d+|RFC-\d+", one) for one in rule.refs)
    assert any(one.startswith("OWASP-") for one in rule.refs)
    assert any(one.startswith("CWE-") for one in rule.refs)
    assert all(title(one) and address(one) for one in rule.refs)
    assert set(rule.gives_way_to) <= IDS - {rule.id}
    assert (HERE / "rules" / f"{rule.id}.md").exists()


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.needs], ids=lambda rule: rule.id)
def test_what_a_rule_flags_has_what_it_needs(rule: Rule) -> None:
    assert all(text == text.lower() for text in rule.needs)
    for case in CASES:
        if case.rule.id == rule.id and case.kind == "fail":
            assert any(text in case.text.lower() for text in rule.needs), case


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.fixable], ids=lambda rule: rule.id)
def test_a_rule_that_gives_fixes_shows_one(rule: Rule) -> None:
    assert any(case.rule.id == rule.id and case.fixed for case in CASES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_options_stand_in_the_page_with_their_defaults(rule: Rule) -> None:
    options = rule.load().options
    for name in options._fields if options is not None else ():
        assert re.search(rf"^Options:.*`{name}` \(", rule.page, re.MULTILINE | re.DOTALL), name


def test_a_rule_is_named_by_its_file() -> None:
    assert [rule.id.replace("-", "_") for rule in RULES] == [
        getattr(rule.load().check, "__name__", "") for rule in RULES
    ]
    assert len(IDS) == len(RULES)


def test_the_generated_pages_are_up_to_date() -> None:
    command = [sys.executable, str(HERE.parent / "rules" / "generate.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
