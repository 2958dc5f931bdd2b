"""What fixes make of documents: files, and findings that are mended or stay."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from apilint.findings import Finding, Report


class Mended(NamedTuple):
    """A file that fixes change: its name, its real path, its bytes before and after."""

    file: str
    path: str
    before: bytes
    after: bytes


class Left(NamedTuple):
    """A finding with a fix that was not kept, and why."""

    finding: Finding
    reason: str


class Mending(NamedTuple):
    """What fixes make of documents.

    `done` are the findings that they mend, `left` those whose fix was not kept. `before` is what was found at first.
    `after` is what the run would show, once all is written, of the inputs that are concerned; `uncovered` are those of
    them that were there before, unsaid, since a mended one spoke for them. `mask` hides the secrets of a text.
    `unsafe` fixes were left out because nobody asked for them.
    """

    files: tuple[Mended, ...]
    done: tuple[Finding, ...]
    left: tuple[Left, ...]
    before: Report
    after: tuple[Finding, ...]
    uncovered: tuple[Finding, ...]
    mask: Callable[[str], str]
    unsafe: int = 0
