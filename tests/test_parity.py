"""What other tools look for: each of their rules has one of ours behind it."""

from __future__ import annotations

import re
from pathlib import Path

from apilint_rules import provide_rules

TABLE = (Path(__file__).parent / "parity.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (?!Their rule|---)(.+?) \| (.*) \|$", TABLE, re.MULTILINE)
RULES = {rule.id: rule for rule in provide_rules()}


def test_every_rule_of_theirs_leads_to_rules_of_ours() -> None:
    assert len(ROWS) > 200
    for theirs, ours in ROWS:
        ids = re.findall(r"`([^`]+)`", ours)
        assert ids, theirs
        assert not set(ids) - RULES.keys(), theirs


def test_the_owasp_preset_has_what_the_owasp_rulesets_have() -> None:
    named = {id for theirs, ours in ROWS if theirs.startswith("owasp") for id in re.findall(r"`([^`]+)`", ours)}
    assert len(named) > 30
    assert {id for id in named if "owasp" not in RULES[id].tags} == set()


def test_the_owasp_preset_shows_what_speaks_in_place_of_its_rules() -> None:
    """Else an API with no authentication at all, or over cleartext, would look clean in it."""
    first = {id for rule in RULES.values() if "owasp" in rule.tags for id in rule.gives_way_to}
    assert {id for id in first if "owasp" not in RULES[id].tags} == set()


def test_each_of_the_ten_has_rules() -> None:
    for number in range(1, 11):
        assert any(f"OWASP-API{number}:2023" in rule.refs for rule in RULES.values())
