"""How names are written: camel case and its like, recognised without the patterns that others use for it.

The languages are those of Spectral's `casing` function, whose patterns take exponential time on some names.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_JOINED = {
    "flat": "[a-z][a-z{digits}]*",
    "kebab": "[a-z][a-z{digits}]*(?:-[a-z{digits}]+)*",
    "cobol": "[A-Z][A-Z{digits}]*(?:-[A-Z{digits}]+)*",
    "snake": "[a-z][a-z{digits}]*(?:_[a-z{digits}]+)*",
    "macro": "[A-Z][A-Z{digits}]*(?:_[A-Z{digits}]+)*",
    # No two capitals in a row, but for the first two of a name that begins with one.
    "camel": "[a-z](?:[a-z{digits}]|[A-Z](?![A-Z]))*+",
    "pascal": "[A-Z](?:[a-z{digits}]|[A-Z](?![A-Z]))*+",
}
NAMES = tuple(_JOINED)


class Casing(NamedTuple):
    """How a name is to be written; `separator` joins parts of which each is written so, and may `lead` the name."""

    name: str
    digits: bool = True
    separator: str = ""
    lead: bool = False

    def fits(self, text: str) -> bool:
        """Whether a name is written so."""
        if not self.separator:
            return self._part(text)
        if self.lead and text.startswith(self.separator):
            text = text[len(self.separator) :]
            if not text:
                return True
        if self._part(text):
            return True
        parts = text.split(self.separator)
        capital = self.name in ("camel", "pascal")
        # A capital at the end of a part would have to be followed by what is no capital.
        return all(map(self._part, parts)) and not (capital and any(one[-1:].isupper() for one in parts[:-1]))

    def _part(self, text: str) -> bool:
        pattern = _JOINED[self.name].replace("{digits}", "0-9" if self.digits else "")
        return re.fullmatch(pattern, text) is not None
