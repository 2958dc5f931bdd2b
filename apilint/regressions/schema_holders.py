"""What holds schemas in two states of an operation: parameters, bodies and responses, each with its counterpart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from apilint.openapi.node import Node
from apilint.openapi.operation import MediaType, Operation, Parameter, Response
from apilint.regressions.schema_shapes import Form, Nodes
from apilint.regressions.schema_walk import REQUEST, RESPONSE

_NAMES = re.compile(r"\{([^{}]*)\}")
_FORMS = frozenset(("application/x-www-form-urlencoded", "multipart/form-data"))


class Content(NamedTuple):
    """One media type of a body: its name, where it is written, and its schemas (none where it has none)."""

    name: str
    place: Node
    nodes: Nodes

    @property
    def kind(self) -> str:
        """What the body is: json, form, xml, text, any, or the media type itself."""
        return kind_of(self.name)


def kind_of(media_type: str) -> str:
    """The kind of content that a media type stands for."""
    name = media_type.partition(";")[0].strip().lower()
    if not name or name in ("*/*", "application/*"):
        return "any"
    if name.endswith(("/json", "+json")) or "json" in name:
        return "json"
    if name.endswith(("/xml", "+xml")):
        return "xml"
    if name in _FORMS or name.startswith("multipart/"):
        return "form"
    return "text" if name.startswith("text/") else name


def directions(operation: Operation) -> tuple[str, str]:
    """What the request and the response of an operation are to the server: callbacks and webhooks it calls itself."""
    return (REQUEST, RESPONSE) if operation.kind == "path" else (RESPONSE, REQUEST)


class Forms:
    """The forms of Swagger 2.0 as schemas, each made once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Operation, Form]] = {}

    def body(self, operation: Operation) -> list[Content]:
        """The content of a request's body."""
        body = operation.request_body
        if body is None:
            return []
        fields = [one for one in operation.parameters if one.location == "formData"]
        if not fields:
            return contents(body.content)
        if id(operation) not in self._known:
            self._known[id(operation)] = (operation, Form(operation, fields))
        form = self._known[id(operation)][1]
        return [Content(name, form, (form,)) for name in body.content]


def contents(content: Mapping[str, MediaType]) -> list[Content]:
    """The content of a body or response."""
    found = []
    for name, media_type in content.items():
        nodes = tuple(root.schema for root in media_type.roots[:1] if root.schema is not None)
        found.append(Content(name, media_type, nodes))
    return found


def pair_contents(base: Sequence[Content], head: Sequence[Content]) -> Iterator[tuple[Content | None, Content]]:
    """The content of a head with that of the base: of the same name, of the same kind, or the only one of each."""
    by_name = {one.name.partition(";")[0].strip().lower(): one for one in base}
    by_kind: dict[str, Content] = {}
    for one in base:
        by_kind.setdefault(one.kind, one)
    kinds = {one.kind for one in base}, {one.kind for one in head}
    for other in head:
        found = by_name.get(other.name.partition(";")[0].strip().lower()) or by_kind.get(other.kind)
        if found is None:
            found = by_kind.get("any") or (base[0] if base and other.kind == "any" else None)
        if found is None and len(kinds[0]) == 1 == len(kinds[1]):
            found = base[0]
        yield found, other


def pair_parameters(base: Operation, head: Operation) -> Iterator[tuple[Parameter | None, Parameter]]:
    """The parameters of a head with those of the base: by name and location, in paths by position."""
    ones = [one for one in base.parameters if one.location != "formData"]
    exact = {(one.location, one.name): one for one in ones if one.location != "path"}
    known = {_parameter_key(base, one): one for one in ones}
    for other in head.parameters:
        if other.location != "formData":
            # Names of headers that differ in case only are one header, and yet some documents have both.
            yield exact.get((other.location, other.name)) or known.get(_parameter_key(head, other)), other


def _parameter_key(operation: Operation, parameter: Parameter) -> tuple[str, str]:
    name = parameter.name
    if parameter.location == "path":
        names = _NAMES.findall(operation.path_template)
        # From the end, since a prefix may stand in the servers instead.
        name = str(len(names) - names.index(name)) if name in names else name
    return parameter.location, name.lower() if parameter.location == "header" else name


def parameter_nodes(parameter: Parameter) -> Nodes:
    """The schema of a parameter."""
    return tuple(parameter.schemas[:1])


def pair_responses(base: Operation, head: Operation) -> Iterator[tuple[Response | None, Response]]:
    """The responses of a head with those of the base: under the same status, the same range, or `default`."""
    known = {code.upper(): one for code, one in base.responses.items()}
    for code, other in head.responses.items():
        found = known.get(code.upper())
        if found is None and code != "default":
            found = known.get(code[:1].upper() + "XX") or _only(known, code[:1]) or known.get("DEFAULT")
        yield found, other


def _only(known: Mapping[str, Response], first: str) -> Response | None:
    """The only response whose status begins with a digit."""
    found = [one for code, one in known.items() if code[:1] == first]
    return found[0] if len(found) == 1 else None
