"""The settings of rules that configuration makes, in all or for some files and operations, applied to findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from apilint.config.patterns import MISSING_AUTHENTICATION, meant, said, with_options
from apilint.engine import Raised, give_way
from apilint.findings import Confidence
from apilint.openapi.api import Api
from apilint.policy import globs, selectors
from apilint.policy.model import Configuration, Origin, Override, Public, Setting, Where, wrong
from apilint.policy.own_rules import Policy
from apilint.rule import Rule

if TYPE_CHECKING:
    from apilint.config.effect import Placed


class Overrides:
    """What a configuration says of rules.

    `rules` are the rules with their options set, `off` the ids of those that are not to run at all, `partly` of those
    that are on in some places only, `options` what was set as (rule id, name, value as text), `asked` the ids of those
    that run whatever the preset shows.
    """

    def __init__(
        self,
        configuration: Configuration,
        rules: Sequence[Rule],
        *,
        path: str | None = None,
        selected: Iterable[str] = (),
        least: Confidence | None = None,
    ) -> None:
        """Raises `ConfigurationError` for a pattern that fits no rule, and for options that do not fit.

        `path` is the root document, which decides on options that are for some files. Rules that are `selected` run
        even if they are off, and nothing below the confidence `least` is shown for being on.
        """
        known = {rule.id: rule for rule in rules}
        self._least = max(least or Confidence.LOW, Confidence.MEDIUM)
        options: list[tuple[str, Mapping[str, Any], Origin]] = []
        self._base: dict[str, Setting] = {}
        meanings = _Meanings(known)
        for pattern, setting in configuration.rules.items():
            ids = meanings.of(pattern, configuration.origin("rules", pattern))
            _lay(self._base, ids, setting)
            place = configuration.origin("rules", pattern, "options")
            options += [(id, setting.options, place) for id in ids]
        self._placed: list[Placed] = []
        for one in configuration.overrides:
            placed, there = _placed(one, meanings)
            self._placed.append(placed)
            for id, values, origin in there:
                with_options(known[id], values, origin)  # wrong is wrong, whichever files are looked at
                if selectors.is_in(one.where, path):
                    options.append((id, values, origin))
        self._placed += [_public(one, known) for one in configuration.public]
        for id in self._base.keys() & set(selected):
            self._base[id] = self._base[id]._replace(enabled=self._base[id].enabled or None)
        off = {id for id, setting in self._base.items() if setting.enabled is False}
        settings = [*self._base.items(), *(item for placed in self._placed for item in placed.rules.items())]
        on = {id for id, setting in settings if setting.enabled}
        self.off = frozenset(off - on)
        self.partly = frozenset(off & on)
        self.asked = frozenset((on | {id for id, setting in settings if setting.confidence is not None}) - self.off)
        texts: dict[tuple[str, str], str] = {}
        for id, values, origin in options:
            if values:
                known[id] = with_options(known[id], values, origin)
                texts.update(((id, name), said(getattr(known[id].options, name))) for name in values)
        self.rules = tuple(map(self._own, known.values()))
        self.options = tuple((id, name, text) for (id, name), text in texts.items())

    def apply(self, api: Api, raised: Sequence[Raised]) -> list[Raised]:
        """The findings with the levels, and the suppressions of kind `configuration`, that are set for their places.

        `raised` is all that the rules found; after this, one cause is one finding.
        """
        from apilint.config.effect import Effects

        effects = Effects(api, self._placed, self._base, self._least)
        if self.partly:
            # Where a rule is off, it is as if it were not asked: others need not give way to it there.
            raised = [one for one in raised if one.rule.id not in self.partly or effects.is_asked(one)]
        speaking = give_way(raised)
        if effects.public:
            from apilint.config.public import without_public

            speaking = without_public(api, raised, speaking, effects)
        return [effects.settled(one) for one in speaking]

    def _own(self, rule: Rule) -> Rule:
        """A rule about the policy gets its levels at once: its findings are not judged one by one."""
        setting = self._base.get(rule.id)
        if setting is None or rule.view is not Policy:
            return rule
        severity = rule.severity if setting.severity is None else setting.severity
        confidence = rule.confidence if setting.confidence is None else setting.confidence
        return rule._replace(severity=severity, confidence=confidence)


class _Meanings:
    """The rules that patterns mean, each pattern looked up once."""

    def __init__(self, known: Mapping[str, Rule]) -> None:
        self._known = known
        self._ids: dict[str, list[str]] = {}

    def of(self, pattern: str, origin: Origin) -> list[str]:
        """See `patterns.meant`."""
        if pattern not in self._ids:
            self._ids[pattern] = meant(pattern, self._known, origin)
        return self._ids[pattern]


def _lay(settings: dict[str, Setting], ids: Iterable[str], setting: Setting) -> None:
    """Set something of some rules, over what is set already."""
    for id in ids:
        settings[id] = settings.get(id, Setting()).after(setting)


def _placed(override: Override, meanings: _Meanings) -> tuple[Placed, list[tuple[str, Mapping[str, Any], Origin]]]:
    """An override with the rules that its patterns mean, and what it sets of their options."""
    from apilint.config.effect import Placed

    where = override.where
    _require_sense(where, override.origin)
    settings: dict[str, Setting] = {}
    options = []
    for pattern, setting in override.rules.items():
        origin = override.origins.get(pattern, override.origin)
        if setting.enabled is False and not override.reason.strip():
            raise wrong(origin, f"an override that turns {pattern} off needs a reason")
        if setting.options and where.operations:
            message = f"options of {pattern} can be set for files, not for single operations"
            raise wrong(origin, message)
        ids = meanings.of(pattern, origin)
        _lay(settings, ids, setting)
        if setting.options:
            options += [(id, setting.options, origin) for id in ids]
    return Placed(where, settings, override.reason, override.origin), options


def _public(public: Public, known: Mapping[str, Rule]) -> Placed:
    """Public operations, for the rules to which that matters."""
    from apilint.config.effect import Placed

    _require_sense(public.where, public.origin)
    if not public.where.operations:
        raise wrong(public.origin, "it does not say which operations are public")
    if not public.reason.strip():
        raise wrong(public.origin, "operations that are public need a reason")
    off = Setting(enabled=False)
    rules = {rule.id: off for rule in known.values() if MISSING_AUTHENTICATION in rule.tags}
    return Placed(public.where, rules, public.reason, public.origin, public=True)


def _require_sense(where: Where, origin: Origin) -> None:
    """Raise `ConfigurationError` for selectors and globs that could mean nothing."""
    for selector in where.operations:
        if fault := selectors.fault(selector):
            raise wrong(origin, f"{selector[:100]!r} selects no operation: {fault}")
    for glob in where.files:
        if fault := globs.fault(glob):
            raise wrong(origin, f"{glob[:100]!r} means no file: {fault}")
