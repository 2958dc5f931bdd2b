"""The pack's rules on the blocks of their pages and on their edge cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from acme_apilint_rules import provide_rules
from apilint.api import Rule
from apilint.testing import Case, cases, check_rule

EDGE_CASES = Path(__file__).parent / "cases"


@pytest.mark.parametrize("case", cases(provide_rules(), EDGE_CASES), ids=str)
def test_rule(case: Case) -> None:
    case.check()


@pytest.mark.parametrize("rule", provide_rules(), ids=lambda rule: rule.id)
def test_page_has_examples(rule: Rule) -> None:
    check_rule(rule)
