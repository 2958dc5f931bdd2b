"""Which rules a configuration means by a pattern, and what it sets of their options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apilint.policy import globs
from apilint.policy.model import Origin, wrong
from apilint.policy.own_rules import Policy
from apilint.policy.selection import fits, is_pattern, suggest
from apilint.rule import Rule

MISSING_AUTHENTICATION = "missing-authentication"
"""The tag of the rules whose defect is that an operation asks for no authentication: of public ones it is none."""


def meant(pattern: str, known: Mapping[str, Rule], origin: Origin) -> list[str]:
    """The ids of the rules that a pattern means: an id, a glob over ids, or `tag:NAME`.

    Rules about the policy itself are meant by their ids only. Raises `ConfigurationError` for what means none.
    """
    if pattern in known:
        return [pattern]
    if not is_pattern(pattern):
        raise wrong(origin, f"no rule is called {pattern!r}{suggest(pattern, known)}")
    rules = [rule for rule in known.values() if rule.view is not Policy]
    found = [rule.id for rule in rules if fits(pattern, rule)]
    if found:
        return found
    kind, _, name = pattern.partition(":")
    if kind == "tag":
        tags = {tag for rule in rules for tag in rule.tags}
        raise wrong(origin, f"no rule has the tag {name.strip()!r}{suggest(name.strip(), tags)}")
    fault = globs.fault(pattern)
    raise wrong(origin, f"{fault}: {pattern[:100]!r}" if fault else f"no rule's id fits {pattern!r}")


def with_options(rule: Rule, values: Mapping[str, Any], origin: Origin) -> Rule:
    """The rule with options as configuration writes them. Raises `ConfigurationError` for what does not fit."""
    loaded = rule.load()
    try:
        fit = {name: _fit(value, getattr(loaded.options, name, None), name) for name, value in values.items()}
        return loaded.with_options(fit)
    except ValueError as error:
        names = loaded.options._fields if loaded.options is not None else ()
        unknown = next((name for name in values if name not in names), "")
        raise wrong(origin, f"{error}{suggest(unknown, names) if unknown else ''}") from None


def said(value: Any) -> str:
    """An option's value as the command line takes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _fit(value: Any, default: Any, name: str) -> Any:
    """A value of the type that an option has, where configuration can write no other: lists, and whole numbers."""
    if isinstance(default, tuple) and isinstance(value, list | tuple):
        if not all(isinstance(one, str | int | float) for one in value):
            raise ValueError(f"the option {name!r} is a list of texts")
        return tuple(one if isinstance(one, str) else said(one) for one in value)
    if isinstance(default, float) and type(value) is int:
        return float(value)
    return value
