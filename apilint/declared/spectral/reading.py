"""A Spectral ruleset and what it extends, merged as Spectral merges them. No code is run, and nothing is fetched."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from apilint.declared.spectral.known import called, known
from apilint.reading.limits import LimitReached, Limits, Malformed, Unreadable
from apilint.reading.parse import parse
from apilint.reading.source import read
from apilint.reading.workspace import choose_root, inside

LIMITS = Limits(bytes=2 << 20, nodes=200_000, depth=60, aliases=10_000)
_DEEPEST = 8
_MOST_FILES = 100
_SCRIPTS = (".js", ".mjs", ".cjs", ".ts")
_MODES = ("off", "recommended", "all")
_IGNORED = {
    "parserOptions": "apilint reports repeated keys and odd values in its own way",
    "functionsDir": "functions are programs, which apilint does not run",
    "except": "exceptions by place are waivers or overrides here: write them in apilint.yaml",
}


class RulesetError(ValueError):
    """A ruleset that cannot be read at all, and why."""


class Entry(NamedTuple):
    """A rule as it is in the end: its definition, or the ruleset of everybody that has it.

    `severity` is None where nobody gave one after the definition; `aliases` and `formats` are those of its file. What
    is not `asked` for by name is as its ruleset or the mode of `extends` leaves it.
    """

    name: str
    definition: dict[str, Any]
    enabled: bool
    file: str
    known: str = ""
    severity: Any = None
    aliases: Mapping[str, Any] = MappingProxyType({})
    formats: Any = None
    link: str = ""
    asked: bool = True


class Ruleset(NamedTuple):
    """The rules by name, and what could not be carried over that is no rule: what it was, and why.

    `overrides` are as written.
    """

    entries: dict[str, Entry]
    notes: list[tuple[str, str]]
    overrides: list[dict[str, Any]]


def load(path: str) -> Ruleset:
    """Read a ruleset and the files that it extends, inside its root. Raises `RulesetError`."""
    real = os.path.realpath(path)
    loader = _Loader(choose_root(real, os.path.dirname(real)))
    return loader.load(path, real, ())


class _Loader:
    def __init__(self, root: str) -> None:
        self._root = root
        self._files = 0

    def load(self, name: str, path: str, above: tuple[str, ...]) -> Ruleset:
        if name.lower().endswith(_SCRIPTS):
            raise RulesetError(f"{name} is a program; apilint reads rulesets as data only: convert it to YAML or JSON")
        if path in above:
            raise RulesetError(f"{name} extends itself")
        self._files += 1
        if len(above) >= _DEEPEST or self._files > _MOST_FILES:
            raise RulesetError(f"{name}: too many rulesets extend each other")
        data = _data(name, path)
        found = Ruleset({}, [], [])
        for target, mode in _extended(data, name):
            self._extend(found, target, mode, path, (*above, path))
        _own(found, data, name)
        return found

    def _extend(self, found: Ruleset, target: str, mode: str, path: str, above: tuple[str, ...]) -> None:
        everybodys = called(target)
        if everybodys is not None:
            for name, data in known()[everybodys].items():
                enabled = mode == "all" or (mode == "recommended" and data.get("recommended", True))
                found.entries[name] = Entry(name, {}, enabled, target, known=everybodys, asked=False)
            return
        why = self._refused(target, path)
        if why:
            found.notes.append((f"extends {target}", why))
            return
        below = self.load(target, os.path.realpath(os.path.join(os.path.dirname(path), target)), above)
        for name, entry in below.entries.items():
            enabled = entry.enabled if mode == "recommended" else mode == "all"
            found.entries[name] = entry._replace(enabled=enabled)
        found.notes.extend(below.notes)
        found.overrides.extend(below.overrides)

    def _refused(self, target: str, path: str) -> str:
        if target.startswith(("spectral:", "vacuum:")):
            return "nothing of ours is for this kind of document"
        if "://" in target:
            return "nothing is fetched: save it beside the ruleset, and extend the file"
        if target.lower().endswith(_SCRIPTS):
            return "it is a program, and apilint reads rulesets as data only"
        if not target.startswith(("./", "../", "/")) and not target.lower().endswith((".yaml", ".yml", ".json")):
            return "it is a package; extend a YAML or JSON file of it instead"
        real = os.path.realpath(os.path.join(os.path.dirname(path), target))
        if not inside(real, self._root):
            return f"it lies outside of {self._root}"
        return "" if os.path.isfile(real) else "there is no such file"


def _data(name: str, path: str) -> dict[str, Any]:
    try:
        source = read(path, name, LIMITS)
        # A ruleset may be called anything, and its name decides on JSON.
        if source.data.lstrip()[:1] not in (b"{", b"[") and not name.lower().endswith((".yaml", ".yml")):
            source = source._replace(name=f"{name}.yaml")
        document = parse(source, LIMITS)
    except (LimitReached, Malformed, Unreadable) as error:
        raise RulesetError(f"{name} cannot be read: {error}") from None
    for notice in document.notices:
        raise RulesetError(f"{notice.file}:{notice.line}: {notice.message}")
    if not isinstance(document.value, dict) or not ("rules" in document.value or "extends" in document.value):
        raise RulesetError(f"{name} is no Spectral ruleset: it has neither rules nor extends")
    return document.value


def _extended(data: dict[str, Any], name: str) -> Iterator[tuple[str, str]]:
    given = data.get("extends", [])
    for one in [given] if isinstance(given, str) else given if isinstance(given, list) else []:
        if isinstance(one, str):
            yield one, "recommended"
        elif isinstance(one, list) and len(one) == 2 and isinstance(one[0], str) and _mode(one[1]) in _MODES:
            yield one[0], _mode(one[1])
        else:
            raise RulesetError(f"{name}: extends holds names, or pairs of a name and one of {', '.join(_MODES)}")


def _mode(value: Any) -> str:
    return "off" if value is False else str(value)


def _own(found: Ruleset, data: dict[str, Any], name: str) -> None:
    aliases = data["aliases"] if isinstance(data.get("aliases"), dict) else {}
    link = data["documentationUrl"] if isinstance(data.get("documentationUrl"), str) else ""
    rules = data.get("rules", {})
    if not isinstance(rules, dict):
        raise RulesetError(f"{name}: rules is not a mapping")
    for rule, given in rules.items():
        before = found.entries.get(rule)
        if isinstance(given, dict):
            merged = {**(before.definition if before is not None and not before.known else {}), **given}
            entry = Entry(
                rule, merged, merged.get("recommended") is not False, name, "", None, aliases, data.get("formats"), link
            )
            if before is not None and before.known and not ("given" in given and "then" in given):
                entry = before._replace(enabled=True, asked=True, severity=given.get("severity", before.severity))
            elif before is not None:
                entry = entry._replace(enabled=True)
            found.entries[rule] = entry
        elif before is None:
            found.notes.append((f"rule {rule}", f"it is turned {_word(given)}, but nothing that was read defines it"))
        elif isinstance(given, bool) or given in ("off", -1):
            found.entries[rule] = before._replace(enabled=given is True, asked=True)
        else:
            found.entries[rule] = before._replace(enabled=True, asked=True, severity=given)
    found.notes.extend((key, why) for key, why in _IGNORED.items() if key in data)
    overrides = data.get("overrides")
    found.overrides.extend(one for one in (overrides if isinstance(overrides, list) else ()) if isinstance(one, dict))


def _word(given: Any) -> str:
    return "off" if given is False else "on" if given is True else str(given)[:40]
