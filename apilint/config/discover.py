"""Which configuration holds for which input: found next to it and above it, read once, merged."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from apilint.config.tree import PYPROJECT, Files, Tree
from apilint.policy.model import Configuration, ConfigurationError, shown_name
from apilint.reading.limits import LimitReached, Unreadable
from apilint.reading.workspace import choose_root, inside

if TYPE_CHECKING:
    from apilint.config.reading import Written

NAMES = ("apilint.yaml", ".apilint.yaml", PYPROJECT)
NEARLY = ("apilint.yml", ".apilint.yml")  # which people write, and would not miss
WAIVERS = "waivers.yaml"


class Discovery:
    """Finds and reads configuration. `texts` are the files that were read, by the names under which they are shown."""

    def __init__(
        self,
        cwd: str,
        *,
        config: str | None = None,
        base: Configuration | None = None,
        trust_ref: str = "",
        tree: Tree | None = None,
        top: str | None = None,
        isolated: bool = False,
    ) -> None:
        """`config` is a file that holds for all inputs in place of what is found; `base` is what all others start from.

        With `isolated`, nothing but `base` holds.

        Files are read from `tree`, the files of this machine if it is None. Outside a repository, `top` stands for
        its root, the working folder if it is None.
        """
        if trust_ref and tree is None:
            from apilint.config.committed import Committed

            tree = Committed(trust_ref, cwd)
        self.texts: dict[str, str] = {}
        self.tree: Tree = tree or Files()
        self._cwd = os.path.realpath(cwd)
        self._top = top or self._cwd
        self._config = config
        self._isolated = isolated
        self._base = base or Configuration()
        self._known: dict[tuple[str, str], Configuration] = {}
        self._starts: dict[str, Configuration] = {}

    def of(self, path: str | None) -> Configuration:
        """The configuration for a document at a path, None for one without. Raises `ConfigurationError`.

        Inputs that share their configuration get the same object.
        """
        self.tree.hold(path)
        document = self._document(path)
        folder, root = os.path.realpath(os.path.dirname(document)), choose_root(document, self._top)
        if self._isolated:
            return self._start(root)
        if self._config is not None:
            return self._given(self._config, root)
        pending = []
        while (folder, root) not in self._known:
            pending.append(folder)
            if folder == root or folder == os.path.dirname(folder):
                break
            folder = os.path.dirname(folder)
        held = self._known.get((folder, root)) or self._start(root)
        for one in reversed(pending):
            held = self._known[one, root] = self._in(one, root, held)
        return held

    def start(self, path: str | None) -> Configuration:
        """What the configuration for a document starts from: `base`, its globs from the root of the repository."""
        return self._start(choose_root(self._document(path), self._top))

    def shown(self, path: str) -> str:
        """How a file is shown."""
        from apilint.reading.discovery import display_name

        return self.tree.label(display_name(path, self._cwd))

    def read(self, path: str, root: str | None = None) -> Written:
        """What a file says; with a `root`, a link may not lead out of it. Raises `ConfigurationError`."""
        from apilint.config.reading import read

        name = self.shown(path)
        written = read(name, self._bytes(path, root), self.tree.real(path))
        self.texts[name] = written.text
        return written

    def exists(self, path: str) -> bool:
        """Whether there is anything under a name: what cannot be read is not to be passed over."""
        try:
            return self.tree.read(path) is not None
        except (Unreadable, LimitReached):
            return True

    def _document(self, path: str | None) -> str:
        # What cannot be the name of a file is said when it is opened.
        return os.path.join(self._cwd, path if path and "\0" not in path else "-")

    def section(self, path: str, root: str) -> Written | None:
        """What a pyproject.toml says of apilint. Raises `ConfigurationError`."""
        # Most are about other tools, and those are not to be judged, nor read for nothing.
        if b"apilint" not in self._bytes(path, root):
            return None
        written = self.read(path, root)
        return written if written.value is not None else None

    def _start(self, root: str) -> Configuration:
        """What all documents of a repository start from: the same object for all of them."""
        if root not in self._starts:
            start = self._base
            if start != Configuration():
                from apilint.config.merge import placed

                start = placed(start, root)
            self._starts[root] = start
        return self._starts[root]

    def _given(self, config: str, root: str) -> Configuration:
        """The configuration that the command line names: it may lie anywhere."""
        if ("", root) not in self._known:
            from apilint.config.extending import Chain
            from apilint.config.merge import checked

            path = os.path.abspath(os.path.join(self._cwd, config)) if "\0" not in config else ""
            if not path or not self.exists(path):
                raise ConfigurationError(f"--config: there is no file {config!r}")
            written = self.read(path)
            if written.value is None and os.path.basename(path) == PYPROJECT:
                raise ConfigurationError(f"--config: {written.name} has no [tool.apilint]")
            # The globs of one that lies elsewhere are about the documents.
            elsewhere = None if inside(os.path.realpath(path), root) else root
            chain = Chain(self, choose_root(path, self._top), elsewhere)
            held = chain.over(self._start(root), written, elsewhere or os.path.dirname(path))[0]
            self._known["", root] = checked(held)
        return self._known["", root]

    def _in(self, folder: str, root: str, above: Configuration) -> Configuration:
        """What holds in a folder: what is written there, over what holds above it."""
        found, waivers = self._found(folder, root), os.path.join(folder, WAIVERS)
        with_waivers = (found is not None or folder == root) and self.exists(waivers)
        if found is None and not with_waivers:
            return above
        from apilint.config.extending import Chain
        from apilint.config.merge import checked, over

        held = above
        if found is not None:
            held, alone = Chain(self, root).over(above, found, folder)
            if alone:
                held = Chain(self, root).over(self._start(root), found, folder)[0]
        if with_waivers:
            from apilint.config.values import layer

            held = over(held, layer(self.read(waivers, root), folder, "waivers").configuration)
        return checked(held)

    def _found(self, folder: str, root: str) -> Written | None:
        """The configuration file of a folder; of two, nobody could tell which one holds."""
        found: list[Written] = []
        for name in NAMES:
            path = os.path.join(folder, name)
            if name != PYPROJECT:
                if self.exists(path):
                    found.append(self.read(path, root))
            elif self.exists(path) and (written := self.section(path, root)) is not None:
                found.append(written)
        for name in NEARLY:
            if self.exists(os.path.join(folder, name)):
                shown = shown_name(self.shown(os.path.join(folder, name)))
                raise ConfigurationError(f"{shown}: configuration is not read from here: call it {name[:-3]}yaml")
        if len(found) > 1:
            first, second = (one.name for one in found[:2])
            raise ConfigurationError(f"{first} and {second} both configure their folder: keep one of them")
        return found[0] if found else None

    def _bytes(self, path: str, root: str | None) -> bytes:
        from apilint.config.reading import content

        name = self.shown(path)
        if root is not None and not inside(self.tree.real(path), root):
            message = "it is a symbolic link that leads out of the repository"
            raise ConfigurationError(f"{shown_name(name)}: {message}")
        data = content(self.tree, path, name)
        if data is None:
            raise ConfigurationError(f"{shown_name(name)}: there is no such file")
        return data
