"""What holds for an input, value by value, in the words of configuration, with the place where each was set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from apilint.findings import Confidence, Severity
from apilint.policy.model import Configuration, Origin, Policy, Setting, Where

DEFAULT = Origin()


class Entry(NamedTuple):
    """A value by its path, as configuration spells both; None is a value that nobody set."""

    path: tuple[str | int, ...]
    value: Any
    origin: Origin = DEFAULT


def entries(configuration: Configuration, preset: str, fail_on: Severity) -> Iterator[Entry]:
    """All that a configuration means; `preset` and `fail_on` are what holds where it says nothing."""
    at = configuration.origin
    yield Entry(("preset",), preset, at("preset"))
    yield Entry(("gate", "fail_on"), fail_on.label, at("gate", "fail_on"))
    yield Entry(("gate", "min_score"), configuration.min_score, at("gate", "min_score"))
    yield Entry(("baseline",), configuration.baseline, at("baseline"))
    yield Entry(("exclude",), [glob for where in configuration.exclude for glob in where.files], at("exclude"))
    for pattern, setting in configuration.rules.items():
        for path, value in _setting(setting):
            yield Entry(
                ("rules", pattern, *path),
                value,
                configuration.origins.get(("rules", pattern, *path)) or at("rules", pattern),
            )
    yield from _overrides(configuration)
    for index, public in enumerate(configuration.public):
        for path, value in (*_where(public.where), (("reason",), public.reason)):
            yield Entry(("public", index, *path), value, public.origin)
    yield from _waivers(configuration)
    for name, level in configuration.levels.items():
        for key, held in _fields(level):
            spelled = "max_severity" if key == "severities" else key
            yield Entry(("levels", name, spelled), held, at("levels", name, spelled))
    for id, rule in configuration.declared.items():
        yield Entry(("declarative_rules", id), dict(rule), at("declarative_rules", id))


def _overrides(configuration: Configuration) -> Iterator[Entry]:
    for index, override in enumerate(configuration.overrides):
        for path, value in _where(override.where):
            yield Entry(("overrides", index, *path), value, override.origin)
        for pattern, setting in override.rules.items():
            for path, value in _setting(setting):
                origin = override.origins.get(pattern, override.origin)
                yield Entry(("overrides", index, "rules", pattern, *path), value, origin)
        if override.reason:
            yield Entry(("overrides", index, "reason"), override.reason, override.origin)
    for index, assigned in enumerate(configuration.assignments, len(configuration.overrides)):
        for path, value in (*_where(assigned.where), (("level",), assigned.level)):
            yield Entry(("overrides", index, *path), value, assigned.origin)


def _waivers(configuration: Configuration) -> Iterator[Entry]:
    for index, waiver in enumerate(configuration.waivers):
        match = {("match", *path): value for path, value in _where(waiver.where)}
        if waiver.fingerprint:
            match["match", "fingerprint"] = waiver.fingerprint
        said: dict[tuple[str, ...], Any] = {("id",): waiver.id, ("rule",): list(waiver.rules), **match}
        for name in ("owner", "reason", "created", "expires", "renewals"):
            if value := getattr(waiver, name):
                said[name,] = value
        yield from (Entry(("waivers", index, *path), value, waiver.origin) for path, value in said.items())


def enforced(found: Iterable[Entry], before: Iterable[Entry], policy: Policy) -> Iterator[Entry]:
    """The values with the policy as the origin of those that are others than `before` it was heard."""
    known = {entry.path: entry.value for entry in before}
    for entry in found:
        same = entry.path in known and known[entry.path] == entry.value
        yield entry if same else entry._replace(origin=Origin(policy.name))


def of_policy(policy: Policy) -> Iterator[Entry]:
    """What a policy locks and demands, as far as it says anything."""
    origin = Origin(policy.name)
    plain_policy = Policy(policy.name)
    for name, value in policy._asdict().items():
        if name in ("name", "path", "configuration") or value == getattr(plain_policy, name):
            continue
        if name == "locks":
            for lock in policy.locks:
                for key, said in _fields(lock, ("pattern", "origin")) or [("locked", True)]:
                    yield Entry(("policy", "locks", lock.pattern, key), said, lock.origin)
        elif isinstance(value, tuple) and hasattr(value, "_fields"):
            yield from (Entry(("policy", name, key), said, origin) for key, said in _fields(value))
        else:
            yield Entry(("policy", name), plain(value), origin)


def _fields(value: Any, without: Sequence[str] = ()) -> list[tuple[str, Any]]:
    """The fields of a value that are not what they are by default."""
    defaults = value._field_defaults
    return [
        (name, plain(said))
        for name, said in value._asdict().items()
        if name not in without and (name not in defaults or said != defaults[name])
    ]


def plain(value: Any) -> Any:
    """A value of the model as plain data."""
    if isinstance(value, Severity | Confidence):
        return value.label
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return dict(_fields(value, ("origin", "folder")))
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return value


def nested(found: Iterable[Entry]) -> dict[str, Any]:
    """The values as one mapping, without those that nobody set."""
    root: dict[str, Any] = {}
    for entry in found:
        if entry.value is None or entry.value == []:
            continue
        into: Any = root
        for position, step in enumerate(entry.path[:-1]):
            after = entry.path[position + 1]
            if isinstance(step, int):
                into = into[step]
                continue
            made: Any = [] if isinstance(after, int) else {}
            into = into.setdefault(step, made)
            if isinstance(after, int) and after == len(into):
                into.append({})
        into[entry.path[-1]] = entry.value
    return root


def _setting(setting: Setting) -> Iterator[tuple[tuple[str, ...], Any]]:
    """What is set of a rule: in a word where it is one, else by name."""
    if setting.confidence is None and not setting.options and setting.enabled is not None:
        if setting.enabled and setting.severity is not None:
            yield (), setting.severity.label
            return
        if setting.severity is None:
            yield (), "on" if setting.enabled else "off"
            return
    for name in ("enabled", "severity", "confidence"):
        value = getattr(setting, name)
        # What has a severity is on.
        if value is not None and not (name == "enabled" and value and setting.severity is not None):
            yield (name,), plain(value)
    for name, value in setting.options.items():
        yield ("options", name), plain(value)


def _where(where: Where) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name in ("files", "operations", "pointers"):
        value = getattr(where, name)
        if value:
            yield (name,), list(value)
