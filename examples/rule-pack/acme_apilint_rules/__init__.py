"""Acme's rules for apilint."""

from __future__ import annotations

from acme_apilint_rules.server_outside_acme import server_outside_acme
from apilint.api import Rule, hookimpl


@hookimpl
def provide_rules() -> list[Rule]:
    """Return every rule of the pack."""
    return [server_outside_acme]
