"""Rules of Spectral into rules without code: what becomes of each is said, and nothing is left out silently."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from apilint.declared import messages
from apilint.declared.patterns import budgeted
from apilint.declared.rules import mistakes
from apilint.declared.spectral.functions import LostError, condition
from apilint.declared.spectral.known import known
from apilint.declared.spectral.reading import Entry, Ruleset

CARRIED, OURS, ALWAYS, OFF, LOST = "carried over", "built in", "always done", "off", "not carried over"
_SEVERITIES = {"error": "high", "warn": "medium", "info": "low", "hint": "info"}
_NUMBERS = ("error", "warn", "info", "hint")
_FORMATS = {
    "oas2": ("2.0",),
    "oas3": ("3.0", "3.1", "3.2"),
    "oas3.0": ("3.0",),
    "oas3_0": ("3.0",),
    "oas3.1": ("3.1",),
    "oas3_1": ("3.1",),
    "oas3.2": ("3.2",),
    "oas3_2": ("3.2",),
}
_ALL = ("2.0", "3.0", "3.1", "3.2")
_PLACEHOLDER = re.compile(r"\{\{\s*([\w-]+)\s*\}\}")
_ALIAS = re.compile(r"#([A-Za-z0-9_-]+)")
_MOST_PATHS = 200


class Fate(NamedTuple):
    """What became of something in a ruleset; `what` are the ids that it is here, `why` the reason in words."""

    name: str
    kind: str
    what: tuple[str, ...] = ()
    why: str = ""


class Converted(NamedTuple):
    """A configuration as plain data, and what became of each rule."""

    rules: dict[str, str]
    declared: dict[str, dict[str, Any]]
    overrides: list[dict[str, Any]]
    fates: list[Fate]

    @property
    def lost(self) -> list[Fate]:
        """What could not be carried over."""
        return [fate for fate in self.fates if fate.kind == LOST]


def convert(ruleset: Ruleset, vendor: str) -> Converted:
    """Carry over what can be; the ids begin with the vendor's name."""
    work = _Work(vendor)
    left: dict[str, int] = {}
    with budgeted():
        for entry in ruleset.entries.values():
            if entry.known and not entry.enabled and not entry.asked:
                left[entry.known] = left.get(entry.known, 0) + 1
            else:
                work.fates.append(work.entry(entry))
    for name, count in left.items():
        work.fates.append(Fate(name, OFF, (), f"{count} rules of it that nothing turns on"))
    for name, why in ruleset.notes:
        work.fates.append(Fate(name, LOST, (), why))
    for override in ruleset.overrides:
        work.override(override)
    # What one rule turns on, another one that says the same does not turn off.
    rules = {**dict.fromkeys(sorted(work.off - work.on.keys()), "off"), **work.on}
    return Converted(rules, work.declared, work.overrides, work.fates)


class _Work:
    def __init__(self, vendor: str) -> None:
        self._vendor = vendor
        self.on: dict[str, str] = {}
        self.off: set[str] = set()
        self.declared: dict[str, dict[str, Any]] = {}
        self.overrides: list[dict[str, Any]] = []
        self.fates: list[Fate] = []
        self._ids: dict[str, tuple[str, ...]] = {}

    def entry(self, entry: Entry) -> Fate:
        try:
            severity = _severity(entry)
            if entry.known:
                return self._known(entry, severity)
            if not entry.enabled or severity == "off":
                return Fate(entry.name, OFF)
            ids = []
            parts = _rules(entry, severity)
            for part in parts:
                id = self._id(entry.name)
                wrong = mistakes({id: part})
                if wrong:
                    where = ".".join(map(str, wrong[0].path[1:]))
                    raise LostError(f"{where}: {wrong[0].message}" if where else wrong[0].message)
                ids.append((id, part))
        except LostError as error:
            return Fate(entry.name, LOST, (), str(error))
        self.declared.update(ids)
        self._ids[entry.name] = tuple(id for id, _ in ids)
        return Fate(entry.name, CARRIED, self._ids[entry.name])

    def _known(self, entry: Entry, severity: str | None) -> Fate:
        data = known()[entry.known][entry.name]
        ours = tuple(data.get("ours", ()))
        off = not entry.enabled or severity == "off"
        if ours:
            self._ids[entry.name] = ours
            if off:
                self.off.update(ours)
                return Fate(entry.name, OFF, ours)
            for id in ours:
                before = self.on.get(id)
                self.on[id] = severity or before or "on"
            return Fate(entry.name, OURS, ours)
        if off:
            return Fate(entry.name, OFF)
        if "always" in data:
            return Fate(entry.name, ALWAYS, (), data["always"])
        if "rule" not in data:
            return Fate(entry.name, LOST, (), data["why"])
        id = self._id(entry.name)
        self.declared[id] = {**data["rule"], "severity": severity or data["rule"]["severity"]}
        self._ids[entry.name] = (id,)
        return Fate(entry.name, CARRIED, (id,))

    def _id(self, name: str) -> str:
        text = re.sub(r"([a-z0-9])([A-Z])", r"\1-\2", name).lower()
        text = re.sub(r"[^a-z0-9]+", "-", text).strip("-")[:70].strip("-") or "rule"
        text = text if text[0].isalpha() else f"rule-{text}"
        id, number = f"{self._vendor}/{text}", 1
        taken = {one for ids in self._ids.values() for one in ids} | self.declared.keys()
        while id in taken:
            number += 1
            id = f"{self._vendor}/{text}-{number}"
        # Kept, so that a second part of the same rule gets another.
        self._ids[f"\0{id}"] = (id,)
        return id

    def override(self, override: dict[str, Any]) -> None:
        """Severities for some files; what narrows further cannot be said here."""
        files = override.get("files")
        name = f"overrides for {', '.join(map(str, files)) if isinstance(files, list) else files}"[:200]
        rules = override.get("rules")
        if not isinstance(files, list) or not all(isinstance(one, str) for one in files) or "extends" in override:
            self.fates.append(Fate(name, LOST, (), "an override with extends cannot be said here"))
            return
        if any("#" in one for one in files):
            self.fates.append(Fate(name, LOST, (), "overrides are for files or operations here, not for pointers"))
            return
        settings: dict[str, str] = {}
        for rule, given in rules.items() if isinstance(rules, dict) else ():
            ids, severity = self._ids.get(rule), _word(given)
            if ids is None or severity is None:
                why = "it gives a rule that was not carried over, or more than a severity"
                self.fates.append(Fate(f"{name}: {rule}", LOST, (), why))
                continue
            settings.update(dict.fromkeys(ids, severity))
        if settings:
            # Spectral's globs look into all folders where they have no slash.
            globs = [one if "/" in one else f"**/{one}" for one in files]
            reason = "carried over from overrides of the Spectral ruleset"
            self.overrides.append({"files": globs, "rules": settings, "reason": reason})
            self.fates.append(Fate(name, CARRIED, tuple(settings)))


def _word(given: Any) -> str | None:
    """A severity of Spectral's in ours, `off` or `on`; None for what is none."""
    if isinstance(given, bool):
        return "on" if given else "off"
    if isinstance(given, int):
        given = "off" if given == -1 else _NUMBERS[given] if 0 <= given < len(_NUMBERS) else None
    elif isinstance(given, str) and re.fullmatch(r"-?\d", given):
        return _word(int(given))
    return "off" if given == "off" else _SEVERITIES.get(given) if isinstance(given, str) else None


def _severity(entry: Entry) -> str | None:
    """The severity that holds, `off`, or None for the one that a rule of ours has by itself."""
    given = entry.severity if entry.severity is not None else entry.definition.get("severity")
    if given is None:
        return None
    word = _word(given)
    if word is None:
        raise LostError(f"the severity {str(given)[:40]!r} is not known")
    return None if word == "on" else word


def _rules(entry: Entry, severity: str | None) -> list[dict[str, Any]]:
    """One rule, or several where aliases mean different places in different versions."""
    definition = entry.definition
    versions = _versions(definition.get("formats", entry.formats))
    thens = definition.get("then")
    conditions = [condition(one) for one in (thens if isinstance(thens, list) else [thens])]
    if not conditions:
        raise LostError("it has no then")
    by_given: dict[tuple[str, ...], list[str]] = {}
    for version in versions or _ALL:
        by_given.setdefault(_given(definition.get("given"), entry.aliases, version), []).append(version)
    found = []
    for given, some in by_given.items():
        if not given:
            continue
        rule: dict[str, Any] = _texts(entry, severity)
        wanted = [one for one, _ in conditions]
        suffixes = {one for _, one in conditions}
        if len(suffixes) > 1:
            raise LostError("unreferencedReusableObject stands beside other functions")
        suffix = suffixes.pop()
        paths = [path + suffix for path in given]
        rule["given"] = paths[0] if len(paths) == 1 else paths
        if definition.get("resolved") is False:
            rule["resolved"] = False
        if versions or len(by_given) > 1:
            rule["openapi"] = list(some)
        rule["require"] = wanted[0] if len(wanted) == 1 else wanted
        found.append(rule)
    if not found:
        raise LostError("its aliases mean no place in any version of OpenAPI")
    return found


def _versions(formats: Any) -> tuple[str, ...]:
    if formats is None:
        return ()
    names = [formats] if isinstance(formats, str) else formats
    if not isinstance(names, list) or not names:
        return ()
    found = [version for name in names for version in _FORMATS.get(str(name), ())]
    if not found:
        raise LostError(f"it is about documents of another kind: {', '.join(map(str, names))[:80]}")
    return tuple(version for version in _ALL if version in found)


def _given(given: Any, aliases: Mapping[str, Any], version: str) -> tuple[str, ...]:
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not texts or not all(isinstance(one, str) for one in texts):
        raise LostError("given is neither a text nor a list of texts")
    found: dict[str, None] = {}
    pending: list[tuple[str, tuple[str, ...]]] = [(one, ()) for one in reversed(texts)]
    while pending:
        text, above = pending.pop()
        if not text.startswith("#"):
            found[text if text.startswith("$") else f"$.{text}"] = None
            if len(found) > _MOST_PATHS:
                raise LostError("its aliases mean too many paths")
            continue
        name = _ALIAS.match(text)
        if name is None or name[1] not in aliases or name[1] in above or len(above) > 20:
            raise LostError(f"the alias {text[:60]!r} is not defined, or in terms of itself")
        target = aliases[name[1]]
        if isinstance(target, dict):
            target = _scoped(target, version)
        parts = [target] if isinstance(target, str) else target
        if not isinstance(parts, list) or not all(isinstance(one, str) for one in parts):
            raise LostError(f"the alias {name[1][:60]!r} is neither a text nor a list of texts")
        pending += [(one + text[name.end() :], (*above, name[1])) for one in reversed(parts)]
    return tuple(found)


def _scoped(alias: dict[str, Any], version: str) -> Any:
    """What an alias means in one version: the last target that is for it."""
    targets = alias.get("targets")
    for target in reversed(targets if isinstance(targets, list) else []):
        if isinstance(target, dict) and isinstance(target.get("formats"), list):
            versions = [one for name in target["formats"] for one in _FORMATS.get(str(name), ())]
            if version in versions:
                return target.get("given")
    return []


def _texts(entry: Entry, severity: str | None) -> dict[str, Any]:
    """The message, severity and page."""
    definition = entry.definition
    description = definition.get("description")
    description = " ".join(description.split()) if isinstance(description, str) else ""
    written = definition.get("message")
    message = written.strip() if isinstance(written, str) and written.strip() else ""
    names = {"error": "{error}", "property": "{property}", "value": "{value}", "path": "{path}"}
    names["description"] = messages.literal(description)

    def replaced(found: re.Match[str]) -> str:
        return f"\0{found[1]}\0" if found[1] in names else found[1]

    if message:
        marked = messages.literal(_PLACEHOLDER.sub(replaced, message))
        text = re.sub("\0([a-z]+)\0", lambda found: names[found[1]], marked)
    else:
        text = messages.literal(description) or "{property}: {error}"
    rule: dict[str, Any] = {"message": _short(text), "severity": severity or "medium"}
    if description and _short(text) != messages.literal(description):
        rule["title"] = description[:300]
    link = definition.get("documentationUrl", entry.link)
    if isinstance(link, str) and link.strip().isprintable() and link.strip():
        rule["references"] = [link.strip()[:500]]
    return rule


def _short(text: str) -> str:
    if len(text) <= messages.LONGEST:
        return text
    cut = text[: messages.LONGEST - 1]
    # Not in the middle of a placeholder or of doubled braces.
    return re.sub(r"[{}][^{}]*$", "", cut) + "…"
