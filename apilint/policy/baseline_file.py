"""The file of a baseline: JSON, one finding a line.

A list, so that duplicates can be told; its first item says the version, and commas begin lines: no line depends on
its neighbours, so that two branches which add and remove findings merge by line.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from apilint.findings import Severity
from apilint.policy.baseline import Baseline, BaselineError, Entry, order
from apilint.policy.dates import is_date
from apilint.reading.limits import LimitReached, Limits, Malformed, Unreadable

if TYPE_CHECKING:
    from apilint.reading.document import Document

VERSION = 1
DEFAULT = ".apilint-baseline.json"
_ABOUT = "apilint baseline: findings known before; apilint check --baseline fails on others only"
_LIMITS = Limits(bytes=32 << 20, nodes=4_000_000, depth=4)
_TOO_MUCH = {
    "bytes": f"it is larger than {_LIMITS.bytes >> 20} MiB",
    "nodes": "it holds too many findings",
    "depth": "it is nested too deeply for a baseline",
}
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7}|\|{7})(?=[ \r\n]|\Z)", re.MULTILINE)
_FINGERPRINT = re.compile(r"[0-9a-f]{32}")
_SEVERITIES = {severity.label: severity for severity in Severity}
_NEEDED = ("file", "rule", "severity", "since", "fingerprint")
_KNOWN = frozenset((*_NEEDED, "operation", "pointer", "operations", "options", "shared"))


def read(path: str, ref_root: str | None = None) -> Baseline:
    """The baseline in a file. Raises `BaselineError`, which names the file and the line.

    A symbolic link may not lead out of the root, which is chosen as for documents.
    """
    return parsed(path, content(path, ref_root))


def parsed(path: str, data: bytes) -> Baseline:
    """The baseline that the bytes of a file make. Raises `BaselineError`, which names the file and the line."""
    from apilint.reading.parse import parse
    from apilint.reading.source import Source

    try:
        # The name decides on JSON; a baseline may be called anything.
        document = parse(Source(DEFAULT, None, _without_conflicts(path, data)), _LIMITS)
    except LimitReached as error:
        raise BaselineError(f"{path}: {_TOO_MUCH.get(error.limit, 'it is too much to read')}") from None
    except Malformed as error:
        where = f":{error.line}:{error.column}" if error.line else ""
        raise BaselineError(f"{path}{where}: this is not JSON: {error.message}") from None
    for twice in document.duplicates:
        raise BaselineError(f"{path}:{twice.second.line}: {twice.key[:60]!r} stands twice in one object")
    return _Reader(path, document).baseline()._replace(data=data)


def content(path: str, ref_root: str | None = None) -> bytes:
    """What stands in the file of a baseline. Raises `BaselineError`."""
    from apilint.reading.source import read as read_source
    from apilint.reading.workspace import choose_root, inside

    try:
        root = choose_root(path, os.getcwd(), ref_root)
        above = os.path.realpath(os.path.dirname(os.path.abspath(path)))
        if inside(above, root) and not inside(os.path.realpath(path), root):
            raise BaselineError(f"{path}: it is a symbolic link that leads out of the root")
        return read_source(path, path, _LIMITS).data
    except Unreadable as error:
        raise BaselineError(f"{path}: it cannot be read: {error.message}") from None
    except LimitReached as error:
        raise BaselineError(f"{path}: {_TOO_MUCH[error.limit]}") from None
    except ValueError as error:
        if isinstance(error, BaselineError):
            raise
        raise BaselineError(f"{path}: its name cannot be the name of a file") from None


def text(baseline: Baseline) -> str:
    """What the file of a baseline holds. Raises `BaselineError` for more than could be read again."""
    import json

    items: list[dict[str, Any]] = [{"version": VERSION, "about": _ABOUT}]
    items += ({"api": api} for api in sorted(baseline.apis))
    items += map(_members, sorted(baseline.entries, key=order))
    written = "[" + "\n,".join(map(json.dumps, items)) + "\n]\n"
    values = 1 + sum(1 + 2 * len(item) for item in items)
    if len(written) > _LIMITS.bytes or values > _LIMITS.nodes:
        raise BaselineError(f"{baseline.name}: {len(baseline.entries):,} findings are too many for a baseline")
    return written


def _members(entry: Entry) -> dict[str, Any]:
    members: dict[str, Any] = {"file": entry.file, "rule": entry.rule, "severity": entry.severity.label}
    optional = ("operation", "pointer", "operations", "options", "shared")
    members.update((name, value) for name in optional if (value := getattr(entry, name)))
    return {**members, "since": entry.since, "fingerprint": entry.fingerprint}


def _without_conflicts(path: str, data: bytes) -> bytes:
    """The same bytes, unless git left its marks of two branches in them."""
    if b"<<<<<<<" in data or b">>>>>>>" in data or b"\n=======" in data:
        found = _CONFLICT.search(text := data.decode("utf-8", "replace"))
        if found:
            line = text.count("\n", 0, found.start()) + 1
            message = "a merge left its mark here: take the marks out and keep the findings of both sides, each once"
            raise BaselineError(f"{path}:{line}: {message}")
    return data


class _Reader:
    """Values to a baseline, strictly: what is not understood might be what somebody relies on."""

    def __init__(self, path: str, document: Document) -> None:
        self.path = path
        self.document = document

    def baseline(self) -> Baseline:
        items = self.document.value
        first = items[0] if isinstance(items, list) and items else None
        if not isinstance(items, list) or not isinstance(first, dict) or "version" not in first:
            self.fail("this is no baseline: apilint baseline writes one")
        if first["version"] != VERSION or isinstance(first["version"], bool):
            self.fail(
                f"version {str(first['version'])[:20]!r} of baselines is unknown here, where {VERSION} is read", 0
            )
        if extra := sorted(first.keys() - {"version", "about"}):
            self.fail(f"a baseline has no {extra[0][:60]!r}", 0)
        entries: dict[str, tuple[int, Entry]] = {}
        apis: dict[str, int] = {}
        for index, item in enumerate(items[1:], 1):
            if not isinstance(item, dict):
                self.fail("this is neither a finding nor an API", index)
            if "api" in item:
                self.api(item, index, apis)
                continue
            entry = self.entry(item, index)
            if entry.fingerprint in entries:
                before = self.line(entries[entry.fingerprint][0])
                self.fail(f"the finding stands in line {before} already: keep one of the lines", index)
            entries[entry.fingerprint] = (index, entry)
        return Baseline(self.path, tuple(entry for _, entry in entries.values()), tuple(apis))

    def api(self, item: dict[str, Any], index: int, apis: dict[str, int]) -> None:
        if len(item) > 1 or not isinstance(item["api"], str) or not item["api"]:
            self.fail("an API is one member, api, with the name of its document", index)
        if item["api"] in apis:
            self.fail(f"the API stands in line {self.line(apis[item['api']])} already: keep one of the lines", index)
        apis[item["api"]] = index

    def entry(self, item: dict[str, Any], index: int) -> Entry:
        for name in (*_NEEDED, *sorted(item.keys() - set(_NEEDED))):
            if name not in _KNOWN:
                self.fail(f"a finding of a baseline has no {name[:60]!r}", index)
            if name not in item:
                self.fail(f"the finding has no {name!r}", index)
            if wrong := _CHECKS.get(name, _text)(item[name]):
                self.fail(f"{name!r} is not {wrong}", index)
        return Entry(**{**item, "severity": _SEVERITIES[item["severity"]]})

    def line(self, index: int | None) -> int:
        path = () if index is None else (index,)
        return self.document.locate([path])[path].value.line

    def fail(self, message: str, index: int | None = None) -> NoReturn:
        raise BaselineError(f"{self.path}:{self.line(index)}: {message}")


def _text(value: Any) -> str:
    return "" if isinstance(value, str) and value else "a text"


def _words(value: Any) -> str:
    return "" if isinstance(value, str) else "a text"


def _severity(value: Any) -> str:
    return "" if isinstance(value, str) and value in _SEVERITIES else f"one of {', '.join(_SEVERITIES)}"


def _fingerprint(value: Any) -> str:
    return "" if isinstance(value, str) and _FINGERPRINT.fullmatch(value) else "32 hexadecimal digits"


def _count(value: Any) -> str:
    return "" if isinstance(value, int) and not isinstance(value, bool) and value > 0 else "a number above 0"


def _flag(value: Any) -> str:
    return "" if isinstance(value, bool) else "true or false"


def _day(value: Any) -> str:
    return "" if isinstance(value, str) and is_date(value) else "a date such as 2026-03-01"


_CHECKS: dict[str, Callable[[Any], str]] = {
    "severity": _severity,
    "fingerprint": _fingerprint,
    "since": _day,
    "operation": _words,
    "pointer": _words,
    "operations": _count,
    "shared": _flag,
}
