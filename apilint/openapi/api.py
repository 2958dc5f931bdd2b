"""The API that a root document describes: one model for all versions of OpenAPI."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from apilint.findings import Location, Problem, Span
from apilint.openapi.names import Names
from apilint.openapi.node import Node
from apilint.openapi.operation import Header, MediaType, Operation, Parameter, PathItem, RequestBody, Response
from apilint.openapi.ratelimit import Evidence, extensions, google_quota
from apilint.openapi.schema import InputSchema, Schema
from apilint.openapi.schema_index import SchemaIndex
from apilint.openapi.search import Text, search
from apilint.openapi.security import EffectiveSecurity, OAuthFlow, SecurityScheme, declared_schemes, declared_security
from apilint.openapi.servers import Server, root_servers
from apilint.reading.pointer import Path, format_pointer
from apilint.reading.workspace import Target, Unresolved

if TYPE_CHECKING:
    from apilint.reading.document import Document
    from apilint.reading.workspace import Workspace

_MOST_HOPS = 100
_LONGEST_CHAIN = 10
# By which a text may be spelled in another way; the last two join two lines.
_ESCAPES = ("\\u", "\\x", "\\U", "\\/", "\\\n", "\\\r")
_SMALL = 200_000  # characters in which looking for a text costs less than importing a rule
_IN_PLACE = (("paths",), ("webhooks",), ("x-webhooks",))
_DESCRIBING = frozenset(
    "paths webhooks x-webhooks components definitions parameters responses securityDefinitions".split()
)
_KINDS = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", type(None): "null"}


class Reference(Node):
    """An object that holds a `$ref`; `unresolved` says why it leads nowhere, or is None."""

    __slots__ = ("reference", "unresolved")

    def __init__(self, node: Node, reference: str, unresolved: Unresolved | None) -> None:
        super().__init__(node.api, node.document, node.parent, node.key, node.value)
        self.reference = reference
        self.unresolved = unresolved


class Duplicate(Node):
    """An object in which a key stands twice or more: `name` the key, the spans those of its first and second place."""

    __slots__ = ("first", "name", "second")

    def __init__(
        self, api: Api, document: Document, path: Path, value: Any, name: str, first: Span, second: Span
    ) -> None:
        super().__init__(api, document, None, path, value)
        self.name = name
        self.first = first
        self.second = second

    @property
    def first_location(self) -> Location:
        """Where the key stands first; the value there is lost."""
        return Location(self.file, format_pointer((*self.path, self.name)), self.first)


class Api(Node):
    """A whole API: the view for rules that look at the document as one."""

    def __init__(self, workspace: Workspace, document: Document, version: str, names: Names | None = None) -> None:
        super().__init__(self, document, None, (), document.value)
        self.version = version
        self.workspace = workspace
        self.names = names or Names()
        self.problems: list[tuple[Node, Problem]] = []
        self.given_up: dict[str, tuple[Node, Problem]] = {}
        self.references: list[Reference] = []
        self._operations: list[Operation] = []
        self.webhook_operations: list[Operation] = []
        self.callback_operations: list[Operation] = []
        self.all_operations: list[Operation] = []
        self.path_items: list[PathItem] = []
        self.parameters: list[Parameter] = []
        self.request_bodies: list[RequestBody] = []
        self.responses: list[Response] = []
        self.headers: list[Header] = []
        self.media_types: list[MediaType] = []
        self.schemas: list[Schema] = []
        self._operations_in: dict[int, tuple[Operation, ...]] = {}
        self.documents: dict[int, Document] = {id(document): document}
        self.duplicate_keys: list[Duplicate] = []
        self._leads: dict[tuple[int, Path], Node] = {}
        self._chains: dict[tuple[int, Path], tuple[Node, ...]] = {}
        self._misread: set[tuple[int, Path]] = set()
        self._hops: dict[int, Node | None] = {}
        self.security_schemes: dict[str, SecurityScheme] = declared_schemes(self)
        self.security: EffectiveSecurity | None = declared_security(self, "root")
        self.servers: Sequence[Server] = root_servers(self)
        self._root_rate_limits: list[Evidence] | None = None
        # What concepts worked out about this API, for the rules that ask again; it goes when the API goes.
        self.known: dict[str, Any] = {}

    @property
    def label(self) -> str:
        """What people call the whole."""
        return "the API"

    @property
    def operations(self) -> list[Operation]:
        """The operations under `paths`, in the order of the document."""
        return self._operations

    @property
    def is_empty(self) -> bool:
        """Whether the document lacks every part that describes an API, so that looking at it says nothing."""
        return _DESCRIBING.isdisjoint(self.value)

    @property
    def server_views(self) -> list[Server]:
        """All servers of root, path items and operations, each where it is written."""
        return [server for server, _ in self._servers.values()]

    def users_of_server(self, server: Server) -> list[Operation]:
        """The operations under `paths` that use the server written at a place."""
        known = self._servers.get((id(server.document), server.path))
        return known[1] if known else []

    @cached_property
    def _servers(self) -> dict[tuple[int, Path], tuple[Server, list[Operation]]]:
        found: dict[tuple[int, Path], tuple[Server, list[Operation]]] = {}
        for server in self.servers:
            found[(id(server.document), server.path)] = (server, [])
        for operation in self.all_operations:
            for server in operation.servers:
                users = found.setdefault((id(server.document), server.path), (server, []))[1]
                if operation.kind == "path":
                    users.append(operation)
        return found

    def views(
        self, kind: type, types: tuple[str, ...] = (), having: tuple[str, ...] = (), named: tuple[str, ...] = ()
    ) -> Sequence[Any]:
        """All views of one class, for the engine; none for an unknown class.

        `types`, `having` and `named` narrow schemas, and `named` parameters, as `Rule` says.
        """
        if kind is Schema or kind is InputSchema:
            return self._index.schemas(kind is InputSchema, types, having, named)
        if kind is Parameter and named:
            return [one for one in self.parameters if not self._index.words(one.name).isdisjoint(named)]
        give = _VIEWS.get(kind)
        return give(self) if give else ()

    def mentions(self, texts: tuple[str, ...]) -> bool:
        """Whether one of the lower-case texts may stand in a document, in any case.

        False is certain; True is also given where looking costs more than it saves, and for no texts at all.
        """
        return not texts or self._small_text is None or any(text in self._small_text for text in texts)

    @cached_property
    def _small_text(self) -> str | None:
        """All documents in lower case, unless they are large or some character may be spelled in another way."""
        written = [document.text for document in self.documents.values()]
        if sum(map(len, written)) > _SMALL or any(escape in text for text in written for escape in _ESCAPES):
            return None
        return "\n".join(written).lower()

    def keywords(self) -> Iterable[str]:
        """Every keyword that some schema has, each once."""
        return self._index.keywords()

    def search(self, hints: tuple[str, ...]) -> Iterator[Text]:
        """Every text in the opened documents that holds one of the literal lower-case hints, in any case."""
        return search(self, hints)

    @cached_property
    def _index(self) -> SchemaIndex:
        return SchemaIndex(self.schemas)

    def security_scheme(self, name: str) -> SecurityScheme | None:
        """The scheme that a requirement means by a name; from 3.2 on the name may be a URI of one (OAS 3.2, 4.31)."""
        found = self.security_schemes.get(name)
        if found is None and self.version == "3.2" and ("/" in name or "#" in name):
            target = self.workspace.resolve(self.document, name, ("security",))
            if isinstance(target, Target) and isinstance(target.value, dict):
                found = SecurityScheme(name, Node(self, target.document, None, target.path, target.value))
        return found

    def operations_in(self, mask: int) -> tuple[Operation, ...]:
        """The operations that a bit set names, bit 0 for the first of `all_operations`."""
        known = self._operations_in.get(mask)
        if known is None:
            found, left = [], mask
            while left:
                low = left & -left
                found.append(self.all_operations[low.bit_length() - 1])
                left ^= low
            known = self._operations_in[mask] = tuple(found)
        return known

    def chain_to(self, document: Document, path: Path) -> tuple[Node, ...]:
        """The `$ref` keys that first led to a place, from the root document on; none for what stands under a path."""
        if document is self.document and path[:1] in _IN_PLACE:
            return ()
        key = (id(document), path)
        if key not in self._chains:
            self._chains[key] = tuple(node.child("$ref") for node in reversed(self._hops_to(document, path)))
        return self._chains[key]

    def _hops_to(self, document: Document, path: Path) -> list[Node]:
        hops: list[Node] = []
        while len(hops) < _LONGEST_CHAIN and not (document is self.document and path[:1] in _IN_PLACE):
            leads = (self._leads.get((id(document), path[:end])) for end in range(len(path), -1, -1))
            holder = next((node for node in leads if node is not None), None)
            if holder is None or holder in hops:
                break
            hops.append(holder)
            document, path = holder.document, holder.path
        return hops

    def root_rate_limits(self, operation: Operation) -> list[Evidence]:
        """What the root of the document declares about the rate of calls to an operation."""
        if "x-tyk-api-gateway" in self.value:
            shared = list(extensions(self, operation.operation_id))
        else:
            if self._root_rate_limits is None:
                self._root_rate_limits = list(extensions(self, ""))
            shared = self._root_rate_limits
        return [*shared, *google_quota(self, operation)]

    def misread(self, node: Node, expected: str) -> None:
        """Note that something could not be understood: the run is incomplete there."""
        key = (id(node.document), node.path)
        if key not in self._misread:
            self._misread.add(key)
            found = _KINDS.get(type(node.value), "a number")
            message = f"{node.label}: expected {expected} at `{node.pointer or '/'}`, found {found}; it was not checked"
            self.problems.append((node, Problem("not-understood", message, node.file, pointer=node.pointer)))

    def give_up(self, node: Node, message: str) -> None:
        """Note that work on something is bounded and ends here: the run is incomplete. Each message counts once."""
        self.given_up.setdefault(message, (node, Problem("limit-reached", message, node.file, pointer=node.pointer)))

    def follow(self, node: Node) -> Node | None:
        """Where a reference leads after all hops; the node itself if it is none, None if it leads nowhere."""
        current: Node = node
        for _ in range(_MOST_HOPS):
            if not isinstance(current.value, dict) or "$ref" not in current.value:
                return current
            following = self.hop(current)
            if following is None:
                return None
            current = following
        self._hops[id(node.value)] = None
        unresolved = Unresolved("loop", "the references form a loop, or a chain too long to follow")
        self.references.append(Reference(node, str(node.value["$ref"])[:200], unresolved))
        return None

    def hop(self, node: Node) -> Node | None:
        """The node that a reference names, which may be a reference again; None if it leads nowhere."""
        key = id(node.value)
        if key not in self._hops:
            self._hops[key] = self._resolve(node)
        return self._hops[key]

    def led(self, value: Any) -> Node | None:
        """Where a reference was found to lead, by its object; None where it was not followed or leads nowhere."""
        return self._hops.get(id(value))

    def _resolve(self, node: Node) -> Node | None:
        text = node.value.get("$ref", node.value.get("$dynamicRef"))
        if not isinstance(text, str):
            self.misread(node.child("$ref"), "a string")
            return None
        target = self.workspace.resolve(node.document, text, (*node.path, "$ref"))
        if isinstance(target, Target):
            self.documents[id(target.document)] = target.document
            self._leads.setdefault((id(target.document), target.path), node)
            self.references.append(Reference(node, text, None))
            return Node(self, target.document, None, target.path, target.value)
        self.references.append(Reference(node, text, target))
        return None


def _flows(api: Api) -> Iterator[OAuthFlow]:
    for scheme in api.security_schemes.values():
        yield from scheme.flows


_VIEWS: dict[type, Callable[[Api], Sequence[Any]]] = {
    Api: lambda api: (api,),
    Operation: lambda api: api.all_operations,
    PathItem: lambda api: api.path_items,
    Parameter: lambda api: api.parameters,
    RequestBody: lambda api: api.request_bodies,
    Response: lambda api: api.responses,
    Header: lambda api: api.headers,
    MediaType: lambda api: api.media_types,
    SecurityScheme: lambda api: tuple(api.security_schemes.values()),
    OAuthFlow: lambda api: tuple(_flows(api)),
    Server: lambda api: api.server_views,
    Reference: lambda api: api.references,
    Duplicate: lambda api: api.duplicate_keys,
}
