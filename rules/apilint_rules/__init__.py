"""The built-in rules of apilint: one module for each rule, named by its id, and an index of them all."""

from __future__ import annotations

from apilint.api import Rule, hookimpl


@hookimpl
def provide_rules() -> list[Rule]:
    """Return every rule of this package, in the order of their ids; the checks are imported when they are needed."""
    from apilint_rules.index import RULES

    return list(RULES)
