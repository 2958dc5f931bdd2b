"""Rates as documents write them: `120/min`, `10KPerMin`, `{minute: 5}`, `{limit: 5, window: PT1M}`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

_UNITS = {
    "millisecond": 0.001, "milli": 0.001, "msec": 0.001, "ms": 0.001,
    "second": 1, "sec": 1, "s": 1,
    "minute": 60, "min": 60, "m": 60,
    "hour": 3600, "hr": 3600, "h": 3600,
    "day": 86_400, "d": 86_400,
    "week": 604_800, "w": 604_800,
    "month": 2_592_000,
    "year": 31_536_000,
}  # fmt: skip
_ADVERBS = {"secondly": 1, "minutely": 60, "hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000}
_PER = {"rps": 1, "qps": 1, "tps": 1, "rpm": 60, "qpm": 60, "rph": 3600, "rpd": 86_400}
_MULTIPLES = {"": 1, "k": 1_000, "m": 1_000_000}
# The names of the two halves of a rate in an object, letters only and in lower case.
_AMOUNTS = (
    "requests limit max rate calls count hits events quota amount requestsallowed maxrequests maxcalls maxrate"
    " requestlimit requestcount numberofrequests ratelimit average requestsperunit value burst"
).split()
_WINDOWS = (
    "window per period interval every timewindow windowsize timewindowminutes timewindowseconds windowseconds"
    " windowsizeseconds windowms windowminutes renewalperiod duration unit timeunit timeperiod seconds minutes hours"
).split()
_KEYS = ("limitby", "key", "keyedby", "identifier", "scope", "by", "ratelimitby", "perwhat", "aggregateby")
_SCOPES = {
    "consumer": "consumer credential credentials user users client clients key apikey account token project customer"
    " subscriber tenant app application subject sub authorization",
    "ip": "ip ips address remoteaddr remoteaddress clientip",
    "global": "global service all total route path host server allrequests",
}
_UNIT_LETTERS = frozenset("smhdw")
_LONGEST = 200
# "1,000 requests per 24 hours", "5/s", "5/PT1M": an amount, what is counted, a separator, a window, the rest.
_SPELT = (
    r"(\d[\d_,]*(?:\.\d+)?)\s?([km](?![a-z]))?\s?(?:[a-z]{1,12}[ -]?){0,3}?\s?"
    r"(?:/|(?<![a-z])(?:per|every|in|each|an?)(?![a-z])|:|;w=)\s?"
    r"(\d{0,9}\s?[a-z]{0,12}|p[t\d][\da-z]{1,12})(?=[\s,;.)]|$)(.*)"
)
# "10KPerMin", as the tiers of WSO2 are called.
_JOINED = r"(\d[\d_,]*)(k|m)?(?:requests|req|calls|r)?per(\d{0,9}[a-z]{1,12})()$"
_MOST_ITEMS = 50


class Rate(NamedTuple):
    """How many requests in how many seconds; `scope` says for whom: consumer, ip, global or unknown."""

    requests: float
    seconds: float
    scope: str = "unknown"

    @property
    def per_minute(self) -> float:
        """The rate over one minute, which makes rates comparable."""
        return self.requests * 60 / self.seconds

    def __str__(self) -> str:
        """For people: "120 requests a minute"."""
        names = {1.0: "a second", 60.0: "a minute", 3600.0: "an hour", 86_400.0: "a day", 2_592_000.0: "a month"}
        period = names.get(float(self.seconds), f"in {self.seconds:,.10g} seconds")
        return f"{self.requests:,.10g} request{'' if self.requests == 1 else 's'} {period}"


def parse(value: Any) -> Rate | None:
    """The strictest rate that a declaration gives; None where it gives none that can be read.

    Takes what stands in a document: a text, an object with the two halves or with one member for each window,
    or a list of those.
    """
    found = list(_rates(value))
    return min(found, key=lambda rate: rate.per_minute) if found else None


def period(value: Any) -> float | None:
    """The seconds of a time window: `minute`, `10s`, `PT1M`, `24 hours`, or a number of seconds."""
    if isinstance(value, str):
        text = value.strip().lower()[:_LONGEST]
        if not text:
            return None
        if text in _ADVERBS:
            return _ADVERBS[text]
        if text.startswith("p") and any(letter.isdigit() for letter in text):
            return _iso(text)
        number, unit = _split(text)
        seconds = _unit(unit) if unit else 1.0
        if seconds is None or number == 0:
            return None
        return seconds * (1 if number is None else number)
    return float(value) if _is_number(value) and value > 0 else None


def _rates(value: Any, scope: str = "") -> Iterator[Rate]:
    """Depth is bounded: an object's rates stand in it or one list below."""
    if isinstance(value, str):
        rate = _text(value)
        if rate is not None:
            yield rate if not scope else rate._replace(scope=scope)
    elif isinstance(value, dict):
        yield from _object(value)
    elif isinstance(value, list):
        for one in value[:_MOST_ITEMS]:
            if isinstance(one, dict):
                yield from _object(one)
            elif isinstance(one, str):
                yield from _rates(one)


def _object(value: dict[str, Any]) -> Iterator[Rate]:
    members = {_plain(str(key)): one for key, one in value.items()}
    scope = next((_scope(members[key]) for key in _KEYS if isinstance(members.get(key), str)), "unknown")
    # One member for each window, as Kong has it: {second: 5, hour: 10000}, {rps: 5}, {perMinute: 5}.
    for key, one in members.items():
        seconds = _PER.get(key) or _unit(key.removeprefix("requests").removeprefix("per")) or _ADVERBS.get(key)
        if seconds and key not in _UNIT_LETTERS and not _has_amount(members) and _is_number(one) and one > 0:
            yield Rate(one, seconds, scope)
    amount = next((members[key] for key in _AMOUNTS if key in members), None)
    if isinstance(amount, str) and (rate := _text(amount)) is not None:
        yield rate._replace(scope=scope) if rate.scope == "unknown" else rate
        return
    window = next((key for key in _WINDOWS if key in members), "")
    pairs = zip(_list(amount), _list(members.get(window)), strict=False) if window else ()
    for number, length in pairs:
        count, seconds = _number(number), _window(window, length)
        if count is not None and count > 0 and seconds:
            yield Rate(count, seconds, scope)


def _has_amount(members: dict[str, Any]) -> bool:
    return any(key in members for key in _AMOUNTS)


def _window(key: str, value: Any) -> float | None:
    """The seconds of a window whose name may hold its unit: `timeWindowMinutes: 5`."""
    seconds = period(value)
    if seconds is None or isinstance(value, str):
        return seconds
    if key.endswith("minutes"):
        return seconds * 60
    if key.endswith("hours"):
        return seconds * 3600
    return seconds / 1000 if key.endswith("ms") else seconds


def _text(text: str) -> Rate | None:
    text = text.strip().lower()[:_LONGEST]
    scope = "unknown"
    # Google writes the project into the unit: 1/min/{project}.
    head, brace, tail = text.partition("/{")
    if brace:
        text, scope = head, _scope(tail.rstrip("}"))
    found = re.match(_SPELT, text) or re.match(_JOINED, text)
    if found is None:
        return _abbreviated(text)
    amount = _number(found[1])
    seconds = period(found[3])
    if amount is None or not seconds or not found[3].strip() or amount <= 0:
        return None
    if found[4] and scope == "unknown":
        scope = _scope(re.sub(r"^[\s,]*(?:per|for each|by|/)\s", "", found[4]))
    return Rate(amount * _MULTIPLES[found[2] or ""], seconds, scope)


def _abbreviated(text: str) -> Rate | None:
    """`100 rps`."""
    number, unit = _split(text)
    return Rate(number, _PER[unit]) if number and unit in _PER else None


def _split(text: str) -> tuple[float | None, str]:
    """A number before a word: "10s" is (10, "s"), "minute" is (None, "minute")."""
    end = 0
    while end < len(text) and (text[end].isdigit() or text[end] in ".,_"):
        end += 1
    return _number(text[:end]), text[end:].strip()


def _unit(word: str) -> float | None:
    seconds = _UNITS.get(word) or _UNITS.get(word.removesuffix("s"))
    return float(seconds) if seconds else None


def _iso(text: str) -> float | None:
    """An ISO 8601 duration in seconds."""
    found = re.fullmatch(
        r"p(?:(\d{1,9})y)?(?:(\d{1,9})m)?(?:(\d{1,9})w)?(?:(\d{1,9})d)?"
        r"(?:t(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?)?",
        text,
    )
    if found is None:
        return None
    lengths = (31_536_000, 2_592_000, 604_800, 86_400, 3600, 60, 1)
    total = sum(int(part or 0) * length for part, length in zip(found.groups(), lengths, strict=True))
    return float(total) or None


def _number(value: Any) -> float | None:
    if isinstance(value, str):
        digits = value.strip().replace("_", "").replace(",", "")
        if not digits.replace(".", "", 1).isdecimal() or len(digits) > 18:
            return None
        value = float(digits)
    return value if _is_number(value) else None


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and -1e18 < value < 1e18


def _list(value: Any) -> list[Any]:
    return value[:_MOST_ITEMS] if isinstance(value, list) else [value]


def _plain(key: str) -> str:
    return "".join(letter for letter in key[:60] if letter.isalnum()).lower()


def _scope(text: str) -> str:
    parts = {_plain(part) for part in re.split(r"[^A-Za-z]+", text[:_LONGEST])}
    whole = _plain(text)
    for scope, names in _SCOPES.items():
        words = set(names.split())
        if whole in words or parts & words:
            return scope
    return "unknown"
