from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apilint.analysis.json_schema import is_number
from apilint.api import Api, Confidence, Flag, Node, Reference, Schema, Severity, rule

# What limits how many values may stand at one level below, by the key that leads there.
_LIMITS = {
    **dict.fromkeys(("items", "prefixItems"), "maxItems"),
    **dict.fromkeys(("additionalProperties", "patternProperties", "unevaluatedProperties"), "maxProperties"),
}
_COMPOSING = frozenset(("allOf", "oneOf", "anyOf"))


class _Link(NamedTuple):
    """A `$ref` from one schema to another; `deeper` where it stands inside a property, an item or a value."""

    source: int
    target: int
    deeper: bool
    reference: Reference


@rule(
    "recursive-schema-unbounded",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API4:2023", "CWE-674"),
    needs=("ref",),
)
def recursive_schema_unbounded(api: Api) -> Iterator[Flag]:
    """A schema that clients send refers to itself, so that requests may be nested to any depth.

    Validators and parsers follow the nesting, mostly by recursion. JSON Schema cannot limit the depth; a bound
    on every list or map in the cycle at least limits how fast it grows, and is taken for an answer, as is an
    `x-max-depth` on a schema of the cycle.

    Attack: a body of ten thousand opening brackets, a few kilobytes, ends the process with a stack overflow.

    To fix: unroll the schema to the depth that makes sense, or limit the depth in the parser and say so with
    `x-max-depth`. Add `maxItems` or `maxProperties` to the lists and maps through which it recurs.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /filters:
        post:
          requestBody:
            content:
              application/json:
                schema: {$ref: "#/components/schemas/Filter"}
          responses:
            "201": {description: Stored}
    components:
      schemas:
        Filter:
          type: object
          properties:
            not:
              $ref: "#/components/schemas/Filter"  # flagged
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /filters:
        post:
          requestBody:
            content:
              application/json:
                schema: {$ref: "#/components/schemas/Filter"}
          responses:
            "201": {description: Stored}
    components:
      schemas:
        Filter:
          type: object
          properties:
            any:
              type: array
              maxItems: 10
              items: {$ref: "#/components/schemas/Filter"}
    ```
    """
    links = list(_links(api))
    groups = _cycles(links)
    number_of = {schema: number for number, group in enumerate(groups) for schema in group}
    deeper: list[list[_Link]] = [[] for _ in groups]
    for link in links:
        if link.deeper and number_of[link.source] == number_of[link.target]:
            deeper[number_of[link.source]].append(link)
    for inside in deeper:
        if inside:
            first, *others = inside
            holder = first.reference.parent
            operations = holder.operations if isinstance(holder, Schema) else ()
            yield first.reference.flag(
                "$ref",
                f"{first.reference.label} leads back to itself: requests may be nested to any depth",
                related=tuple((other.reference.child("$ref"), "leads back as well") for other in others[:5]),
                operations=operations,
            )


def _links(api: Api) -> Iterator[_Link]:
    """The references between schemas that requests carry, but for those behind a bounded list or map."""
    for reference in api.references:
        holder = reference.parent
        if not isinstance(holder, Schema) or reference.unresolved is not None or not holder.is_input:
            continue
        origin = holder.root.schema
        target = api.hop(reference)
        if origin is None or target is None or reference.get("readOnly") is True:
            continue
        bounded, deeper = _way(reference, origin)
        if not bounded:
            yield _Link(id(origin.value), id(target.value), deeper, reference)


def _way(reference: Reference, origin: Schema) -> tuple[bool, bool]:
    """Whether the way from a schema to a reference in it is bounded, and whether it leads into a value."""
    node: Node | None = reference
    deeper = False
    while node is not None and node is not origin:
        key = next(iter(node.key), "") if isinstance(node.key, tuple) else node.key
        parent = node.parent
        if key not in _COMPOSING:
            deeper = True
            if parent is not None and is_number(parent.get(_LIMITS.get(str(key), ""))):
                return True, True
        node = parent
    return "x-max-depth" in origin.value, deeper


def _cycles(links: list[_Link]) -> list[set[int]]:
    """The groups of schemas that reach each other, by Tarjan's algorithm without recursion."""
    edges: dict[int, list[int]] = {}
    for link in links:
        edges.setdefault(link.source, []).append(link.target)
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    waiting: list[int] = []
    on_stack: set[int] = set()
    groups: list[set[int]] = []
    for start in edges:
        work = [(start, iter(edges[start]))] if start not in index else []
        if work:
            index[start] = low[start] = len(index)
            waiting.append(start)
            on_stack.add(start)
        while work:
            node, following = work[-1]
            for target in following:
                if target not in index:
                    index[target] = low[target] = len(index)
                    waiting.append(target)
                    on_stack.add(target)
                    work.append((target, iter(edges.get(target, ()))))
                    break
                if target in on_stack:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    cut = waiting.index(node)
                    groups.append(set(waiting[cut:]))
                    on_stack.difference_update(waiting[cut:])
                    del waiting[cut:]
    return groups
