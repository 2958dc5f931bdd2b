"""How the pages of the rules about regressions are made."""

from __future__ import annotations

from apilint.findings import Severity
from apilint.policy.own_rules import own_rule
from apilint.rule import Rule


def page(id: str, severity: Severity, refs: str, doc: str) -> Rule:
    """A rule that only a comparison asks; `severity` is the greatest that it has, `refs` are parted by spaces."""
    return own_rule(id, severity, doc)._replace(refs=tuple(refs.split()))
