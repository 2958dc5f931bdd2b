from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apilint.analysis.addresses import is_internal_name, is_loopback, is_placeholder, is_private
from apilint.api import Api, Confidence, Flag, Node, Operation, Severity, rule, words, written_hosts
from apilint.concepts.grouping import some_of

_FEW = 5
_AUDIENCES = ("x-audience", "x-api-audience")
_SEGMENTS = frozenset(("internal", "_internal", "__internal", "internal-api"))
_OF_TAGS = frozenset("internal api apis only use operation endpoint service route admin".split())


@rule(
    "internal-operation-exposed",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    up_to=(Severity.MEDIUM, Confidence.HIGH),
    refs=("OWASP-API9:2023", "CWE-749"),
    needs=("internal",),
)
def internal_operation_exposed(api: Api) -> Iterator[Flag]:
    """An operation for internal use stands in the document of a public server.

    The document is an invitation: what it describes is found, called, and offered to customers in portals and
    client libraries. What is meant for the inside is seldom written to stand that.

    Attack: an attacker reads the published document, and calls the operations that are marked as internal first.

    To fix: leave such operations out of the public document (bundlers can filter by `x-internal`), and block
    them at the gateway.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: https://api.initech.com
    paths:
      /orders/recalculate:
        post:  # flagged
          x-internal: true
          responses:
            "200": {description: Done}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: https://api.initech.com
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```
    """
    is_open = any(_is_public(one.host) for one in written_hosts(api))
    if not is_open or _is_internal(api) or _is_internal(api.child("info")):
        return
    marked = [one for one in api.operations if _is_internal(one) or _is_internal(one.path_item)]
    known = {id(one) for one in marked}
    named = [one for one in api.operations if id(one) not in known and _is_named_internal(one)]
    exposed = [*marked, *named]
    if len(exposed) > _FEW:
        yield api.flag(
            "paths",
            f"{len(exposed):,} operations for internal use in the document of a public server: {some_of(exposed)}",
            confidence=Confidence.HIGH if marked else Confidence.MEDIUM,
            related=tuple((one, "for internal use") for one in exposed[:_FEW]),
            operations=exposed,
        )
        return
    for operation in exposed:
        yield operation.flag(
            None,
            f"{operation.name}: for internal use, but in the document of a public server",
            confidence=Confidence.HIGH if id(operation) in known else Confidence.MEDIUM,
        )


def _is_internal(node: Node) -> bool:
    """Whether the place is marked as internal."""
    if node.get("x-internal") is True:
        return True
    audience: Any = next((node.get(key) for key in _AUDIENCES if node.get(key)), None)
    return isinstance(audience, str) and "internal" in words(audience)


def _is_named_internal(operation: Operation) -> bool:
    """Whether its path or one of its tags says so, and no mark denies it."""
    if operation.get("x-internal") is False:
        return False
    template = operation.path_template.lower()
    if "internal" in template and not _SEGMENTS.isdisjoint(template.split("/")):
        return True
    tags = [set(words(tag.lower())) for tag in operation.tags if "internal" in tag.lower()]
    return any("internal" in said and said <= _OF_TAGS for said in tags)


def _is_public(host: str) -> bool:
    return not (is_loopback(host) or is_private(host) or is_internal_name(host) or is_placeholder(host))
