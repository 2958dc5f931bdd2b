"""The two states of a comparison: documents among the files of this machine, or of a commit, and what reads them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from apilint.policy import globs
from apilint.reading.discovery import SUFFIXES, Candidate, discover, display_name, kind_of
from apilint.reading.limits import LimitReached, Limits, Malformed, Unreadable
from apilint.reading.source import decode, read
from apilint.reading.workspace import Workspace, choose_root, inside
from apilint.revisions.repository import Commit, Repository, RevisionError, TooLargeError

_SKIPPED = "node_modules"
_WILD = "*?["


class CommitFiles:
    """The files of a commit, by the paths that they have in the work tree: a tree of `reading.workspace`.

    `suffix` is added to the names of files where people see them.
    """

    def __init__(self, repository: Repository, commit: Commit, limits: Limits, cwd: str, suffix: str = "") -> None:
        self._repository = repository
        self.root = os.path.realpath(repository.root)
        self.commit = commit
        self.limits = limits
        self.cwd = cwd
        self._suffix = suffix
        self._kinds: dict[str, str] = {}

    def read(self, path: str) -> bytes | None:
        """See `reading.workspace.Tree.read`."""
        try:
            return self.commit.read(self.name(path), self.limits.bytes)
        except TooLargeError:
            raise LimitReached("bytes", self.limits.bytes, "the file is too large") from None
        except RevisionError as error:
            raise Unreadable(str(error)) from None

    def real(self, path: str) -> str:
        """See `reading.workspace.Tree.real`. What cannot be followed stays as it is: reading it says why."""
        path = os.path.normpath(path)
        if not inside(path, self.root):
            return path
        try:
            return os.path.join(self.root, *self.commit.real(self.name(path)).split("/"))
        except RevisionError:
            return path

    def label(self, name: str) -> str:
        """See `reading.workspace.Tree.label`."""
        return f"{name} ({self._suffix})" if self._suffix else name

    def release(self) -> None:
        """Let go of the files of the repository, which it opens again where it has to."""
        self._repository.close()

    def name(self, path: str) -> str:
        """The path from the root, as commits spell it."""
        relative = os.path.relpath(path, self.root)
        return "" if relative == os.curdir else relative.replace(os.sep, "/")

    def has(self, path: str) -> bool:
        """Whether there is a file or a folder, or what a pattern means."""
        return next(self._files(path), None) is not None

    def documents(self, paths: Sequence[str], known: dict[str, str]) -> list[Candidate]:
        """The documents that paths of files and folders, or patterns, mean; `known` are the kinds of contents by id."""
        found: dict[str, Candidate] = {}
        for path in paths:
            for name, id, named in self._files(path):
                kind = "openapi" if named else self._kind(name, id, known)
                full = os.path.join(self.root, *name.split("/"))
                if kind in ("openapi", "fragment"):
                    shown = self.label(display_name(full, self.cwd))
                    found.setdefault(full, Candidate(shown, full, None, named, kind == "fragment"))
        return list(found.values())

    def _files(self, path: str) -> Iterator[tuple[str, str, bool]]:
        """Name, content's id and whether it was named, of the files that could be documents."""
        name = self.name(path)
        blob = self.commit.blob(name) if name else None
        if blob is not None:
            yield name, blob, True
            return
        parts = name.split("/")
        fixed = next((number for number, part in enumerate(parts) if any(sign in part for sign in _WILD)), len(parts))
        under = "/".join(parts[:fixed])
        for one, id in self.commit.files(under):
            below = one[len(under) :].strip("/").split("/")
            if not one.lower().endswith(SUFFIXES) or any(part.startswith(".") or part == _SKIPPED for part in below):
                continue
            if fixed == len(parts) or globs.matches(name, one) or globs.matches(f"{name}/**", one):
                yield one, id, False

    def _kind(self, name: str, id: str, known: dict[str, str]) -> str:
        if id not in known:
            try:
                known[id] = kind_of(self.commit.read(name, self.limits.bytes) or b"")
            except TooLargeError:
                known[id] = "openapi"  # opening it says so
            except RevisionError:
                known[id] = "other"  # a pointer to a large file, say, which no document is kept in
        return known[id]


class State:
    """One of the two states: its documents, and what reads them.

    `label` is what people call it; `candidates` are its documents, `keys` the names by which they have a counterpart
    in the other state.
    """

    def __init__(
        self,
        label: str,
        limits: Limits,
        *,
        files: CommitFiles | None = None,
        ref_root: str | None = None,
        remote_hosts: tuple[str, ...] = (),
    ) -> None:
        self.label = label
        self.limits = limits
        self.files = files
        self.candidates: list[Candidate] = []
        self.keys: dict[str, str] = {}
        self._ref_root = ref_root
        self._hosts = remote_hosts
        self._workspaces: dict[str, Workspace] = {}

    def take(self, candidates: Sequence[Candidate], folder: str | None) -> None:
        """Have these documents, with their paths from a folder as keys, or one key for the only one."""
        for one in candidates:
            self.candidates.append(one)
            self.keys[one.name] = os.path.relpath(one.path or one.name, folder) if folder is not None else ""

    def workspace(self, path: str) -> Workspace:
        """The documents of the root that a file belongs to."""
        root = self._ref_root or (self.files.root if self.files is not None else choose_root(path, os.getcwd()))
        if root not in self._workspaces:
            self._workspaces[root] = Workspace(root, self.limits, self._hosts, tree=self.files)
        return self._workspaces[root]

    @property
    def workspaces(self) -> list[Workspace]:
        """All that were asked for so far."""
        return list(self._workspaces.values())

    def real(self, path: str) -> str:
        """Where a path leads when its links are followed."""
        return self.files.real(path) if self.files is not None else os.path.realpath(path)

    def text(self, path: str) -> str | None:
        """The text of a file; None where it has none that can be read."""
        try:
            data = self.files.read(path) if self.files is not None else read(path, path, self.limits).data
            return None if data is None else decode(data)
        except (LimitReached, Malformed, Unreadable):
            return None


def here(paths: Sequence[str], limits: Limits, cwd: str) -> list[Candidate]:
    """The documents that paths of this machine mean."""
    return discover(paths, cwd=cwd, stdin_name=None, limits=limits) if paths else []
