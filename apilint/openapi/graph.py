"""The schemas of an API: found once where they are written, with the directions in which data reaches them."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from apilint.openapi.node import Node
from apilint.openapi.schema import INPUT, OUTPUT, Root, Schema, types_of

if TYPE_CHECKING:
    from apilint.openapi.api import Api

_MAPS = ("properties", "patternProperties")
_SINGLE = ("items", "additionalProperties", "unevaluatedProperties", "additionalItems", "unevaluatedItems")
_KEYWORDS = {
    **dict.fromkeys(_MAPS, "map"),
    **dict.fromkeys(_SINGLE, "single"),
    "prefixItems": "list",
    "allOf": "list",
    "oneOf": "list",
    "anyOf": "list",
    # No credit and no findings for what these say; but what they refer to must exist.
    **dict.fromkeys(("not", "if", "then", "else", "contains", "propertyNames"), "aside"),
}
# A schema without any of these has nothing that the walk looks at.
_WALKED = frozenset(("$ref", "$dynamicRef", "readOnly", "writeOnly", *_KEYWORDS))
# What a composition's own keywords can say about its branches; without one of these a branch stands alone.
_CONSTRAINTS = frozenset(
    "type enum const format pattern maxLength minLength maximum minimum exclusiveMaximum exclusiveMinimum "
    "maxItems minItems maxProperties additionalProperties unevaluatedProperties properties items allOf".split()
)
# Keywords beside a `$ref` that say nothing about values.
_ANNOTATIONS = frozenset("$ref $dynamicRef description summary title deprecated example examples $comment".split())


class SchemaGraph:
    """All schemas of an API. `heads` are those that rules judge: a branch of `allOf` is judged with its composition."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._by_id: dict[int, Schema] = {}
        self._heads: list[Schema] = []
        self._edges: list[tuple[Schema, Root]] = []
        self._inner: dict[int, Root] = {}

    def root(self, node: Node) -> Root | None:
        """The root of what a parameter, body, response, header or component holds; None if it is no schema."""
        if isinstance(node.value, bool):
            return None
        if not isinstance(node.value, dict):
            self._api.misread(node, "a schema object")
            return None
        known = self._by_id.get(id(node.value))
        if known is not None:
            return self._root_of(known)
        pending = deque([self._new_root(node)])
        first = pending[0]
        while pending:
            self._walk(pending.popleft(), pending)
        return first

    def _new_root(self, node: Node) -> Root:
        root = Root()
        root.schema = Schema(self._api, node.document, node.parent, node.key, node.value, root, INPUT | OUTPUT)
        self._by_id[id(node.value)] = root.schema
        return root

    def _walk(self, root: Root, pending: deque[Root]) -> None:
        """Visit a root's schemas, an explicit stack instead of recursion: nesting is the document's choice."""
        assert root.schema is not None
        stack: list[tuple[Schema, bool]] = [(root.schema, True)]
        refs_have_siblings = self._api.version not in ("2.0", "3.0")
        while stack:
            schema, is_head = stack.pop()
            value = schema.value
            if "readOnly" in value or "writeOnly" in value or "allOf" in value:
                self._restrict(schema)
            alone = is_head and schema.outer is None
            if "$ref" in value or "$dynamicRef" in value:
                siblings = refs_have_siblings and not _ANNOTATIONS.issuperset(value)
                self._follow(schema, alone and not siblings, pending)
                if not siblings:
                    if is_head and schema.outer is not None and schema.target is not None:
                        self._heads.append(schema)
                    continue
            if is_head:
                self._heads.append(schema)
            for key, child in value.items():
                kind = _KEYWORDS.get(key)
                if kind is not None:
                    self._children(schema, key, kind, child, stack)

    def _restrict(self, schema: Schema) -> None:
        """Take `readOnly` schemas out of inputs and `writeOnly` ones out of outputs, also where a branch says so."""
        branches = schema.value.get("allOf")
        for value in (schema.value, *(branches if isinstance(branches, list) else ())):
            if isinstance(value, dict):
                self._limit(schema, value)

    def _limit(self, schema: Schema, value: dict[str, Any]) -> None:
        if value.get("readOnly") is True:
            schema.filter &= ~INPUT
        if value.get("writeOnly") is True:
            schema.filter &= ~OUTPUT

    def _follow(self, schema: Schema, direct: bool, pending: deque[Root]) -> None:
        target = self._api.hop(schema)
        if target is None or not isinstance(target.value, dict):
            if target is not None and not isinstance(target.value, bool):
                self._api.misread(target, "a schema object")
            return
        known = self._by_id.get(id(target.value))
        if known is None:
            found = self._new_root(target)
            pending.append(found)
        else:
            found = self._root_of(known)
        schema.target = found
        if schema.outer is not None and any(branch is schema for branch in schema.outer.branches or ()):
            self._limit(schema.outer, target.value)
        self._edges.append((schema, found))
        found.direct |= direct
        found.composed |= not direct

    def _root_of(self, schema: Schema) -> Root:
        """The root at a known schema; one inside another root becomes a root of its own when the graph is finished."""
        if schema.root.schema is schema:
            return schema.root
        root = self._inner.get(id(schema))
        if root is None:
            root = self._inner[id(schema)] = Root()
            root.schema, root.direct = schema, True
        return root

    def _children(self, schema: Schema, key: str, kind: str, value: Any, stack: list[tuple[Schema, bool]]) -> None:
        if kind == "aside":
            if isinstance(value, dict) and isinstance(value.get("$ref"), str):
                self._api.hop(schema.child(key))
        elif kind == "map":
            if not isinstance(value, dict):
                self._api.misread(schema.child(key), "an object")
                return
            if isinstance(value.get("$ref"), str):
                self._far_children(schema, key, stack)
                return
            for name, member in value.items():
                self._push(schema, (key, name), member, stack)
        elif kind == "single" and not isinstance(value, list):
            self._push(schema, key, value, stack)
        elif isinstance(value, list):
            pushed = [
                self._push(schema, (key, index), member, stack, is_head=key != "allOf")
                for index, member in enumerate(value)
            ]
            if key in ("allOf", "oneOf", "anyOf"):
                self._compose(schema, key, [branch for branch in pushed if branch is not None])
        else:
            self._api.misread(schema.child(key), "an array")

    def _far_children(self, schema: Schema, key: str, stack: list[tuple[Schema, bool]]) -> None:
        """Properties that stand elsewhere as a whole: `properties: {$ref: …}`, as bundlers read it."""
        target = self._api.follow(schema.child(key))
        if target is None or not isinstance(target.value, dict):
            return
        for name, member in target.value.items():
            if isinstance(member, dict) and id(member) not in self._by_id:
                child = Schema(self._api, target.document, target, name, member, schema.root, schema.filter)
                self._by_id[id(member)] = child
                stack.append((child, True))
            elif isinstance(member, dict):
                self._edges.append((schema, self._root_of(self._by_id[id(member)])))

    def _push(
        self, schema: Schema, key: Any, value: Any, stack: list[tuple[Schema, bool]], *, is_head: bool = True
    ) -> Schema | None:
        """Visit a schema below another later; gives its view if this is where it is written."""
        if isinstance(value, dict):
            known = self._by_id.get(id(value))
            if known is None:
                child = Schema(self._api, schema.document, schema, key, value, schema.root, schema.filter)
                self._by_id[id(value)] = child
                if is_head and _WALKED.isdisjoint(value):
                    self._heads.append(child)  # most schemas: nothing to follow, nothing below
                else:
                    stack.append((child, is_head))
                return child
            self._edges.append((schema, self._root_of(known)))
        elif not isinstance(value, bool):
            self._api.misread(schema.child(key), "a schema object")
        return None

    def _compose(self, schema: Schema, key: str, branches: list[Schema]) -> None:
        if key == "allOf":
            schema.branches = branches
            for branch in branches:
                branch.outer = schema
            return
        schema.alternatives = [*(schema.alternatives or ()), *branches]
        if schema.outer is not None or not _CONSTRAINTS.isdisjoint(schema.value):
            for branch in branches:
                branch.outer = schema

    def finish(self) -> list[Schema]:
        """Spread the directions along the references, settle the types, and give the schemas to judge."""
        self._settle_roots()
        self._spread()
        heads = [
            head
            for head in self._heads
            if (head.root.schema is not head or head.root.direct or not head.root.composed)
            and not (head.key == "items" and _is_idle(head))
        ]
        for head in heads:
            declared = head.value.get("type")
            alone = head.outer is None and head.target is None and head.branches is None
            head.types = (_ONE_TYPE.get(declared) if alone and type(declared) is str else None) or types_of(head)
        return heads

    def _settle_roots(self) -> None:
        """Give schemas inside a root that are referred to directly, and what is below them, roots of their own."""
        # Parents were seen before what is below them.
        for schema in self._by_id.values() if self._inner else ():
            parent = schema.parent
            inner = self._inner.get(id(schema))
            if inner is not None:
                schema.root = inner
                if isinstance(parent, Schema):
                    self._edges.append((parent, inner))
            elif isinstance(parent, Schema) and schema.root.schema is not schema:
                schema.root = parent.root
        for source, target in self._edges:
            if source.root is not target:
                source.root.edges.append((target, source.filter))

    def _spread(self) -> None:
        """Carry the operations along the references until nothing changes: their sets only grow, so it ends."""
        roots = {id(schema.root): schema.root for schema in self._by_id.values()}.values()
        work = deque(root for root in roots if root.inputs or root.outputs)
        queued = {id(root) for root in work}
        while work:
            root = work.popleft()
            queued.discard(id(root))
            for target, allowed in root.edges:
                inputs = target.inputs | (root.inputs if allowed & INPUT else 0)
                outputs = target.outputs | (root.outputs if allowed & OUTPUT else 0)
                parameter = target.parameter or root.parameter
                if inputs != target.inputs or outputs != target.outputs or parameter != target.parameter:
                    target.inputs, target.outputs, target.parameter = inputs, outputs, parameter
                    if id(target) not in queued:
                        queued.add(id(target))
                        work.append(target)


def _is_idle(items: Schema) -> bool:
    """Whether `items` has no effect, since its holder says that the value is of another type."""
    declared = items.parent.value.get("type") if isinstance(items.parent, Schema) else None
    return type(declared) is str and declared != "array"


_ONE_TYPE = {name: frozenset((name,)) for name in ("string", "number", "integer", "array", "object", "boolean")}
