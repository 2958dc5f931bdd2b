"""The file of a waiver: which one it is, and what it says once a waiver is added or renewed. All else in it stays."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

import click

from apilint.config.discover import NAMES, WAIVERS, Discovery
from apilint.config.reading import content, read
from apilint.config.tree import LIMITS, Files
from apilint.findings import Edit, Replacement
from apilint.fixing.apply import apply
from apilint.policy.model import Configuration, ConfigurationError, Waiver
from apilint.reading.discovery import display_name
from apilint.reading.limits import LimitReached, Malformed
from apilint.reading.workspace import choose_root, inside

_KEY = "waivers"
_HEAD = """# Risks that somebody accepts by name until a day: apilint waivers lists them.
version: 1
"""
_TOML = ".toml"


class Changed(NamedTuple):
    """A file to write: its path, its name for people, and its bytes; `before` is None for a new one."""

    path: str
    name: str
    before: bytes | None
    after: bytes


class _Preview(Files):
    """The files of this machine, one of them as it is going to be."""

    def __init__(self, changed: Changed) -> None:
        self._changed = changed

    def read(self, path: str) -> bytes | None:
        """See `config.tree.Tree.read`."""
        return self._changed.after if os.path.realpath(path) == self._changed.path else super().read(path)


class Place:
    """Where configuration is looked for: for the documents of a folder, as `apilint check` does."""

    def __init__(self, folder: str, cwd: str, config: str | None) -> None:
        """`config` is the file that the command line names in place of what is found."""
        self.folder = os.path.realpath(folder)
        self._cwd = cwd
        self._config = config
        self.root = choose_root(self._probe, cwd)

    @property
    def _probe(self) -> str:
        return os.path.join(self.folder, "api.yaml")

    def configuration(self, changed: Changed | None = None) -> Configuration:
        """What holds there, or would hold once a file is changed. Raises `ConfigurationError`."""
        tree = None if changed is None else _Preview(changed)
        return Discovery(self._cwd, config=self._config, tree=tree).of(self._probe)

    def target(self, given: str | None) -> tuple[str, str]:
        """The file to which a waiver is added, and a word on why it is not another one.

        The nearest configuration that has waivers, else `waivers.yaml` beside the nearest one, else at the root.
        Raises `click.UsageError` for a file that cannot be one.
        """
        if given is not None:
            path = os.path.realpath(os.path.join(self._cwd, given))
            if path.endswith(_TOML):
                raise click.UsageError(f"{given}: TOML is read only; name a YAML file, as in {WAIVERS}")
            return path, ""
        nearest = toml = ""
        for path in self._files():
            value = self._value(path)
            if isinstance(value, dict) and _KEY in value:
                if not path.endswith(_TOML):
                    return path, ""
                toml = toml or path
            if os.path.basename(path) != WAIVERS:
                nearest = nearest or path
            if isinstance(value, dict) and value.get("root") is True:
                break
        beside = os.path.dirname(toml or nearest) or self.root
        why = toml or (nearest if nearest.endswith(_TOML) else "")
        said = (
            f"{display_name(why, self._cwd)} is TOML, which is read only: the waiver goes into {WAIVERS}" if why else ""
        )
        return os.path.join(beside, WAIVERS), said

    def _files(self) -> list[str]:
        """The files that may hold waivers, the nearest first."""
        if self._config is not None:
            given = os.path.realpath(os.path.join(self._cwd, self._config))
            return [os.path.join(os.path.dirname(given), WAIVERS), given]
        found = []
        folder = self.folder
        while inside(folder, self.root):
            here = [path for name in NAMES if os.path.isfile(path := os.path.join(folder, name))]
            here = [path for path in here if self._value(path) is not None]
            waivers = os.path.join(folder, WAIVERS)
            if os.path.isfile(waivers) and (here or folder == self.root):
                found.append(waivers)
            found += here
            if folder == self.root:
                break
            folder = os.path.dirname(folder)
        return found

    def _value(self, path: str) -> Any:
        name = display_name(path, self._cwd)
        data = content(Files(), path, name)
        return None if data is None else read(name, data, path).value


def with_item(path: str, name: str, item: dict[str, Any]) -> Changed:
    """The file with one more waiver in it. Raises `ConfigurationError` where that cannot be done safely."""
    before = content(Files(), path, name)
    if before is None or not before.strip():
        return _changed(path, name, before, _HEAD.encode(), [Edit(f"/{_KEY}", "set", [item])])
    written = read(name, before, path)
    value = written.value
    if value is None:  # nothing but comments
        data = before if before.endswith(b"\n") else before + b"\n"
        return _changed(path, name, before, data + b"version: 1\n", [Edit(f"/{_KEY}", "set", [item])])
    items = value.get(_KEY) if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(items, list | None):
        raise ConfigurationError(f"{name}: it holds no list of waivers to add to")
    if items:
        return _changed(path, name, before, before, [Edit(f"/{_KEY}/{len(items)}", "set", item)])
    data = before
    span = written.origin(_KEY).span
    if items == [] and span is not None:
        # Brackets would take the waiver on their line, where nobody could read it.
        data = apply(before, [Replacement(name, span, "")])
    return _changed(path, name, before, data, [Edit(f"/{_KEY}", "set", [item])])


def renewed(waiver: Waiver, until: str, cwd: str) -> Changed:
    """The file of a waiver, with a later last day and one more renewal. Raises `ConfigurationError`."""
    path, pointer = waiver.origin.path, waiver.origin.pointer
    if path is None or path.endswith(_TOML):
        raise ConfigurationError(f"{waiver.origin.name}: it can be read only: change {waiver.id} by hand")
    name = display_name(path, cwd)
    before = content(Files(), path, name)
    if before is None:
        raise ConfigurationError(f"{name}: there is no such file any more")
    edits = [Edit(f"{pointer}/expires", "set", until), Edit(f"{pointer}/renewals", "set", waiver.renewals + 1)]
    return _changed(path, name, before, before, edits)


def _changed(path: str, name: str, before: bytes | None, data: bytes, edits: list[Edit]) -> Changed:
    from apilint.fixing.text import Fixer
    from apilint.reading.parse import parse
    from apilint.reading.source import Source

    try:
        document = parse(Source(name, path, data), LIMITS)
        replacements = Fixer(document, LIMITS).replacements(edits)
        after = apply(data, replacements)
    except (Malformed, LimitReached, ValueError) as failure:
        raise ConfigurationError(f"{name}: {failure}") from None
    if not replacements:
        raise ConfigurationError(f"{name}: it cannot be changed without touching what else stands there: do it by hand")
    return Changed(path, name, before, after)
