"""What of a configuration holds for the score: a score that one could choose the rules of would say nothing."""

from __future__ import annotations

from apilint.policy.model import Configuration, Setting


def plain(configuration: Configuration, base: Configuration) -> Configuration:
    """A configuration without what it says of rules in all, and of their levels, unless the policy, `base`, says it.

    Waivers stay, and so do operations that are public and overrides that turn a rule off somewhere: all of these
    leave the finding where it is, with a reason, and it weighs half.
    """
    overrides = []
    for one in configuration.overrides:
        if one in base.overrides:
            overrides.append(one)
        elif off := {pattern: Setting(False) for pattern, setting in one.rules.items() if setting.enabled is False}:
            overrides.append(one._replace(rules=off))
    return configuration._replace(
        preset=base.preset, rules=base.rules, declared=base.declared, overrides=tuple(overrides)
    )
