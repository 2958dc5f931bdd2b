"""Values that say where a server or a browser should go: which ones they are, and whether a schema restricts them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from apilint.analysis.words import words
from apilint.openapi.node import Node

if TYPE_CHECKING:
    from apilint.openapi.schema import Schema

URL_FORMATS = frozenset("uri url iri uri-reference iri-reference".split())
_ENDS = frozenset(("url", "uri"))
# A name that means a URL though nothing else stands beside the word; a lone `callback` is mostly a function of JSONP.
_ALONE = ("webhook",)
_FETCHED = frozenset(
    "webhook hook callback import fetch avatar image photo picture logo icon thumbnail proxy feed endpoint rss crawl"
    " scrape screenshot mirror ingest jwk jwks openid discovery issuer clone server mcp".split()
)
_FETCHING = frozenset(
    "webhook hook import fetch proxy crawl crawler scrape scraper screenshot unfurl mirror ingest".split()
)
_LINKS = frozenset(
    "next prev previous self href link first last slug encoded pattern template schema namespace".split()
)
_MOST_BRANCHES = 200


def is_url(schema: Schema) -> bool:
    """Whether a string is a URL: by its format, or by the last word or the whole of its name."""
    name = words(schema.name)
    if name[-1:] and (name[-1] in _LINKS or name[0] in ("is", "has")):
        return False
    formats = schema.keyword("format")
    if formats:
        return any(isinstance(one, str) and one.lower() in URL_FORMATS for one in formats)
    return name[-1:] != () and (name[-1] in _ENDS or name == _ALONE)


def is_fetched(schema: Schema) -> str:
    """The word that says that the server itself goes to a URL (`webhook`, `avatar`, `import`), or an empty string."""
    for word in words(schema.name):
        if word in _FETCHED:
            return word
    paths = [set(words(operation.path_template)) & _FETCHING for operation in schema.operations[:20]]
    return sorted(paths[0])[0] if paths and all(paths) else ""


def restriction(nodes: Iterable[Node]) -> str:
    """How a URL is restricted where it is described: "host" (or a list of values), "scheme" (only encrypted), or "".

    The nodes are all the schema objects that apply to it together.
    """
    from apilint.analysis.regex.urls import admits_any_host, is_encrypted

    found = ""
    for node in nodes:
        if node.get("enum") or "const" in node.value or node.get("type") in ("boolean", "integer", "number"):
            return "host"
        pattern: Any = node.get("pattern")
        if isinstance(pattern, str) and not admits_any_host(pattern):
            return "host"
        if isinstance(pattern, str) and is_encrypted(pattern):
            found = "scheme"
    return found


def composed(node: Node | None) -> list[Node]:
    """A schema object that is known only by where it stands: itself, what it refers to, and its `allOf`."""
    found: list[Node] = []
    stack = [node]
    while stack and len(found) < _MOST_BRANCHES:
        part = stack.pop()
        part = part.api.follow(part) if part is not None else None
        if part is None or not isinstance(part.value, dict):
            continue
        found.append(part)
        branches = part.value.get("allOf")
        stack += [part.child(("allOf", index)) for index in range(len(branches) if isinstance(branches, list) else 0)]
    return found
