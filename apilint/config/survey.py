"""All configuration of a folder, read and judged without any document."""

from __future__ import annotations

import os
from collections.abc import Iterator

from apilint.config.discover import NAMES, WAIVERS, Discovery
from apilint.config.plan import Plans, Wanted
from apilint.config.tree import PYPROJECT
from apilint.config.values import layer
from apilint.plugins import Plugins
from apilint.policy.model import Configuration, ConfigurationError
from apilint.reading.discovery import folders
from apilint.reading.workspace import choose_root

_POLICY = "policy"


class Survey:
    """Finds files of configuration, waivers and policy, and tells what each says."""

    def __init__(self, cwd: str, loaded: Plugins) -> None:
        """`loaded` are the rules and presets that configuration may speak of."""
        self._cwd = cwd
        self._loaded = loaded
        self._discovery = Discovery(cwd)
        self._plans = Plans(loaded, Wanted(), self._discovery, None, "")

    def files(self, path: str) -> Iterator[str]:
        """The file at a path, or the files in a folder and those below it that git would see."""
        if not os.path.isdir(path):
            yield path
            return
        for folder in folders(path):
            here = [one for name in NAMES if self._speaks(one := os.path.join(folder, name))]
            waivers = os.path.join(folder, WAIVERS)
            read = here or os.path.realpath(folder) == choose_root(waivers, self._cwd)
            yield from (*here, *([waivers] if read and self._discovery.exists(waivers) else []))

    def check(self, path: str) -> str:
        """What a file says, in a line. Raises `ConfigurationError` for what cannot be used."""
        name, folder = os.path.basename(path), os.path.dirname(os.path.abspath(path))
        # What a run would find by itself may be a link to anywhere; what only a person names, is their choice.
        root = choose_root(path, self._cwd) if name in (*NAMES, WAIVERS) else None
        written = self._discovery.read(path, root)
        data = written.value if isinstance(written.value, dict) else {}
        if data.get("kind") == _POLICY:
            from apilint.config.policy_file import read

            policy = read(path)
            discovery = Discovery(self._cwd, base=policy.configuration)
            Plans(self._loaded, Wanted(), discovery, policy, "").of(None)
            return f"{written.name}: a policy, {_counted(policy.configuration)}"
        if name == WAIVERS:
            own = layer(written, folder, "waivers")
        elif written.value is None and name == PYPROJECT:
            return f"{written.name}: there is no [tool.apilint] in it"
        else:
            own = layer(written, folder)
        if name in (*NAMES, WAIVERS):
            self._plans.of(os.path.join(folder, "-"))
        else:
            Plans(self._loaded, Wanted(), Discovery(self._cwd, config=path), None, "").of(None)
        return f"{written.name}: {_counted(own.configuration)}"

    def _speaks(self, path: str) -> bool:
        """Whether a file is there, and is not only about other tools."""
        if not self._discovery.exists(path):
            return False
        if os.path.basename(path) != PYPROJECT:
            return True
        try:
            return self._discovery.section(path, choose_root(path, self._cwd)) is not None
        except ConfigurationError:
            return True  # `check` says why


def _counted(configuration: Configuration) -> str:
    """How much of what there is."""
    numbers = {
        "rule setting": len(configuration.rules),
        "override": len(configuration.overrides) + len(configuration.assignments),
        "public declaration": len(configuration.public),
        "waiver": len(configuration.waivers),
        "level": len(configuration.levels),
        "own rule": len(configuration.declared),
    }
    said = [f"{number:,} {name}{'' if number == 1 else 's'}" for name, number in numbers.items() if number]
    return ", ".join([*([f"preset {configuration.preset}"] if configuration.preset else []), *said]) or "nothing is set"
