"""From a fragment back to the documents that refer to it: what a hook or an editor has in hand may be a part only."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping

from apilint.reading.discovery import Candidate, discover
from apilint.reading.limits import LimitReached, Limits, Unreadable
from apilint.reading.references import unescape
from apilint.reading.source import read
from apilint.reading.workspace import choose_root

# The file that a reference names, in any style of YAML and JSON. Escapes inside it are rare enough to be missed.
_REFERENCE = re.compile(rb"""["']?\$ref["']?[ \t]*:[ \t\r\n]*(?=["']?([^"'#\s{}\[\],][^"'#\r\n]*))""")


def roots_of(fragments: Iterable[str], *, cwd: str, limits: Limits, texts: Mapping[str, bytes]) -> list[Candidate]:
    """The root documents of the fragments' repositories that lead to one of them, by however many references.

    Found by what the texts name, without parsing them: a document that only mentions a fragment counts, too.
    `fragments` are paths; `texts` what stands for the text of some files.
    """
    wanted = {os.path.realpath(path) for path in fragments}
    named: dict[str, list[str]] = {}
    found: dict[str, Candidate] = {}
    for top in sorted({choose_root(path, cwd) for path in wanted}):
        for candidate in discover((top,), cwd=cwd, stdin_name=None, limits=limits):
            path = candidate.path
            if path and not candidate.fragment and _leads(os.path.realpath(path), wanted, named, limits, texts):
                found.setdefault(path, candidate)
    return list(found.values())


def _leads(
    start: str, wanted: set[str], named: dict[str, list[str]], limits: Limits, texts: Mapping[str, bytes]
) -> bool:
    seen = {start}
    pending = [start]
    while pending and len(seen) <= limits.files:
        path = pending.pop()
        if path not in named:
            named[path] = list(_named(path, limits, texts))
        for other in named[path]:
            if other in wanted:
                return True
            if other not in seen:
                seen.add(other)
                pending.append(other)
    return False


def _named(path: str, limits: Limits, texts: Mapping[str, bytes]) -> Iterator[str]:
    """The files that a file's references name, by their real paths."""
    try:
        data = texts[path] if path in texts else read(path, path, limits).data
    except (Unreadable, LimitReached):
        return
    for target in dict.fromkeys(_REFERENCE.findall(data)):
        name = os.fsdecode(target.strip())
        # In flow style a plain name ends before a bracket or a comma.
        for one in dict.fromkeys((name, unescape(name) or name, re.split(r"[\s,}\]]", name, maxsplit=1)[0])):
            try:
                yield os.path.realpath(os.path.join(os.path.dirname(path), one))
            except (OSError, ValueError):
                continue
