"""What a run reports of what it found: what the change since a commit answers for."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from apilint.changes.documents import NEW, Changed, compared
from apilint.engine import Judging, Raised
from apilint.findings import Finding
from apilint.reading.limits import LimitReached, Limits, Malformed
from apilint.reading.parse import parse
from apilint.reading.pointer import parse_pointer
from apilint.reading.references import Unresolved, follow, unescape
from apilint.reading.source import Source
from apilint.reading.workspace import inside
from apilint.revisions.repository import Repository, RevisionError, TooLargeError

if TYPE_CHECKING:
    from apilint.changes.parts import Place
    from apilint.changes.units import Units
    from apilint.openapi.api import Api
    from apilint.reading.document import Document
    from apilint.revisions.repository import Commit

_SHORT = 7  # digits of an id
# Why a reference leads nowhere now that may have led somewhere.
_LOST = ("missing", "absent", "unreadable", "malformed")


class Since:
    """The work tree against the commit where a revision and HEAD parted.

    That is what `git diff REVISION...` shows, and what is not committed yet.
    """

    def __init__(self, revision: str, limits: Limits, texts: Mapping[str, bytes]) -> None:
        """`texts` stand for the text of files, by real path."""
        self.revision = revision
        self._unknown: dict[str, str] = {}
        self._limits = limits
        self._texts = texts
        self._bases: dict[str, _Base] = {}
        self._roots: dict[str, _Base] = {}
        self._changes: dict[int, tuple[Document, Changed]] = {}

    def require(self, paths: Iterable[str | None]) -> None:
        """Find the commits for all inputs. Raises RevisionError if one has none, as standard input (None)."""
        for path in paths:
            if path is None:
                raise RevisionError("--since compares files with a commit, and standard input is none: name the file")
            try:
                self._base(path)
            except RevisionError as error:
                raise RevisionError(f"--since: {error}") from None

    @property
    def commits(self) -> tuple[str, ...]:
        """The commits that inputs are compared with: one for each repository."""
        return tuple(dict.fromkeys(base.commit.id[:_SHORT] for base in self._roots.values()))

    def judging(self, judge: Judging) -> Judging:
        """What a policy makes of findings, and after that which of them stand elsewhere."""
        return _Judge(self, judge)

    def units(self, api: Api) -> Units:
        """What the change touched of an API."""
        from apilint.changes.units import Units

        known = api.known.get(__name__)
        if isinstance(known, Units):
            return known
        changes = {key: self.changed(document) for key, document in api.documents.items()}
        for reference in api.references:
            lost = reference.unresolved is not None and reference.unresolved.reason in _LOST
            if lost and self._led_somewhere(reference.document, reference.reference):
                change = changes[id(reference.document)]
                changes[id(reference.document)] = change._replace(touched=change.touched | {reference.path})
        units = Units(api, changes, self._gone(api, changes))
        api.known[__name__] = units
        return units

    def unknown(self, api: Api) -> tuple[tuple[str, str], ...]:
        """The files of an API of which nobody can tell what changed, and why: all in them counts as changed."""
        names = (document.name for document in api.documents.values())
        return tuple((name, self._unknown[name]) for name in names if name in self._unknown)

    def marked(self, api: Api, finding: Finding) -> Finding:
        """A finding that no rule raised, as what is said about suppressions, marked where it stands elsewhere."""
        for document in api.documents.values():
            if document.name == finding.location.file:
                path = _path(document, finding.location.pointer)
                return finding._replace(elsewhere=not self.units(api).answers_for(document, path, (), None))
        return finding

    def changed(self, document: Document) -> Changed:
        """What became of a document of the work tree."""
        known = self._changes.get(id(document))
        if known is None:
            known = self._changes[id(document)] = (document, self._compared(document))
        return known[1]

    def _compared(self, document: Document) -> Changed:
        if document.path is None:
            return self._cannot_tell(document, "it is in no repository")
        try:
            base = self._base(document.path)
            before = base.document(base.relative(document.path))
            if before is None:
                before = base.moved(self._data(document))
        except RevisionError as error:
            return self._cannot_tell(document, str(error))
        except LimitReached as error:
            return self._cannot_tell(document, f"as it was: {error}")
        except Malformed as error:
            return self._cannot_tell(document, f"as it was, it is malformed: {error.message}")
        return NEW if before is None else compared(before, document)

    def _cannot_tell(self, document: Document, why: str) -> Changed:
        self._unknown[document.name] = why
        return NEW

    def _data(self, document: Document) -> bytes:
        """The bytes of a document; none where it can no longer be read."""
        from apilint.reading.limits import Unreadable
        from apilint.reading.source import read

        path = document.path or ""
        if path in self._texts:
            return self._texts[path]
        try:
            return read(path, document.name, self._limits).data
        except (Unreadable, LimitReached):
            return b""

    def _base(self, path: str) -> _Base:
        folder = os.path.dirname(os.path.abspath(path))
        if folder not in self._bases:
            repository = Repository.at(path)
            root = os.path.realpath(repository.root)
            if root not in self._roots:
                self._roots[root] = _Base(root, repository, self.revision, self._limits)
            self._bases[folder] = self._roots[root]
        return self._bases[folder]

    # What the base had.

    def _led_somewhere(self, document: Document, reference: str) -> bool:
        """Whether a reference led somewhere in the base."""
        try:
            return self._place_before(document, reference) is not None
        except (RevisionError, LimitReached, Malformed):
            return False

    def _place_before(self, document: Document, reference: str) -> tuple[str, tuple[str | int, ...]] | None:
        """The path from the root of the file that a reference of the base led to, and the path in it."""
        file, _, fragment = reference.partition("#")
        plain, pointer = unescape(file), unescape(fragment)
        if document.path is None or plain is None or pointer is None or (pointer and pointer[0] != "/"):
            return None
        base = self._base(document.path)
        target = os.path.normpath(os.path.join(os.path.dirname(document.path), plain)) if plain else document.path
        if not inside(target, base.root):
            return None
        before = base.document(base.relative(target))
        found = None if before is None else follow(before, pointer)
        return None if found is None or isinstance(found, Unresolved) else (target, found.path)

    def _gone(self, api: Api, changes: Mapping[int, Changed]) -> list[tuple[Place, Place]]:
        """What the references that are gone led to, where that is still there."""
        by_path: dict[str, int] = {}
        for key, document in api.documents.items():
            before = changes[key].base
            file = document.path if before is None else before.path  # which may have been moved
            if file is not None:
                by_path[file] = key
        found: list[tuple[Place, Place]] = []
        for key, change in changes.items():
            for path, text in change.gone:
                try:
                    led = self._place_before(api.documents[key], text)
                except (RevisionError, LimitReached, Malformed):
                    continue
                if led is not None and led[0] in by_path:
                    found.append(((key, path), (by_path[led[0]], led[1])))
        return found


class _Base:
    """The files of one repository as they were."""

    def __init__(self, root: str, repository: Repository, revision: str, limits: Limits) -> None:
        self.root = root
        head, other = repository.commit("HEAD"), repository.commit(revision)
        commit = repository.merge_base(other, head)
        if commit is None:
            raise RevisionError(f"{revision!r} and HEAD have no commit in common: --since compares with that one")
        self.commit: Commit = commit
        self._repository = repository
        self._limits = limits
        self._documents: dict[str, Document | Exception | None] = {}
        self._bytes = 0
        self._ids: dict[str, list[str]] | None = None
        # Processes that are forked must not share the places in its files.
        repository.close()

    def relative(self, path: str) -> str:
        """The path of a file from the root, as commits spell it."""
        return os.path.relpath(path, self.root).replace(os.sep, "/")

    def document(self, path: str) -> Document | None:
        """A file as it was, None if there was none.

        Raises RevisionError, LimitReached or Malformed for what cannot be understood.
        """
        if path not in self._documents:
            try:
                self._documents[path] = self._parsed(path)
            except (RevisionError, LimitReached, Malformed) as error:
                self._documents[path] = error
        found = self._documents[path]
        if isinstance(found, Exception):
            raise found
        return found

    def _parsed(self, path: str) -> Document | None:
        try:
            data = self.commit.read(path, self._limits.bytes)
        except TooLargeError:
            raise LimitReached("bytes", self._limits.bytes, "the file is too large") from None
        if data is None:
            return None
        self._bytes += len(data)
        if self._bytes > self._limits.run_bytes:
            limit = self._limits.run_bytes
            raise LimitReached("run_bytes", limit, "the files of the commit are too large together")
        return parse(Source(path, os.path.join(self.root, path), data), self._limits)

    def moved(self, data: bytes) -> Document | None:
        """The file that had the same content, if it is no longer where it was; a copy is new."""
        if not data:
            return None
        if self._ids is None:
            self._ids = {}
            for path, id in self.commit.files():
                self._ids.setdefault(id, []).append(path)
        for path in self._ids.get(self._repository.blob_id(data), ()):
            if not os.path.lexists(os.path.join(self.root, path)):
                return self.document(path)
        return None


class _Judge(NamedTuple):
    """Judges as a policy does, and marks what the change does not answer for."""

    since: Since
    judged: Judging

    @property
    def asked(self) -> frozenset[str]:
        """See `Judging.asked`."""
        return self.judged.asked

    def judge(self, api: Api, raised: Sequence[Raised], root: str) -> tuple[list[Raised], frozenset[tuple[str, str]]]:
        """The findings as the policy leaves them, with what stands elsewhere marked."""
        found, waived = self.judged.judge(api, raised, root)
        answers_for = self.since.units(api).answers_for
        return [
            one
            if answers_for(one.document, one.path, one.flag.operations, one.rule.id)
            else one._replace(elsewhere=True)
            for one in found
        ], waived


def _path(document: Document, pointer: str) -> tuple[str | int, ...]:
    """The path that a pointer spells in a document, as far as there is something."""
    value: Any = document.value
    path: list[str | int] = []
    for text in parse_pointer(pointer):
        step: str | int = text
        if isinstance(value, list):
            step = int(text) if text.isdecimal() and int(text) < len(value) else text
            value = value[step] if isinstance(step, int) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
        path.append(step)
    return tuple(path)
