"""What the rules are here that rulesets inherit from rulesets which everybody has."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from importlib.resources import files
from typing import Any

OAS, OWASP = "spectral:oas", "@stoplight/spectral-owasp-ruleset"
_OWASP = re.compile(r"(?:^|/)@stoplight/spectral-owasp-ruleset(?:@[\w.^~-]+)?(?:/.*)?$")


@lru_cache(maxsize=1)
def known() -> dict[str, dict[str, dict[str, Any]]]:
    """By ruleset and rule: `ours` (ids), `rule` (a rule without code), `always` or `why` (in words), `recommended`."""
    text = files(__package__).joinpath("known.json").read_text("utf-8")
    data = json.loads(text)
    return {OAS: data[OAS], OWASP: data[OWASP]}


def called(name: str) -> str | None:
    """The ruleset of ours that is meant by what `extends` says; None for any other."""
    if name in (OAS, "spectral:oas2", "spectral:oas3"):
        return OAS
    return OWASP if _OWASP.search(name) else None
