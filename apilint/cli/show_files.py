"""`apilint check --show-files`: which files would be looked at, what each looks like, and which are passed over."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from apilint.reading.discovery import Candidate, discover, display_name, files
from apilint.reading.limits import LimitReached, Limits, Unreadable
from apilint.reading.source import read
from apilint.report.escape import screen, visible
from apilint.report.layout import count

if TYPE_CHECKING:
    from apilint.run import RunOptions

_BEGINNING = 64 << 10
_EXCLUDED = "excluded by configuration, skipped"
# Without reading what refers to what, nobody knows more.
_PART = "a part of a document, read where one that is checked refers to it"
# At the start of a line, or after a bracket or a comma as in JSON.
_VERSION = re.compile(rb"""(?:^|[{,])\s*["']?(openapi|swagger)["']?\s*:\s*["']?(\d[\w.-]{0,20})""", re.MULTILINE)


def text(options: RunOptions) -> str:
    """A line for each file, by name, and one with the counts. Files are looked at, never parsed."""
    cwd = os.getcwd()
    taken = discover(options.paths, cwd=cwd, stdin_name=options.stdin_filename, limits=options.limits, skip_others=True)
    excluded = _excluded(taken, options)
    found = {one.name: _EXCLUDED if one in excluded else _kind(one, options) for one in taken}
    for name, path in _others(options, cwd):
        if name not in found:
            one = discover((path,), cwd=cwd, stdin_name=None, limits=options.limits, skip_others=True)[0]
            found[name] = "no OpenAPI document, skipped" if one.other else "ignored, skipped"
    skipped = sum(kind.endswith(", skipped") for kind in found.values())
    parts = sum(kind == _PART for kind in found.values())
    lines = [f"{visible(name)}: {kind}" for name, kind in sorted(found.items())]
    to_read = f", {count(parts, 'part')} of documents" if parts else ""
    lines.append(f"{count(len(found) - skipped - parts, 'file')} to check{to_read}, {skipped:,} skipped")
    return screen("".join(f"{line}\n" for line in lines))


def _excluded(candidates: list[Candidate], options: RunOptions) -> list[Candidate]:
    """The documents that configuration leaves out, unless a policy forbids it. Raises `click.UsageError`."""
    import click

    from apilint.policy.model import ConfigurationError
    from apilint.policy.selectors import is_in
    from apilint.run import discovery_for

    discovery = discovery_for(options)
    if discovery is None or (options.policy is not None and not options.policy.exclusions):
        return []
    searched = [one for one in candidates if not one.fragment and (not one.named or options.skip_others)]

    def fits(path: str) -> bool:
        return any(is_in(where, os.path.realpath(path)) for where in discovery.of(path).exclude)

    try:
        return [one for one in searched if one.path and fits(one.path)]
    except ConfigurationError as error:
        raise click.UsageError(str(error)) from None


def _kind(candidate: Candidate, options: RunOptions) -> str:
    if candidate.fragment:
        if candidate.named and options.with_roots:
            return "a part of a document, for which those that refer to it are checked"
        return _PART
    if candidate.other:
        # Whoever names a file wants to hear that it is none.
        return "no OpenAPI document, " + ("skipped" if options.skip_others else "which is a problem for a named file")
    return _version(candidate, options.limits)


def _version(candidate: Candidate, limits: Limits) -> str:
    data = candidate.data
    if data is None:
        try:
            data = read(candidate.path or "", candidate.name, limits).data
        except Unreadable:
            return "cannot be read"
        except LimitReached:
            return "too large"
    match = _VERSION.search(data[:_BEGINNING]) or _VERSION.search(data)
    if match is None:
        return "OpenAPI"
    kind = "Swagger" if match[1] == b"swagger" else "OpenAPI"
    return f"{kind} {visible(match[2].decode('ascii', 'replace'))}"


def _others(options: RunOptions, cwd: str) -> Iterator[tuple[str, str]]:
    """The names and paths of all YAML and JSON files below the folders that were named."""
    for argument in options.paths or (".",):
        top = os.path.normpath(os.path.join(cwd, argument))
        for path in files(top) if os.path.isdir(top) else ():
            yield display_name(path, cwd), path
