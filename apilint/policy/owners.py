"""Who answers for a finding: CODEOWNERS of the repository, `x-owner` in the document, the contact of the API.

The first of the three that names somebody does. Owners are advice: a CODEOWNERS file that cannot be read, is too
large or is a link out of the repository names nobody, and that does not make a run incomplete.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from apilint.findings import Contact
from apilint.reading.limits import LimitReached, Limits, Unreadable
from apilint.reading.source import read

if TYPE_CHECKING:
    from apilint.policy.codeowners import Codeowners
    from apilint.reading.document import Document
    from apilint.reading.pointer import Path

# The first that there is counts, as for GitHub; GitLab looks at the last three, in this order.
PLACES = ((".github", "github"), ("", ""), ("docs", ""), (".gitlab", "gitlab"))
NAMES = ("x-owner", "x-owners", "x-owner-team", "x-team")
_BYTES = 1 << 20
_LONGEST = 200  # characters of what is said of the owners
_LISTED = 20
# What stands below these is data of the API's users, not a part of the description.
_DATA = frozenset({"example", "examples", "const", "enum"})


class Owners:
    """Who answers for what stands in the documents of one API; looked up once for each file."""

    def __init__(self, document: Document, root: str, codeowners: Codeowners | None) -> None:
        """`document` is the API's own, `root` the folder to which the patterns of CODEOWNERS refer."""
        self._document = document
        self._root = root
        self._codeowners = codeowners
        self._files: dict[int, tuple[str, bool]] = {}

    def of(self, document: Document, path: Path) -> str:
        """The owner of a place, in a few words, or an empty text."""
        known = self._files.get(id(document))
        if known is None:
            known = self._files[id(document)] = self._of_file(document)
        owner, closer = known
        return (_nearest(document.value, path) or owner) if closer else owner

    def _of_file(self, document: Document) -> tuple[str, bool]:
        """Who answers for a file as a whole, and whether parts of it may name somebody else."""
        if self._codeowners is not None and document.path is not None:
            relative = os.path.relpath(document.path, self._root).replace(os.sep, "/")
            if not relative.startswith("../") and (owners := self._codeowners.of(relative)):
                return _short(" ".join(owners)), False
        own = document is self._document
        return self._whole[0], self._whole[1] if own else _may_declare(document)

    @cached_property
    def _whole(self) -> tuple[str, bool]:
        """Who answers for the API as a whole, and whether parts of its own document may name somebody else."""
        closer = _may_declare(self._document)
        said = _nearest(self._document.value, ()) if closer else ""
        return said or _contact(self._document.value), closer


def find_codeowners(root: str, trusted: Callable[[str], bytes | None] | None = None) -> Codeowners | None:
    """The CODEOWNERS file of a repository; None where there is none to read.

    `trusted` reads files as they stand elsewhere than on this machine, by their paths here.
    """
    for folder, host in PLACES:
        path = os.path.join(root, folder, "CODEOWNERS")
        try:
            data = _read(path, root) if trusted is None else trusted(path)
            if data is None:
                continue
        except (Unreadable, LimitReached):
            return None
        from apilint.policy.codeowners import Codeowners

        # As the names of files are decoded, so that any name can be found.
        return Codeowners(data.decode("utf-8-sig", "surrogateescape"), host)
    return None


def _read(path: str, root: str) -> bytes | None:
    if not os.path.lexists(path):
        return None
    if not os.path.realpath(path).startswith(root.rstrip(os.sep) + os.sep):
        raise Unreadable("it leads out of the repository")
    return read(path, path, Limits(bytes=_BYTES)).data


def _may_declare(document: Document) -> bool:
    """Whether one of the names may stand in a document; no is certain but for names that are spelled with escapes."""
    return "x-owner" in document.text or "x-team" in document.text


def _nearest(value: Any, path: Path) -> str:
    """What the innermost object round a place says, itself among them; `info` speaks for the whole document."""
    owner = _declared(value) or (_declared(value.get("info")) if isinstance(value, dict) else "")
    for key in path:
        if key in _DATA or type(value) not in (dict, list):
            break
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            break
        owner = _declared(value) or owner
    return owner


def _declared(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    for name in NAMES:
        given = value.get(name)
        texts = given[:_LISTED] if isinstance(given, list) else [given]
        said = [text for one in texts if isinstance(one, str) and (text := _short(one))]
        if said:
            return _short(", ".join(said))
    return ""


def _contact(value: Any) -> Contact:
    """`Team <team@example.com>`, or the part of it that the contact of the API has."""
    info = value.get("info") if isinstance(value, dict) else None
    contact = info.get("contact") if isinstance(info, dict) else None
    if not isinstance(contact, dict):
        return Contact()
    name, email = (_short(part) if isinstance(part, str) else "" for part in map(contact.get, ("name", "email")))
    return Contact(f"{name} <{email}>" if name and email else name or email)


def _short(text: str) -> str:
    """On one line, and not longer than anybody reads."""
    words = " ".join(text[: 10 * _LONGEST].split())
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"
