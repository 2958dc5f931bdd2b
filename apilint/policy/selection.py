"""Which rules run: `--select` and `--ignore`, with a suggestion for a mistyped id."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from apilint.rule import Rule


class UnknownRuleError(ValueError):
    """A rule id that no loaded plugin provides; the message suggests the nearest."""


def choose(rules: Sequence[Rule], select: Iterable[str], ignore: Iterable[str]) -> tuple[Rule, ...]:
    """The rules to run: the selected ones, or all, without the ignored ones. Raises `UnknownRuleError`."""
    known = {rule.id for rule in rules}
    selected, ignored = set(select), set(ignore)
    for id in sorted((selected | ignored) - known):
        raise UnknownRuleError(f"no rule is called {id!r}{suggest(id, known)}")
    return tuple(rule for rule in rules if (not selected or rule.id in selected) and rule.id not in ignored)


def suggest(word: str, known: Iterable[str]) -> str:
    """A "did you mean" for the nearest known word, or an empty string."""
    from difflib import get_close_matches

    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""
