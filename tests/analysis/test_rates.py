"""Rates as documents write them."""

from __future__ import annotations

from typing import Any

import pytest

from apilint.analysis.rates import Rate, parse, period


@pytest.mark.parametrize(
    ("value", "requests", "seconds"),
    [
        ("120/min", 120, 60),
        ("5/s", 5, 1),
        ("5 req/s", 5, 1),
        ("120 per minute", 120, 60),
        ("1,000 requests per hour", 1000, 3600),
        ("10 requests per 10 seconds", 10, 10),
        ("100/1hour", 100, 3600),
        ("1000 requests every 24 hours", 1000, 86_400),
        ("10KPerMin", 10_000, 60),
        ("20PerMin", 20, 60),
        ("50k/day", 50_000, 86_400),
        ("5/PT1M", 5, 60),
        ("100 rps", 100, 1),
        ("600rpm", 600, 60),
        ("5 calls a second", 5, 1),
        ({"minute": 5}, 5, 60),
        ({"second": 5, "hour": 10_000}, 10_000, 3600),
        ({"rps": 5}, 5, 1),
        ({"requestsPerMinute": 5}, 5, 60),
        ({"limit": 5, "window": "PT1M"}, 5, 60),
        ({"limit": 5, "period": "1m"}, 5, 60),
        ({"requests": 5, "window": 60}, 5, 60),
        ({"max": 5, "windowMs": 60_000}, 5, 60),
        ({"requestsAllowed": 5, "timeWindowMinutes": 2}, 5, 120),
        ({"rate": 100, "per": "1s"}, 100, 1),
        ({"count": 5, "time_window": 60, "key": "remote_addr"}, 5, 60),
        ({"limit": [5, 100], "window_size": [1, 3600]}, 100, 3600),
        ({"value": "100/1hour"}, 100, 3600),
        ([{"max": 1, "period": "minute"}, {"max": 5, "period": "day"}], 5, 86_400),
        ({"max_rate": 10, "every": "1m"}, 10, 60),
        ({"requests": 100, "unit": "Minute"}, 100, 60),
        ({"hits": 5, "window": 10}, 5, 10),
    ],
)
def test_rates(value: Any, requests: float, seconds: float) -> None:
    rate = parse(value)
    assert rate is not None
    assert (rate.requests, rate.seconds) == (requests, seconds)


@pytest.mark.parametrize(
    "value",
    [
        None,
        100,
        "100",
        "Gold",
        "Unlimited",
        "",
        "0/min",
        "many per minute",
        "5/fortnight",
        "1/0s",
        {},
        {"limit": 5},
        {"limit": "five", "window": 60},
        {"window": 60},
        {"limit": -5, "window": 60},
        {"limit": True, "window": 60},
        {"limit": 5, "window": 0},
        {"s": 5},
        {1: 2},
        [],
        [[["5/min"]]],
        10**400,
        float("nan"),
        "9" * 300 + "/min",
        "5/" + "PT" * 300,
    ],
)
def test_no_rates(value: Any) -> None:
    assert parse(value) is None


@pytest.mark.parametrize(
    ("value", "scope"),
    [
        ("1/min/{project}", "consumer"),
        ("5/min per user", "consumer"),
        ("5/min per IP", "ip"),
        ("5/min", "unknown"),
        ({"minute": 5, "limit_by": "ip"}, "ip"),
        ({"minute": 5, "limit_by": "consumer"}, "consumer"),
        ({"minute": 5, "limit_by": "service"}, "global"),
        ({"count": 5, "time_window": 1, "key": "remote_addr"}, "ip"),
    ],
)
def test_scopes(value: Any, scope: str) -> None:
    rate = parse(value)
    assert rate is not None
    assert rate.scope == scope


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("minute", 60),
        ("10s", 10),
        ("PT1M", 60),
        ("P1DT1H", 90_000),
        ("24 hours", 86_400),
        ("daily", 86_400),
        (5, 5),
        ("5", 5),
    ],
)
def test_periods(value: Any, seconds: float) -> None:
    assert period(value) == seconds


def test_rates_for_people() -> None:
    assert str(Rate(120, 60)) == "120 requests a minute"
    assert str(Rate(1, 3600)) == "1 request an hour"
    assert str(Rate(1000, 10)) == "1,000 requests in 10 seconds"
    assert Rate(1000, 10).per_minute == 6000


@pytest.mark.parametrize("text", ["1" * 100 + "/" * 100, "1 " + "a " * 99, "1" + "k" * 150, "5 " + "req" * 60 + "/"])
def test_long_texts_take_no_time(text: str) -> None:
    assert parse(text) is None
