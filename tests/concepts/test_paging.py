"""Paging parameters in every vocabulary, and what a collection is."""

from __future__ import annotations

from typing import Any

import pytest

from apilint.concepts.paging import (
    collection,
    holds_objects,
    is_offset,
    is_paged,
    is_paging_name,
    is_size,
    says_maximum,
)

HEAD = 'openapi: 3.1.0\ninfo: {title: t, version: "1"}\n'


def operation(build_api: Any, parameters: str = "", schema: str = "{}", rest: str = "", path: str = "/orders") -> Any:
    listed = "".join(f"{{name: '{name}', in: query, schema: {{type: integer}}}}, " for name in parameters.split())
    text = f"{HEAD}paths: {{'{path}': {{get: {{parameters: [{listed}], responses: {{'200': {{description: ok{rest}, "
    return build_api(f"{text}content: {{application/json: {{schema: {schema}}}}}}}}}}}}}}}").operations[0]


@pytest.mark.parametrize(
    "name",
    "limit page_size pageSize page[size] per_page perPage $top maxResults max_results first offset $skip page cursor"
    " pageToken page_token starting_after next_token continuationToken Range".split(),
)
def test_paging_names(name: str) -> None:
    assert is_paging_name(name)


@pytest.mark.parametrize("name", "rate_limit unlimited homepage filter landing_page account first_name topic".split())
def test_other_names(name: str) -> None:
    assert not is_paging_name(name)


@pytest.mark.parametrize(
    ("parameters", "sizes", "offsets"),
    [
        ("limit offset", "limit", "offset"),
        ("size page", "size", "page"),
        ("size", "", ""),
        ("per_page page", "per_page", "page"),
        ("from to", "", ""),
        ("from limit", "limit", "from"),
        ("$top $skip", "$top", "$skip"),
    ],
)
def test_sizes_and_offsets(build_api: Any, parameters: str, sizes: str, offsets: str) -> None:
    found = operation(build_api, parameters).parameters
    assert " ".join(one.name for one in found if is_size(one)) == sizes
    assert " ".join(one.name for one in found if is_offset(one)) == offsets


def test_a_size_before_a_collection(build_api: Any) -> None:
    found = operation(build_api, "size", "{type: array, items: {type: object}}").parameters
    assert is_size(found[0])


@pytest.mark.parametrize(
    ("schema", "found"),
    [
        ("{type: array, items: {type: object}}", True),
        ("{type: [array, 'null'], items: {type: object}}", True),
        ("{allOf: [{type: array}, {items: {type: object}}]}", True),
        ("{type: object, properties: {data: {type: array, items: {}}}}", True),
        ("{type: object, properties: {orders: {type: array, items: {}}}}", True),
        ("{allOf: [{properties: {results: {items: {}}}}]}", True),
        ("{type: object, properties: {tags: {type: array, items: {}}}}", False),
        ("{type: object, properties: {data: {type: object}}}", False),
        ("{type: string}", False),
        ("{properties: 5, type: {}}", False),
    ],
)
def test_collections(build_api: Any, schema: str, found: bool) -> None:
    assert (collection(operation(build_api, schema=schema)) is not None) is found


@pytest.mark.parametrize(
    ("items", "found"), [("{type: object}", True), ("{type: string}", False), ("{enum: [a]}", False), ("5", False)]
)
def test_plain_values_are_no_records(build_api: Any, items: str, found: bool) -> None:
    array = collection(operation(build_api, schema=f"{{type: array, items: {items}}}"))
    assert array is not None
    assert holds_objects(array) is found


@pytest.mark.parametrize(
    ("schema", "rest", "paged"),
    [
        ("{type: array}", "", False),
        ("{type: array}", ", headers: {Link: {schema: {type: string}}}", True),
        ("{type: array}", ", headers: {X-Next-Page: {schema: {type: string}}}", True),
        ("{properties: {data: {type: array}, next_cursor: {}}}", "", True),
        ("{properties: {data: {type: array}, hasMore: {}}}", "", True),
        ("{properties: {data: {type: array}, total: {}}}", "", False),
    ],
)
def test_answers_that_lead_on(build_api: Any, schema: str, rest: str, paged: bool) -> None:
    assert is_paged(operation(build_api, schema=schema, rest=rest)) is paged


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Limit can range between 1 and 100, and the default is 10.", True),
        ("The number of results per page (max 100).", True),
        ("Up to 50 items.", True),
        ("1-100", False),
        ("The number of items. Defaults to 20.", False),
        ("The maximum number of items to return. Default is 50.", False),
        ("", False),
    ],
)
def test_prose_that_names_a_maximum(build_api: Any, text: str, says: bool) -> None:
    one = f"{{name: limit, in: query, description: '{text}'}}"
    api = build_api(f"{HEAD}paths: {{/a: {{get: {{parameters: [{one}], responses: {{}}}}}}}}")
    assert says_maximum(api.parameters[0]) is says
