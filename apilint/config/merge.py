"""Several configurations as one: what is nearer wins, value by value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from apilint.policy.model import Configuration, Level, Origin, Setting, Where, wrong


def over(below: Configuration, above: Configuration) -> Configuration:
    """What two configurations say together, `above` having the last word.

    Values are merged one by one, and lists follow each other. A pattern of rules that both have stands where `above`
    has it, with what `below` alone says of it; if `above` sets options only, it stands where it stood.
    """
    if below == Configuration():
        return above
    return below._replace(
        preset=above.preset or below.preset,
        rules=_rules(below.rules, above.rules),
        overrides=_listed(below.overrides, above.overrides),
        public=_listed(below.public, above.public),
        waivers=_listed(below.waivers, above.waivers),
        levels=_levels(below.levels, above.levels),
        assignments=_listed(below.assignments, above.assignments),
        declared={**below.declared, **above.declared},
        fail_on=below.fail_on if above.fail_on is None else above.fail_on,
        min_score=below.min_score if above.min_score is None else above.min_score,
        baseline=above.baseline or below.baseline,
        exclude=tuple(dict.fromkeys((*below.exclude, *above.exclude))),
        origins={**below.origins, **above.origins},
        files=tuple(dict.fromkeys((*below.files, *above.files))),
    )


def _rules(below: Mapping[str, Setting], above: Mapping[str, Setting]) -> dict[str, Setting]:
    merged = dict(below)
    for pattern, setting in above.items():
        known = merged.get(pattern, Setting())
        if (setting.enabled, setting.severity, setting.confidence) != (None, None, None):
            merged.pop(pattern, None)  # what is set anew stands where it is set
        merged[pattern] = known.after(setting)
    return merged


def _levels(below: Mapping[str, Level], above: Mapping[str, Level]) -> dict[str, Level]:
    return {**below, **{name: below.get(name, Level()).after(level) for name, level in above.items()}}


def _listed(below: Sequence[Any], above: Sequence[Any]) -> list[Any]:
    """The one after the other; what stands in both, since both build on one file, stands where it is said last."""
    again = {(one.origin, one.where) for one in above}
    return [*(one for one in below if (one.origin, one.where) not in again), *above]


def placed(configuration: Configuration, folder: str) -> Configuration:
    """The same with globs from a folder where they are from none: those of a policy."""
    return _moved(configuration, lambda where: where if where.folder else where._replace(folder=folder))


def nowhere(configuration: Configuration) -> Configuration:
    """The same with globs from no folder yet, wherever they are from."""
    return _moved(configuration, lambda where: where._replace(folder=""))


def _moved(configuration: Configuration, move: Callable[[Where], Where]) -> Configuration:
    def all_moved(items: Sequence[Any]) -> list[Any]:
        return [item._replace(where=move(item.where)) for item in items]

    return configuration._replace(
        overrides=all_moved(configuration.overrides),
        public=all_moved(configuration.public),
        waivers=all_moved(configuration.waivers),
        assignments=all_moved(configuration.assignments),
        exclude=tuple(map(move, configuration.exclude)),
    )


def checked(configuration: Configuration) -> Configuration:
    """The same, if what several files say fits together: raises `ConfigurationError`."""
    known: dict[str, Origin] = {}
    for waiver in configuration.waivers:
        first = known.setdefault(waiver.id, waiver.origin)
        if first != waiver.origin:
            raise wrong(waiver.origin, f"two waivers are called {waiver.id!r}, the first in {first}")
    return configuration
