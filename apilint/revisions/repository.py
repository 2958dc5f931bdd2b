"""A repository and its commits, for reading: no program is started, nothing is written, nothing is checked out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apilint.revisions.files import NoRepositoryError, RevisionError, TooLargeError
from apilint.revisions.layout import Layout, find
from apilint.revisions.objects import BLOB, COMMIT, LARGEST, TAG, TREE, Objects
from apilint.revisions.refs import Refs, is_id
from apilint.revisions.trees import Entry, entries, walk

_TAGS = 10  # of tags
_LINKS = 40  # as many as Linux follows
_LONGEST = 1_000  # characters of a revision
_SUFFIX = re.compile(r"(?:\^\{(?:commit|)\}|\^[0-9]{0,2}|~[0-9]{0,6})")
_POINTER = b"version https://git-lfs.github.com/spec/"
_SAID = 12  # digits of an id


class Repository:
    """The repository that holds a path."""

    def __init__(self, layout: Layout) -> None:
        """Use `at`."""
        from apilint.revisions.history import History

        self._layout = layout
        self.root = layout.root
        self._objects = Objects(f"{layout.common}/objects", layout.hash)
        self._refs = Refs(layout)
        self._history = History(self)
        self._commits: dict[str, Commit] = {}

    @classmethod
    def at(cls, path: str) -> Repository:
        """The repository whose work tree holds a file or folder, which need not exist.

        `root` is the real path of the work tree. Raises RevisionError where there is none.
        """
        return cls(find(path))

    def close(self) -> None:
        """Let go of its files; it opens them again where it has to."""
        self._objects.close()

    def commit(self, revision: str) -> Commit:
        """The commit that somebody means: a branch, a tag, an id or the beginning of one, `HEAD~2`, `HEAD^2`.

        Raises RevisionError, with what would be right as far as that can be told.
        """
        known = self._commits.get(revision)
        if known is None:
            id = self._resolve(revision)
            label = revision if revision.startswith(id[:7]) else f"{revision} at {id[:_SAID]}"
            known = self._commits[revision] = Commit(self, id, label)
        return known

    def merge_base(self, one: Commit, other: Commit) -> Commit | None:
        """The youngest commit that two have both come from, None if there is none.

        Raises RevisionError if the clone is too shallow to tell.
        """
        id = self._history.merge_base(one.id, other.id)
        return None if id is None else Commit(self, id, id[:_SAID])

    def blob_id(self, data: bytes) -> str:
        """The id that a file with these bytes has in a commit, if git stores it as it is."""
        return self._objects.id(BLOB, data)

    @property
    def shallow(self) -> frozenset[str]:
        """The commits beyond which a shallow clone knows nothing."""
        return self._layout.shallow

    def object(self, id: str, kind: str, limit: int = LARGEST) -> bytes:
        """The bytes of an object. Raises RevisionError for one that is not here, broken, or of another kind."""
        found = self._objects.read(id, limit)
        if found is None:
            if self._layout.partial:
                why = "the clone leaves objects out (partial clone): clone without --filter, or check this commit out"
            elif self._objects.broken:
                why = f"{self._objects.broken}.pack cannot be read"
            else:
                why = "the repository is incomplete: git fsck says more"
            raise RevisionError(f"the {kind} {id[:_SAID]} is not here: {why}")
        if found[0] != kind:
            raise RevisionError(f"{id[:_SAID]} is a {found[0]}, not a {kind}")
        return found[1]

    def _resolve(self, revision: str) -> str:
        self._require_readable(revision)
        start = min((revision.index(sign) for sign in "^~" if sign in revision), default=len(revision))
        name, rest = revision[:start], revision[start:]
        id = self._peeled(self._named(name, revision), revision)
        while rest:
            step = _SUFFIX.match(rest)
            if step is None:
                raise RevisionError(f"{revision!r}: apilint does not understand {rest!r}; ^, ^2 and ~3 it does")
            rest = rest[step.end() :]
            if step[0].startswith("^{"):
                continue
            count = int(step[0][1:] or 1)
            times, number = (count, 1) if step[0][0] == "~" else (1, count)
            for _ in range(times):
                id = id if number == 0 else self._parent(id, number, revision)
        return id

    def _require_readable(self, revision: str) -> None:
        if not revision or revision.startswith("-") or len(revision) > _LONGEST or not revision.isprintable():
            raise RevisionError(f"{revision[:80]!r} is no revision: give a branch, a tag or the id of a commit")
        if ".." in revision:
            raise RevisionError(f"{revision!r} is a range, and one commit is asked for")
        if ":" in revision:
            raise RevisionError(f"{revision!r} is no commit: apilint reads no searches, and no paths after a colon")
        if re.search(r"@\{(?!u\}|upstream\})", revision, re.IGNORECASE):
            raise RevisionError(f"{revision!r}: of what is in @{{ }} apilint reads @{{upstream}} alone")

    def _named(self, name: str, revision: str) -> str:
        if follows := re.fullmatch(r"(.*)@\{u(?:pstream)?\}", name, re.IGNORECASE):
            full = self._refs.upstream(follows[1])
            id = self._refs.read(full)
            if id is None:
                raise RevisionError(f"{revision!r} is {full}, which is not here{self._fetch(full)}")
            return id
        name = name or "HEAD"
        lower = name.lower()
        if is_id(lower, self._layout.hash):
            return lower
        id = self._refs.find(name)
        if id is None:
            id = self._abbreviated(name)
        if id is None:
            raise RevisionError(f"there is no revision {name!r} in {self.root}{self._hint(name)}")
        return id

    def _abbreviated(self, name: str) -> str | None:
        described = re.search(r"-[0-9]+-g([0-9a-f]{4,})$", name)
        prefix = (described[1] if described else name).lower()
        if not re.fullmatch(f"[0-9a-f]{{4,{2 * self._layout.hash - 1}}}", prefix):
            return None
        found = self._objects.beginning(prefix)
        commits = found
        if len(found) > 1:
            commits = [one for one in found if (self._objects.read(one) or ("",))[0] in (COMMIT, TAG)]
        if len(commits) > 1:
            raise RevisionError(f"{name!r} is the beginning of several ids: {', '.join(one[:16] for one in commits)}")
        return commits[0] if commits else None

    def _hint(self, name: str) -> str:
        from difflib import get_close_matches

        if fetch := self._fetch(name):
            return fetch
        if name == "HEAD":
            return ": nothing is committed there yet"
        near = get_close_matches(name, self._refs.short_names(), 1, 0.7) if len(name) <= 100 else []
        if near:
            return f"; did you mean {near[0]!r}?"
        if self._layout.shallow:
            return ": the clone is shallow, fetch more of it first (actions/checkout: fetch-depth: 0)"
        return ""

    def _fetch(self, name: str) -> str:
        """How to get a branch of a remote."""
        remote, _, branch = name.removeprefix("refs/remotes/").partition("/")
        if not branch or remote not in self._refs.remotes():
            return ""
        shallow = " (the clone is shallow)" if self._layout.shallow else ""
        return f"{shallow}; fetch it: git fetch {remote} {branch}:refs/remotes/{remote}/{branch}"

    def _peeled(self, id: str, revision: str) -> str:
        """The commit that an object is or that a tag leads to."""
        for _ in range(_TAGS):
            found = self._objects.read(id)
            if found is None:
                shallow = ": the clone is shallow, fetch more of it" if self._layout.shallow else self._other_reason()
                raise RevisionError(f"there is no commit {id[:_SAID]} in {self.root}{shallow}")
            if found[0] == COMMIT:
                return id
            if found[0] != TAG:
                raise RevisionError(f"{revision!r} is a {found[0]}, not a commit")
            target = re.match(rb"object ([0-9a-f]{40,64})\n", found[1])
            if target is None:
                raise RevisionError(f"the tag {id[:_SAID]} is broken: it names no object")
            id = target[1].decode()
        raise RevisionError(f"{revision!r} is a tag of a tag of a tag without end")

    def _other_reason(self) -> str:
        return f": {self._objects.broken}.pack cannot be read" if self._objects.broken else ""

    def _parent(self, id: str, number: int, revision: str) -> str:
        if id in self._layout.shallow:
            raise RevisionError(f"{revision!r}: the clone is shallow and ends at {id[:_SAID]}; fetch more of it")
        parents = self._history.parents(id)
        if number > len(parents):
            count = "no parent" if not parents else f"{len(parents)} parents" if len(parents) > 1 else "one parent"
            raise RevisionError(f"{revision!r}: the commit {id[:_SAID]} has {count}")
        return parents[number - 1]


class Commit:
    """The files of a repository as they stand in one commit.

    `id` is the commit's, `label` what its user called it and where that is.
    """

    def __init__(self, repository: Repository, id: str, label: str) -> None:
        """Use `Repository.commit`."""
        self._repository = repository
        self.id = id
        self.label = label
        self._tree = ""
        self._trees: dict[str, dict[str, Entry]] = {}

    def read(self, path: str, limit: int) -> bytes | None:
        """The bytes of a file by its path from the root, with slashes; None if there is none.

        A symbolic link is followed inside the commit. Raises TooLargeError for more than `limit` bytes, and
        RevisionError for what cannot be read: a folder, a submodule, a pointer of Git LFS, a link that leads out.
        """
        found = self._find(path)
        if found is None:
            return None
        if found.kind != BLOB:
            raise RevisionError(f"{path} is a folder in {self.label}")
        try:
            data = self._repository.object(found.id, BLOB, limit)
        except TooLargeError as error:
            raise TooLargeError(f"{path} in {self.label}: {error}") from None
        except RevisionError as error:
            raise RevisionError(f"{path} in {self.label}: {error}") from None
        if data.startswith(_POINTER) and len(data) < 1024:
            raise RevisionError(f"{path} is kept in Git LFS, and {self.label} has a pointer to it alone")
        return data

    def blob(self, path: str) -> str | None:
        """The id of a file's content, through links as `read`; None if there is no such file."""
        found = self._find(path)
        return found.id if found is not None and found.kind == BLOB else None

    def files(self, under: str = "") -> Iterator[tuple[str, str]]:
        """The paths of the regular files below a folder, in order, and the ids of their content.

        Raises RevisionError for a tree that no work tree could be.
        """
        start = self._find(under) if under.strip("/") else Entry("", TREE, self.tree)
        if start is None:
            return iter(())
        if start.kind == BLOB:
            return iter(((under, start.id),))
        prefix = f"{under.strip('/')}/" if under.strip("/") else ""
        return walk(start.id, prefix, self._listed)

    @property
    def tree(self) -> str:
        """The id of its topmost tree. Raises RevisionError."""
        if not self._tree:
            head = re.match(rb"tree ([0-9a-f]{40,64})\n", self._repository.object(self.id, COMMIT))
            if head is None:
                raise RevisionError(f"the commit {self.id[:_SAID]} is broken: it has no tree")
            self._tree = head[1].decode()
        return self._tree

    def real(self, path: str) -> str:
        """Where a path leads when its links are followed; what is not there leads to itself. Raises RevisionError."""
        return "/".join(self._follow(path)[0])

    def _find(self, path: str) -> Entry | None:
        return self._follow(path)[1]

    def _follow(self, path: str) -> tuple[list[str], Entry | None]:
        """The names on the way to a path without links, and what is there."""
        left = path.split("/")
        done: list[str] = []
        links = 0
        entry: Entry | None = Entry("", TREE, self.tree)
        while left:
            name = left.pop(0)
            if name in ("", "."):
                continue
            if name == "..":
                if not done:
                    raise RevisionError(f"{path} leads out of the repository in {self.label}")
                done.pop()
                entry = self._at(done)
                continue
            found = self._listed(entry.id).get(name) if entry is not None and entry.kind == TREE else None
            if found is not None and found.kind == "submodule":
                raise RevisionError(
                    f"{'/'.join((*done, name))} is a submodule in {self.label}: its files are elsewhere"
                )
            if found is not None and found.kind == "link":
                links += 1
                if links > _LINKS:
                    raise RevisionError(f"{path} leads from link to link without end in {self.label}")
                target = self._repository.object(found.id, BLOB, 4096).decode("utf-8", "surrogateescape")
                if target.startswith("/") or "\0" in target:
                    raise RevisionError(f"{path} leads out of the repository in {self.label}")
                left = [*target.split("/"), *left]
                continue
            done.append(name)
            entry = found
        return done, entry

    def _at(self, names: list[str]) -> Entry | None:
        """What is at a path of which no part is a link."""
        entry: Entry | None = Entry("", TREE, self.tree)
        for name in names:
            entry = self._listed(entry.id).get(name) if entry is not None and entry.kind == TREE else None
        return entry

    def _listed(self, tree: str) -> dict[str, Entry]:
        if tree not in self._trees:
            if len(self._trees) > 10_000:
                self._trees.clear()
            self._trees[tree] = entries(self._repository.object(tree, TREE), len(self.id) // 2, tree)
        return self._trees[tree]


__all__ = ["Commit", "NoRepositoryError", "Repository", "RevisionError", "TooLargeError"]
