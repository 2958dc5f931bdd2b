"""Files by the addresses that editors give them (RFC 8089); names keep bytes that are not UTF-8."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

_PATTERN = str.maketrans("*?[]", "____")


def path_of(uri: str, folder: str) -> str | None:
    """The path of a document, or None for one that is no file, as what a version control extension shows.

    An `untitled:` document that has no path yet gets one in `folder` at which no file is.
    """
    scheme, colon, rest = uri.partition(":")
    if not colon:
        return None
    if scheme == "untitled":
        path = os.fsdecode(unquote_to_bytes(rest))
        if os.path.isabs(path):
            return path
        name = "".join(character for character in path.translate(_PATTERN) if character.isprintable())
        return os.path.join(folder, f"<{name.replace(os.sep, '_') or 'untitled'}>")
    if scheme != "file":
        return None
    try:
        parts = urlsplit(uri, allow_fragments=False)
    except ValueError:
        return None
    # Some clients leave `?` and `;` as they are in the name of a file.
    encoded = f"{parts.path}?{parts.query}" if parts.query else parts.path
    path = os.fsdecode(unquote_to_bytes(encoded))
    if "\0" in path or not path:
        return None
    if os.name == "nt":
        host = f"//{parts.netloc}" if parts.netloc else ""
        path = host + (path if host else path.lstrip("/"))
    return os.path.normpath(path)


def address_of(path: str) -> str:
    """The address of a file; what was fetched from an address has it already."""
    if path.startswith(("http://", "https://")):
        return path
    return Path(path).as_uri()
