"""Configuration and policies that installed distributions ship: files of data, found without importing any code.

A distribution says in its entry points where the file is, as `acme = acme_policy:policy.yaml`: the name under which
others ask for it, the package that it stands in, and its name there.
"""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from apilint.plugins import CONFIGURATIONS, POLICIES, EntryPoint, entry_points, normal
from apilint.policy.model import ConfigurationError

PREFIX = "package:"
_FILE = re.compile(r"([A-Za-z_]\w*(?:\.\w+)*):(\w[\w.-]*\.(?:yaml|yml|json|toml))")
_KINDS = {POLICIES: "policy", CONFIGURATIONS: "configuration"}


class Shipped(NamedTuple):
    """A file that a distribution ships: how it is shown, what is in it, and its path."""

    name: str
    data: bytes
    path: str


def shipped(name: str, group: str = CONFIGURATIONS) -> Shipped:
    """What an installed distribution ships under a name, or as the only one of its own name.

    Raises `ConfigurationError` where there is no such thing, or two.
    """
    every = entry_points(group)
    found = [one for one in every if one.name == name] or [
        one for one in every if normal(one.distribution) == normal(name)
    ]
    if not found:
        from apilint.policy.selection import suggest

        hint = suggest(name, [one.name for one in every]) or _listed(every)
        raise ConfigurationError(f"no installed package ships the {_KINDS[group]} {name[:200]!r}{hint}")
    if len(found) > 1:
        raise ConfigurationError(f"more than one installed package ships the {_KINDS[group]} {name!r}: {said(found)}")
    return opened(found[0])


def opened(entry: EntryPoint) -> Shipped:
    """The file that an entry point names. Raises `ConfigurationError`."""
    from apilint.config.reading import content
    from apilint.config.tree import Files

    parts = _FILE.fullmatch(entry.module)
    if parts is None:
        raise ConfigurationError(
            f"{said([entry])}: {entry.module[:200]!r} is not PACKAGE:FILE, as in acme_policy:policy.yaml"
        )
    path = os.path.join(entry.folder, *parts[1].split("."), parts[2])
    name = f"{PREFIX}{entry.name}/{parts[2]}"
    data = content(Files(), path, name)
    if data is None:
        raise ConfigurationError(f"{said([entry])}: there is no file {path} (an editable install ships no data)")
    return Shipped(name, data, path)


def said(entries: list[EntryPoint]) -> str:
    """Entry points in a message: their names and whose they are."""
    return ", ".join(f"{one.name} of {one.distribution} {one.version}" for one in entries)


def _listed(entries: list[EntryPoint]) -> str:
    names = ", ".join(sorted(one.name for one in entries)[:10])
    return f"; there are {names}" if names else ""
