"""The policy held against what configuration and the command line ask: both may tighten all, and loosen what is open.

Findings of locked rules are held to the policy by `config.locks`, the gate by `policy.levels`. Here is decided what
holds for a whole configuration, and said what does not hold and why.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from apilint.config.here import all_rules
from apilint.config.locks import locked
from apilint.config.patterns import MISSING_AUTHENTICATION, meant
from apilint.findings import Severity
from apilint.plugins import Plugins
from apilint.policy.model import Configuration, Floors, Lock, Notice, Origin, Policy, Setting
from apilint.policy.policy_rules import CONFIGURATION_REFUSED
from apilint.rule import Rule

if TYPE_CHECKING:
    from apilint.config.plan import Wanted

_MOST_NAMED = 3
_NOTHING = Setting()


class Enforced(NamedTuple):
    """What the policy leaves of a configuration and of what the command line wants, and what it refused."""

    configuration: Configuration
    wanted: Wanted
    refused: tuple[Notice, ...]


def enforced(configuration: Configuration, wanted: Wanted, policy: Policy, loaded: Plugins) -> Enforced:
    """The configuration and the wishes of the command line as far as the policy allows them, and what it refused.

    The globs of `policy.configuration` have to be from where they are in `configuration`, which starts from it: that
    tells what the policy says from what a repository says in the same words, or by building on the same file.
    """
    from apilint.policy.levels import floors_of

    written = configuration
    declared = {**configuration.declared, **policy.configuration.declared}
    configuration = configuration._replace(declared=declared, floors=floors_of(policy))
    work = _Work(policy, all_rules(loaded.rules, configuration))
    work.definitions(written, configuration.floors)
    configuration = work.configuration(configuration)
    wanted = work.wanted(wanted)
    for plugin in loaded.refused:
        work.refuse(f"the plugins of {plugin} are not loaded: the policy does not name it", Origin(policy.name), plugin)
    return Enforced(configuration, wanted, tuple(work.refused))


class _Work:
    """One configuration held against a policy; `refused` gathers what is to be said."""

    def __init__(self, policy: Policy, rules: Sequence[Rule]) -> None:
        self.policy = policy
        self.rules = {rule.id: rule for rule in rules}
        self.locks = locked(policy, rules)
        self.refused: list[Notice] = []

    def refuse(self, message: str, origin: Origin, *key: str) -> None:
        """Say that something does not hold; `key` tells it from all else that is refused."""
        self.refused.append(Notice(CONFIGURATION_REFUSED.id, message, origin, "\0".join(key)))

    def definitions(self, asked: Configuration, floors: Floors) -> None:
        """Say which rules without code and which levels are not what a configuration makes of them."""
        from apilint.policy.levels import covers

        policy = self.policy
        for id, rule in policy.configuration.declared.items():
            if asked.declared.get(id, rule) != rule:
                said = f"the rule {id} is not what is said here: {policy.name} says what it is"
                self.refuse(said, asked.origin("declarative_rules", id), "declarative_rules", id)
        for name, floor in floors.levels.items():
            if name in asked.levels and not covers(floor.after(asked.levels[name]), floor):
                said = f"the level {name} asks for no less than {policy.name} does"
                self.refuse(said, asked.origin("levels", name), "levels", name)

    def configuration(self, asked: Configuration) -> Configuration:
        """What is left of a configuration."""
        policy, start = self.policy, self.policy.configuration
        ours = {(one.origin, one.where) for one in start.overrides} | {(one.origin, one.where) for one in start.public}
        for pattern, setting in asked.rules.items():
            place = asked.origin("rules", pattern)
            self._setting(pattern, setting, start.rules.get(pattern, _NOTHING), place)
        for override in asked.overrides:
            if (override.origin, override.where) not in ours:
                for pattern, setting in override.rules.items():
                    self._setting(pattern, setting, _NOTHING, override.origins.get(pattern, override.origin))
        asked = asked._replace(
            fail_on=self._threshold(asked.fail_on, start.fail_on, asked.origin("gate", "fail_on")),
            min_score=self._score(asked),
        )
        if not policy.exclusions and asked.exclude != start.exclude:
            said = f"exclude does not hold: {policy.name} lets no repository leave documents out"
            self.refuse(said, asked.origin("exclude"), "exclude")
            asked = asked._replace(exclude=start.exclude)
        if not policy.baselines and asked.baseline != start.baseline:
            said = f"the baseline does not hold: {policy.name} allows none"
            self.refuse(said, asked.origin("baseline"), "baseline")
            asked = asked._replace(baseline=start.baseline)
        held = [id for id in self.locks if MISSING_AUTHENTICATION in self.rules[id].tags]
        for public in asked.public:
            if (public.origin, public.where) not in ours and (held or not policy.public):
                why = (
                    self._why(held) if policy.public else f"{policy.name} lets no repository declare operations public"
                )
                self.refuse(f"the operations are not taken for public: {why}", public.origin, *public.where.operations)
        if not policy.public:
            asked = asked._replace(public=start.public)
        return asked

    def wanted(self, asked: Wanted) -> Wanted:
        """What is left of what the command line asks."""
        for id in asked.ignore:
            if id in self.locks:
                self.refuse(f"--ignore {id} does not hold: {self._why([id])}", Origin("--ignore"), "--ignore", id)
        for id, name, _ in asked.rule_options:
            if id in self.locks:
                said = f"--option {id}.{name} does not hold: {self._why([id])}"
                self.refuse(said, Origin("--option"), "--option", id, name)
        left = [id for id in self.locks if id not in asked.select]
        if asked.select and left:
            said = f"--select does not leave out the locked rules, so they are checked, too: {self._why(left)}"
            self.refuse(said, Origin("--select"), "--select")
        return asked._replace(
            ignore=tuple(id for id in asked.ignore if id not in self.locks),
            rule_options=tuple(one for one in asked.rule_options if one[0] not in self.locks),
            fail_on=self._threshold(asked.fail_on, None, Origin("--fail-on")),
        )

    def _setting(self, pattern: str, setting: Setting, start: Setting, origin: Origin) -> None:
        """Say for which locked rules a setting does not hold that would make them milder."""
        if setting == start:
            return
        weaker: dict[str, list[str]] = {}
        for id in meant(pattern, self.rules, origin):
            lock = self.locks.get(id)
            if lock is not None and (word := _weaker(setting, start, self.rules[id], lock)):
                weaker.setdefault(word, []).append(id)
        for word, ids in weaker.items():
            self.refuse(f"{word} does not hold for {pattern}: {self._why(ids)}", origin, "rules", pattern, word)

    def _threshold(self, asked: Severity | None, start: Severity | None, origin: Origin) -> Severity | None:
        floor = self.policy.fail_on
        if asked is None or floor is None or asked <= floor:
            return asked
        if asked != start:
            said = (
                f"the gate does not begin at {asked.label}: {self.policy.name} lets it begin at {floor.label} at most"
            )
            self.refuse(said, origin, "fail_on", origin.name)
        return floor

    def _score(self, asked: Configuration) -> int | None:
        floor = self.policy.min_score
        if floor is None or (asked.min_score or 0) >= floor:
            return asked.min_score
        if asked.min_score is not None and asked.min_score != self.policy.configuration.min_score:
            said = f"the least score is not {asked.min_score}: {self.policy.name} asks for {floor}"
            self.refuse(said, asked.origin("gate", "min_score"), "min_score")
        return floor

    def _why(self, ids: Sequence[str]) -> str:
        """Which rules are locked, and where."""
        places = ", ".join(dict.fromkeys(str(self.locks[id].origin) for id in ids[:_MOST_NAMED]))
        if len(ids) == 1:
            return f"the policy locks {ids[0]} ({places})"
        more = f" and {len(ids) - _MOST_NAMED} more" if len(ids) > _MOST_NAMED else ""
        return f"the policy locks {', '.join(ids[:_MOST_NAMED])}{more} ({places})"


def _weaker(setting: Setting, start: Setting, rule: Rule, lock: Lock) -> str:
    """What of a setting would make a locked rule milder, in a word; empty for nothing."""
    if setting.enabled is False and start.enabled is not False:
        return "off"
    least = max(lock.min_severity or Severity.INFO, start.severity or rule.severity)
    if setting.severity is not None and setting.severity != start.severity and setting.severity < least:
        return f"severity {setting.severity.label}"
    if setting.confidence is not None and setting.confidence < (start.confidence or rule.confidence):
        return f"confidence {setting.confidence.label}"
    changed: Iterable[str] = (name for name, value in setting.options.items() if start.options.get(name) != value)
    return f"the option {names}" if (names := ", ".join(changed)) else ""
