"""Where a repository keeps what: see gitrepository-layout(5) and git-config(1).

Of the configuration of git nothing is obeyed but the format of the repository and what `@{upstream}` means: no
includes, no hooks, no aliases, no other work tree. That only reads what nobody runs, so that it does not matter who
owns the repository (git's `safe.directory`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import NamedTuple

from apilint.revisions.files import NoRepositoryError, RevisionError, contents, line

_FORMATS = {"sha1": 20, "sha256": 32}
_EXTENSIONS = {
    "compatobjectformat",
    "noop",
    "objectformat",
    "partialclone",
    "preciousobjects",
    "refstorage",
    "relativeworktrees",
    "worktreeconfig",
}
_SECTION = re.compile(r'\[\s*([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]')
_ENTRY = re.compile(r"([A-Za-z][\w-]*)\s*(?:=\s*(.*))?")
_LONGEST = 4_096  # characters of a line
_FALSE = {"false", "no", "off", "0", ""}


class Layout(NamedTuple):
    """The folders of a repository: its work tree, what belongs to this work tree, what all work trees share.

    `settings` are the last values of the configuration by section, subsection and name; `hash` is the length of an
    object's id in bytes.
    """

    root: str
    own: str
    common: str
    settings: Mapping[tuple[str, str, str], str]
    hash: int

    @property
    def shallow(self) -> frozenset[str]:
        """The commits at which a shallow clone ends. Raises RevisionError."""
        return frozenset(os.fsdecode(contents(os.path.join(self.common, "shallow"), 1 << 24) or b"").split())

    @property
    def partial(self) -> bool:
        """Whether it was cloned without some of its objects."""
        return any(key[0] == "extensions" and key[2] == "partialclone" for key in self.settings) or any(
            key[0] == "remote" and key[2] in ("promisor", "partialclonefilter") for key in self.settings
        )


def find(path: str) -> Layout:
    """The repository whose work tree holds a path. Raises RevisionError."""
    folder = start = os.path.realpath(path)
    while True:
        own = _own(folder)
        if own:
            return _layout(folder, own)
        if _is_repository(folder):
            raise RevisionError(f"{folder} is a repository without a work tree (bare)")
        parent = os.path.dirname(folder)
        if parent == folder:
            raise NoRepositoryError(f"{start} is in no git repository")
        folder = parent


def _own(folder: str) -> str:
    entry = os.path.join(folder, ".git")
    if os.path.isdir(entry):
        # An empty folder of that name, as some containers mount, is none to git either.
        return os.path.realpath(entry) if _is_repository(entry) else ""
    first = line(entry)
    if not first:
        return ""
    if not first.startswith("gitdir:"):
        raise RevisionError(f"{entry} is no file of git: it does not begin with gitdir:")
    leads = os.path.realpath(os.path.join(folder, first.removeprefix("gitdir:").strip()))
    if not _is_repository(leads):
        raise RevisionError(f"{entry} leads to {leads}, where there is no repository")
    return leads


def _is_repository(folder: str) -> bool:
    if not os.path.lexists(os.path.join(folder, "HEAD")):
        return False
    if os.path.lexists(os.path.join(folder, "commondir")):
        return True
    return all(os.path.isdir(os.path.join(folder, name)) for name in ("objects", "refs"))


def _layout(root: str, own: str) -> Layout:
    common = own
    if shared := line(os.path.join(own, "commondir")):
        common = os.path.realpath(os.path.join(own, shared))
        if not os.path.isdir(os.path.join(common, "objects")):
            raise RevisionError(f"{own} is a work tree of {common}, where there is no repository")
    settings = _settings(os.fsdecode(contents(os.path.join(common, "config")) or b""))
    version = settings.get(("core", "", "repositoryformatversion"), "0")
    if version not in ("0", "1"):
        raise RevisionError(f"the repository at {root} has format {version}, which apilint does not know")
    unknown = sorted({name for section, _, name in settings if section == "extensions"} - _EXTENSIONS)
    if version == "1" and unknown:
        raise RevisionError(f"the repository at {root} uses {unknown[0]}, an extension that apilint does not know")
    if own == common and settings.get(("core", "", "bare"), "false").lower() not in _FALSE:
        raise RevisionError(f"the repository at {root} has no work tree (core.bare)")
    form = settings.get(("extensions", "", "objectformat"), "sha1").lower()
    if form not in _FORMATS:
        raise RevisionError(f"the repository at {root} names objects by {form}, which apilint does not know")
    return Layout(root, own, common, settings, _FORMATS[form])


def _settings(text: str) -> dict[tuple[str, str, str], str]:
    """The settings that stand in a text itself; what is written in a way that is rare is left out."""
    found: dict[tuple[str, str, str], str] = {}
    section, sub = "", ""
    for row in text.splitlines():
        row = row.strip()
        if len(row) > _LONGEST:
            continue
        if heading := _SECTION.match(row):
            section, _, rest = heading[1].lower().partition(".")
            sub = re.sub(r"\\(.)", r"\1", heading[2]) if heading[2] is not None else rest
            row = row[heading.end() :].strip()
        if entry := _ENTRY.fullmatch(row):
            found[section, sub, entry[1].lower()] = _value(entry[2])
    return found


def _value(text: str | None) -> str:
    if text is None:
        return "true"
    if text.startswith('"') and text.count('"') >= 2:
        return text[1 : text.index('"', 1)]
    return re.split(r"\s+[#;]", text, maxsplit=1)[0].strip()
