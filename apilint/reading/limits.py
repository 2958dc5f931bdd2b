"""How much a document, and a run, may ask of the reader."""

from __future__ import annotations

from typing import NamedTuple


class Limits(NamedTuple):
    """Upper bounds of the reading layer, all inclusive: a document that needs exactly the bound is read.

    `bytes` a file, `run_bytes` all files together, `nodes` keys and values of a document, `depth`
    nested collections, `aliases` nodes that aliases and merge keys stand for, `references` `$ref`
    resolutions and `files` documents of a run, `seconds` of reading for a document.
    """

    bytes: int = 32 << 20
    run_bytes: int = 256 << 20
    nodes: int = 2_000_000
    depth: int = 128
    aliases: int = 1_000_000
    references: int = 1_000_000
    files: int = 10_000
    seconds: float = 60.0


class LimitReached(Exception):
    """A document or a run needs more than a limit allows.

    `limit` names the field of `Limits`, `value` is the bound; the message names the option that raises it.
    """

    def __init__(self, limit: str, value: float, what: str) -> None:
        """Say `what` was too much: `what` completes "apilint stops here: ..."."""
        self.limit = limit
        self.value = value
        option = limit.replace("_", "-")
        super().__init__(f"{what} (the limit is {value:,}; --max-{option} raises it)")


class Malformed(Exception):
    """A text that is not what its format asks for. `line` and `column` are 1-based, or None."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        """Keep the place apart from the message."""
        self.message = message
        self.line = line
        self.column = column
        super().__init__(message)


class Unreadable(Exception):
    """A file that cannot be read. `reason` is "missing", "refused" (not a regular file) or "unreadable"."""

    def __init__(self, message: str, reason: str = "unreadable") -> None:
        """Keep the message, which never holds content of the file."""
        self.message = message
        self.reason = reason
        super().__init__(message)
