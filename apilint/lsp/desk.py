"""The desk: what the editor holds, what of it was checked, and the one thread that checks.

Everything that waits for a key to be pressed happens elsewhere: here a change only says that something is to be
checked again, and stops a run that reads what has changed.
"""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from time import monotonic
from typing import NamedTuple

from lsprotocol import types

from apilint.config.discover import NAMES, WAIVERS
from apilint.findings import Report
from apilint.lsp.addresses import address_of
from apilint.lsp.marks import Client, Mark, Marker
from apilint.lsp.subjects import Subject, folder_of, lines_on_disk
from apilint.lsp.texts import Text
from apilint.plugins import Plugins
from apilint.reading.discovery import kind_of
from apilint.reading.roots import roots_of
from apilint.reading.workspace import choose_root
from apilint.run import RunOptions, failed, run

TYPING = 0.2  # seconds without a change before a check
_IDLE = 5.0  # seconds between two looks at whether the client is alive
_STACK = 16 << 20  # some systems give a thread a small part of what a process has


class StaleError(KeyboardInterrupt):
    """What is being checked has changed; an interrupt, for nothing on the way may take it for a failure."""


class Held(dict[str, bytes]):
    """Texts by real path, which note the paths that the run asked for: those are the files that it read."""

    def __init__(self, texts: Mapping[str, bytes], asked: set[str]) -> None:
        super().__init__(texts)
        self._asked = asked

    def __contains__(self, path: object) -> bool:
        if isinstance(path, str):
            self._asked.add(path)
        return super().__contains__(path)


class Listener(NamedTuple):
    """Who is told: of the diagnostics of a document, of a problem that has no place, and whether the client lives."""

    publish: Callable[[str, int | None, list[types.Diagnostic]], None]
    log: Callable[[str], None]
    alive: Callable[[], bool]


class Desk:
    """Texts in, diagnostics out."""

    def __init__(self, options: RunOptions, loaded: Plugins, listener: Listener) -> None:
        self.options = options
        self.client = Client()
        self.folders: list[str] = []
        self._loaded = loaded
        self._listener = listener
        self._changed = threading.Condition()
        self._texts: dict[str, Text] = {}
        self._leads: dict[str, tuple[str, ...]] = {}
        self._subjects: dict[str, Subject] = {}
        self._published: dict[str, tuple[str, int | None, list[types.Diagnostic]]] = {}
        self._seen: dict[str, int | None] = {}
        self._logged: set[str] = set()
        self._due: float | None = None
        self._not_before = 0.0
        self._stopped = False

    # What the editor tells.

    def open(self, text: Text) -> None:
        """The editor holds a text from now on."""
        with self._changed:
            self._texts[text.uri] = text
            self._leads.clear()
            self._touch(text.path, 0.0)

    def change(self, uri: str, changes: list[types.TextDocumentContentChangeEvent], version: int) -> None:
        """The editor holds another text."""
        with self._changed:
            text = self._texts.get(uri)
            if text is not None:
                text.change(changes, version, self.client.encoding)
                self._touch(text.path, TYPING)

    def close(self, uri: str) -> None:
        """What is on the disk counts again."""
        with self._changed:
            text = self._texts.pop(uri, None)
            if text is not None:
                self._leads.clear()
                self._touch(text.path, 0.0)

    def touch(self, paths: Iterable[str]) -> None:
        """Files have changed on the disk, or appeared, or gone; what the editor holds counts all the same."""
        with self._changed:
            held = {text.path for text in self._texts.values()}
            self._leads.clear()
            self._wake(TYPING)
            for path in paths:
                # Configuration is read from the disk, whatever the editor holds of it.
                if self._configures(path):
                    for subject in self._subjects.values():
                        subject.dirty = True
                elif path not in held:
                    self._touch(path, TYPING)

    def _configures(self, path: str) -> bool:
        """Whether a file is configuration by its name, or because a document is judged by it."""
        if os.path.basename(path) in (*NAMES, WAIVERS):
            return True
        reports = (subject.report for subject in self._subjects.values() if subject.report is not None)
        return any(os.path.realpath(name) == path for report in reports for name in report.configuration)

    def configure(self, options: RunOptions) -> None:
        """Check everything again by other options."""
        with self._changed:
            self.options = options
            for subject in self._subjects.values():
                subject.dirty = True
            self._not_before = 0.0
            self._wake(0.0)

    def wait(self, seconds: float) -> None:
        """Check nothing for so long, or until `configure`: the options are still to come."""
        with self._changed:
            self._not_before = monotonic() + seconds

    def _touch(self, path: str, delay: float) -> None:
        for subject in self._subjects.values():
            if path == subject.real or path in subject.read:
                subject.dirty = True
        self._wake(delay)

    def _wake(self, delay: float) -> None:
        self._due = monotonic() + delay
        self._changed.notify_all()

    # What the editor asks.

    def found(self, uri: str) -> list[tuple[Mark, Report]]:
        """The marks in a document and the reports that they are from, as far as they are about what is there now."""
        with self._changed:
            text = self._texts.get(uri)
            if text is None:
                return []
            return [
                (mark, subject.report)
                for subject, mark in self._merged().get(text.path, [])
                if not subject.dirty and subject.report is not None
            ]

    def file(self, name: str) -> tuple[str, tuple[str, ...], int | None]:
        """Address, lines and version of the file with this display name."""
        path = os.path.realpath(os.path.join(os.getcwd(), name))
        with self._changed:
            for text in self._texts.values():
                if text.path == path:
                    return text.uri, tuple(text.lines), text.version
        return address_of(path), lines_on_disk(path), None

    # The thread.

    def start(self) -> None:
        """Begin to check."""
        before = threading.stack_size(_STACK)
        try:
            threading.Thread(target=self._work, name="apilint-check", daemon=True).start()
        finally:
            threading.stack_size(before)

    def stop(self) -> None:
        """Check nothing more."""
        with self._changed:
            self._stopped = True
            for subject in self._subjects.values():
                subject.dirty = True
            self._changed.notify_all()

    def _work(self) -> None:
        while self._next():
            try:
                self._look()
            except StaleError:
                continue
            except Exception as failure:
                self._listener.log(f"apilint failed ({type(failure).__name__})")
            # The command line never looks for garbage; a server that did not would grow with each key.
            gc.collect()

    def _next(self) -> bool:
        with self._changed:
            while not self._stopped:
                now = monotonic()
                due = None if self._due is None else max(self._due, self._not_before)
                if due is not None and due <= now:
                    self._due = None
                    return True
                self._changed.wait(_IDLE if due is None else min(due - now, _IDLE))
                if not self._listener.alive():
                    os._exit(1)
        return False

    def _look(self) -> None:
        """Check every API to which a text belongs and of which something has changed."""
        with self._changed:
            texts = list(self._texts.values())
            self._seen = {text.path: text.version for text in texts}
        wanted: dict[str, str] = {}
        for text in texts:
            for root in self._roots(text):
                wanted.setdefault(os.path.realpath(root), root)
        with self._changed:
            self._subjects = {real: self._subjects.get(real) or Subject(root, real) for real, root in wanted.items()}
        self._publish()
        for subject in self._subjects.values():
            if subject.dirty:
                self._check(subject)
                self._publish()

    def _roots(self, text: Text) -> tuple[str, ...]:
        """The root documents to which a text belongs, by their paths: itself, or those that refer to it."""
        with self._changed:
            kind = kind_of(text.data)
            known = self._leads.get(text.uri)
            data = {one.path: one.data for one in self._texts.values()}
        if kind == "openapi":
            return (text.shown,)
        if kind not in ("fragment", "other"):
            return ()
        if known is None:
            folder = folder_of(text.shown, self.folders)
            candidates = roots_of([text.shown], cwd=folder, limits=self.options.limits, texts=data)
            known = tuple(one.path for one in candidates if one.path)
            with self._changed:
                self._leads[text.uri] = known
        return known

    def _check(self, subject: Subject) -> None:
        def tick(name: str, seconds: float) -> None:
            if subject.dirty:
                raise StaleError

        with self._changed:
            if self._stopped:
                raise StaleError
            subject.dirty = False
            subject.read = set()
            data = {text.path: text.data for text in self._texts.values()}
            lines = {text.path: tuple(text.lines) for text in self._texts.values()}
            uris = {text.path: text.uri for text in self._texts.values()}
        folder = folder_of(subject.shown, self.folders)
        options = self.options._replace(
            paths=(subject.shown,),
            texts=Held(data, subject.read),
            ref_root=self.options.ref_root or choose_root(subject.shown, folder),
            clock=tick,
        )
        try:
            report = run(options, self._loaded)
        except StaleError:
            raise
        except Exception as failure:
            report = failed(failure, options)

        def lines_of(path: str) -> tuple[str, ...]:
            if path not in lines:
                lines[path] = lines_on_disk(path)
            return lines[path]

        marks = Marker(
            report,
            self.client,
            root=subject.real,
            lines=lines_of,
            address=lambda path: uris.get(path) or address_of(path),
        ).marks()
        with self._changed:
            if subject.dirty:
                raise StaleError
            subject.report, subject.marks = report, marks
        self._log(report)

    def _log(self, report: Report) -> None:
        for problem in report.problems:
            if problem.file is None and problem.message not in self._logged:
                self._logged.add(problem.message)
                self._listener.log(problem.message)

    def _merged(self) -> dict[str, list[tuple[Subject, Mark]]]:
        """All marks by file, each once, though several root documents may lead to it."""
        merged: dict[str, dict[tuple[str, ...], tuple[Subject, Mark]]] = {}
        for subject in self._subjects.values():
            for path, marks in subject.marks.items():
                for mark in marks:
                    merged.setdefault(path, {}).setdefault(mark.key, (subject, mark))
        return {path: list(marks.values()) for path, marks in merged.items()}

    def _publish(self) -> None:
        """Tell of the files whose diagnostics are others than before, and of those that have none any more."""
        for uri, version, diagnostics in list(self._news()):
            self._listener.publish(uri, version, diagnostics)

    def _news(self) -> Iterator[tuple[str, int | None, list[types.Diagnostic]]]:
        with self._changed:
            held = {text.path: text for text in self._texts.values()}
            stale = {
                path
                for subject in self._subjects.values()
                if subject.dirty
                for path in (subject.real, *subject.read, *subject.marks)
            }
            merged = self._merged()
            # Of what the editor holds it is told, too, that nothing was found.
            checked = {path for subject in self._subjects.values() for path in (subject.real, *subject.read)}
            for path in dict.fromkeys((*merged, *self._published, *(path for path in held if path in checked))):
                text = held.get(path)
                # What has changed since is told after the check that is about to come.
                if path in stale or (text and text.version != self._seen.get(path)):
                    continue
                now = (
                    text.uri if text else address_of(path),
                    text.version if text else None,
                    [mark.diagnostic for _, mark in merged.get(path, [])],
                )
                before = self._published.pop(path, None)
                if now[2] or (text and path in checked):
                    self._published[path] = now
                if before is not None and before[0] != now[0]:
                    yield before[0], None, []
                if now != before:
                    yield now
