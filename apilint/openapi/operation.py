"""Operations and their parts: one view for all versions of OpenAPI."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from apilint.openapi.node import Node
from apilint.openapi.public import declared_public, marked_public
from apilint.openapi.ratelimit import Evidence, evidence_for
from apilint.openapi.schema import Root, Schema
from apilint.openapi.security import ABSENT, EffectiveSecurity, declared_security
from apilint.openapi.servers import Server, servers_of, swagger_servers

_SAFE = frozenset(("GET", "HEAD", "OPTIONS", "QUERY", "TRACE"))  # RFC 9110, 9.2.1; QUERY is safe and has a body


class Part(Node):
    """A part of operations that several may share; `operations` are those that use it."""

    def __init__(self, node: Node) -> None:
        super().__init__(node.api, node.document, node.parent, node.key, node.value)
        self._operations: list[Operation] = []

    @property
    def operations(self) -> Sequence[Operation]:
        """The operations that use the part, in the order of the document."""
        return self._operations

    def used_by(self, operation: Operation) -> None:
        """Note that an operation uses the part."""
        if not self._operations or self._operations[-1] is not operation:
            self._operations.append(operation)


class Parameter(Part):
    """A parameter in path, query, header or cookie; in Swagger 2.0 also one in formData.

    `name` is as written, `location` where it travels: path, query, header, cookie, querystring (3.2), formData (2.0).
    """

    def __init__(self, node: Node) -> None:
        super().__init__(node)
        self.roots: list[Root] = []
        self.name = self.text("name")
        self.location = self.text("in")

    @property
    def required(self) -> bool:
        """Whether a request must carry it."""
        return self.get("required") is True

    @property
    def schemas(self) -> Sequence[Schema]:
        """Its schemas, one for each media type where it has `content`."""
        return [root.schema for root in self.roots if root.schema is not None]


class MediaType(Part):
    """The content of a body under one media type."""

    def __init__(self, node: Node, media_type: str) -> None:
        super().__init__(node)
        self.media_type = media_type
        self.roots: list[Root] = []


class RequestBody(Part):
    """A request body; in Swagger 2.0 the body parameter, or the form that the formData parameters make."""

    def __init__(self, node: Node) -> None:
        super().__init__(node)
        self.content: dict[str, MediaType] = {}


class Header(Part):
    """A response header."""

    def __init__(self, node: Node, name: str) -> None:
        super().__init__(node)
        self.name = name
        self.roots: list[Root] = []


class Response(Part):
    """A response of operations under one status code, range (`4XX`) or `default`."""

    def __init__(self, node: Node, code: str) -> None:
        super().__init__(node)
        self.code = code
        self.headers: dict[str, Header] = {}
        self.content: dict[str, MediaType] = {}


class PathItem(Node):
    """The operations at one path, callback expression or webhook name."""

    def __init__(self, node: Node, template: str, kind: str) -> None:
        super().__init__(node.api, node.document, node.parent, node.key, node.value)
        self.template = template
        self.kind = kind
        self._operations: list[Operation] = []

    @property
    def operations(self) -> list[Operation]:
        """The operations on the path."""
        return self._operations

    @cached_property
    def servers(self) -> list[Server] | None:
        """The servers written on the path item."""
        return None if self.api.version == "2.0" else servers_of(self)


class Operation(Node):
    """One method at one path; `kind` is "path", "callback" or "webhook" (the last two are called by the API itself)."""

    is_operation = True

    def __init__(self, node: Node, path_item: PathItem, method: str) -> None:
        super().__init__(node.api, node.document, node.parent, node.key, node.value)
        self.path_item = path_item
        self.method = method
        self.kind = path_item.kind
        self.path_template = path_item.template
        self.parameters: list[Parameter] = []
        self.request_body: RequestBody | None = None
        self.responses: dict[str, Response] = {}

    @property
    def name(self) -> str:
        """Method and path: `GET /users/{id}`."""
        return f"{self.method} {'' if self.kind == 'path' else self.kind + ' '}{self.path_template}"

    @property
    def label(self) -> str:
        """The same as `name`: a shared file may hold the text, but this is what people call it."""
        return self.name

    @property
    def operations(self) -> Sequence[Operation]:
        """The operation itself."""
        return (self,)

    @property
    def operation_id(self) -> str:
        """The `operationId`, or an empty string."""
        return self.text("operationId")

    @property
    def summary(self) -> str:
        """The short text about it, or an empty string."""
        return self.text("summary")

    @property
    def description(self) -> str:
        """The long text about it, or an empty string."""
        return self.text("description")

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags it carries."""
        tags = self.get("tags")
        return tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()

    @property
    def is_deprecated(self) -> bool:
        """Whether it is marked `deprecated`."""
        return self.get("deprecated") is True

    @property
    def is_safe(self) -> bool:
        """Whether the method only reads (RFC 9110, 9.2.1)."""
        return self.method.upper() in _SAFE

    @property
    def is_write(self) -> bool:
        """Whether the method may change something: all but the known safe ones."""
        return not self.is_safe

    @cached_property
    def security(self) -> EffectiveSecurity:
        """What a caller must present: the operation's `security`, else the root's, else nothing."""
        own = declared_security(self, "operation")
        if own is not None:
            return own
        return self.api.security if self.api.security is not None and self.kind == "path" else ABSENT

    @cached_property
    def servers(self) -> Sequence[Server]:
        """The servers that count: the operation's, else the path item's, else the root's. None declared means none."""
        if self.api.version == "2.0":
            return swagger_servers(self.api, self) if isinstance(self.get("schemes"), list) else self.api.servers
        own = servers_of(self)
        if own is None:
            own = self.path_item.servers
        return self.api.servers if own is None else own

    @cached_property
    def marked_public(self) -> str:
        """The reason that the document itself gives for the operation's being public; empty without one."""
        return marked_public(self)

    @cached_property
    def public(self) -> str | None:
        """Why the operation is meant to be public, or None where nothing says so."""
        return declared_public(self)

    @cached_property
    def expects_credentials(self) -> bool:
        """Whether callers should have to authenticate: not declared public, and no preflight (OPTIONS).

        Amazon's gateway is told of its own signatures by an extension instead of a security scheme.
        """
        own = self.get("x-amazon-apigateway-auth")
        signed = isinstance(own, dict) and str(own.get("type", "none")).lower() != "none"
        return self.kind == "path" and self.method != "OPTIONS" and self.public is None and not signed

    @cached_property
    def rate_limit(self) -> tuple[Evidence, ...]:
        """What declares that calls are limited."""
        return evidence_for(self)

    def response(self, code: str) -> Response | None:
        """The response that answers for a status code: exact, by range (`4XX` in any case), or `default`."""
        found = self.responses.get(code)
        if found is not None:
            return found
        wanted = code[0] + "XX"
        for written, response in self.responses.items():
            if written.upper() == wanted:
                return response
        return self.responses.get("default")
