"""All documents of a run: opened once each, inside one root, and the references between them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple, Protocol

from apilint.findings import Problem
from apilint.reading.document import Document
from apilint.reading.limits import LimitReached, Limits, Malformed, Unreadable
from apilint.reading.parse import parse
from apilint.reading.pointer import Path, format_pointer
from apilint.reading.references import (
    LONGEST,
    Identifiers,
    Target,
    Unresolved,
    follow,
    join,
    scheme,
    shown,
    unescape,
)
from apilint.reading.source import Source, counted, read

__all__ = ["Target", "Unresolved", "Workspace", "choose_root", "inside"]


def choose_root(path: str, cwd: str, ref_root: str | None = None) -> str:
    """The folder that references may not leave.

    `ref_root` if given; else the nearest folder above `path` that holds `.git`; else `cwd` if the
    document is below it; else the document's folder.
    """
    if ref_root is not None:
        return os.path.realpath(ref_root)
    # Not the real path of the file itself: a link must not carry the root to where it leads.
    folder = os.path.realpath(os.path.dirname(os.path.abspath(path)))
    above = folder
    while not os.path.lexists(os.path.join(above, ".git")):
        parent = os.path.dirname(above)
        if parent == above:
            break
        above = parent
    else:
        return above
    cwd = os.path.realpath(cwd)
    return cwd if inside(folder, cwd) else folder


class Usage(NamedTuple):
    """How much of the limits of a run was used."""

    files: int
    bytes: int
    references: int

    def plus(self, other: Usage) -> Usage:
        """What both used."""
        return Usage(self.files + other.files, self.bytes + other.bytes, self.references + other.references)

    def since(self, before: Usage) -> Usage:
        """What was used after `before`."""
        return Usage(self.files - before.files, self.bytes - before.bytes, self.references - before.references)


NOTHING = Usage(0, 0, 0)
# The kinds of problems that references are which were not followed; other reasons have a problem of their own.
_NOT_FOLLOWED = {"refused": "reference-refused", "absent": "reference-unread"}


class Tree(Protocol):
    """Files by absolute path that stand elsewhere than on this machine: those of a commit."""

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, or None if there is none. Raises `Unreadable` and `LimitReached`."""

    def real(self, path: str) -> str:
        """Where a path leads when its links are followed, in this tree."""

    def label(self, name: str) -> str:
        """How a file is shown: its name, and whose it is."""


class Workspace:
    """The documents that a run reads, each once.

    `root` bounds the references; `remote_hosts` are the only hosts that may be asked for documents. `texts` stand
    for what is in files, by real path: an editor holds what was not saved yet. With a `tree`, files are those of the
    tree and no others.
    """

    def __init__(
        self,
        root: str,
        limits: Limits,
        remote_hosts: tuple[str, ...] = (),
        texts: Mapping[str, bytes] | None = None,
        tree: Tree | None = None,
    ) -> None:
        self.root = os.path.realpath(root)
        self.limits = limits
        self._hosts = remote_hosts
        self._texts = {} if texts is None else texts
        self._tree = tree
        self._cwd = _working_directory() or self.root
        self._problems: list[Problem] = []
        self._unread: list[tuple[Document, Path, Unresolved]] = []
        self._documents: dict[str, Document | Unresolved] = {}
        self._resolved: dict[tuple[int, str], Target | Unresolved] = {}
        # The keys are the documents' ids; the documents are kept with the values so that no id is used again.
        self._identifiers: dict[int, tuple[Document, Identifiers]] = {}
        self._own: dict[str, Document] = {}
        self._fetched: set[str] = set()
        self._stopped = False
        self._files = 0
        self._bytes = 0

    @property
    def usage(self) -> Usage:
        """What was used of the limits so far."""
        return Usage(self._files, self._bytes, len(self._resolved))

    @property
    def problems(self) -> list[Problem]:
        """What could not be done: unreadable and malformed files, limits, references that were not followed."""
        if self._unread:
            # All at once: finding a place costs a pass over the document.
            unread, self._unread = self._unread, []
            documents = {id(document): document for document, _, _ in unread}
            for key, document in documents.items():
                wanted = [(path, why) for other, path, why in unread if id(other) == key]
                places = document.locate(path for path, _ in wanted)
                for path, why in wanted:
                    span = places[path].value
                    place = (document.name, span.line, span.column, format_pointer(path))
                    self._problems.append(Problem(_NOT_FOLLOWED[why.reason], why.message, *place))
        return self._problems

    def open(self, path: str, name: str | None = None) -> Document | None:
        """Read a document that the caller names; None, and a problem, where that fails.

        A symbolic link that leads out of the root is refused even here: a stranger may have committed it.
        """
        name = name or self._name(path)
        try:
            real = self._real(path)
            lexical = os.path.join(self._real(os.path.dirname(os.path.abspath(path))), os.path.basename(path))
        except (OSError, ValueError):
            self._problem("unreadable", "the file cannot be read: its name cannot be the name of a file", name)
            return None
        if inside(lexical, self.root) and not inside(real, self.root):
            message = "the file is a symbolic link that leads out of the root; --ref-root widens the root"
            self._problem("unreadable", message, name)
            return None
        known = self._open(real, name)
        if isinstance(known, Document):
            return known
        if known.reason in ("absent", "refused"):
            self._problem("unreadable", known.message, name)
        return None

    def open_text(self, name: str, data: bytes, path: str | None = None) -> Document | None:
        """Read a document from bytes; `path` is where it would stand, for the references in it."""
        try:
            real = path and os.path.realpath(path)
            document = parse(Source(name, real, counted(data, self.limits)), self.limits)
        except (LimitReached, Malformed) as error:
            self._failed(error, name)
            return None
        self._keep(document)
        return document

    def resolve(self, document: Document, reference: str, at: Path) -> Target | Unresolved:
        """Follow a reference by one step; `at` is the path of the object that holds it, or of the `$ref` itself.

        Never raises. A reference that is refused, or names a file that is not there, becomes a problem too, with the
        place of the `$ref`.
        """
        known = self._resolved.get((id(document), reference))
        if known is not None:
            return known
        identifiers = self._named(document)
        base, inside = identifiers.base(at)
        key = (id(document), f"{base}\0{reference}" if base else reference)
        known = self._resolved.get(key)
        if known is None:
            if len(self._resolved) >= self.limits.references:
                return self._too_many(document)
            try:
                known = self._resolve(document, reference, base, inside)
            except (OSError, ValueError):
                known = Unresolved("absent", "the reference cannot be the name of a file")
            self._resolved[key] = known
            if isinstance(known, Unresolved) and known.reason in _NOT_FOLLOWED:
                place = at if at[-1:] == ("$ref",) else (*at, "$ref")
                self._unread.append((document, place, known))
        return known

    def _resolve(self, document: Document, reference: str, base: str, inside: Path) -> Target | Unresolved:
        if len(reference) > LONGEST:
            return Unresolved("missing", f"the reference is too long to lead anywhere ({len(reference):,} characters)")
        target, _, fragment = reference.partition("#")
        plain = unescape(fragment)
        if plain is None:
            return Unresolved("missing", "the reference leads nowhere: its percent escapes are broken")
        if not target:
            return self._within(document, plain, base, inside)
        identifiers = self._named(document)
        full = join(base, target)
        if full in identifiers.resources:
            return self._within(document, plain, full, identifiers.resources[full])
        origin = self._origin(document)
        found = self._own.get(full) or self._elsewhere(document, join(origin, target) if origin else target)
        if not isinstance(found, Document):
            return found
        self._named(found)
        return self._within(found, plain, "", ())

    def _within(self, document: Document, fragment: str, base: str, inside: Path) -> Target | Unresolved:
        """The place that a fragment names, in the schema at `inside` first, then in the whole document."""
        if not fragment or fragment[0] == "/":
            found = follow(document, fragment, inside)
            return follow(document, fragment) if inside and isinstance(found, Unresolved) else found
        anchors = self._named(document).anchors
        path = anchors.get((base, fragment)) or anchors.get(("", fragment))
        if path is None:
            return Unresolved("missing", f"the reference leads nowhere: no schema has the anchor {shown(fragment)}")
        return follow(document, "", path)

    def _elsewhere(self, document: Document, target: str) -> Document | Unresolved:
        """The document that the part of a reference before `#` names."""
        kind = scheme(target)
        if kind in ("http", "https") and self._hosts:
            return self._fetch(target)
        plain = unescape(target)
        plain = target if plain is None else plain
        refused = _refusal(kind, plain)
        if refused:
            return Unresolved("refused", f"the reference is not followed: {refused}")
        folder = os.path.dirname(document.path) if document.path else self.root
        real = self._real(os.path.join(folder, plain))
        if not inside(real, self.root):
            message = "the reference is not followed: it leads out of the root; --ref-root widens the root"
            return Unresolved("refused", message)
        found = self._open(real, self._name(real))
        if isinstance(found, Unresolved) and plain != target and found.reason == "absent":
            again = self._real(os.path.join(folder, target))
            if inside(again, self.root) and (self._tree is not None or os.path.lexists(again)):
                return self._open(again, self._name(again))
        return found

    def _open(self, real: str, name: str) -> Document | Unresolved:
        """Read the file at a real path, or say again what came of it before."""
        known = self._documents.get(real)
        if known is not None:
            return known
        try:
            if self._files >= self.limits.files:
                raise LimitReached("files", self.limits.files, "the run reads too many files")
            source = self._source(real, name)
            self._files += 1
            self._bytes += len(source.data)
            if self._bytes > self.limits.run_bytes:
                raise LimitReached("run_bytes", self.limits.run_bytes, "the files of the run are too large together")
            document = parse(source, self.limits)
        except Unreadable as error:
            if error.reason == "missing":
                return Unresolved("absent", f"the file cannot be read: {error.message}")
            known = Unresolved(error.reason, f"the file cannot be read: {error.message}")
            if error.reason == "unreadable":
                self._problem("unreadable", known.message, name)
        except (LimitReached, Malformed) as error:
            known = self._failed(error, name)
        else:
            self._keep(document)
            return document
        self._documents[real] = known
        return known

    def _real(self, path: str) -> str:
        """Where a path leads when its links are followed."""
        return os.path.realpath(path) if self._tree is None else self._tree.real(path)

    def _source(self, real: str, name: str) -> Source:
        """The bytes of a file, from wherever its text comes."""
        if real in self._texts:
            return Source(name, real, counted(self._texts[real], self.limits))
        if self._tree is None:
            return read(real, name, self.limits)
        data = self._tree.read(real)
        if data is None:
            raise Unreadable("there is no such file", "missing")
        return Source(name, real, counted(data, self.limits))

    def _keep(self, document: Document) -> None:
        if document.path is not None:
            self._documents.setdefault(document.path, document)
        self._problems += document.notices
        self._named(document)

    def _named(self, document: Document) -> Identifiers:
        known = self._identifiers.get(id(document))
        if known is None:
            known = self._identifiers[id(document)] = (document, Identifiers(document))
            if known[1].own:
                self._own.setdefault(known[1].own, document)
        return known[1]

    def _too_many(self, document: Document) -> Unresolved:
        """Stop resolving; one problem is enough to say so."""
        error = LimitReached("references", self.limits.references, "the run follows too many references")
        if not self._stopped:
            self._stopped = True
            self._failed(error, document.name)
        return Unresolved("limit", str(error))

    def _origin(self, document: Document) -> str:
        """The URL that a document was fetched from, or nothing."""
        return document.name if document.path is None and document.name in self._fetched else ""

    def _fetch(self, url: str) -> Document | Unresolved:
        """Ask a host that the command line allows; the network code is loaded only here."""
        known = self._documents.get(url)
        if known is not None:
            return known
        from apilint.reading.remote import Refused, fetch

        try:
            document = parse(Source(url, None, fetch(url, self._hosts, self.limits)), self.limits)
        except Refused as error:
            known = Unresolved("refused", f"the reference is not followed: {error}")
        except Unreadable as error:
            known = Unresolved(error.reason, f"the document cannot be fetched: {error.message}")
            self._problem("unreadable", known.message, url)
        except (LimitReached, Malformed) as error:
            known = self._failed(error, url)
        else:
            self._fetched.add(url)
            self._documents[url] = document
            self._keep(document)
            return document
        self._documents[url] = known
        return known

    def _failed(self, error: LimitReached | Malformed, name: str) -> Unresolved:
        """Record that a document could not be understood."""
        if isinstance(error, Malformed):
            self._problem("malformed", error.message, name, error.line, error.column)
            return Unresolved("malformed", f"the document is malformed: {error.message}")
        self._problem("limit-reached", str(error), name)
        return Unresolved("limit", str(error))

    def _problem(self, kind: str, message: str, name: str, line: int | None = None, column: int | None = None) -> None:
        self._problems.append(Problem(kind, message, name, line, column))

    def _name(self, path: str) -> str:
        """How a file is shown: relative to the working directory where it is below it, with slashes."""
        full = os.path.abspath(path)
        if inside(full, self._cwd):
            full = os.path.relpath(full, self._cwd)
        full = full.replace(os.sep, "/") if os.sep != "/" else full
        return full if self._tree is None else self._tree.label(full)


def _refusal(kind: str, target: str) -> str:
    """Why a reference may not be followed, whatever is there; empty if it may."""
    if kind in ("http", "https"):
        return "apilint does not use the network; --allow-remote-refs HOST allows one host"
    if kind:
        return "only relative references to files are"
    if target.startswith(("//", "\\\\")):
        return "apilint does not use the network"
    if target.startswith("/"):
        return "its path is absolute"
    if "\\" in target:
        return "its path has a backslash"
    return ""


def inside(path: str, folder: str) -> bool:
    """Whether a real path is a real folder or below it."""
    return path == folder or path.startswith(folder if folder.endswith(os.sep) else folder + os.sep)


def _working_directory() -> str | None:
    try:
        return os.path.realpath(os.getcwd())
    except OSError:
        return None
