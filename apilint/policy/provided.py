"""The plugin that provides the rules about the policy: they come in by the door that third parties use."""

from __future__ import annotations

from apilint.hooks import hookimpl
from apilint.policy import suppression_rules
from apilint.rule import Rule


@hookimpl
def provide_rules() -> list[Rule]:
    """Return the rules that have a page and no check."""
    return [*suppression_rules.RULES]
