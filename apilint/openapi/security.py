"""Security schemes, requirements, and what an operation effectively requires."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from apilint.openapi.node import Node

if TYPE_CHECKING:
    from apilint.openapi.api import Api
    from apilint.openapi.operation import Operation

_URL_KEYS = ("authorizationUrl", "tokenUrl", "refreshUrl", "deviceAuthorizationUrl")
_METADATA_KEYS = {"oauth2": "oauth2MetadataUrl", "openIdConnect": "openIdConnectUrl"}
_SWAGGER_FLOWS = {"accessCode": "authorizationCode", "application": "clientCredentials"}


class OAuthFlow(Node):
    """One OAuth 2.0 flow; in Swagger 2.0 the scheme object itself is the flow."""

    @property
    def name(self) -> str:
        """The flow as OpenAPI 3 names it, so that `accessCode` of Swagger 2.0 is `authorizationCode`."""
        if self.api.version == "2.0":
            flow = self.text("flow")
            return _SWAGGER_FLOWS.get(flow, flow)
        return str(self.key[-1] if isinstance(self.key, tuple) else self.key)

    @property
    def name_key(self) -> str | None:
        """The key below the place that says which flow it is: `flow` in Swagger 2.0, else None for the place itself."""
        return "flow" if self.api.version == "2.0" else None

    @property
    def urls(self) -> dict[str, str]:
        """The flow's URLs by the key that holds them."""
        return {key: self.text(key) for key in _URL_KEYS if self.text(key)}

    @property
    def scopes(self) -> tuple[str, ...]:
        """The names of the scopes that the flow can grant."""
        scopes = self.get("scopes")
        return tuple(scopes) if isinstance(scopes, dict) else ()


class SecurityScheme(Node):
    """A declared way of authenticating, whatever the version: Swagger's `basic` is `http` with scheme `basic`."""

    def __init__(self, name: str, node: Node) -> None:
        super().__init__(node.api, node.document, node.parent, node.key, node.value)
        self.name = name

    @property
    def type(self) -> str:
        """apiKey, http, oauth2, openIdConnect, mutualTLS, or whatever else is written."""
        written = self.text("type")
        return "http" if self.api.version == "2.0" and written == "basic" else written

    @property
    def scheme(self) -> str:
        """The HTTP authentication scheme in lower case (RFC 9110: names are case-insensitive), or an empty string."""
        if self.api.version == "2.0":
            return "basic" if self.text("type") == "basic" else ""
        return self.text("scheme").strip().lower()

    @property
    def location(self) -> str:
        """Where an API key travels: query, header, cookie."""
        return self.text("in")

    @property
    def parameter_name(self) -> str:
        """The name of the header, cookie or query parameter of an API key."""
        return self.text("name")

    @cached_property
    def flows(self) -> tuple[OAuthFlow, ...]:
        """The OAuth flows on offer."""
        if self.type != "oauth2":
            return ()
        if self.api.version == "2.0":
            return (OAuthFlow(self.api, self.document, self.parent, self.key, self.value),)
        return tuple(
            OAuthFlow(self.api, self.document, self, flow.key, flow.value)
            for flow in self.members("flows")
            if isinstance(flow.value, dict)
        )

    @property
    def urls(self) -> Iterator[tuple[Node, str, str]]:
        """The addresses of OAuth 2.0 and OpenID Connect as written: flow or scheme, the key there, and the URL."""
        for flow in self.flows:
            for key, url in flow.urls.items():
                yield flow, key, url
        key = _METADATA_KEYS.get(self.type, "")
        if self.text(key):
            yield self, key, self.text(key)

    @property
    def has_metadata(self) -> bool:
        """Whether the server says by itself what it supports (RFC 8414, OpenID Connect Discovery)."""
        return bool(self.text(_METADATA_KEYS.get(self.type, "")))

    @cached_property
    def operations(self) -> Sequence[Operation]:
        """The operations of which at least one alternative uses the scheme."""
        return tuple(
            operation
            for operation in self.api.operations
            if any(self.name in alternative.schemes for alternative in operation.security.alternatives)
        )


class RequiredScheme(NamedTuple):
    """A scheme as a requirement names it: None where no such scheme is declared."""

    scheme: SecurityScheme | None
    scopes: tuple[str, ...]


class SecurityRequirement(Node):
    """One alternative: all its schemes are needed together; an empty one lets anybody in (OAS 3.1, 4.8.30)."""

    @cached_property
    def schemes(self) -> dict[str, RequiredScheme]:
        """The schemes by the name that the requirement uses."""
        found = {}
        for name, scopes in self.value.items():
            named = tuple(scope for scope in scopes if isinstance(scope, str)) if isinstance(scopes, list) else ()
            found[name] = RequiredScheme(self.api.security_scheme(name), named)
        return found

    @property
    def is_empty(self) -> bool:
        """Whether the alternative requires nothing."""
        return not self.value


class EffectiveSecurity:
    """What an operation requires: its own `security`, else the root's, else nothing.

    `source` is "operation", "root" or "absent"; `place` the node of the `security` key that counts.
    The alternatives are joined by "or".
    """

    def __init__(self, source: str, place: Node | None, alternatives: tuple[SecurityRequirement, ...]) -> None:
        self.source = source
        self.place = place
        self.alternatives = alternatives

    @property
    def is_absent(self) -> bool:
        """No `security` counts at all."""
        return self.source == "absent"

    @property
    def is_empty(self) -> bool:
        """The `security` that counts is `[]`."""
        return not self.is_absent and not self.alternatives

    @property
    def is_optional(self) -> bool:
        """An empty alternative stands beside a real one."""
        empty = [alternative.is_empty for alternative in self.alternatives]
        return any(empty) and not all(empty)

    @property
    def is_anonymous(self) -> bool:
        """Nobody needs to authenticate: absent, `[]`, or some alternative is `{}`."""
        return not self.alternatives or any(alternative.is_empty for alternative in self.alternatives)


ABSENT = EffectiveSecurity("absent", None, ())


def declared_security(node: Node, source: str) -> EffectiveSecurity | None:
    """The security written on a root or operation; None where the key is missing or cannot be understood.

    A requirement without its list, and a name without its scopes, are taken for what they are meant to be.
    """
    if not isinstance(node.value, dict) or "security" not in node.value:
        return None
    place = node.child("security")
    if isinstance(place.value, dict):
        items = [place]
    elif isinstance(place.value, list):
        items = list(node.items("security"))
    else:
        node.api.misread(place, "an array of security requirements")
        return None
    alternatives = []
    for item in items:
        value = {item.value: []} if isinstance(item.value, str) else item.value
        if isinstance(value, dict):
            alternatives.append(SecurityRequirement(node.api, node.document, node, item.key, value))
        else:
            node.api.misread(item, "a security requirement object")
    return EffectiveSecurity(source, place, tuple(alternatives))


def declared_schemes(api: Api) -> dict[str, SecurityScheme]:
    """The security schemes of the document by name, references followed."""
    holder: Node | None = api
    if api.version != "2.0":
        holder = api.mapping("components")
    found: dict[str, SecurityScheme] = {}
    for member in (
        holder.members("securityDefinitions" if api.version == "2.0" else "securitySchemes") if holder else ()
    ):
        target = api.follow(member)
        if target is None:
            continue
        if isinstance(target.value, dict):
            key: Any = member.key
            found[str(key[-1])] = SecurityScheme(str(key[-1]), target)
        else:
            api.misread(target, "a security scheme object")
    return found
