"""Plugins: hook specifications, and their loading, one by one, so that a broken one hides nothing.

Plugins come from installed distributions only, by entry points of the group `apilint`; nothing in a
repository can name code to load.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from apilint.findings import Problem
from apilint.rule import Rule

GROUP = "apilint"


class EntryPoint(NamedTuple):
    """A plugin as an installed distribution declares it."""

    distribution: str
    version: str
    name: str
    module: str


class Plugins(NamedTuple):
    """What the loaded plugins provide. `names` are "distribution version"; a plugin that failed is a problem."""

    rules: tuple[Rule, ...]
    formats: dict[str, Any]
    presets: dict[str, Any]
    names: tuple[str, ...]
    problems: tuple[Problem, ...]


def installed() -> list[tuple[str, str]]:
    """Name and version of each distribution that provides plugins, sorted, without importing any."""
    return sorted({(entry.distribution, entry.version) for entry in entry_points()})


def entry_points() -> list[EntryPoint]:
    """The entry points of the group `apilint`: our own first, then by distribution and name.

    Reads `*.dist-info/entry_points.txt` itself (Python Packaging: entry points specification):
    `importlib.metadata` alone costs as much as the whole start of the program.
    """
    found: dict[tuple[str, str], EntryPoint] = {}
    for folder in sys.path:
        for info in _dist_infos(folder):
            for entry in _read(info):
                found.setdefault((entry.distribution.lower(), entry.name), entry)
    # Our own first: what they provide cannot be taken by a distribution that sorts before them.
    return [found[key] for key in sorted(found, key=lambda key: (key[0] != GROUP, key))]


def _dist_infos(folder: str) -> list[str]:
    # An empty entry is the working directory, which must not decide what is installed.
    if not folder:
        return []
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.path for entry in entries if entry.name.endswith(".dist-info"))
    except OSError:
        return []


def _read(info: str) -> Iterator[EntryPoint]:
    try:
        with open(os.path.join(info, "entry_points.txt"), encoding="utf-8") as file:
            lines = file.read().splitlines()
    except (OSError, UnicodeError):
        return
    if f"[{GROUP}]" not in lines:
        return
    # "name-version.dist-info", where the name has no hyphen (PyPA: recording installed projects).
    name, _, version = os.path.basename(info)[: -len(".dist-info")].rpartition("-")
    section = ""
    for line in lines:
        text = line.partition("#")[0].strip()
        if text.startswith("["):
            section = text
        elif section == f"[{GROUP}]" and "=" in text:
            plugin, _, module = text.partition("=")
            yield EntryPoint(name.replace("_", "-"), version, plugin.strip(), module.strip())


def load(wanted: Iterable[EntryPoint] | None = None) -> Plugins:
    """Load the plugins of all installed distributions, or the given ones.

    Two rules with one id stop the second plugin: the problem names both owners.
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
    for entry in entry_points() if wanted is None else wanted:
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
    return Plugins(ordered, formats, presets, tuple(dict.fromkeys(names)), tuple(problems))


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
