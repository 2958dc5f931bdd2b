"""Levels of the gate: what an API has to reach that anybody may call, and what one that is still a draft."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from apilint.findings import Problem, Severity
from apilint.policy import selectors
from apilint.policy.model import LEVEL, Assignment, Configuration, Floors, Level, Origin, Policy, Setting, Where, wrong
from apilint.policy.selection import fits, hint
from apilint.rule import Rule
from apilint.weights import SHARES

if TYPE_CHECKING:
    from apilint.openapi.api import Api
    from apilint.policy.choosing import Chooser

ANY = "*"
_LONGEST = 100
_Bound = TypeVar("_Bound", int, Severity)

# Measured with 782 of the documents of the crater run, each with operations: of these pass 97, 35, 32 and 16 of 100.
BUILT_IN: Mapping[str, Level] = MappingProxyType(
    {
        "draft": Level(fail_on=Severity.CRITICAL, min_score=0),
        "internal": Level(fail_on=Severity.HIGH, min_score=65),
        "partner": Level(
            fail_on=Severity.HIGH, min_score=80, domains=MappingProxyType({"transport": 95}), max_waivers=10
        ),
        "public": Level(
            fail_on=Severity.HIGH,
            min_score=85,
            domains=MappingProxyType({"authentication": 95, "authorization": 90, "transport": 95}),
            severities=MappingProxyType({"authentication": Severity.LOW, "transport": Severity.LOW}),
            max_waivers=3,
        ),
    }
)
"""The levels that need no configuration, the mildest first: each asks for all that the one before asks for."""


class Held(NamedTuple):
    """The levels that an API is held to, by name.

    `assigned` replaces the gate of the configuration; what others are `raised` can only ask for more.
    """

    assigned: str = ""
    raised: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(dict.fromkeys(name for name in (self.assigned, *self.raised) if name))


class Asked(NamedTuple):
    """What is asked of one API: its configuration, the threshold of its plan, and the levels it is held to.

    A threshold that is `commanded`, by the command line, is not replaced by those of levels; floors still hold.
    """

    configuration: Configuration
    fail_on: Severity
    held: Held = Held()
    commanded: bool = False


def stricter(one: Level, other: Level) -> Level:
    """The level that asks for all that two levels ask for."""
    severities = {}
    for name in (*one.severities, *other.severities):
        allowed = (level.severities.get(name, level.severities.get(ANY)) for level in (one, other))
        severities[name] = min(severity for severity in allowed if severity is not None)
    return Level(
        fail_on=_least(one.fail_on, other.fail_on),
        min_score=_most(one.min_score, other.min_score),
        domains={
            name: max(one.domains.get(name, 0), other.domains.get(name, 0)) for name in (*one.domains, *other.domains)
        },
        severities=severities,
        reject=tuple(dict.fromkeys((*one.reject, *other.reject))),
        max_waivers=_least(one.max_waivers, other.max_waivers),
    )


def known(configuration: Configuration) -> dict[str, Level]:
    """All levels, by name: the built-in ones as the policy and then configuration change them, with the floors."""
    floors = configuration.floors.levels
    levels = {**BUILT_IN, **floors}
    for name, level in configuration.levels.items():
        levels[name] = levels.get(name, Level()).after(level)
    return {name: stricter(level, floors.get(name, Level())) for name, level in levels.items()}


def floors_of(policy: Policy) -> Floors:
    """What a policy demands of the gate whatever a repository says: `Configuration.floors` of what it is enforced on.

    A level that the policy assigns is as strict as without any configuration.
    """
    base = policy.configuration
    names = (*base.levels, *policy.levels, *(one.level for one in base.assignments))
    levels = {
        name: BUILT_IN.get(name, Level()).after(base.levels.get(name, Level())).after(policy.levels.get(name, Level()))
        for name in names
    }
    return Floors(Level(policy.fail_on, policy.min_score), levels, base.assignments, base.rules, base.overrides)


def require_sense(configuration: Configuration, level: str = "") -> None:
    """Raise `ConfigurationError` for a level that does not exist, and for a domain that does not.

    `level` is one that the command line names.
    """
    levels = known(configuration)
    for one in (*configuration.assignments, *([Assignment(Where(), level, Origin("--level"))] if level else ())):
        if one.level not in levels:
            raise wrong(one.origin, unknown(one.level, levels))
    for name, held in configuration.levels.items():
        for key, given in (("domains", held.domains), ("max_severity", held.severities)):
            for domain in given:
                if domain not in SHARES and not (domain == ANY and key == "max_severity"):
                    origin = configuration.origin("levels", name, key, domain)
                    raise wrong(origin, f"the score has no domain {domain!r}{hint(domain, SHARES)}")


def unknown(name: str, levels: Iterable[str]) -> str:
    """That a level does not exist, and which was perhaps meant."""
    return f"no level is called {name[:_LONGEST]!r}{hint(name, levels)}"


def level_of(configuration: Configuration, api: Api, asked: str = "") -> Held:
    """The levels that an API is held to: by configuration, by its own `x-apilint-level`, and by the policy.

    Of assignments that fit the whole API the last one holds. One that fits some of its operations can only ask for
    more, and so can the document: nothing that is written in it makes the gate milder. A name in the document that is
    no level becomes a problem of the API. With a level that somebody has `asked` about, only the policy says more.
    """
    floor = [name for name in _assigned(configuration.floors.assignments, api) if name]
    if asked:
        return Held(asked, tuple(floor))
    assigned, *raised = _assigned(configuration.assignments, api)
    if own := _own(known(configuration), api):
        raised.append(own)
    return Held(assigned, (*raised, *floor))


def demanded(asked: Asked) -> Level:
    """All that is asked of an API."""
    configuration, held = asked.configuration, asked.held
    levels = known(configuration)
    level = Level(asked.fail_on, configuration.min_score)
    if held.assigned in levels:
        level = level.after(levels[held.assigned])
    for name in held.raised:
        if name in levels:
            level = stricter(level, levels[name])
    if asked.commanded:
        level = level._replace(fail_on=asked.fail_on)
    level = stricter(level, configuration.floors.every)
    for name in held.names:
        level = stricter(level, configuration.floors.levels.get(name, Level()))
    return level


def loosened(asked: Asked, rules: Iterable[Rule]) -> str:
    """Why an API has no score that a policy can trust: the patterns of rules that its repository turns off or makes
    milder in all, or milder somewhere; empty where it does not, or where no policy asks for a score.

    An override that turns a rule off for some operations leaves the findings visible, and they weigh half.
    """
    floors = asked.configuration.floors
    levels = (floors.every, *(floors.levels.get(name, Level()) for name in asked.held.names))
    if not any(level.min_score or any(level.domains.values()) for level in levels):
        return ""
    known = list(rules)
    said = [
        pattern
        for pattern, setting in asked.configuration.rules.items()
        if floors.rules.get(pattern) != setting and (setting.enabled is False or _milder(setting, pattern, known))
    ]
    for one in asked.configuration.overrides:
        if one not in floors.overrides:
            said += [pattern for pattern, setting in one.rules.items() if _milder(setting, pattern, known)]
    names = ", ".join(dict.fromkeys(said))
    return f"configuration turns off rules or makes them milder: {names}" if said else ""


def _milder(setting: Setting, pattern: str, rules: Iterable[Rule]) -> bool:
    return any(
        (setting.severity is not None and setting.severity < rule.severity)
        or (setting.confidence is not None and setting.confidence < rule.confidence)
        for rule in rules
        if fits(pattern, rule)
    )


def title(asked: Asked) -> str:
    """The names of the levels that an API is held to, without those of which another asks for all: usually one."""
    levels = known(asked.configuration)
    names: list[str] = []
    for name in asked.held.names:
        if any(covers(levels.get(other, Level()), levels.get(name, Level())) for other in names):
            continue
        names = [other for other in names if not covers(levels.get(name, Level()), levels.get(other, Level()))]
        names.append(name)
    return " and ".join(names)


def covers(one: Level, other: Level) -> bool:
    """Whether a level asks for all that another one asks for."""
    return _plain(stricter(one, other)) == _plain(stricter(one, one))


def _plain(level: Level) -> tuple[Any, ...]:
    domains = {name: least for name, least in level.domains.items() if least}
    return (level.fail_on, level.min_score or 0, domains, dict(level.severities), set(level.reject), level.max_waivers)


def _fit(where: Where, api: Api, chooser: Chooser) -> str:
    """Whether what is meant is `all` of an API, or `some` of it; empty for nothing."""
    if not selectors.is_in(where, api.document.path):
        return ""
    if not where.operations:
        return "all"
    chosen = chooser.chosen(where.operations).bit_count()
    return "all" if chosen and chosen == len(api.all_operations) else "some" if chosen else ""


def _assigned(assignments: Sequence[Assignment], api: Api) -> list[str]:
    """The level of an API, empty for none, and after it those of some of its operations that were assigned later."""
    found = [""]
    if not assignments:
        return found
    from apilint.policy.choosing import Chooser

    chooser = Chooser(api)
    for one in assignments:
        fit = _fit(one.where, api, chooser)
        if fit == "all":
            found = [one.level]
        elif fit:
            found.append(one.level)
    return found


def _own(levels: Mapping[str, Level], api: Api) -> str:
    """The level that the document names."""
    if LEVEL not in api.value:
        return ""
    name = api.value[LEVEL]
    if isinstance(name, str) and name in levels:
        return name
    said = unknown(name, levels) if isinstance(name, str) else f"it has to be one of {', '.join(levels)}"
    from apilint.openapi.node import Node

    place = Node(api, api.document, api, LEVEL, name)
    message = f"{LEVEL} cannot be followed: {said}"
    api.problems.append((place, Problem("level-unknown", message, api.file, pointer=f"/{LEVEL}")))
    return ""


def _least(one: _Bound | None, other: _Bound | None) -> _Bound | None:
    bounds = [bound for bound in (one, other) if bound is not None]
    return min(bounds, default=None)


def _most(one: int | None, other: int | None) -> int | None:
    bounds = [bound for bound in (one, other) if bound is not None]
    return max(bounds, default=None)
