"""Which rules are meant: by `--select` and `--ignore`, by patterns, and perhaps by a mistyped id."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from apilint.policy import globs
from apilint.rule import Rule

_TAG = "tag:"


class UnknownRuleError(ValueError):
    """A rule id that no loaded plugin provides; the message suggests the nearest."""


def choose(rules: Sequence[Rule], select: Iterable[str], ignore: Iterable[str]) -> tuple[Rule, ...]:
    """The rules to run: the selected ones, or all, without the ignored ones. Raises `UnknownRuleError`."""
    known = {rule.id for rule in rules}
    selected, ignored = set(select), set(ignore)
    for id in sorted((selected | ignored) - known):
        raise UnknownRuleError(f"no rule is called {id!r}{suggest(id, known)}")
    return tuple(rule for rule in rules if (not selected or rule.id in selected) and rule.id not in ignored)


def configure(rules: Sequence[Rule], given: Iterable[tuple[str, str, str]]) -> tuple[Rule, ...]:
    """The rules with options set: each given as rule id, name of the option, and the value as text.

    Raises `UnknownRuleError` for a rule that does not exist, ValueError for an option or a value that does not fit.
    """
    by_id = {rule.id: rule for rule in rules}
    for id, name, text in given:
        if id not in by_id:
            raise UnknownRuleError(f"no rule is called {id!r}{suggest(id, by_id)}")
        rule = by_id[id].load()
        by_id[id] = rule.with_options({name: _read(text, getattr(rule.options, name, None))})
    return tuple(by_id.values())


def _read(text: str, default: object) -> object:
    """A value of the type that an option has; the text itself where it does not read as that."""
    if isinstance(default, bool):
        return {"true": True, "false": False}.get(text.lower(), text)
    if isinstance(default, int | float):
        try:
            return type(default)(text)
        except ValueError:
            return text
    if isinstance(default, tuple):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return text


def is_pattern(text: str) -> bool:
    """Whether a text means rules by a glob over their ids or by `tag:NAME`, and not one rule by its id."""
    return text.startswith(_TAG) or not globs.is_plain(text)


def fits(pattern: str, rule: Rule) -> bool:
    """Whether a pattern means a rule: an id, a glob over ids, or `tag:NAME` with a glob over tags."""
    if pattern.startswith(_TAG):
        name = pattern[len(_TAG) :].strip()
        return any(globs.matches(name, tag) for tag in rule.tags)
    return globs.matches(pattern, rule.id)


def suggest(word: str, known: Iterable[str]) -> str:
    """A "did you mean" for the nearest known word, or an empty string."""
    from difflib import get_close_matches

    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""


def hint(word: str, known: Iterable[str]) -> str:
    """A "did you mean" for the nearest known word, or all of them."""
    words = list(known)
    return suggest(word, words) or f"; there are {', '.join(words)}"
