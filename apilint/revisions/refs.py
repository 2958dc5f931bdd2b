"""What names mean in a repository: see gitrevisions(7) and git-check-ref-format(1)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from apilint.revisions.files import RevisionError, contents
from apilint.revisions.layout import Layout

# In this order, and a name that two of them know differently is none: whoever may push a tag is not to be able to
# say with it what `origin/main` is.
_PLACES = ("refs/{}", "refs/tags/{}", "refs/heads/{}", "refs/remotes/{}", "refs/remotes/{}/HEAD")
_WORST = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|/\.|\.lock(?:/|$)")
_OWN = re.compile(r"[A-Z][A-Z_]*(?:HEAD)?")
_HOPS = 5  # git follows as many
_NAMES = 20_000
_PACKED = 1 << 26  # bytes


class Refs:
    """The names of a repository that stand for commits."""

    def __init__(self, layout: Layout) -> None:
        """Raises RevisionError where names are kept in a way that is not read here."""
        self._layout = layout
        self._packed_ids: dict[str, str] | None = None
        storage = layout.settings.get(("extensions", "", "refstorage"), "files").lower()
        self._readable = storage == "files"

    def find(self, name: str) -> str | None:
        """The id that a name stands for, None if it stands for nothing.

        Raises RevisionError for one that stands for several, or that cannot be read.
        """
        if name == "@":
            name = "HEAD"
        if not is_name(name):
            return None
        if not self._readable:
            raise RevisionError("apilint does not read the names of a repository in reftable form: give a full id")
        if _OWN.fullmatch(name) or name.startswith("refs/"):
            found = self.read(name)
            if found is not None:
                return found
        known: dict[str, str] = {}
        for place in _PLACES:
            full = place.format(name)
            id = self.read(full)
            if id is not None:
                known[full] = id
        if len(set(known.values())) > 1:
            first, second = list(known)[:2]
            raise RevisionError(f"{name} is both {first} and {second}: write which of them is meant")
        return next(iter(known.values()), None)

    def read(self, name: str) -> str | None:
        """The id that a full name stands for, through symbolic ones. Raises RevisionError."""
        first = name
        for _ in range(_HOPS + 1):
            text = self._text(name)
            if text is None:
                return None
            if not text.startswith("ref:"):
                id = text.split(maxsplit=1)[0].lower() if text.strip() else ""
                if not is_id(id, self._layout.hash):
                    raise RevisionError(f"{first} is broken: it holds no id")
                return id
            name = text.removeprefix("ref:").strip()
            if not is_name(name) or not name.startswith("refs/"):
                raise RevisionError(f"{first} is broken: it leads to what is no name")
        raise RevisionError(f"{first} is broken: it leads from name to name without end")

    def upstream(self, name: str) -> str:
        """The full name of what a branch follows; of the branch that is checked out for an empty name.

        Raises RevisionError.
        """
        settings = self._layout.settings
        if not name or name in ("HEAD", "@"):
            head = self._text("HEAD") or ""
            if not head.startswith("ref: refs/heads/"):
                raise RevisionError("no branch is checked out, so that there is no upstream")
            name = head.removeprefix("ref: refs/heads/").strip()
        remote, merge = (settings.get(("branch", name, key), "") for key in ("remote", "merge"))
        if not remote or not merge:
            raise RevisionError(f"the branch {name} follows no other, so that there is no upstream")
        if remote == ".":
            return merge
        source, _, target = settings.get(("remote", remote, "fetch"), "").removeprefix("+").partition(":")
        before, star, after = source.partition("*")
        if source == merge:
            return target
        if not star or not merge.startswith(before) or not merge.endswith(after):
            raise RevisionError(f"{remote} is not fetched so that it is known what {name} follows")
        return target.replace("*", merge[len(before) : len(merge) - len(after)], 1)

    def remotes(self) -> set[str]:
        """The names of the repositories that this one fetches from."""
        return {sub for section, sub, _ in self._layout.settings if section == "remote" and sub}

    def short_names(self) -> list[str]:
        """Branches and tags as people write them, some thousands at most."""
        if not self._readable:
            return []
        found = {"HEAD": None}
        for name in (*self._packed(), *self._loose_names()):
            for place in ("refs/heads/", "refs/tags/", "refs/remotes/"):
                if name.startswith(place):
                    found[name.removeprefix(place)] = None
        return list(found)[:_NAMES]

    def _text(self, name: str) -> str | None:
        """What a name holds: an id, or `ref:` and another name."""
        layout = self._layout
        shared = name.startswith("refs/") and not name.startswith(("refs/bisect/", "refs/worktree/", "refs/rewritten/"))
        folder = layout.common if shared else layout.own
        data = contents(os.path.join(folder, *name.split("/")), 1 << 16)
        if data is not None:
            return data.decode("utf-8", "surrogateescape").partition("\n")[0]
        return self._packed().get(name) if shared else None

    def _packed(self) -> dict[str, str]:
        if self._packed_ids is None:
            self._packed_ids = {}
            data = contents(os.path.join(self._layout.common, "packed-refs"), _PACKED) or b""
            for row in data.decode("utf-8", "surrogateescape").split("\n"):
                id, _, name = row.partition(" ")
                if is_id(id, self._layout.hash):
                    self._packed_ids[name.rstrip("\r")] = id
        return self._packed_ids

    def _loose_names(self) -> Iterator[str]:
        start = os.path.join(self._layout.common, "refs")
        seen = 0
        for folder, _, files in os.walk(start):
            for file in files:
                seen += 1
                if seen > _NAMES:
                    return
                yield os.path.relpath(os.path.join(folder, file), self._layout.common).replace(os.sep, "/")


def is_name(name: str) -> bool:
    """Whether git would let a branch or a tag have this name; nothing else may become a path."""
    return bool(name) and not _WORST.search(name) and name[0] not in "-./" and name[-1] not in "./"


def is_id(text: str, hash: int) -> bool:
    """Whether a text is a full id of so many bytes."""
    return len(text) == 2 * hash and re.fullmatch("[0-9a-f]+", text) is not None
