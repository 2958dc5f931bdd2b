"""What a configuration builds on: presets, files of the repository, and what installed packages ship."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from apilint.config.merge import over
from apilint.config.reading import Written, read
from apilint.config.values import Layer, layer
from apilint.policy.model import Configuration, ConfigurationError, Origin, wrong
from apilint.reading.workspace import inside

if TYPE_CHECKING:
    from apilint.config.discover import Discovery

DEEPEST = 8
_PACKAGE = "package:"


class _Link(NamedTuple):
    """A file that is being read: its identity, and its path unless a package ships it."""

    identity: str
    path: str | None


class Chain:
    """Reads files with all that they build on, each once."""

    def __init__(self, discovery: Discovery, root: str, globs: str | None = None) -> None:
        """`root` is what no `extends` may leave. Globs are from the folder of their file, or all from `globs`."""
        self._discovery = discovery
        self._root = root
        self._globs = globs
        self._known: dict[tuple[str, str], Configuration] = {}

    def over(
        self, above: Configuration, written: Written, folder: str, kind: str = "configuration"
    ) -> tuple[Configuration, bool]:
        """What a file says with all that it builds on, over what holds above it; whether it wants nothing of that.

        `folder` is where its globs and paths are from; `kind` may also be `policy`. Raises `ConfigurationError`.
        """
        said = self._layer(written, folder, kind)
        own = self._whole(said, folder, (_Link(written.path or written.name, written.path),))
        return over(above, own), said.root

    def _layer(self, written: Written, folder: str, kind: str = "configuration") -> Layer:
        said = layer(written, folder, kind)
        baseline = said.configuration.baseline
        if baseline is not None and not inside(baseline, self._globs or self._root):
            written.fail("it leads out of the repository", "baseline")
        return said

    def _whole(self, said: Layer, folder: str, links: tuple[_Link, ...]) -> Configuration:
        held = Configuration()
        for name, origin in said.extends:
            held = over(held, self._target(name, origin, folder, links))
        return over(held, said.configuration)

    def _target(self, name: str, origin: Origin, folder: str, links: tuple[_Link, ...]) -> Configuration:
        package = name.startswith(_PACKAGE)
        identity, path = (name, None) if package else self._path(name, origin, links[-1])
        if any(link.identity == identity for link in links):
            raise wrong(origin, f"extends goes round in a circle: {name!r} is what led here")
        if len(links) > DEEPEST:
            raise wrong(origin, f"extends is nested more than {DEEPEST} deep")
        below = folder if path is None else self._globs or os.path.dirname(path)
        if (identity, below) not in self._known:
            written = self._shipped(name, origin) if path is None else self._file(path, name, origin)
            whole = self._whole(self._layer(written, below), below, (*links, _Link(identity, path)))
            self._known[identity, below] = whole
        return self._known[identity, below]

    def _path(self, name: str, origin: Origin, link: _Link) -> tuple[str, str]:
        """The identity and the path of a file that another names."""
        if link.path is None:
            raise wrong(origin, f"what a package ships builds on no file ({name!r}); package:NAME would do")
        path = os.path.normpath(os.path.join(os.path.dirname(link.path), name))
        if "\0" in name or not inside(path, self._root):
            raise wrong(origin, f"extends {name!r} leads out of the repository")
        return self._discovery.tree.real(path), path

    def _file(self, path: str, name: str, origin: Origin) -> Written:
        if not self._discovery.exists(path):
            raise wrong(origin, f"extends {name!r}: there is no such file")
        return self._discovery.read(path, self._root)

    def _shipped(self, name: str, origin: Origin) -> Written:
        from apilint.config.packages import shipped

        try:
            found = shipped(name.removeprefix(_PACKAGE))
        except ConfigurationError as error:
            raise wrong(origin, f"extends {name!r}: {error}") from None
        written = read(found.name, found.data)
        self._discovery.texts[found.name] = written.text
        return written
