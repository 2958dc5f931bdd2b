"""What holds for each input: which rules run, what is shown, how findings are judged, where the gate begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from apilint.config.here import all_rules
from apilint.findings import Confidence, Severity
from apilint.plugins import Plugins
from apilint.policy.model import Configuration, ConfigurationError, Notice, Override, Policy, Waiver, wrong
from apilint.policy.presets import PRESETS, Preset, shows
from apilint.policy.selection import choose, configure, hint
from apilint.policy.selectors import is_in
from apilint.regressions.asking import asked, require_sense
from apilint.regressions.model import Compared
from apilint.rule import Rule

if TYPE_CHECKING:
    from apilint.config.committed import Committed
    from apilint.config.discover import Discovery
    from apilint.config.judge import Judge
    from apilint.engine import Shows
    from apilint.regressions.compare import Comparison


class Wanted(NamedTuple):
    """What the command line asks for; None and empty where it says nothing. See `run.RunOptions`."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    rule_options: tuple[tuple[str, str, str], ...] = ()
    preset: str | None = None
    fail_on: Severity | None = None
    min_confidence: Confidence | None = None
    no_ignores: bool = False
    waivers: tuple[Waiver, ...] = ()
    level: str = ""
    plain: bool = False


class Plan(NamedTuple):
    """What is checked of some inputs and how it is judged.

    `options` are those of the rules that were set, as rule id, name and text. `ignored` are the ids of the rules that
    do not run, `partly` of those that are off in some places. `own_preset` is a plugin's preset, which decides on whole
    findings; what is one of ours is in `shows`. Without a `judge`, findings stay as rules give them. `level` is the one
    of the gate that the command line asks about, and the threshold is `commanded` where that names it.
    """

    rules: tuple[Rule, ...]
    shows: Shows
    preset: str
    fail_on: Severity
    configuration: Configuration = Configuration()
    options: tuple[tuple[str, str, str], ...] = ()
    ignored: tuple[str, ...] = ()
    partly: frozenset[str] = frozenset()
    own_preset: Preset | None = None
    judge: Judge | None = None
    level: str = ""
    commanded: bool = False

    def may_show(self, rule: Rule) -> bool:
        """Whether something that a rule might find would be shown."""
        return (self.judge is not None and rule.id in self.judge.asked) or self.shows(rule, *rule.most)


class Plans:
    """The plan of each input, made once for all inputs that share their configuration."""

    def __init__(
        self,
        loaded: Plugins,
        wanted: Wanted,
        discovery: Discovery | None,
        policy: Policy | None,
        today: str,
        trusted: Committed | None = None,
        comparison: Comparison | None = None,
    ) -> None:
        """Raises nothing; `of` does. `trusted` is the revision that the discovery reads from, if it is one.

        With a `comparison`, the rules about regressions are asked and no others; without one they are not.
        """
        self._loaded = loaded
        self._wanted = wanted
        self._discovery = discovery
        self._policy = policy
        self._today = today
        self._trusted = trusted
        self._comparison = comparison
        self._plans: dict[tuple[int, tuple[int, ...]], tuple[Configuration, Plan]] = {}
        self.notices: dict[Notice, None] = {}

    def of(self, path: str | None) -> Plan:
        """The plan for the document at a path, or for one without a path.

        Raises `ConfigurationError` for what cannot be meant, there or on the command line.
        """
        if self._trusted is not None:
            self._trusted.hold(path)
        configuration = self._discovery.of(path) if self._discovery is not None else Configuration()
        # Options that are for some files are the rules' own, and so make a plan of its own.
        fitting = tuple(number for number, one in enumerate(configuration.overrides) if _sets_options(one, path))
        key = (id(configuration), fitting)
        known = self._plans.get(key)
        if known is None:
            # The configuration is kept, so that its identity stays its own.
            try:
                known = self._plans[key] = (configuration, self._made(configuration, path))
            except ValueError as error:
                raise error if isinstance(error, ConfigurationError) else ConfigurationError(str(error)) from None
        return known[1]

    def all(self) -> list[Plan]:
        """The plans that were made so far."""
        return [plan for _, plan in self._plans.values()]

    def _made(self, configuration: Configuration, path: str | None) -> Plan:
        configuration, wanted, policy = self._allowed(configuration, path)
        presets: dict[str, Preset] = {**self._loaded.presets, **PRESETS}
        preset = _preset(configuration, wanted, presets)
        known = all_rules(self._loaded.rules, configuration)
        _require_levels(configuration, wanted.level, known)
        judge = None
        off: frozenset[str] = frozenset()
        partly = locked = off
        given = wanted.rule_options
        if configuration.files or policy is not None:
            from apilint.config.judge import made

            owners = self._trusted.codeowners if self._trusted is not None else None
            judge = made(configuration, policy, known, self._today, path, wanted, owners)
            known, off, partly, locked = judge.rules, judge.off, judge.partly, judge.locked
            given = (*judge.options, *given)
        # Whoever selects a rule wants it whatever the configuration says; what a policy locks runs in any case.
        ignored = {*wanted.ignore, *(() if wanted.select else off)}
        selected = {*wanted.select, *locked} if wanted.select else ()
        rules = asked(choose(configure(known, wanted.rule_options), selected, ignored), self._comparison)
        require_sense(wanted.select, known, self._comparison)
        if self._comparison is not None:
            ignored = {rule.id for rule in known if rule.id in ignored and rule.view is Compared}
        if judge is not None:
            judge.running = frozenset(rule.id for rule in rules)
        ours = None if wanted.select else PRESETS.get(preset)
        own = None if wanted.select or preset in PRESETS else presets[preset]
        # A policy's preset hides nothing that the other one shows.
        floor = PRESETS[policy.preset] if policy is not None and policy.preset else None
        if own is not None and floor is not None:
            own = _either(floor, own)
        return Plan(
            rules=rules,
            shows=_levels(ours, wanted.min_confidence, floor),
            preset="selected" if wanted.select else preset,
            fail_on=_first(wanted.fail_on, configuration.fail_on, Severity.HIGH),
            configuration=configuration,
            options=given,
            ignored=tuple(sorted(ignored)),
            partly=partly,
            own_preset=own,
            judge=judge,
            level=wanted.level,
            commanded=wanted.fail_on is not None,
        )

    def _allowed(self, configuration: Configuration, path: str | None) -> tuple[Configuration, Wanted, Policy | None]:
        """What holds of a configuration and of the command line, and the policy with its globs from where they are."""
        wanted, policy = self._wanted, self._policy
        if wanted.waivers:
            files = (*configuration.files, *(one.origin.name for one in wanted.waivers))
            waivers = (*configuration.waivers, *wanted.waivers)
            configuration = configuration._replace(waivers=waivers, files=tuple(dict.fromkeys(files)))
        if policy is not None:
            from apilint.config.trusted import enforced

            if self._discovery is not None:
                policy = policy._replace(configuration=self._discovery.start(path))
            configuration, wanted, refused = enforced(configuration, wanted, policy, self._loaded)
            self.notices.update(dict.fromkeys(refused))
        if wanted.plain:
            from apilint.config.scored import plain

            configuration = plain(configuration, policy.configuration if policy is not None else Configuration())
        return configuration, wanted, policy


def _preset(configuration: Configuration, wanted: Wanted, presets: Mapping[str, Preset]) -> str:
    """The name of the preset that holds. Raises `ConfigurationError` for one that does not exist."""
    name = wanted.preset or configuration.preset or "default"
    if name in presets:
        return name
    message = f"no preset is called {name!r}{hint(name, presets)}"
    raise ConfigurationError(message) if wanted.preset else wrong(configuration.origin("preset"), message)


def _require_levels(configuration: Configuration, asked: str, rules: Sequence[Rule]) -> None:
    """Raise `ConfigurationError` for levels, domains and rules of levels that do not exist."""
    if not (asked or configuration.levels or configuration.assignments):
        return
    from apilint.config.patterns import meant
    from apilint.policy.levels import require_sense

    require_sense(configuration, asked)
    known = {rule.id: rule for rule in rules}
    for name, level in configuration.levels.items():
        for pattern in level.reject:
            meant(pattern, known, configuration.origin("levels", name, "reject"))


def _sets_options(override: Override, path: str | None) -> bool:
    """Whether an override sets options of rules for a document."""
    return any(setting.options for setting in override.rules.values()) and is_in(override.where, path)


def _first(*values: Severity | None) -> Severity:
    return next(value for value in values if value is not None)


def _either(one: Preset, other: Preset) -> Preset:
    return lambda rule, finding: one(rule, finding) or other(rule, finding)


def _levels(preset: Preset | None, least: Confidence | None, floor: Preset | None = None) -> Shows:
    """What one of our presets and the least confidence show, decided once for each rule and its levels.

    What the preset `floor` shows is shown in any case.
    """
    known: dict[tuple[str, Severity, Confidence], bool] = {}

    def shown(rule: Rule, severity: Severity, confidence: Confidence) -> bool:
        key = (rule.id, severity, confidence)
        if key not in known:
            known[key] = (
                (least is None or confidence >= least) and (preset is None or shows(preset, rule, severity, confidence))
            ) or (floor is not None and shows(floor, rule, severity, confidence))
        return known[key]

    return shown
