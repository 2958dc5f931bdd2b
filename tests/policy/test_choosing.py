"""Selectors against all operations of an API at once: what they mean, and that a stranger's end in time."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from apilint.openapi.api import Api
from apilint.policy import choosing, globs, selectors
from apilint.policy.choosing import Chooser

NAMES = ["a", "b", "ab", "{id}", "", "*", "pets", "x y", "[a]", "a.b"]
WILD = ["a", "*", "**", "a*", "?", "{id}", "{a,b}", "[ab]", "", "***", "*b", "{a,*b}", "pets", "{x,{id}}"]


def joined(parts: list[str], most: int = 4) -> some.SearchStrategy[str]:
    return some.lists(some.sampled_from(parts), max_size=most).map("/".join)


OPERATIONS = some.builds(
    SimpleNamespace,
    method=some.sampled_from(["get", "post", "GeT"]),
    kind=some.sampled_from(["path", "path", "webhook", "callback"]),
    path_template=joined(NAMES).map(lambda path: f"/{path}") | some.sampled_from(NAMES),
    operation_id=some.sampled_from(["", "a", "ab"]),
    tags=some.lists(some.sampled_from(NAMES), max_size=2),
)
SELECTORS = some.one_of(
    some.sampled_from(NAMES + WILD).map(lambda name: f"tag:{name}"),
    some.sampled_from(NAMES + WILD).map(lambda name: f"operationId:{name}"),
    some.builds(
        "{} {}{}{}".format,
        some.sampled_from(["GET", "*", "get,POST"]),
        some.sampled_from(["", "webhook ", "callback "]),
        some.sampled_from(["/", "**/", ""]),
        joined(WILD),
    ),
)


@settings(max_examples=100, deadline=None)
@given(some.lists(OPERATIONS, max_size=8), some.lists(SELECTORS, min_size=1, max_size=4))
def test_all_at_once_is_one_by_one(operations: list[Any], wanted: list[str]) -> None:
    api: Any = SimpleNamespace(all_operations=operations)
    meant = [selectors.selects(wanted, one) for one in operations]
    assert Chooser(api).chosen(wanted) == sum(1 << number for number, one in enumerate(meant) if one)


@pytest.mark.parametrize(
    ("glob", "path", "fits"),
    [
        ("/pets/{petId}", "/pets/{petId}", True),
        ("/pets/{petId}", "/pets/petId", False),
        ("/*/{petId}/{a,b}", "/pets/{petId}/b", True),
        ("/{a,{id}}", "/{id}", True),
        ("/{a,b}", "/{a,b}", False),
        ("/{a", "/{a", True),
        ("/{}", "/{}", True),
    ],
)
def test_braces_of_a_path_are_themselves(glob: str, path: str, fits: bool) -> None:
    assert globs.matches(glob, path) is fits


def many(build_api: Callable[..., Api], count: int) -> Api:
    paths = "".join(
        f"  /a{n}/b{n}/c/d/e/f/g/h/{{id}}: {{get: {{tags: [t{n}], operationId: o{n}}}}}\n" for n in range(count)
    )
    return build_api(f'openapi: 3.1.0\ninfo: {{title: t, version: "1"}}\npaths:\n{paths}')


def test_work_grows_with_names_and_selectors_and_not_with_their_product(build_api: Callable[..., Api]) -> None:
    chooser = Chooser(many(build_api, 1000))
    before = chooser.left
    wanted = [f"GET /a{n}/**/h/*" for n in range(1000)]
    assert chooser.chosen(wanted) == (1 << 1000) - 1
    assert before - chooser.left < 100_000


def test_what_takes_too_long_ends_and_is_said(build_api: Callable[..., Api], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "_STEPS", 20_000)
    api = many(build_api, 100)
    chooser = Chooser(api)
    assert chooser.chosen(["GET /a1/**"]) == 2
    assert chooser.chosen(f"* /**/*{n}*/**/*{n}x*/**" for n in range(100)) < 1 << 100
    assert [problem.kind for _, problem in api.given_up.values()] == ["limit-reached"]
    assert chooser.chosen(["POST /a1/**"]) == 0
