"""Which foreign pages may call an API, as far as a document says: response headers and vendors' extensions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from apilint.openapi.node import Node

if TYPE_CHECKING:
    from apilint.openapi.api import Api
    from apilint.openapi.operation import Header, Operation

_ANY = frozenset(("*", "https://*", "http://*", ".*", "^.*$", "^.*", ".*$", "https?://.*", "^https?://.*$"))
_MOST_VALUES = 1_000
_ORIGIN, _CREDENTIALS = "access-control-allow-origin", "access-control-allow-credentials"
_METHODS, _HEADERS = "access-control-allow-methods", "access-control-allow-headers"


class _Form(NamedTuple):
    """Where a vendor's extension holds the policy, and what it calls the parts."""

    inside: tuple[str, ...]
    origins: str
    credentials: str
    methods: str
    headers: str
    switch: str = ""
    is_on: bool = True  # without the switch
    is_open: bool = False  # without origins


_FORMS = {
    "x-amazon-apigateway-cors": _Form((), "allowOrigins", "allowCredentials", "allowMethods", "allowHeaders"),
    "x-yc-apigateway": _Form(("cors",), "origin", "credentials", "methods", "allowedHeaders"),
    "x-wso2-cors": _Form(
        (),
        "accessControlAllowOrigins",
        "accessControlAllowCredentials",
        "accessControlAllowMethods",
        "accessControlAllowHeaders",
        "corsConfigurationEnabled",
    ),
    "x-kong-plugin-cors": _Form(("config",), "origins", "credentials", "methods", "headers", is_open=True),
    "x-tyk-api-gateway": _Form(
        ("middleware", "global", "cors"),
        "allowedOrigins",
        "allowCredentials",
        "allowedMethods",
        "allowedHeaders",
        "enabled",
        is_on=False,
        is_open=True,
    ),
}


class CorsPolicy(NamedTuple):
    """What one place says about calls from foreign pages.

    `place` and `at` is where the origins stand. `reflects` tells that any origin is repeated in the answer, which
    is the same as all being allowed, but works with credentials too. `operations` are those concerned.
    """

    place: Node
    at: str | int | tuple[str | int, ...] | None
    source: str
    origins: tuple[str, ...]
    reflects: bool
    credentials: bool
    methods: tuple[str, ...]
    headers: tuple[str, ...]
    operations: Sequence[Operation]

    @property
    def is_open(self) -> bool:
        """Whether pages of every origin may call."""
        return self.reflects or any(origin in _ANY for origin in self.origins)

    @property
    def takes_null(self) -> bool:
        """Whether the origin `null` may call: that of any sandboxed frame or local file."""
        return "null" in self.origins


def cors_policies(api: Api) -> Iterator[CorsPolicy]:
    """Give what response headers and extensions at root, path items and operations declare."""
    yield from _of_extensions(api, api.operations)
    for item in api.path_items:
        if item.kind == "path":
            yield from _of_extensions(item, item.operations)
    for operation in api.operations:
        # What answers a browser's question beforehand holds for the whole path.
        whom = operation.path_item.operations if operation.method == "OPTIONS" else (operation,)
        yield from _of_extensions(operation, whom)
    yield from _of_headers(api)


def _of_extensions(node: Node, operations: Sequence[Operation]) -> Iterator[CorsPolicy]:
    if not isinstance(node.value, dict):
        return
    for name in node.value:
        if name[:2] not in ("x-", "X-"):
            continue
        if name in _FORMS:
            yield from _of_form(node, name, _FORMS[name], operations)
        elif name == "x-zuplo-route" and node.get(name).__class__ is dict:
            if node.get(name).get("corsPolicy") == "anything-goes":
                # It repeats the caller's origin, and allows credentials.
                yield CorsPolicy(node, (name, "corsPolicy"), name, (), True, True, (), ("*",), operations)
        elif name in ("x-amazon-apigateway-integration", "x-amazon-apigateway-any-method"):
            yield from _of_integration(node, name, operations)


def _of_form(node: Node, name: str, form: _Form, operations: Sequence[Operation]) -> Iterator[CorsPolicy]:
    extension: Node | None = node.child(name)
    if isinstance(node.get(name), dict) and "$ref" in node.get(name):
        extension = node.api.follow(node.child(name))
    if extension is None or extension.get("enabled") is False:
        return
    policy = extension.child(form.inside) if form.inside else extension
    found = policy.value
    if not isinstance(found, dict) or (form.switch and found.get(form.switch, form.is_on) is not True):
        return
    origins = _texts(found.get(form.origins))
    at: Any = form.origins if form.origins in found else None
    yield CorsPolicy(
        policy,
        at,
        f"`{name}`",
        origins or (("*",) if form.is_open else ()),
        False,
        _is_true(found.get(form.credentials)),
        _texts(found.get(form.methods)),
        _texts(found.get(form.headers)),
        operations,
    )


def _of_integration(node: Node, name: str, operations: Sequence[Operation]) -> Iterator[CorsPolicy]:
    """The headers that an integration of Amazon's gateway adds to responses; literal texts are quoted twice."""
    inside = (name,) if name.endswith("integration") else (name, "x-amazon-apigateway-integration")
    responses = node.child((*inside, "responses"))
    for status, response in responses.value.items() if isinstance(responses.value, dict) else ():
        written = response.get("responseParameters") if isinstance(response, dict) else None
        if not isinstance(written, dict):
            continue
        values = {key.rpartition(".")[2].lower(): value for key, value in written.items() if isinstance(value, str)}
        key = next((key for key in written if key.lower().endswith("." + _ORIGIN)), None)
        if key is None or not isinstance(written[key], str):
            continue
        reflects = "request.header.origin" in written[key].lower()
        yield CorsPolicy(
            node,
            (*inside, "responses", status, "responseParameters", key),
            "the integration",
            () if reflects else (written[key].strip("'\" "),),
            reflects,
            values.get(_CREDENTIALS, "").strip("'\" ").lower() == "true",
            _split(values.get(_METHODS, "")),
            _split(values.get(_HEADERS, "")),
            operations,
        )


def _of_headers(api: Api) -> Iterator[CorsPolicy]:
    """What `Access-Control-*` headers of responses may be; a header that is shared is one policy."""
    found: dict[int, CorsPolicy] = {}
    users: dict[int, dict[int, Operation]] = {}
    for operation in api.operations:
        for response in operation.responses.values():
            origin = response.headers.get(_ORIGIN)
            if origin is None:
                continue
            users.setdefault(id(origin), {})[id(operation)] = operation
            if id(origin) not in found:
                credentials = response.headers.get(_CREDENTIALS)
                place, at, values = _header_values(origin)
                found[id(origin)] = CorsPolicy(
                    place,
                    at,
                    "the header `Access-Control-Allow-Origin`",
                    values,
                    False,
                    credentials is not None and _may_be_true(credentials),
                    _header_values(response.headers[_METHODS])[2] if _METHODS in response.headers else (),
                    _header_values(response.headers[_HEADERS])[2] if _HEADERS in response.headers else (),
                    (),
                )
    for key, policy in found.items():
        yield policy._replace(operations=tuple(users[key].values()))


def _header_values(header: Header) -> tuple[Node, str | None, tuple[str, ...]]:
    """The values that a header is said to have, and where the first of them stands."""
    schemas: list[Node] = [root.schema for root in header.roots if root.schema is not None]
    keys = ("enum", "const", "default", "example", "examples", "x-example")
    holders = (header, *(schema for schema in schemas if schema.value is not header.value))
    found = [(node, key, node.value[key]) for node in holders for key in keys if key in node.value]
    texts: list[str] = []
    for _, _, value in found:
        texts += _example_texts(value) if isinstance(value, dict) else _texts(value)
    opening = next((one for one in found if "*" in _texts(one[2])), found[0] if found else None)
    return (header, None, ()) if opening is None else (opening[0], opening[1], tuple(texts))


def _example_texts(value: dict[str, Any]) -> tuple[str, ...]:
    return tuple(
        text
        for one in list(value.values())[:_MOST_VALUES]
        if isinstance(one, dict)
        for text in _texts(one.get("value"))
    )


def _may_be_true(header: Header) -> bool:
    """Whether the header may say `true`: it says nothing else, as it has no other value."""
    values = _header_values(header)[2]
    return not values or "true" in (value.lower() for value in values)


def _is_true(value: Any) -> bool:
    return value is True or (isinstance(value, str) and value.strip().lower() == "true")


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return _split(value)
    if isinstance(value, bool):
        return (str(value).lower(),)
    items = value[:_MOST_VALUES] if isinstance(value, list) else ()
    return tuple(text for item in items if isinstance(item, str) for text in _split(item))


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip(" '\"") for part in text[:10_000].split(",") if part.strip())
