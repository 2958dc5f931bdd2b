"""The rules without code beside those of plugins: under a configuration, and in a folder where no document is read."""

from __future__ import annotations

import os

from apilint.config.discover import NAMES, Discovery
from apilint.policy.model import Configuration
from apilint.reading.workspace import choose_root
from apilint.rule import Rule


def all_rules(rules: tuple[Rule, ...], configuration: Configuration) -> tuple[Rule, ...]:
    """Those of plugins and those that a configuration declares. Raises `ConfigurationError`."""
    if not configuration.declared:
        return rules
    from apilint.declared.rules import declared

    return (*rules, *declared(configuration))


def own_rules(folder: str) -> tuple[Rule, ...]:
    """The rules that the configuration of a folder declares. Raises `ConfigurationError`."""
    if not _configured(folder):
        return ()
    return all_rules((), Discovery(folder).of(None))


def _configured(folder: str) -> bool:
    """Whether there may be any configuration: most folders have none, and need no reader of it."""
    root = choose_root(os.path.join(folder, "-"), folder)
    while True:
        if any(os.path.lexists(os.path.join(folder, name)) for name in NAMES):
            return True
        above = os.path.dirname(folder)
        if folder == root or above == folder:
            return False
        folder = above
