"""The plugin that provides the rules about the policy: they come in by the door that third parties use."""

from __future__ import annotations

from apilint.hooks import hookimpl
from apilint.policy import policy_rules, suppression_rules, trust_rules, waiver_rules
from apilint.rule import Rule


@hookimpl
def provide_rules() -> list[Rule]:
    """Return the rules that have a page and no check."""
    return [*policy_rules.RULES, *suppression_rules.RULES, *trust_rules.RULES, *waiver_rules.RULES]
