"""What one file of configuration says, as values that know where they are written."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from apilint.config.reading import Written
from apilint.config.schema import Fault, quoted, refuse, validate
from apilint.findings import Confidence, Severity
from apilint.policy import globs, selectors
from apilint.policy.dates import is_date
from apilint.policy.model import Assignment, Configuration, Level, Origin, Override, Public, Setting, Waiver, Where
from apilint.policy.presets import PRESETS

_SEVERITIES = {severity.label: severity for severity in Severity}
_CONFIDENCES = {confidence.label: confidence for confidence in Confidence}
_SWITCH = {"on": True, "off": False, True: True, False: False}
_PRESET = "apilint:"
_STARTS = (_PRESET, "./", "../", "package:")
_FILE = re.compile(r"\.(?:ya?ml|json|toml)$")

At = tuple[str | int, ...]


class Layer(NamedTuple):
    """One file: what it says itself, what it builds on with the place of each, and whether folders above count."""

    configuration: Configuration
    extends: tuple[tuple[str, Origin], ...] = ()
    root: bool = False


def layer(written: Written, folder: str, kind: str = "configuration") -> Layer:
    """What a file says, whose globs and paths are from `folder`; `kind` is the part of the schema that it has to fit.

    Of a policy it is the configuration that all start from. Raises `ConfigurationError` with all that is wrong.
    """
    validate(written, kind)
    return _Reader(written, folder).layer()


def setting_of(value: Any) -> Setting:
    """What is set of a rule, by what the schema takes for a setting; with a severity it is on."""
    if not isinstance(value, dict):
        severity = _SEVERITIES.get(value) if isinstance(value, str) else None
        return Setting(_SWITCH[value]) if severity is None else Setting(True, severity)
    severity = _SEVERITIES.get(value.get("severity", ""))
    enabled = _SWITCH[value["enabled"]] if "enabled" in value else (True if severity is not None else None)
    return Setting(enabled, severity, _CONFIDENCES.get(value.get("confidence", "")), dict(value.get("options", {})))


def level_of(value: Mapping[str, Any]) -> Level:
    """A level, by what the schema takes for one."""
    return Level(
        fail_on=_SEVERITIES.get(value.get("fail_on", "")),
        min_score=value.get("min_score"),
        domains=dict(value.get("domains", {})),
        severities={domain: _SEVERITIES[label] for domain, label in value.get("max_severity", {}).items()},
        reject=tuple(value.get("reject", ())),
        max_waivers=value.get("max_waivers"),
    )


class _Reader:
    """Reads what the schema has taken for good; what it cannot judge becomes a fault."""

    def __init__(self, written: Written, folder: str) -> None:
        self._written = written
        self._data: dict[str, Any] = written.value
        self._folder = folder
        self._faults: list[Fault] = []

    def layer(self) -> Layer:
        data, written = self._data, self._written
        written.look_up(_paths(data, ()))
        overrides = list(self._each("overrides", self._override))
        gate = data.get("gate", {})
        extends = self._extends()
        presets = [(name, origin) for name, origin in extends if name.startswith(_PRESET)]
        configuration = Configuration(
            preset=presets[-1][0].removeprefix(_PRESET) if presets else None,
            rules=self._rules(data.get("rules", {}), ("rules",)),
            overrides=[one for one in overrides if one.rules],
            public=list(self._each("public", self._public)),
            waivers=self._waivers(),
            levels={name: self._level(name, value) for name, value in data.get("levels", {}).items()},
            assignments=self._assignments(overrides),
            declared=self._declared(),
            fail_on=_SEVERITIES.get(gate.get("fail_on", "")),
            min_score=gate.get("min_score"),
            baseline=self._baseline(),
            exclude=(Where(self._globs(("exclude",)), folder=self._folder),) if data.get("exclude") else (),
            origins={
                **({("preset",): presets[-1][1]} if presets else {}),
                **{tuple(map(str, path)): origin for path, origin in self._origins()},
            },
            files=(written.name,),
        )
        refuse(written, self._faults)
        return Layer(configuration, tuple(one for one in extends if one not in presets), data.get("root", False))

    def _assignments(self, overrides: list[Override]) -> list[Assignment]:
        at = self._written.origin
        return [
            Assignment(one.where, one.level, at("overrides", index, "level"))
            for index, one in enumerate(overrides)
            if one.level
        ]

    def _origins(self) -> Iterator[tuple[At, Origin]]:
        """Where each value is set: rules and levels by name, settings of rules and levels one by one."""
        at = self._written.origin
        for pattern, value in self._data.get("rules", {}).items():
            path = ("rules", pattern)
            yield path, at(*path, key=True)
            if not isinstance(value, dict):
                yield (*path, "enabled"), at(*path)
                if value in _SEVERITIES:
                    yield (*path, "severity"), at(*path)
                continue
            if "severity" in value:
                yield (*path, "enabled"), at(*path, "severity")
            yield from (((*path, name), at(*path, name)) for name in value)
            yield from (((*path, "options", name), at(*path, "options", name)) for name in value.get("options", ()))
        for name, level in self._data.get("levels", {}).items():
            yield ("levels", name), at("levels", name, key=True)
            yield from ((("levels", name, key), at("levels", name, key)) for key in level)
            for key in ("domains", "max_severity"):
                yield from ((("levels", name, key, one), at("levels", name, key, one)) for one in level.get(key, ()))
        yield from ((("gate", key), at("gate", key)) for key in self._data.get("gate", ()))
        yield from (((key,), at(key)) for key in ("baseline", "exclude") if key in self._data)
        for id in self._data.get("declarative_rules", ()):
            yield ("declarative_rules", id), at("declarative_rules", id, key=True)

    def _declared(self) -> dict[str, Any]:
        """The rules without code, as written; what is wrong with them is known where they stand."""
        rules = dict(self._data.get("declarative_rules", {}))
        if rules:
            from apilint.declared.rules import mistakes

            self._faults += [Fault(("declarative_rules", *one.path), one.message) for one in mistakes(rules)]
        return rules

    def _each(self, key: str, read: Any) -> Iterator[Any]:
        return (read((key, index), value) for index, value in enumerate(self._data.get(key, ())))

    def _extends(self) -> list[tuple[str, Origin]]:
        """What the file builds on; a preset of a plugin is known to whoever knows the plugins."""
        found = []
        for path, name in self._listed(("extends",)):
            if not any(name.startswith(start) and len(name) > len(start) for start in _STARTS):
                known = name if name.startswith(_PRESET) else f"{_PRESET}{name}"
                meant = known if known.removeprefix(_PRESET) in PRESETS else f"./{name}" if _FILE.search(name) else ""
                hint = f"did you mean {meant!r}?" if meant else "there are apilint:PRESET, ./FILE and package:NAME"
                self._faults.append(Fault(path, f"extends has {quoted(name)}; {hint}"))
            found.append((name, self._written.origin(*path)))
        return found

    def _rules(self, data: Mapping[str, Any], path: At) -> dict[str, Setting]:
        for pattern in data:
            self._pattern(pattern, (*path, pattern), key=True)
        return {pattern: setting_of(value) for pattern, value in data.items()}

    def _override(self, path: At, value: Mapping[str, Any]) -> Override:
        rules = self._rules(value.get("rules", {}), (*path, "rules"))
        reason = value.get("reason", "")
        for pattern, setting in rules.items():
            if setting.enabled is False and not _is_said(reason):
                message = f"turning {quoted(pattern)} off for some needs a reason; add reason: beside rules:"
                self._faults.append(Fault((*path, "rules", pattern), message, key=True))
        return Override(
            self._where(path),
            rules,
            self._written.origin(*path),
            reason,
            value.get("level", ""),
            {pattern: self._written.origin(*path, "rules", pattern, key=True) for pattern in rules},
        )

    def _public(self, path: At, value: Mapping[str, Any]) -> Public:
        self._need(path, value, "reason")
        return Public(self._where(path), value["reason"], self._written.origin(*path))

    def _waivers(self) -> list[Waiver]:
        known: dict[str, Waiver] = {}
        waivers = []
        for path, value in ((("waivers", index), one) for index, one in enumerate(self._data.get("waivers", ()))):
            one = self._waiver(path, value)
            if one.id in known:
                message = f"two waivers are called {quoted(one.id)}, the first in line {_line(known[one.id].origin)}"
                self._faults.append(Fault((*path, "id"), message))
            known.setdefault(one.id, one)
            waivers.append(one)
        return waivers

    def _waiver(self, path: At, value: Mapping[str, Any]) -> Waiver:
        for key in ("id", "owner", "reason"):
            self._need(path, value, key)
        for key in ("created", "expires"):
            if key in value and not is_date(value[key]):
                message = f"{quoted(value[key])} is no day as YYYY-MM-DD that the calendar has"
                self._faults.append(Fault((*path, key), message))
        created, expires = value.get("created", ""), value["expires"]
        if created > expires:
            self._faults.append(Fault((*path, "expires"), f"it ends on {expires}, before it was created ({created})"))
        rules = tuple(rule for at, rule in self._listed((*path, "rule")) if self._pattern(rule, at))
        where = self._where((*path, "match")) if "match" in value else Where(folder=self._folder)
        origin, fingerprint = self._written.origin(*path), value.get("match", {}).get("fingerprint", "")
        fields = (value["owner"], value["reason"], created, expires, origin, fingerprint, value.get("renewals", 0))
        return Waiver(value["id"], rules, where, *fields)

    def _level(self, name: str, value: Mapping[str, Any]) -> Level:
        for at, pattern in self._listed(("levels", name, "reject")):
            self._pattern(pattern, at)
        return level_of(value)

    def _baseline(self) -> str | None:
        value = self._data.get("baseline")
        if value is None:
            return None
        if message := _leads_out(value.replace("../", "")):
            self._faults.append(Fault(("baseline",), f"{quoted(value)}: {message}"))
        return os.path.normpath(os.path.join(self._folder, value))

    def _where(self, path: At) -> Where:
        """What `files`, `operations` and `pointers` of a mapping mean, under their names in the singular, too."""
        operations, pointers = [], []
        for key in ("operation", "operations"):
            for at, selector in self._listed((*path, key)):
                operations.append(selector)
                if message := selectors.fault(selector):
                    self._faults.append(Fault(at, f"{quoted(selector)} selects no operation: {message}"))
        for key in ("pointer", "pointers"):
            for at, pointer in self._listed((*path, key)):
                plain = pointer.removeprefix("#")
                pointers.append(plain)
                message = globs.fault(plain) or (
                    "" if plain.startswith(("/", "*")) else "it begins with neither a slash nor **"
                )
                if message:
                    self._faults.append(Fault(at, f"{quoted(pointer)} is no pointer: {message}"))
        return Where(self._globs((*path, "files")), tuple(operations), tuple(pointers), self._folder)

    def _globs(self, path: At) -> tuple[str, ...]:
        """Globs of files as they are meant: a folder is all that is in it."""
        found = []
        for at, glob in self._listed(path):
            plain = glob.removeprefix("./")
            found.append(f"{plain}**" if plain.endswith("/") else plain)
            if message := globs.fault(plain) or _leads_out(plain):
                self._faults.append(Fault(at, f"{quoted(glob)} fits no file: {message}"))
        return tuple(found)

    def _pattern(self, pattern: str, at: At, *, key: bool = False) -> bool:
        if message := globs.fault(pattern):
            self._faults.append(Fault(at, f"{quoted(pattern)} fits no rule: {message}", key=key))
        return not message

    def _need(self, path: At, value: Mapping[str, Any], key: str) -> None:
        if not _is_said(value[key]):
            self._faults.append(Fault((*path, key), f"the {key} is blank"))

    def _listed(self, path: At) -> list[tuple[At, str]]:
        """The texts at a path, be it one or a list, with the path of each."""
        value: Any = self._data
        for step in path:
            value = value.get(step) if isinstance(value, dict) else value[step]
            if value is None:
                return []
        return [((*path, index), one) for index, one in enumerate(value)] if type(value) is list else [(path, value)]


def _is_said(text: str) -> bool:
    """Whether a text says anything: a letter or a digit stands in it."""
    return any(one.isalnum() for one in text)


def _line(origin: Origin) -> int:
    return origin.span.line if origin.span else 0


def _leads_out(path: str) -> str:
    """Why a path from the folder of the file is refused; empty where it stays below."""
    if "\0" in path:
        return "it cannot be the name of a file"
    absolute = path.startswith(("/", "\\", "~")) or path[1:2] == ":"
    return "it is from the folder of this file, and may not leave it" if absolute or ".." in path.split("/") else ""


def _paths(value: Any, path: At) -> Iterator[At]:
    """The paths of all values that may be named, which the schema has bounded."""
    yield path
    if isinstance(value, dict) and path[:1] != ("declarative_rules",):
        for key, item in value.items():
            yield from _paths(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _paths(item, (*path, index))
