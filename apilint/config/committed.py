"""Configuration as it stands in a revision, and what the files of this machine say otherwise.

Whoever changes a document must not be able to change its judge in the same stroke. What holds is the tip of the
revision: the commit at which the two parted is chosen by whoever branches off, and an old one may be milder. What is
reported are the edits since they parted, where that can be told: what others have changed meanwhile is nobody's edit.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from apilint.config.tree import LIMITS, PYPROJECT, Files
from apilint.findings import Span
from apilint.policy.model import ConfigurationError, Notice, Origin
from apilint.policy.trust_rules import CONFIG_CHANGED
from apilint.reading.discovery import display_name
from apilint.reading.limits import LimitReached, Limits, Unreadable
from apilint.reading.workspace import inside
from apilint.revisions.repository import NoRepositoryError, Repository, RevisionError, TooLargeError

if TYPE_CHECKING:
    from apilint.policy.codeowners import Codeowners
    from apilint.revisions.repository import Commit

_BASELINE = 32 << 20  # bytes


class _Held(NamedTuple):
    """A repository with inputs in it, and the commit that is trusted."""

    repository: Repository
    commit: Commit


class Committed:
    """The files of a revision, for the repositories that inputs are in; other files are those of this machine.

    A file outside those repositories is nobody's to change but the operator's, who names it.
    """

    def __init__(self, revision: str, cwd: str) -> None:
        """`revision` is what a person calls it. Raises nothing; `hold` does.

        `texts` are the files that `notices` are about, by the names under which they are shown.
        """
        self._revision = revision
        self._cwd = os.path.realpath(cwd)
        self._files = Files()
        self._held: dict[str, _Held] = {}
        self._roots: dict[str, str] = {}
        self._bases: dict[str, Commit | None] = {}
        self._asked: dict[str, bytes | None] = {}
        self.texts: dict[str, str] = {}

    @classmethod
    def here(cls, revision: str, cwd: str) -> Committed | None:
        """The files of a revision of the repository that a folder is in, None where it is in none.

        Raises ConfigurationError.
        """
        with suppress(RevisionError):  # `hold` says it
            try:
                Repository.at(cwd)
            except NoRepositoryError:
                return None
        made = cls(revision, cwd)
        made.hold(None)
        return made

    def hold(self, path: str | None) -> None:
        """Trust the revision of the repository that an input is in, the working folder's for one without a path.

        Raises ConfigurationError.
        """
        folder = os.path.dirname(os.path.join(self._cwd, "-" if path is None else path))
        folder = os.path.realpath(folder)
        if folder in self._roots:
            return
        try:
            repository = Repository.at(folder)
            root = repository.root
            if root not in self._held:
                self._require_outermost(repository)
                self._held[root] = _Held(repository, repository.commit(self._revision))
        except RevisionError as error:
            raise ConfigurationError(f"--trust-ref: {error}") from None
        self._roots[folder] = root

    def _require_outermost(self, repository: Repository) -> None:
        """Refuse a repository inside another one: what it is, a change to the outer one decides."""
        if inside(self._cwd, repository.root):
            return
        try:
            outer = Repository.at(os.path.dirname(repository.root))
        except RevisionError:
            return
        name = display_name(repository.root, self._cwd)
        raise RevisionError(
            f"{name} is a repository inside {outer.root}, a submodule perhaps, and a change there decides which: "
            f"run apilint in {name}"
        )

    def read(self, path: str) -> bytes | None:
        """See `Tree.read`."""
        found = self._of(path)
        if found is None:
            return self._files.read(path)
        data = self._read(*found, LIMITS.bytes)
        self._asked.setdefault(path, data)
        return data

    def watch(self, path: str | None) -> None:
        """Report edits to a file, too, if it is in one of the repositories with inputs."""
        if path is not None and os.path.isabs(path) and self._of(path) is not None:
            with suppress(Unreadable, LimitReached):
                self.read(path)

    def real(self, path: str) -> str:
        """See `Tree.real`."""
        found = self._of(path)
        if found is None:
            return self._files.real(path)
        held, name = found
        try:
            return os.path.join(held.repository.root, *held.commit.real(name).split("/"))
        except RevisionError:
            # Out of the repository, or nowhere: a place that is in no repository.
            return os.path.join(os.path.dirname(held.repository.root), os.path.basename(path))

    def label(self, name: str) -> str:
        """See `Tree.label`."""
        return f"{name} ({self._revision})" if self._of(os.path.join(self._cwd, name)) is not None else name

    def document(self, path: str, limit: int) -> bytes | None:
        """A document as the revision has it; None where it has none that can be read."""
        found = self._of(path)
        try:
            return self._read(*found, limit) if found is not None else None
        except (Unreadable, LimitReached):
            return None

    def ignoring(self, path: str, limit: int) -> bytes | None:
        """What a .gitignore holds in the revision: what git has, nobody hides by saying that git is to ignore it."""
        try:
            self.hold(path)
        except ConfigurationError:
            return None  # said where an input is found there
        return self.document(path, limit)

    def baseline(self, path: str) -> bytes | None:
        """What the file of a baseline holds in the revision, empty for one that is new here, None outside repositories.

        Raises ConfigurationError.
        """
        full = os.path.join(self._cwd, path)
        with suppress(RevisionError):  # `hold` says it
            try:
                Repository.at(os.path.dirname(full))
            except NoRepositoryError:
                return None
        self.hold(full)
        found = self._of(full)
        assert found is not None
        try:
            data = self._read(*found, _BASELINE)
        except (Unreadable, LimitReached) as error:
            raise ConfigurationError(f"baseline: {path} ({self._revision}): {error}") from None
        self._asked[full] = data
        if data is None and not os.path.lexists(full):
            raise ConfigurationError(f"baseline: there is no file {path!r}, neither here nor in {self._revision}")
        return data or b""

    def codeowners(self, path: str) -> Codeowners | None:
        """The CODEOWNERS of the repository that holds a file, as the revision has it."""
        from apilint.policy.owners import find_codeowners

        found = self._of(path or os.path.join(self._cwd, "-"))
        return find_codeowners(found[0].repository.root, self.read) if found is not None else None

    def notices(self) -> Iterator[Notice]:
        """What the files of this machine say otherwise than those that were read for configuration."""
        for path, before in sorted(self._asked.items()):
            found = self._of(path)
            assert found is not None
            limit = max(LIMITS.bytes, len(before or b""))
            after, fault = self._here(path, limit)
            if not fault and _meant(path, before) == _meant(path, after):
                continue
            if after is not None and self._parted(*found, limit) == after:
                continue
            yield self._edit(path, before, after, fault)

    def _edit(self, path: str, before: bytes | None, after: bytes | None, fault: str) -> Notice:
        name, revision = display_name(path, self._cwd), self._revision
        if fault:
            did, then = f"{name} is not as {revision} has it: {fault}", "what stood in it there holds"
        elif after is None:
            did, then = f"{name} is gone here", f"what {revision} has in it still holds"
        elif before is None:
            did, then = f"{revision} has no {name}", "what it says does not hold yet"
        else:
            did, then = f"{name} is not as {revision} has it", "what it says otherwise does not hold yet"
        line = _first_difference(path, before or b"", after or b"") if after is not None else 0
        if after is not None and len(after) <= LIMITS.bytes:
            self.texts[name] = after.decode("utf-8", "replace")
        origin = Origin(name, "", Span(line, 1, line, 1) if line else None, path if after is not None else None)
        message = f"{did}: {then}; somebody should review the change"
        return Notice(CONFIG_CHANGED.id, message, origin, name)

    def _of(self, path: str) -> tuple[_Held, str] | None:
        """The repository with inputs that a path is in, and its name there."""
        full = os.path.normpath(path)
        root = max((one for one in self._held if inside(full, one)), key=len, default=None)
        if root is None:
            # A folder that is reached through a link.
            full = os.path.join(os.path.realpath(os.path.dirname(full)), os.path.basename(full))
            root = max((one for one in self._held if inside(full, one)), key=len, default=None)
        if root is None:
            return None
        return self._held[root], os.path.relpath(full, root).replace(os.sep, "/")

    def _read(self, held: _Held, name: str, limit: int, commit: Commit | None = None) -> bytes | None:
        try:
            return (commit or held.commit).read(name, limit)
        except TooLargeError:
            raise LimitReached("bytes", limit, "the file is too large") from None
        except RevisionError as error:
            raise Unreadable(str(error)) from None

    def _here(self, path: str, limit: int) -> tuple[bytes | None, str]:
        """The bytes of a file of this machine, and what is wrong with it."""
        from apilint.reading.source import read

        if not os.path.lexists(path):
            return None, ""
        try:
            return read(path, path, Limits(bytes=limit)).data, ""
        except (Unreadable, LimitReached) as error:
            return None, str(error)

    def _parted(self, held: _Held, name: str, limit: int) -> bytes | None:
        """A file as it was where this branch and the revision parted, as far as that can be told."""
        repository = held.repository
        try:
            if repository.root not in self._bases:
                self._bases[repository.root] = None  # if it cannot be told
                self._bases[repository.root] = repository.merge_base(repository.commit("HEAD"), held.commit)
            base = self._bases[repository.root]
            return None if base is None else base.read(name, limit)
        except RevisionError:
            return None


def _meant(path: str, data: bytes | None) -> object:
    """What a file says to apilint: of what is shared with other tools, its part."""
    if data is None:
        return None
    if os.path.basename(path) != PYPROJECT:
        return data.replace(b"\r\n", b"\n")
    import tomllib

    try:
        tool = tomllib.loads(data.decode()).get("tool", {})
        return tool.get("apilint") if isinstance(tool, dict) else None
    except (ValueError, RecursionError):
        return data


def _first_difference(path: str, before: bytes, after: bytes) -> int:
    """The first line of a text that is otherwise than in another; the line after which it ends is its last."""
    old, new = before.splitlines(), after.splitlines()
    start = 0
    if os.path.basename(path) == PYPROJECT:
        start = next((n for n, row in enumerate(new) if row.lstrip().startswith(b"[tool.apilint")), 0)
        was = next((n for n, row in enumerate(old) if row.lstrip().startswith(b"[tool.apilint")), len(old))
        old, new = old[was:], new[start:]
    same = next(
        (n for n, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new))
    )
    return max(1, min(start + same + 1, start + len(new)))
