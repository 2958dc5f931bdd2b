"""What is too much to analyse is said."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from apilint import engine
from apilint.api import Api
from apilint_rules.catastrophic_pattern import catastrophic_pattern
from apilint_rules.polynomial_pattern import polynomial_pattern

# Each part may begin where another ends, so that many ways through have to be compared.
SLOW = "".join(f"[a-z]*[b-y]*{letter}?" for letter in "abcdefghijkl")


def document(*patterns: str) -> str:
    schemas = "".join(f"    S{n}: {{type: string, pattern: '{pattern}'}}\n" for n, pattern in enumerate(patterns))
    return f'openapi: 3.1.0\ninfo: {{title: T, version: "1"}}\npaths: {{}}\ncomponents:\n  schemas:\n{schemas}'


@pytest.mark.parametrize(
    ("patterns", "says"),
    [
        ([f"^a{n}$" for n in range(2_100)], "more than 2,000 different patterns"),
        ([f"^{SLOW}{n}$" for n in range(40)], "take too long to analyse"),
    ],
)
def test_patterns(build_api: Callable[..., Api], patterns: list[str], says: str) -> None:
    problems = engine.run(build_api(document(*patterns)), [catastrophic_pattern, polynomial_pattern]).problems
    assert [problem.kind for problem in problems] == ["limit-reached"]
    assert says in problems[0].message
    assert problems[0].line is not None


def test_a_usual_number_of_patterns(build_api: Callable[..., Api]) -> None:
    patterns = [f"^[a-z]{{1,{n}}}(?:-[a-z0-9]+)*$" for n in range(1, 500)]
    assert not engine.run(build_api(document(*patterns)), [catastrophic_pattern, polynomial_pattern]).problems
