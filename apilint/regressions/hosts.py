"""Domains compared cheaply: the list of public suffixes takes longer to read than most documents."""

from __future__ import annotations

import re
from functools import lru_cache

from apilint.analysis.addresses import registrable

_REGION = re.compile(r"[a-z]{2}(?:-[a-z]{2,12}){1,3}-\d{1,2}")
_LONGEST_SUFFIX = 4  # letters before the last dot of `co.uk`, `com.au`, `gouv.fr`


@lru_cache(maxsize=4_096)
def domain(host: str) -> str:
    """The part of a host that somebody registered."""
    labels = host.lower().rstrip(".").split(".")
    # A service of Amazon is the same in each region.
    if "amazonaws" in labels[-3:]:
        return ".".join(label for label in labels if not _REGION.fullmatch(label))
    if len(labels) > 1 and labels[-1] in ("com", "org", "net", "example") and len(labels[-2]) > _LONGEST_SUFFIX:
        plain = ".".join(labels[-2:])
        # Some suffixes are those of a company's customers: `github.io`, `herokuapp.com`.
        if len(labels) == 2 or plain not in _SHARED:
            return plain
    return registrable(host)


_SHARED = frozenset(("azurewebsites.net", "cloudfront.net", "herokuapp.com", "appspot.com"))
