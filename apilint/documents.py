"""The documents of a run: their lines, and what fixes mean for their texts, for who asks after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from apilint.findings import Edit, Finding, Replacement
from apilint.gathering import Gathering
from apilint.reading.lines import Lines

if TYPE_CHECKING:
    from apilint.fixing.text import Fixer
    from apilint.reading.document import Document


class Documents:
    """The documents of a run, by the names of files in the report."""

    def __init__(self, work: Gathering) -> None:
        self.work = work
        self.fixers: dict[str, Fixer] = {}

    def line(self, file: str, number: int) -> str:
        """The text of a line of a document, or of a file of configuration, without its secrets."""
        document = self.document(file)
        if document is not None:
            return self.work.mask.text(document.line(number))
        text = self.work.discovery.texts.get(file) if self.work.discovery is not None else None
        if text is not None:
            return self.work.mask.text(Lines(text).line(number))
        comparison = self.work.options.comparison
        return self.work.mask.text(comparison.line(file, number)) if comparison is not None else ""

    def replacements(self, finding: Finding) -> tuple[Replacement, ...]:
        """What the fix of a finding means for the text; nothing that would show a secret."""
        found = () if finding.fix is None else self.rewritten(finding.location.file, finding.fix.edits)
        return () if any(self.work.mask.text(one.text) != one.text for one in found) else found

    def rewritten(self, file: str, edits: Sequence[Edit]) -> tuple[Replacement, ...]:
        """What edits mean for the text of a file."""
        document = self.document(file)
        if document is None:
            return ()
        if file not in self.fixers:
            from apilint.fixing.text import Fixer

            self.fixers[file] = Fixer(document, self.work.options.limits)
            here = (one for one in self.work.findings.values() if one.location.file == file)
            self.fixers[file].expect(one.fix.edits for one in here if one.fix is not None)
        return self.fixers[file].replacements(edits)

    def data(self, file: str) -> bytes | None:
        """The bytes of a file, if they are still those of the document that was read."""
        from apilint.reading.limits import LimitReached, Malformed, Unreadable
        from apilint.reading.source import decode, read

        document, path = self.document(file), self.work.files.get(file)
        if document is None or path is None:
            return None
        try:
            texts, limits = self.work.options.texts, self.work.options.limits
            data = texts[path] if path in texts else read(path, file, limits).data
            return data if decode(data) == document.text else None
        except (Unreadable, LimitReached, Malformed):
            return None

    def document(self, file: str) -> Document | None:
        """A document of the run; what another process read is read again."""
        documents = self.work.checker.documents
        if file not in documents and (path := self.work.files.get(file)):
            again = self.work.checker.workspace(path).open(path, file)
            if again is not None:
                documents[file] = again
        return documents.get(file)
