"""Building the model: everything that operations reach, then what nothing reaches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from apilint.openapi.api import Api, Duplicate
from apilint.openapi.graph import SchemaGraph
from apilint.openapi.names import METHODS, Names
from apilint.openapi.node import Node
from apilint.openapi.operation import Header, MediaType, Operation, Parameter, Part, PathItem, RequestBody, Response
from apilint.openapi.schema import INPUT, NO_OPERATION, OUTPUT, Root

if TYPE_CHECKING:
    from apilint.reading.document import Document
    from apilint.reading.workspace import Workspace

_FORM = "multipart/form-data"
_Part = TypeVar("_Part", bound=Part)


def build(workspace: Workspace, document: Document, version: str, names: Names | None = None) -> Api:
    """Understand a root document as one API.

    What could not be understood is in `api.problems`; nothing that a document holds makes this raise.
    """
    api = Api(workspace, document, version, names)
    _Builder(api).build()
    return api


class _Builder:
    def __init__(self, api: Api) -> None:
        self.api = api
        self.graph = SchemaGraph(api)
        self.parts: dict[tuple[type, int], Part] = {}
        self.path_items: set[tuple[int, str, str]] = set()
        self.callbacks: set[int] = set()

    def build(self) -> None:
        api = self.api
        for member in api.members("paths"):
            if not _name(member).startswith("x-"):
                self._path_item(member, _name(member), "path")
        # `x-webhooks` is how documents before 3.1 declare webhooks; an extension may be anything else as well.
        for key in ("webhooks", "x-webhooks") if isinstance(api.get("x-webhooks"), dict) else ("webhooks",):
            for member in api.members(key):
                self._path_item(member, _name(member), "webhook")
        self._components()
        api.schemas = self.graph.finish()
        for document in api.documents.values():
            api.duplicate_keys += _duplicates(api, document)

    def _path_item(self, node: Node, template: str, kind: str) -> None:
        api = self.api
        if node.value is None and kind == "path":
            return
        target: Node | None = node
        if isinstance(node.value, dict) and "$ref" in node.value:
            target = api.follow(node)
            # OAS 3.x leaves fields beside a path item's $ref undefined; read both rather than miss one.
            if any(key in METHODS for key in node.value):
                self._operations(node, template, kind)
        if target is not None and not isinstance(target.value, dict):
            api.misread(target, "a path item object")
        elif target is not None and (id(target.value), template, kind) not in self.path_items:
            self.path_items.add((id(target.value), template, kind))
            self._operations(target, template, kind)

    def _operations(self, node: Node, template: str, kind: str) -> None:
        item = PathItem(node, template, kind)
        self.api.path_items.append(item)
        for key, value in node.value.items():
            if key in METHODS and (key != "query" or self.api.version == "3.2"):
                self._operation(item, Node(self.api, node.document, node, key, value), key.upper())
            elif key.lower() in METHODS or (key == "additionalOperations" and self.api.version != "3.2"):
                # Parsers pass it over, and whoever wrote it takes it for an operation.
                self.api.misread(node.child(key), f"a method that OpenAPI {self.api.version} has, in lower case,")
        if self.api.version == "3.2":
            for member in item.members("additionalOperations"):
                self._operation(item, member, _name(member))

    def _operation(self, item: PathItem, node: Node, method: str) -> None:
        api = self.api
        target = api.follow(node)
        if target is None:
            return
        if not isinstance(target.value, dict):
            api.misread(target, "an operation object")
            return
        operation = Operation(target, item, method)
        api.all_operations.append(operation)
        {"path": api.operations, "webhook": api.webhook_operations, "callback": api.callback_operations}[
            item.kind
        ].append(operation)
        item.operations.append(operation)
        # A callback's or webhook's request is sent by the API itself, and its response comes from outside.
        sent, received = (INPUT, OUTPUT) if item.kind == "path" else (OUTPUT, INPUT)
        bit = 1 << len(api.all_operations)
        self._inputs(operation, item, sent, bit)
        for member in operation.members("responses"):
            if not _name(member).startswith("x-"):
                response = self._response(member, received, bit)
                if response is not None:
                    response.used_by(operation)
                    operation.responses[_name(member)] = response
        for member in operation.members("callbacks") if api.version != "2.0" else ():
            self._callback(member)

    def _inputs(self, operation: Operation, item: PathItem, direction: int, bit: int) -> None:
        own = {(one.name, one.location): one for one in self._parameters(operation, operation, direction, bit)}
        shared = {(one.name, one.location): one for one in self._parameters(item, operation, direction, bit)}
        operation.parameters = list({**shared, **own}.values())
        if self.api.version != "2.0" and "requestBody" in operation.value:
            body = self._request_body(operation.child("requestBody"), direction, bit)
            if body is not None:
                body.used_by(operation)
                operation.request_body = body

    def _parameters(self, holder: Node, operation: Operation, direction: int, bit: int) -> Iterator[Parameter]:
        for item in holder.items("parameters"):
            parameter = self._parameter(item, direction, bit)
            if parameter is None:
                continue
            if self.api.version == "2.0" and parameter.location in ("body", "formData"):
                self._swagger_body(operation, parameter)
            if parameter.location != "body":
                parameter.used_by(operation)
                yield parameter

    def _parameter(self, node: Node, direction: int, bit: int) -> Parameter | None:
        target = self._target(node, "a parameter object")
        if target is None:
            return None
        if not isinstance(target.value.get("name"), str) or not isinstance(target.value.get("in"), str):
            self.api.misread(target, "a parameter with `name` and `in`")
            return None
        parameter, is_new = self._part(Parameter, target)
        if is_new:
            in_body = parameter.location in ("body", "formData")
            if parameter.location != "body":
                self.api.parameters.append(parameter)
            parameter.roots = self._holder_roots(target, parameter=not in_body)
        self._reach(parameter.roots, direction, bit)
        return parameter

    def _swagger_body(self, operation: Operation, parameter: Parameter) -> None:
        body = operation.request_body
        if body is None:
            body = operation.request_body = RequestBody(parameter)
            self.api.request_bodies.append(body)
            body.used_by(operation)
        consumes = operation.get("consumes", self.api.get("consumes"))
        default = [_FORM] if parameter.location == "formData" else ["application/json"]
        for name in consumes if isinstance(consumes, list) and consumes else default:
            if isinstance(name, str) and name not in body.content:
                body.content[name] = MediaType(parameter, name)
                body.content[name].roots = parameter.roots

    def _request_body(self, node: Node, direction: int, bit: int) -> RequestBody | None:
        target = self._target(node, "a request body object")
        if target is None:
            return None
        body, is_new = self._part(RequestBody, target)
        if is_new:
            self.api.request_bodies.append(body)
            body.content = self._content(target)
        for media_type in body.content.values():
            self._reach(media_type.roots, direction, bit)
        return body

    def _response(self, node: Node, direction: int, bit: int) -> Response | None:
        target = self._target(node, "a response object")
        if target is None:
            return None
        response, is_new = self._part(Response, target, _name(node))
        if is_new:
            self.api.responses.append(response)
            response.content = self._response_content(target)
            for member in target.members("headers"):
                header = self._header(member)
                if header is not None:
                    response.headers[_name(member).lower()] = header
        for media_type in response.content.values():
            self._reach(media_type.roots, direction, bit)
        for header in response.headers.values():
            self._reach(header.roots, direction, bit)
        return response

    def _header(self, node: Node) -> Header | None:
        target = self._target(node, "a header object")
        if target is None:
            return None
        header, is_new = self._part(Header, target, _name(node))
        if is_new:
            self.api.headers.append(header)
            header.roots = self._holder_roots(target)
        return header

    def _response_content(self, target: Node) -> dict[str, MediaType]:
        if self.api.version != "2.0":
            return self._content(target)
        if "schema" not in target.value:
            return {}
        media_type = MediaType(target, "")
        media_type.roots = self._roots(target, "schema")
        return {"": media_type}

    def _content(self, holder: Node) -> dict[str, MediaType]:
        found: dict[str, MediaType] = {}
        for member in holder.members("content"):
            target = self._target(member, "a media type object")
            if target is None:
                continue
            media_type, is_new = self._part(MediaType, target, _name(member))
            if is_new:
                self.api.media_types.append(media_type)
                media_type.roots = self._roots(target, "schema") + self._roots(target, "itemSchema")
            found[_name(member)] = media_type
        return found

    def _holder_roots(self, node: Node, *, parameter: bool = False) -> list[Root]:
        """The schemas of a parameter or header: under `schema` or `content`, in Swagger 2.0 the object itself."""
        if self.api.version == "2.0" and "schema" not in node.value:
            root = self.graph.root(node)
            roots = [root] if root is not None else []
        else:
            roots = self._roots(node, "schema")
            roots += [root for media_type in self._content(node).values() for root in media_type.roots]
        for root in roots:
            root.parameter |= parameter
        return roots

    def _roots(self, node: Node, key: str) -> list[Root]:
        if key not in node.value:
            return []
        root = self.graph.root(node.child(key))
        return [root] if root is not None else []

    def _reach(self, roots: list[Root], direction: int, bit: int) -> None:
        for root in roots:
            if direction == INPUT:
                root.inputs |= bit
            else:
                root.outputs |= bit

    def _callback(self, node: Node) -> None:
        target = self._target(node, "a callback object")
        if target is None or id(target.value) in self.callbacks:
            return
        self.callbacks.add(id(target.value))
        for expression, value in target.value.items():
            if not expression.startswith("x-"):
                self._path_item(Node(self.api, target.document, target, expression, value), expression, "callback")

    def _target(self, node: Node, expected: str) -> Node | None:
        target = self.api.follow(node)
        if target is not None and not isinstance(target.value, dict):
            self.api.misread(target, expected)
            return None
        return target

    def _part(self, kind: type[_Part], node: Node, *names: str) -> tuple[_Part, bool]:
        """The one view of a part, however often it is referred to, and whether it was made just now."""
        key = (kind, id(node.value))
        known = self.parts.get(key)
        if isinstance(known, kind):
            return known, False
        made = kind(node, *names)
        self.parts[key] = made
        return made, True

    def _components(self) -> None:
        """Read what the document declares for reuse; what no operation reaches is judged with what its kind tells."""
        api = self.api
        if api.version == "2.0":
            holder: Node | None = api
            schemas = "definitions"
        else:
            holder, schemas = api.mapping("components"), "schemas"
        if holder is None:
            return
        for member in holder.members("parameters"):
            self._parameter(member, INPUT, NO_OPERATION)
        for member in holder.members("responses"):
            self._response(member, OUTPUT, NO_OPERATION)
        if api.version != "2.0":
            self._more_components(holder)
        for member in holder.members(schemas):
            self.graph.root(member)

    def _more_components(self, holder: Node) -> None:
        for member in holder.members("requestBodies"):
            self._request_body(member, INPUT, NO_OPERATION)
        for member in holder.members("headers"):
            header = self._header(member)
            if header is not None:
                self._reach(header.roots, OUTPUT, NO_OPERATION)
        for member in holder.members("links"):
            self.api.follow(member)


def _name(node: Node) -> str:
    return str(node.key[-1] if isinstance(node.key, tuple) else node.key)


def _duplicates(api: Api, document: Document) -> Iterator[Duplicate]:
    """The keys that stand twice, but for those inside a value that such a key loses: the tree does not have it."""
    kept: dict[tuple[str | int, ...], tuple[int, int]] = {}
    for path, key, _, second in document.duplicates:
        place = (*path, key)
        kept[place] = max(kept.get(place, (0, 0)), (second.line, second.column))
    for path, key, first, second in document.duplicates:
        around = (kept.get(path[:end], (0, 0)) for end in range(1, len(path) + 1))
        is_last = (second.line, second.column) == kept[*path, key]
        if is_last and all((second.line, second.column) > start for start in around):
            yield Duplicate(api, document, path, _at(document, path), key, first, second)


def _at(document: Document, path: tuple[str | int, ...]) -> Any:
    value: Any = document.value
    for step in path:
        value = value[step]
    return value
