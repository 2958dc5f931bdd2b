"""Which document and which operation of one state is which of the other."""

from __future__ import annotations

from typing import Any

from apilint.regressions.documents import Sketch, pair_documents, sketch
from apilint.regressions.pairing import pair_operations
from tests.regressions.making import model

DONE: dict[str, Any] = {"responses": {"200": {"description": "Done"}}}


def _pairs(base: dict[str, Any], head: dict[str, Any]) -> tuple[dict[str, str | None], list[str]]:
    """The base of each operation of the head by their names, and what is gone."""
    info = {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}}
    pairs, gone = pair_operations(model({**info, **base}), model({**info, **head}))
    return {one.head.name: one.base.name if one.base else None for one in pairs}, [one.name for one in gone]


def test_the_names_of_parameters_do_not_matter() -> None:
    found = _pairs({"paths": {"/a/{id}": {"get": DONE}}}, {"paths": {"/a/{name}": {"get": DONE, "put": DONE}}})

    assert found == ({"GET /a/{name}": "GET /a/{id}", "PUT /a/{name}": None}, [])


def test_addresses_that_differ_in_names_alone_are_paired_by_these() -> None:
    paths = {"/a/{id}": {"get": DONE}, "/a/{name}": {"get": DONE}}

    found, _ = _pairs({"paths": paths}, {"paths": dict(reversed(paths.items()))})

    assert found == {"GET /a/{id}": "GET /a/{id}", "GET /a/{name}": "GET /a/{name}"}


def test_a_base_path_may_move() -> None:
    base = {"servers": [{"url": "https://x.com/v1"}], "paths": {"/a": {"get": DONE}}}
    head = {"servers": [{"url": "https://x.com"}], "paths": {"/v1/a": {"get": DONE}}}

    assert _pairs(base, head) == ({"GET /v1/a": "GET /a"}, [])


def test_what_moved_elsewhere_is_known_by_its_id() -> None:
    named = {**DONE, "operationId": "one"}

    assert _pairs({"paths": {"/a": {"get": named}}}, {"paths": {"/b": {"get": named}}}) == ({"GET /b": "GET /a"}, [])
    twice = {"paths": {"/b": {"get": named}, "/c": {"get": named}}}
    assert _pairs({"paths": {"/a": {"get": named}}}, twice) == ({"GET /b": None, "GET /c": None}, ["GET /a"])


def test_callbacks_to_the_same_address_belong_to_their_operations() -> None:
    def calling(*names: str) -> dict[str, Any]:
        return {
            "paths": {f"/{one}": {"post": {**DONE, "callbacks": {"c": {"{$url}": {"post": DONE}}}}} for one in names}
        }

    info = {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}}
    pairs, gone = pair_operations(model({**info, **calling("a", "b", "c")}), model({**info, **calling("c", "a", "b")}))

    assert gone == ()
    assert all(one.base is not None and one.base.pointer == one.head.pointer for one in pairs)


def _documents(
    bases: dict[str, str], heads: dict[str, str], same: dict[str, str] | None = None, **held: set[str]
) -> tuple[dict[str, str], tuple[str, ...], tuple[str, ...]]:
    """Pairs of documents, given by name and key, of which some hold the same, and others these operations."""

    def sketched(names: Any) -> dict[str, Sketch]:
        return {one: Sketch(frozenset(("get", path) for path in held.get(one, ())), "") for one in names}

    return pair_documents(
        bases,
        heads,
        lambda gone, rest: {head: base for head, base in (same or {}).items() if head in rest and base in gone},
        lambda gone, rest: (sketched(gone), sketched(rest)),
    )


def test_documents_of_one_name_are_one() -> None:
    assert _documents({"a (x)": "a"}, {"a": "a", "b": "b"}) == ({"a": "a (x)"}, ("b",), ())


def test_a_renamed_document_has_the_same_content_or_most_in_common() -> None:
    bases, heads = {"o1": "o1", "o2": "o2"}, {"n1": "n1", "n2": "n2"}

    assert _documents(bases, heads, {"n1": "o2"}) == ({"n1": "o2"}, ("n2",), ("o1",))
    found = _documents(bases, heads, n1={"/a", "/b"}, o1={"/a"}, o2={"/a", "/b", "/c"}, n2={"/x"})
    assert found == ({"n1": "o2"}, ("n2",), ("o1",))


def test_documents_that_share_little_are_no_pair() -> None:
    held = {"n": {"/a", "/b", "/c"}, "o": {"/a", "/d", "/e"}}

    assert _documents({"o": "o"}, {"n": "n"}, **held) == ({}, ("n",), ("o",))


def test_a_sketch_holds_whatever_the_document_is() -> None:
    assert sketch({"paths": {"/a/{id}": {"get": {}, "x-a": 1}, "/b": None}, "info": {"title": 1}}) == Sketch(
        frozenset({("get", "/a/{}")}), ""
    )
    for value in (None, [], {}, {"paths": [], "info": []}):
        assert sketch(value) == Sketch(frozenset(), "")
