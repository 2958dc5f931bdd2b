"""Collections, and the parameters by which clients ask for one page of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apilint.analysis.words import words
from apilint.concepts.shape import (
    body_properties,
    is_array,
    items,
    json_schema,
    judged,
    properties,
    schemas_of,
    target,
    ways,
)
from apilint.openapi.node import Node
from apilint.openapi.schema import Schema

if TYPE_CHECKING:
    from apilint.openapi.operation import Operation, Parameter

# Names with their words joined: `page[size]`, `pageSize` and `page_size` are one; `$top` is `top`.
_SIZES = frozenset(
    "limit pagesize perpage pagelimit limitperpage maxresult maxitem maxpagesize maxperpage pagelength pagelen"
    " itemperpage resultperpage recordperpage rowperpage numresult numberofresult numberofitem numitem maxcount"
    " maxrecord querylimit resultlimit limitto pagemaxresult maxentry maxkey maxrow resultcount recordlimit".split()
)
# Names of sizes that mean other things as well: they count beside another paging parameter or before a collection.
_PERHAPS_SIZES = frozenset("size count first last top max num take row n length batchsize rpp ps pp".split())
_OFFSETS = frozenset(
    "offset skip page pagenumber pageno pageindex pagenum pageoffset start startat startindex startposition from"
    " currentpage startrow firstresult p".split()
)
_CURSORS = frozenset(
    "cursor pagetoken nexttoken nextpagetoken nextcursor continuationtoken continuationkey continuation continue marker"
    " after before startingafter endingbefore startkey startafter sinceid since afterid beforeid maxid minid nextpage"
    " pagecursor aftercursor scrollid scroll pagination paging pageable nextmarker nextkey bookmark exclusivestartkey"
    " lastevaluatedkey until range pageid pagekey nextid lastid token position pos resumptiontoken".split()
)
_LISTS = frozenset(
    "data item result record entry value list content row hit node object element collection member resource"
    " page".split()
)
_NEXT = frozenset("next cursor pagination paging more scroll continuation page".split())


def plain(name: str) -> str:
    """A name's words joined, singular and in lower case."""
    return "".join(words(name))


def collection(operation: Operation) -> Node | None:
    """The array that an operation answers with, at the root of its JSON or in an envelope; None if it has none."""
    response = operation.responses.get("200") or operation.responses.get("2XX") or operation.responses.get("2xx")
    schema = json_schema(response) if response is not None else None
    if schema is None:
        return None
    for part in schema.parts():
        if is_array(part):
            return part
    named = _LISTS.union(*(words(segment) for segment in operation.path_template.split("/")[-1:]))
    for name, node in properties(schema).items():
        if words(name)[-1:] and words(name)[-1] in named and is_array(node):
            return target(node)
    return None


def holds_objects(array: Node) -> bool:
    """Whether the items of an array are more than plain values, so that each is a record that was looked up."""
    item = items(array)
    if item is None:
        return False
    plain_types = ("string", "integer", "number", "boolean")
    return "enum" not in item.value and item.get("type") not in plain_types


def is_paged(operation: Operation) -> bool:
    """Whether clients can ask for a page: by a parameter, by a link in the answer, or in the body of a `QUERY`."""
    if any(is_paging_name(parameter.name) for parameter in operation.parameters):
        return True
    response = operation.responses.get("200") or operation.responses.get("2XX") or operation.responses.get("2xx")
    if response is not None:
        if any(name == "link" or not _NEXT.isdisjoint(words(name)) for name in response.headers):
            return True
        schema = json_schema(response)
        if schema is not None and any(not _NEXT.isdisjoint(words(name)) for name in properties(schema)):
            return True
    body = operation.request_body
    return body is not None and any(
        is_paging_name(name) for _, schema in schemas_of(body.content) for name in body_properties(schema)
    )


def is_paging_name(name: str) -> bool:
    """Whether a parameter's name belongs to some paging vocabulary, by whole words."""
    found = plain(name)
    return found in _SIZES or found in _PERHAPS_SIZES or found in _OFFSETS or found in _CURSORS


def is_size(parameter: Parameter) -> bool:
    """Whether a query parameter says how many items a page has."""
    name = plain(parameter.name) if parameter.location == "query" else ""
    if name in _SIZES:
        return True
    return name in _PERHAPS_SIZES and any(
        operation.method in ("GET", "QUERY") and (_has_position(operation) or collection(operation) is not None)
        for operation in parameter.operations[:20]
    )


def is_offset(parameter: Parameter) -> bool:
    """Whether a query parameter says how many items or pages to pass over."""
    name = plain(parameter.name) if parameter.location == "query" else ""
    if name in ("start", "from", "p"):  # mostly a time, a place or an account
        return any(_has_size(operation) for operation in parameter.operations[:20])
    return name in _OFFSETS


def number_schemas(parameter: Parameter) -> list[Schema]:
    """The parameter's schemas that admit a number, the branches of a choice instead of the whole."""
    found = [one for schema in parameter.schemas for one in ways(judged(schema))]
    return [schema for schema in found if schema.types & {"integer", "number"} and not schema.is_choice]


def says_maximum(parameter: Parameter) -> bool:
    """Whether prose names a greatest value ("between 1 and 100", "max 100")."""
    texts = [parameter.text("description"), *(schema.text("description") for schema in parameter.schemas)]
    return any(_names_maximum(text[:2_000].lower()) for text in texts)


def says_most_items(schema: Schema) -> bool:
    """Whether a description names a greatest number of items or entries ("at most 50 ids"), not of characters."""
    text = " ".join(part.text("description")[:2_000] for part in schema.parts()[:5]).lower()
    words_before = r"\b(?:max|maximum|up to|at most|no more than|more than|limited to|cannot exceed|can contain)\b"
    found = re.finditer(rf"{words_before}([^.\d]{{0,40}})[1-9][\d,]*([^.\d]{{0,15}})", text)
    about_text = ("character", "length", "byte", "digit", "long", "value of")
    return any(not any(one in f"{match[1]} {match[2]}" for one in about_text) for match in found)


def prose_bounds(schema: Schema) -> bool:
    """Whether the description of a number, or of the property or parameter that it is the value of, names a maximum."""
    node: Node | None = schema
    while node is not None:
        if _names_maximum(node.text("description")[:2_000].lower()):
            return True
        is_property = isinstance(node.key, tuple) and node.key[:1] == ("properties",)
        node = node.parent if isinstance(node, Schema) and not is_property else None
    return False


def _names_maximum(text: str) -> bool:
    words_before = (
        r"\b(?:max|maximum|up to|at most|no more than|between|ranges? from|limited to|capped at|cannot exceed)\b"
    )
    return any("default" not in found[1] for found in re.finditer(rf"{words_before}([^.\d]{{0,60}})[1-9]", text))


def _has_position(operation: Operation) -> bool:
    names = (plain(parameter.name) for parameter in operation.parameters)
    return any(name in _OFFSETS or name in _CURSORS for name in names)


def _has_size(operation: Operation) -> bool:
    return any(plain(parameter.name) in _SIZES for parameter in operation.parameters)
