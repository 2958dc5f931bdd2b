"""What configuration and policy make of findings, before anybody is shown them: settings, then locks, then waivers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from apilint.engine import Raised
from apilint.openapi.api import Api
from apilint.policy.model import Configuration, Policy, WaiverTerms
from apilint.rule import Rule

if TYPE_CHECKING:
    from apilint.config.locks import Locks
    from apilint.config.overrides import Overrides
    from apilint.config.plan import Wanted
    from apilint.policy.codeowners import Codeowners
    from apilint.policy.waiver_terms import Terms
    from apilint.policy.waivers import Waivers


class Judged(NamedTuple):
    """The findings of one API as they are to be taken, and the waivers in use: see `policy.waivers.Use`."""

    raised: list[Raised]
    used: frozenset[tuple[str, str]] = frozenset()


class Judge:
    """Judges what the rules raise about APIs that share their configuration.

    `asked` are the rules that are to run although the preset might show nothing of them, `rules` all of them with their
    options, which were set as `options`. `off` do not run, `partly` are off in some places, and `locked` always run.
    `running` are those that are asked at all. `terms` are what the policy demands of suppressions in documents.
    """

    def __init__(
        self, overrides: Overrides, locks: Locks | None, waivers: Waivers | None, terms: Terms | None = None
    ) -> None:
        self._overrides = overrides
        self.locks = locks
        self.waivers = waivers
        self.terms = terms
        self.asked = overrides.asked | (locks.asked if locks is not None else frozenset())
        self.locked = locks.held if locks is not None else frozenset[str]()
        self.off = overrides.off - self.locked
        self.partly = overrides.partly - self.locked
        self.running = frozenset(rule.id for rule in overrides.rules)
        own = locks.rules if locks is not None else {}
        self.rules = tuple(own.get(rule.id, rule) for rule in overrides.rules)
        given = (one for one in overrides.options if one[0] not in own)
        self.options = (*given, *(locks.options if locks is not None else ()))

    def judge(self, api: Api, raised: Sequence[Raised], root: str = "") -> Judged:
        """What counts of all that the rules said, with which levels, and what is suppressed by what.

        One cause is one finding after this. `root` is the folder from which fingerprints name files.
        """
        if self.locks is None:
            found = self._overrides.apply(api, raised)
        else:
            raised, about = self.locks.heard(api, raised, self.rules, self.running)
            found = [*self.locks.apply(api, raised, self._overrides), *about]
        if self.waivers is None:
            return Judged(found)
        speaking = {one.key for one in found}
        silent = [one for one in raised if one.key not in speaking]
        return Judged(*self.waivers.apply(api, found, root, silent))


def made(
    configuration: Configuration,
    policy: Policy | None,
    rules: Sequence[Rule],
    today: str,
    path: str | None = None,
    wanted: Wanted | None = None,
    codeowners: Callable[[str], Codeowners | None] | None = None,
) -> Judge:
    """What judges the findings of the document at a path under a configuration and a policy.

    `codeowners` gives those of the repository that holds a file, in place of what this machine has. Raises
    `ConfigurationError` for rules and options that do not exist.
    """
    from apilint.config.overrides import Overrides

    selected, least = (wanted.select, wanted.min_confidence) if wanted is not None else ((), None)
    overrides = Overrides(configuration, rules, path=path, selected=selected, least=least)
    locks = waivers = inline = None
    if policy is not None:
        from apilint.config.locks import Locks

        locks = Locks(policy, rules, path)
        if policy.terms != WaiverTerms():
            from apilint.policy.waiver_terms import Terms

            inline = Terms(rules, today, policy.terms, codeowners)
    if configuration.waivers and not (wanted is not None and wanted.no_ignores):
        from apilint.policy.waivers import Waivers

        terms = policy.terms if policy is not None else None
        refuses = locks.refuses if locks is not None else None
        waivers = Waivers(configuration.waivers, rules, today, terms, refuses, codeowners)
    return Judge(overrides, locks, waivers, inline)
