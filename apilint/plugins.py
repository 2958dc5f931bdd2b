"""Plugins: hook specifications, and their loading, one by one, so that a broken one hides nothing.

Plugins come from installed distributions only, by entry points of the group `apilint`; nothing in a
repository can name code to load.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from apilint.findings import Problem
from apilint.rule import Rule

GROUP = "apilint"
POLICIES, CONFIGURATIONS = "apilint.policy", "apilint.configuration"
GROUPS = (GROUP, POLICIES, CONFIGURATIONS)


class EntryPoint(NamedTuple):
    """A plugin, or a file with a policy, as an installed distribution declares it; `folder` is where that stands."""

    distribution: str
    version: str
    name: str
    module: str
    folder: str = ""


class Plugins(NamedTuple):
    """What the loaded plugins provide. `names` are "distribution version"; a plugin that failed is a problem.

    `refused` are the distributions whose plugins a policy does not allow.
    """

    rules: tuple[Rule, ...]
    formats: dict[str, Any]
    presets: dict[str, Any]
    names: tuple[str, ...]
    problems: tuple[Problem, ...]
    refused: tuple[str, ...] = ()


def installed() -> list[tuple[str, str]]:
    """Name and version of each distribution that provides plugins, sorted, without importing any."""
    return sorted({(entry.distribution, entry.version) for entry in entry_points()})


def entry_points(group: str = GROUP) -> list[EntryPoint]:
    """The entry points of a group: our own first, then by distribution and name.

    Reads `*.dist-info/entry_points.txt` itself (Python Packaging: entry points specification):
    `importlib.metadata` alone costs as much as the whole start of the program.
    """
    found: dict[tuple[str, str], EntryPoint] = {}
    for one, entry in _declared(tuple((folder, _changed(folder)) for folder in sys.path if not _is_here(folder))):
        if one == group:
            found.setdefault((entry.distribution.lower(), entry.name), entry)
    # Our own first: what they provide cannot be taken by a distribution that sorts before them.
    return [found[key] for key in sorted(found, key=lambda key: (key[0] != GROUP, key))]


def allowed(entry: EntryPoint, allow: Iterable[str] | None) -> bool:
    """Whether a policy's list names a distribution: `acme-rules`, `acme-rules==2.1.0` or `acme-rules==2.*`."""
    if allow is None or normal(entry.distribution) == GROUP:
        return True
    for one in allow:
        name, _, version = (part.strip() for part in one.partition("=="))
        fits = entry.version.startswith(version[:-1]) if version.endswith(".*") else entry.version == version
        if normal(name) == normal(entry.distribution) and (not version or fits):
            return True
    return False


def normal(name: str) -> str:
    """The name of a distribution as comparisons need it (Python Packaging: name normalization)."""
    return re.sub(r"[-_.]+", "-", name).lower()


@lru_cache(maxsize=4)
def _declared(folders: tuple[tuple[str, int], ...]) -> list[tuple[str, EntryPoint]]:
    """All entry points of our groups in folders, each given with the time when it was changed last."""
    return [entry for folder, _ in folders for info in _dist_infos(folder) for entry in _read(info)]


def _is_here(folder: str) -> bool:
    """Whether a folder is the working directory, which must not decide what is installed; an empty entry means it."""
    if not folder or os.path.basename(folder) in ("site-packages", "dist-packages"):
        return not folder
    try:
        return os.path.samefile(folder, os.curdir)
    except (OSError, ValueError):
        return False


def _changed(folder: str) -> int:
    try:
        return os.stat(folder).st_mtime_ns
    except (OSError, ValueError):
        return 0


def _dist_infos(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.path for entry in entries if entry.name.endswith(".dist-info"))
    except OSError:
        return []


def _read(info: str) -> Iterator[tuple[str, EntryPoint]]:
    try:
        with open(os.path.join(info, "entry_points.txt"), encoding="utf-8") as file:
            lines = file.read().splitlines()
    except (OSError, UnicodeError):
        return
    if not any(line.startswith(f"[{GROUP}") for line in lines):
        return
    # "name-version.dist-info", where the name has no hyphen (PyPA: recording installed projects).
    name, _, version = os.path.basename(info)[: -len(".dist-info")].rpartition("-")
    section = ""
    for line in lines:
        text = line.partition("#")[0].strip()
        if text.startswith("["):
            section = text[1:-1].strip()
        elif section in GROUPS and "=" in text:
            plugin, _, module = (part.strip() for part in text.partition("="))
            yield section, EntryPoint(name.replace("_", "-"), version, plugin, module, os.path.dirname(info))


def load(wanted: Iterable[EntryPoint] | None = None, allow: Iterable[str] | None = None) -> Plugins:
    """Load the plugins of all installed distributions, or the given ones.

    Of what the list `allow` does not name, nothing is imported. Two rules with one id stop the second plugin: the
    problem names both owners.
    """
    import pluggy

    from apilint import hooks

    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(hooks)
    problems: list[Problem] = []
    rules: dict[str, Rule] = {}
    formats: dict[str, Any] = {}
    presets: dict[str, Any] = {}
    names: list[str] = []
    refused: list[str] = []
    for entry in entry_points() if wanted is None else wanted:
        if not allowed(entry, allow):
            refused.append(f"{entry.distribution} {entry.version}")
            continue
        owner = f"{entry.distribution} {entry.version}"
        label = f"{entry.distribution}:{entry.name}"
        try:
            plugin = _load(entry)
            manager.register(plugin, name=label)
            manager.check_pending()
            found = [_owned(rule, owner) for part in _provided(manager, plugin, "provide_rules") for rule in part]
            its_formats = _named(manager, plugin, "provide_formats")
            its_presets = _named(manager, plugin, "provide_presets")
            twice = [f"{rule.id} (also of {rules[rule.id].owner})" for rule in found if rule.id in rules]
            twice += [f"the format {name}" for name in its_formats if name in formats]
            twice += [f"the preset {name}" for name in its_presets if name in presets]
            if twice:
                raise ValueError(f"provides what exists already: {', '.join(twice)}")
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            if manager.has_plugin(label):
                manager.unregister(name=label)
            message = f"the plugin {label} ({entry.version}) could not be loaded: {describe(error)}"
            problems.append(Problem("plugin-broken", message))
            continue
        rules.update((rule.id, rule) for rule in found)
        formats.update(its_formats)
        presets.update(its_presets)
        names.append(owner)
    ordered = tuple(rules[key] for key in sorted(rules))
    loaded, left = tuple(dict.fromkeys(names)), tuple(dict.fromkeys(refused))
    return Plugins(ordered, formats, presets, loaded, tuple(problems), left)


def _load(entry: EntryPoint) -> Any:
    module, _, attribute = entry.module.partition(":")
    __import__(module)
    plugin: Any = sys.modules[module]
    for name in attribute.split(".") if attribute else ():
        plugin = getattr(plugin, name)
    return plugin


def describe(error: BaseException) -> str:
    """Kind and words of what a plugin or a rule raised; the words come from it, too, and may be the next to fail."""
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:
        return type(error).__name__


def _provided(manager: Any, plugin: Any, hook: str) -> list[Any]:
    """What this one plugin's hook gives: called alone, so that a failure has an owner."""
    implementations = getattr(manager.hook, hook).get_hookimpls()
    return [one.function() for one in implementations if one.plugin is plugin]


def _owned(rule: Any, owner: str) -> Rule:
    if not isinstance(rule, Rule):
        raise TypeError(f"provide_rules gave {type(rule).__name__}, not a Rule")
    return rule._replace(owner=owner)


def _named(manager: Any, plugin: Any, hook: str) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for part in _provided(manager, plugin, hook):
        named.update(part or {})
    for name, provided in named.items():
        if not callable(provided) and not isinstance(provided, str):
            raise TypeError(f"{hook} gave {name!r}: {type(provided).__name__}, not a function")
    return named
