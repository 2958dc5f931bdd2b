"""A file of configuration or policy as plain data, with the place of each value: YAML, JSON or TOML."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn, Protocol

from apilint.config.tree import LIMITS, Tree
from apilint.findings import Span
from apilint.policy.model import ConfigurationError, Origin, shown_name
from apilint.reading.limits import LimitReached, Malformed, Unreadable
from apilint.reading.pointer import Path, format_pointer

# Aliases are for people who repeat themselves, and seconds for texts that no person wrote.
_LIMITS = LIMITS._replace(aliases=20_000, seconds=5.0)
_TOO_MUCH = {
    "bytes": f"it is larger than {LIMITS.bytes >> 20} MiB",
    "nodes": "it holds too many values",
    "depth": "it is nested too deeply",
    "aliases": "its aliases stand for too many values",
    "seconds": "it takes too long to read",
}


class Place(Protocol):
    """Where a member stands: its key (None for an item and the root), and its value."""

    @property
    def key(self) -> Span | None:
        """The span of the key."""

    @property
    def value(self) -> Span:
        """The span of the value."""


class Written:
    """What a file says.

    `name` is how it is shown, `path` its real path or None, `text` its text, `value` plain data: mappings with text
    for keys, lists, texts, numbers, booleans, None; the days of TOML are texts as in YAML. Of pyproject.toml it is
    what stands in `[tool.apilint]`, None where there is no such table.
    """

    def __init__(
        self,
        name: str,
        path: str | None,
        text: str,
        value: Any,
        locate: Callable[[Iterable[Path]], Mapping[Path, Place]],
        above: Path = (),
    ) -> None:
        """`locate` gives the places of paths in the file, in which the value stands at the path `above`."""
        self.name = name
        self.path = path
        self.text = text
        self.value = value
        self._locate = locate
        self._above = above
        self._places: dict[Path, Place] = {}

    def look_up(self, paths: Iterable[Path]) -> None:
        """Find the places of many values at once: each search is a pass over the text."""
        wanted = [(path, (*self._above, *path)) for path in paths if path not in self._places]
        if wanted:
            found = self._locate([full for _, full in wanted])
            self._places.update((path, found[full]) for path, full in wanted)

    def origin(self, *path: str | int, key: bool = False) -> Origin:
        """Where a value stands, or its nearest ancestor if it does not exist; with `key` where its key does."""
        self.look_up([path])
        place = self._places[path]
        span = (place.key if key else None) or place.value
        return Origin(self.name, format_pointer((*self._above, *path)), span, self.path)

    def fault(self, message: str, *path: str | int, key: bool = False) -> str:
        """What is wrong at a value, in a line that begins with `file:line:column`."""
        span = self.origin(*path, key=key).span
        return f"{shown_name(self.name)}{f':{span.line}:{span.column}' if span else ''}: {message}"

    def fail(self, message: str, *path: str | int, key: bool = False) -> NoReturn:
        """Raise `ConfigurationError` for a value."""
        raise ConfigurationError(self.fault(message, *path, key=key))


def content(tree: Tree, path: str, name: str) -> bytes | None:
    """The bytes of a file that is shown as `name`, None if there is none. Raises `ConfigurationError`."""
    try:
        return tree.read(path)
    except Unreadable as error:
        raise ConfigurationError(f"{shown_name(name)}: it cannot be read: {error.message}") from None
    except LimitReached:
        raise ConfigurationError(f"{shown_name(name)}: {_TOO_MUCH['bytes']}") from None


def read(name: str, data: bytes, path: str | None = None) -> Written:
    """What stands in a file that is shown as `name`. Its name on disk decides: `.toml`, `.json`, else YAML.

    Raises `ConfigurationError` for what is no such text, for keys that stand twice, and for too much of anything.
    """
    said = shown_name(name)
    try:
        if len(data) > LIMITS.bytes:
            raise ConfigurationError(f"{said}: {_TOO_MUCH['bytes']}")
        if (path or name).lower().endswith(".toml"):
            from apilint.config.toml_text import parse as parse_toml

            return parse_toml(name, data, path)
        return _yaml(name, data, path)
    except LimitReached as error:
        raise ConfigurationError(f"{said}: {_TOO_MUCH.get(error.limit, 'it is too much to read')}") from None
    except Malformed as error:
        where = f":{error.line}:{error.column}" if error.line else ""
        raise ConfigurationError(f"{said}{where}: {error.message}") from None
    except RecursionError:
        raise ConfigurationError(f"{said}: {_TOO_MUCH['depth']}") from None


def _yaml(name: str, data: bytes, path: str | None) -> Written:
    from apilint.reading.parse import parse
    from apilint.reading.source import Source

    document = parse(Source(path or name, path, data), _LIMITS)
    written = Written(name, path, document.text, document.value, document.locate)
    twice = document.duplicates[:10]
    if twice or document.notices:
        said = shown_name(name)
        faults = [
            f"{said}:{one.second.line}:{one.second.column}: {one.key[:60]!r} stands twice in one mapping, first in "
            f"line {one.first.line}"
            for one in twice
        ]
        faults += [f"{said}:{one.line}:{one.column}: {one.message}" for one in document.notices[:10]]
        raise ConfigurationError("\n".join(faults))
    return written
