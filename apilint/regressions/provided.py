"""The plugin that provides the rules about regressions: they come in by the door that third parties use."""

from __future__ import annotations

from apilint.hooks import hookimpl
from apilint.regressions import regression_rules, schema_regression_rules
from apilint.regressions.model import REGRESSION, Compared
from apilint.rule import Rule

# They are no rules about the policy: configuration, waivers and suppressions hold for them as for all others.
RULES = tuple(
    rule._replace(view=Compared, tags=(*rule.tags, REGRESSION))
    for rule in (*regression_rules.RULES, *schema_regression_rules.RULES)
)


@hookimpl
def provide_rules() -> list[Rule]:
    """Return the rules that only a comparison asks."""
    return list(RULES)
