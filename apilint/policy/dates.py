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


def today() -> str:
    """Today in UTC."""
    from datetime import UTC, datetime

    return datetime.now(UTC).date().isoformat()


def days(start: str, end: str) -> int:
    """The days from one day to another; a day that the calendar does not have lies long ago."""
    from datetime import date

    try:
        return (date.fromisoformat(end) - date.fromisoformat(start)).days
    except ValueError:
        return -1_000_000


def ahead(left: int) -> str:
    """When it is that a day comes, which is so many days ahead."""
    return ("today", "tomorrow")[left] if left < 2 else f"in {left} days"
