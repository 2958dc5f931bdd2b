"""Slow patterns are proven slow by counting the steps of a backtracking matcher; safe ones are left alone."""

from __future__ import annotations

import importlib.util
import random
import time
from pathlib import Path

import pytest

from apilint.analysis.regex import analyse, spelt

_SPEC = importlib.util.spec_from_file_location("backtracking", Path(__file__).parent / "backtracking.py")
assert _SPEC is not None
assert _SPEC.loader is not None
backtracking = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(backtracking)
steps = backtracking.steps

MOST = 200_000
EXPONENTIAL = [
    r"^(a+)+$",
    r"^(a|a)*$",
    r"^(a*)*$",
    r"^(a|aa)+$",
    r"(x+x+)+y",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    r"^([a-zA-Z0-9])(([\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$",
    r"^(\w+\s?)*$",
    r"^(a?a?)*$",
    r"^([a-z]{1,100}){1,100}$",
    r"^(?:[0-9]+,?)+$",
    r"^(?=(a+)+b)c",
    r"^( *a *)*$",
    r"^(a{2}|a{3})+$",
    r"^(.*)*$",
    r"^(a*b*)*$",
    r"^([a-z0-9]+[._-]?)+@[a-z]+$",
    r"^(?:(?:a|b|ab)+c?)+$",
    r"^x(?:\d|[0-9a-f])*y$",
    r"^(\d+\.?\d*)+$",
]
POLYNOMIAL = [
    (r"^.*a.*$", 2),
    (r"^\s*(.*?)\s*$", 2),
    (r"^.+/.+$", 2),
    (r"^a*a*$", 2),
    (r"^a*a*a*b$", 3),
    (r"^\d+\d+$", 2),
    (r"^[a-z]*[a-z0-9]*$", 2),
    (r"^[^@]+@[^@]+\.[^@]+$", 2),
    (r"^(.*),(.*),(.*)$", 3),
]
SEMVER = (
    r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?"
    r"(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$"
)
SAFE = [
    r"",
    r"^$",
    r"a",
    r"^[a-z0-9]+(?:-[a-z0-9]+)*$",
    r"^[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}$",
    r"^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$",
    SEMVER,
    r"^[a-z]{1,256}$",
    r"^(?!-)[a-z0-9-]{1,63}(?<!-)$",
    r"^(\d+(,\d+)*)?$",
    r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$",
    r"^((25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)\.){3}(25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)$",
    r"^((xn--)?[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*\.)+[a-zA-Z]{2,}\.?$",
    r"^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)+$",
    r"^(default|[a-z_]+=(on|off|default)(,[a-z_]+=(on|off|default))*)$",
    r"^[A-Z_]*(,[A-Z_]+)*$",
    r"^projects/[^/]+/locations/[^/]+/featurestores/[^/]+$",
    r"^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[^\n]{8,64}$",
    r"^\+?[1-9]\d{1,14}$",
    r"^(a+)+",  # cannot fail once it has begun
    r"(a*)*",
    r"^([\s\S]*)*$",
    r"^(a|b)*$",
    r"^(ab|ba)*$",
    r"^(?:a|b|c)*d$",
    r'^"(?:[^"\\]|\\.)*"$',
    r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$",
    r"^[a-z]{500,1000}$",
    r"^(?:[01]\d|2[0-3]):[0-5]\d$",
]


@pytest.mark.parametrize("pattern", EXPONENTIAL)
def test_exponential(pattern: str) -> None:
    found = analyse(pattern).ambiguity
    assert found is not None
    assert found.degree == 0
    few, more, most = (steps(pattern, found.text(rounds), MOST) for rounds in (4, 7, 10))
    assert more >= 5 * few or most == MOST
    assert most >= 5 * more or most == MOST


@pytest.mark.parametrize(("pattern", "degree"), POLYNOMIAL)
def test_polynomial(pattern: str, degree: int) -> None:
    found = analyse(pattern).ambiguity
    assert found is not None
    assert found.degree == degree
    few, more = (steps(pattern, found.text(rounds), 20_000_000) for rounds in (20, 40))
    assert more > few * 2 ** (degree - 0.4)
    assert more < few * 2 ** (degree + 0.4)


@pytest.mark.parametrize("pattern", SAFE)
def test_safe(pattern: str) -> None:
    assert analyse(pattern).ambiguity is None


@pytest.mark.parametrize(
    "pattern",
    [
        "^" + "(a?)" * 400 + "$",
        "(|)" * 200 + "a*a*",
        "((((a{1,9}){1,9}){1,9}){1,9}){1,9}",
        "(" * 500 + "a" + ")" * 500,
        "(a|b|ab)*" * 60,
        "[a-z]{1,200}" * 40,
        "a{1,99999999}" * 9,
        "(" + "|".join("a" * count for count in range(1, 60)) + ")*",
        "(?:" * 50 + "a" + ")*" * 50 + "$",
        "x*" * 300 + "$",
        "(x?){300}" * 3,
        "(?:.*a){1,30}$",
        "(.+)+" * 20,
        "\\u{1" * 500,
        "[" * 3000,
        "(?=" * 40 + "a+" + ")" * 40,
        "(a)" * 50 + "\\1" * 50,
    ],
)
def test_hostile_patterns_take_no_time(pattern: str) -> None:
    began = time.process_time()
    one = analyse(pattern)
    _ = (one.ambiguity, one.is_permissive, one.sample, one.longest, one.slips, one.repetitions, one.admits("/"))
    assert time.process_time() - began < 2


def test_what_is_found_in_random_patterns_is_true() -> None:
    chance = random.Random(7)
    found = 0
    for _ in range(200):
        pattern = f"^{_random(chance, 3)}$"
        one = analyse(pattern).ambiguity
        if one is None:
            continue
        found += 1
        if one.degree == 0:
            few, more = (steps(pattern, one.text(rounds), 50_000) for rounds in (5, 10))
            assert more >= 8 * few or more == 50_000, pattern
        else:
            few, more = (steps(pattern, one.text(rounds), 50_000) for rounds in (20, 40))
            assert more > few * 2.6 or more == 50_000, pattern
    assert found > 10


def _random(chance: random.Random, depth: int) -> str:
    kind = chance.randrange(7 if depth else 2)
    if kind < 2:
        return chance.choice(("a", "b", "[ab]", "c"))
    inner = _random(chance, depth - 1)
    if kind == 2:
        return f"(?:{inner}){chance.choice('*+?')}"
    if kind == 3:
        return f"(?:{inner}|{_random(chance, depth - 1)})"
    if kind == 4:
        return f"(?:{inner}){{{chance.choice(('2', '1,2', '2,'))}}}"
    return inner + _random(chance, depth - 1)


def test_spelt() -> None:
    found = analyse(r"^x(a+)+$").ambiguity
    assert found is not None
    assert spelt(found, 30) == '`"x" + "a" × 30 + "!"`'
    found = analyse(r"^(.*)*$").ambiguity
    assert found is not None
    assert spelt(found, 30) == '`"a" × 30 + "\\n"`'
