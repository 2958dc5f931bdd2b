"""Path templates compared with each other."""

from __future__ import annotations

import pytest

from apilint.concepts.templates import ambiguous, canonical, folded, split_version


def test_equal_but_for_names() -> None:
    assert canonical("/a/{id}/b/{x}.json") == canonical("/a/{key}/b/{y}.json")
    assert canonical("/a/{id}") != canonical("/A/{id}")


def test_twins_for_lenient_servers() -> None:
    assert folded("/Users/{id}/") == folded("/users/{ID}")
    assert folded("/") == "/"
    assert folded("/users") != folded("/user")


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("/v1/users/{id}", (1, "/{version}/users/{}")),
        ("/api/V2.1/users", (2, "/api/{version}/users")),
        ("/v1beta1/users", None),
        ("/users/{v1}", None),
        ("/vault", None),
        ("/v" + "9" * 100, None),
    ],
)
def test_versions(template: str, expected: tuple[int, str] | None) -> None:
    assert split_version(template) == expected


@pytest.mark.parametrize(
    ("templates", "expected"),
    [
        (["/{a}/c", "/b/{x}"], [("/b/{x}", "/{a}/c")]),
        (["/b", "/{a}"], []),
        (["/b/{x}", "/b/c"], []),
        (["/b/{x}/d", "/b/c/{y}", "/b/c/d"], [("/b/c/{y}", "/b/{x}/d")]),
        (["/a/{x}", "/b/{x}"], []),
        (["/{a}/{b}", "/{c}/{d}"], []),
        (["/{a}/b", "/{a}/b/c"], []),
        (["/{a}.json/x", "/b.json/{y}"], [("/b.json/{y}", "/{a}.json/x")]),
        (["/{a}.json/x", "/b.xml/{y}"], []),
        (["/{a}.json", "/x-{b}"], [("/x-{b}", "/{a}.json")]),
        (["/{a}/{b}.{c}", "/{a}/{b}.pbf"], []),
        (["/{a}-{b}", "/{a}.{b}"], [("/{a}.{b}", "/{a}-{b}")]),
        (["/a/", "/{b}"], []),
        (["/a//b", "/a/{x}/b"], []),
    ],
)
def test_ambiguous(templates: list[str], expected: list[tuple[str, str]]) -> None:
    assert list(ambiguous(templates)) == expected


def test_many_templates_take_little_time() -> None:
    hostile = [f"/{'/'.join('{a}' if number >> bit & 1 else 'b' for bit in range(14))}" for number in range(2**13)]
    assert len(list(ambiguous(hostile))) <= 1_000
