"""Whether a waiver holds, and for which rules: its days, its rules, its owner, and what the policy demands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from apilint.policy import dates
from apilint.policy import waiver_rules as pages
from apilint.policy.model import Notice, Waiver, WaiverTerms
from apilint.policy.own_rules import Policy
from apilint.policy.selection import fits, is_pattern, suggest
from apilint.policy.written import cut, shown
from apilint.rule import Rule

if TYPE_CHECKING:
    from apilint.policy.codeowners import Codeowners

_LONGEST_NAME = 100
_SUGGESTIONS = 20
_NAMED = 3
_PATTERNS = 2_000  # with wildcards: each is held against all rules


class Verdict(NamedTuple):
    """What is to be thought of a waiver.

    `rules` are the ids of those for which it holds, `named` those that it means, `left` the days until its last one.
    """

    rules: frozenset[str]
    named: frozenset[str]
    left: int
    notices: tuple[Notice, ...]


class Terms:
    """Judges waivers on a day, under what a policy demands of them."""

    def __init__(
        self,
        rules: Sequence[Rule],
        today: str,
        terms: WaiverTerms | None = None,
        codeowners: Callable[[str], Codeowners | None] | None = None,
    ) -> None:
        """`today` is `YYYY-MM-DD`, or empty for now. `codeowners` gives those of the repository that holds a file."""
        self.today = today or dates.today()
        self.terms = terms or WaiverTerms()
        self._rules = {rule.id: rule for rule in rules}
        self._codeowners = codeowners or _codeowners
        self._names: dict[str, frozenset[str]] = {}
        self._meant: dict[str, frozenset[str]] = {}
        self._suggestions = _SUGGESTIONS

    def meant(self, pattern: str) -> frozenset[str]:
        """The ids that a pattern of a waiver means."""
        if pattern in self._rules:
            return frozenset({pattern})
        if not is_pattern(pattern):
            return frozenset()
        if pattern not in self._meant:
            if len(self._meant) >= _PATTERNS:
                return frozenset()
            self._meant[pattern] = frozenset(id for id, rule in self._rules.items() if fits(pattern, rule))
        return self._meant[pattern]

    def verdict(self, waiver: Waiver) -> Verdict:
        """Whether a waiver holds, for which rules, and what is to be said about it."""
        by_pattern = {pattern: self.meant(pattern) for pattern in waiver.rules}
        every = frozenset(id for ids in by_pattern.values() for id in ids)
        named = frozenset(id for id in every if self._rules[id].view is not Policy)
        unknown = tuple(self._unknown(waiver, pattern) for pattern, ids in by_pattern.items() if not ids)
        left = dates.days(self.today, waiver.expires)
        if left < 0:
            said = f"{title(waiver)} expired on {waiver.expires}: its findings count again"
            return Verdict(frozenset(), named, left, (*unknown, _notice(pages.EXPIRED, waiver, said)))
        why = self.fault(waiver)
        if why:
            refused = _notice(pages.REFUSED, waiver, f"{title(waiver)} does not hold: {why}")
            return Verdict(frozenset(), named, left, (*unknown, refused))
        why = self.owner_fault(waiver)
        if why:
            refused = _notice(pages.OWNER_UNKNOWN, waiver, f"{title(waiver)} does not hold: {why}")
            return Verdict(frozenset(), named, left, (*unknown, refused))
        faults = {id: self.rule_fault(waiver, id, explicit=id in by_pattern) for id in sorted(every)}
        refusals = (refusal(waiver, id, why) for id, why in faults.items() if why)
        holds = frozenset(id for id, why in faults.items() if why == "")
        return Verdict(holds, named, left, (*unknown, *refusals))

    def fault(self, waiver: Waiver) -> str:
        """Why a waiver holds for no rule at all; empty if it may hold."""
        terms, created = self.terms, waiver.created
        # A person east of Greenwich has tomorrow's date already.
        if created and dates.days(self.today, created) > 1:
            return f"it says that it was created on {created}, which is still to come"
        if created and created > waiver.expires:
            return f"it says that it was created on {created}, after its last day, {waiver.expires}"
        if terms.max_renewals is not None and waiver.renewals > terms.max_renewals:
            return f"it was renewed {_times(waiver.renewals)}, and the policy allows {terms.max_renewals}"
        if terms.max_days is None:
            return ""
        if not created:
            return f"it does not say when it was created, and the policy allows {terms.max_days} days"
        lasts, most = dates.days(created, waiver.expires), terms.max_days * (1 + max(waiver.renewals, 0))
        if lasts > most:
            with_renewals = f", {most:,} with {_times(waiver.renewals)} renewed" if waiver.renewals else ""
            return f"it lasts {lasts:,} days, and the policy allows {terms.max_days:,}{with_renewals}"
        return ""

    def owner_fault(self, waiver: Waiver) -> str:
        """Why CODEOWNERS does not know the owner of a waiver; empty if it does, or if nobody asks."""
        if not self.terms.owners_from_codeowners:
            return ""
        return self._unknown_owner(waiver.owner, waiver.origin.path or "")

    def _unknown_owner(self, owner: str, path: str) -> str:
        if path not in self._names:
            found = self._codeowners(path)
            self._names[path] = frozenset(map(_plain, found.names())) if found is not None else frozenset({""})
        names = self._names[path]
        if "" in names:
            return "the policy asks for an owner who stands in CODEOWNERS, and there is no such file"
        if not owner or _plain(owner) not in names:
            return f"its owner {shown(owner)} does not stand in CODEOWNERS, as the policy asks for"
        return ""

    def rule_fault(self, waiver: Waiver, id: str, *, explicit: bool = True) -> str | None:
        """Why a waiver does not hold for one rule; empty if it may, None if that goes without saying."""
        rule = self._rules[id]
        if rule.view is Policy:
            return "it is about the policy and cannot be waived" if explicit else None
        return self._not_among(waiver.owner, rule)

    def _not_among(self, owner: str, rule: Rule) -> str:
        owners: tuple[str, ...] | None = None
        for pattern, names in self.terms.owners.items():
            if fits(pattern, rule):
                owners = names  # as in all lists of patterns here, the last that fits decides
        if owners is not None and _plain(owner) not in set(map(_plain, owners)):
            return f"the policy lets {_listed(owners)} waive {rule.id}, not {cut(owner, _LONGEST_NAME) or 'nobody'}"
        return ""

    def inline_fault(self, owner: str, expires: str, id: str, path: str | None) -> str:
        """Why a suppression of a rule in the document at a path does not hold; empty if it may.

        It has to be as a waiver is, as far as it can: nothing says when it was written, so its days count from today.
        """
        terms = self.terms
        if not terms.inline:
            return ""
        if (terms.owners or terms.owners_from_codeowners) and not owner:
            return "it names no owner, and the policy asks for one"
        if id in self._rules and (why := self._not_among(owner, self._rules[id])):
            return why
        if terms.owners_from_codeowners and (why := self._unknown_owner(owner, path or "")):
            return why
        if terms.max_days is None:
            return ""
        if not expires:
            return f"it has no last day, and the policy allows {terms.max_days:,} days from today"
        if (left := dates.days(self.today, expires)) > terms.max_days:
            return f"its last day is {left:,} days from today, and the policy allows {terms.max_days:,}"
        return ""

    def warning(self, waiver: Waiver, left: int) -> Notice | None:
        """That a waiver which holds will soon do so no more."""
        if not 0 <= left <= self.terms.warn_days:
            return None
        said = f"the last day of {title(waiver)} is {waiver.expires}, {dates.ahead(left)}"
        return _notice(pages.EXPIRES_SOON, waiver, said)

    def _unknown(self, waiver: Waiver, pattern: str) -> Notice:
        hint = ""
        if self._suggestions and len(pattern) <= _LONGEST_NAME:
            self._suggestions -= 1
            hint = suggest(pattern, self._rules)
        said = f"no rule is called {shown(pattern)}, so the waiver {_id(waiver)} does not hold for it{hint}"
        return _notice(pages.UNKNOWN_RULE, waiver, said, pattern)


def unused(waiver: Waiver) -> Notice:
    """That a waiver covers nothing."""
    said = f"{title(waiver)} covers nothing: {'its rules find' if len(waiver.rules) > 1 else 'the rule finds'} nothing"
    return _notice(pages.UNUSED, waiver, f"{said} there")


def refusal(waiver: Waiver, rule: str, why: str) -> Notice:
    """That a waiver does not hold for one of its rules."""
    return _notice(pages.REFUSED, waiver, f"the waiver {_id(waiver)} does not hold for {rule}: {why}", rule)


def title(waiver: Waiver) -> str:
    """A waiver in a message: `the waiver W-12 of server-cleartext`."""
    return f"the waiver {_id(waiver)} of {_listed(waiver.rules)}"


def key(waiver: Waiver) -> str:
    """What tells a waiver from all others of a run: where it is written, and its id."""
    origin = waiver.origin
    return "\0".join((origin.path or origin.name, origin.pointer, waiver.id))


def _codeowners(path: str) -> Codeowners | None:
    import os

    from apilint.policy.owners import find_codeowners
    from apilint.reading.workspace import choose_root

    return find_codeowners(choose_root(path or os.path.join(os.getcwd(), "waivers.yaml"), os.getcwd()))


def _plain(owner: str) -> str:
    """An owner as they are compared: `@Acme/Payments` and `acme/payments` are one."""
    return owner.strip().casefold().removeprefix("@") or "\0"


def _id(waiver: Waiver) -> str:
    return cut(waiver.id, _LONGEST_NAME)


def _listed(names: Iterable[str]) -> str:
    every = [cut(one, _LONGEST_NAME) for one in names]
    more = f" and {len(every) - _NAMED} more" if len(every) > _NAMED else ""
    return ", ".join(every[:_NAMED]) + more if every else "nobody"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _notice(page: Rule, waiver: Waiver, message: str, *what: str) -> Notice:
    return Notice(page.id, message, waiver.origin, "\0".join((waiver.id, *what)), waiver.owner)
