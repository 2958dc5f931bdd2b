"""Where two lines of commits part."""

from __future__ import annotations

import re
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from apilint.revisions.files import RevisionError
from apilint.revisions.objects import COMMIT

if TYPE_CHECKING:
    from apilint.revisions.repository import Repository

_COMMITS = 2_000_000
_PARENTS = 1_000
_FIRST, _SECOND, _STALE = 1, 2, 4
_HEAD = re.compile(rb"tree [0-9a-f]{40,64}\n((?:parent [0-9a-f]{40,64}\n)*)")
_TIME = re.compile(rb"\ncommitter [^\n]* (\d{1,18}) [+-]\d+\n")


class History:
    """The parents of commits."""

    def __init__(self, repository: Repository) -> None:
        """Nothing is read before it is asked for."""
        self._repository = repository
        self._known: dict[str, tuple[tuple[str, ...], int]] = {}

    def parents(self, id: str) -> tuple[str, ...]:
        """The commits that one was made from. Raises RevisionError."""
        return self._read(id)[0]

    def merge_base(self, one: str, other: str) -> str | None:
        """See `Repository.merge_base`; the commits are told by their ids. Raises RevisionError."""
        if one == other:
            return one
        shallow = self._repository.shallow
        marks = {one: _FIRST, other: _SECOND}
        queue: list[tuple[int, int, str]] = []
        for number, id in enumerate(marks):
            heappush(queue, (-self._read(id)[1], number, id))
        waiting = {one, other}  # in the queue, and not known to be older than a commit that is found
        found: dict[str, None] = {}
        cut = False
        count = 2
        while waiting:
            _, _, id = heappop(queue)
            mark = marks[id]
            waiting.discard(id)
            if mark & 3 == 3 and not mark & _STALE:
                found[id] = None
                mark |= _STALE
            if id in shallow:
                cut = True
                continue
            for parent in self._read(id)[0]:
                before = marks.get(parent, 0)
                if before & mark == mark:
                    continue
                marks[parent] = before | mark
                count += 1
                if count > _COMMITS:
                    raise RevisionError("the history is longer than apilint looks at")
                heappush(queue, (-self._read(parent)[1], count, parent))
                (waiting.discard if marks[parent] & _STALE else waiting.add)(parent)
        best = [id for id in found if not marks[id] & _STALE]
        if best:
            return best[0]
        if cut:
            raise RevisionError(
                f"the clone is too shallow to tell where {one[:12]} and {other[:12]} part: fetch more of it "
                "(git fetch --unshallow; actions/checkout: fetch-depth: 0)"
            )
        return None

    def _read(self, id: str) -> tuple[tuple[str, ...], int]:
        known = self._known.get(id)
        if known is None:
            data = self._repository.object(id, COMMIT)
            head, time = _HEAD.match(data), _TIME.search(data.partition(b"\n\n")[0] + b"\n")
            if head is None or head[1].count(b"\n") > _PARENTS:
                raise RevisionError(f"the commit {id[:12]} is broken: it has no tree or too many parents")
            parents = tuple(row[7:].decode() for row in head[1].splitlines())
            known = self._known[id] = (parents, int(time[1]) if time else 0)
        return known
