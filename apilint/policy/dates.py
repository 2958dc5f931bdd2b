"""Days as the policy writes them."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=1_000)
def is_date(text: str) -> bool:
    """Whether a text is a day as `YYYY-MM-DD` that the calendar has."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    from datetime import date

    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
