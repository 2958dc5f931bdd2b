"""Servers: where an API says that it lives, and whether the way there is encrypted."""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING, Any, NamedTuple

from apilint.analysis.addresses import host_of, is_cleartext
from apilint.openapi.node import Key, Node

if TYPE_CHECKING:
    from apilint.openapi.api import Api
    from apilint.reading.document import Document

_MOST_EXPANSIONS = 256


class Server(Node):
    """A server URL with its variables; in Swagger 2.0 one for each of `schemes`, made of host and base path."""

    __slots__ = ("url",)

    def __init__(self, api: Api, document: Document, parent: Node | None, key: Key, value: Any, url: str) -> None:
        super().__init__(api, document, parent, key, value)
        self.url = url

    @property
    def variables(self) -> dict[str, dict[str, Any]]:
        """The declared variables by name; malformed ones are left out."""
        found = self.get("variables")
        items = found.items() if isinstance(found, dict) else ()
        return {name: variable for name, variable in items if isinstance(variable, dict)}

    @property
    def expansions(self) -> tuple[tuple[str, bool], ...]:
        """URLs after substitution, the one with all defaults first and marked, at most 256."""
        used = {name: variable for name, variable in self.variables.items() if "{" + name + "}" in self.url}
        choices: list[list[str]] = []
        for variable in used.values():
            default, enum = variable.get("default"), variable.get("enum")
            values = [default] if isinstance(default, str) else []
            values += [value for value in (enum if isinstance(enum, list) else ()) if isinstance(value, str)]
            choices.append(list(dict.fromkeys(values))[:_MOST_EXPANSIONS] or [""])
        found = []
        for position, values_now in enumerate(islice(product(*choices), _MOST_EXPANSIONS)):
            url = self.url
            for name, value in zip(used, values_now, strict=True):
                url = url.replace("{" + name + "}", value)
            found.append((url, position == 0))
        return tuple(found)

    @property
    def cleartext_default(self) -> str | None:
        """The URL as written or with its defaults, if that goes over the network unencrypted."""
        url = self.expansions[0][0]
        return url if is_cleartext(url) else None

    @property
    def cleartext_variants(self) -> tuple[str, ...]:
        """The unencrypted URLs that another choice of the variables than the defaults gives."""
        return tuple(url for url, is_default in self.expansions if not is_default and is_cleartext(url))

    @property
    def free_scheme_variable(self) -> str | None:
        """The variable that is the URL's scheme without an `enum` to restrict it, if there is one."""
        name, brace, rest = self.url.partition("}")
        if not brace or not name.startswith("{") or not rest.startswith("://"):
            return None
        variable = self.variables.get(name[1:])
        return name[1:] if variable is not None and not isinstance(variable.get("enum"), list) else None

    @property
    def is_sandbox(self) -> bool:
        """Whether the document marks the server as a sandbox (`x-sandbox: true`)."""
        return self.get("x-sandbox") is True

    @property
    def operations(self) -> tuple[Any, ...]:
        """The operations that use the server."""
        return tuple(self.api.users_of_server(self))


class WrittenHost(NamedTuple):
    """A host where a document writes it first: the place and its key, the URL around it with all defaults.

    `others` are the further places of the same address, and `is_variable` says that clients choose the host.
    """

    place: Node
    key: str
    url: str
    host: str
    is_variable: bool = False
    others: tuple[Node, ...] = ()

    @property
    def related(self) -> tuple[tuple[Node, str], ...]:
        """The other places, for a flag."""
        return tuple((other, "the same server") for other in self.others)


def written_hosts(api: Api) -> list[WrittenHost]:
    """The host of each server, relative ones left out; in Swagger 2.0 the one `host`, whatever the schemes are."""
    if api.version == "2.0":
        host = host_of(f"//{api.text('host')}")
        return [WrittenHost(api, "host", api.text("host"), host)] if host else []
    found: dict[str, list[WrittenHost]] = {}
    for server in api.server_views:
        url = server.expansions[0][0]
        host = host_of(url)
        if host:
            one = WrittenHost(server, "url", url, host, host_of(server.url) != host)
            found.setdefault(url.partition("//")[2], []).append(one)
    return [
        first._replace(others=tuple(other.place.child("url") for other in others)) for first, *others in found.values()
    ]


def root_servers(api: Api) -> list[Server]:
    """The servers that the root of the document declares, or in Swagger 2.0 its schemes and host."""
    return swagger_servers(api, api) if api.version == "2.0" else servers_of(api) or []


def servers_of(node: Node) -> list[Server] | None:
    """The servers written on a root, path item or operation; None where none are."""
    if not node.get("servers"):
        return None
    found = []
    for item in node.items("servers"):
        url = item.get("url")
        if isinstance(url, str):
            found.append(Server(node.api, node.document, node, item.key, item.value, url))
        else:
            node.api.misread(item, "a server object with a `url`")
    return found


def swagger_servers(api: Api, node: Node) -> list[Server]:
    """One server for each of the `schemes` written on a Swagger 2.0 root or operation (OAS 2.0, Swagger Object)."""
    host, base = api.text("host"), api.text("basePath")
    return [
        Server(
            api,
            node.document,
            node,
            item.key,
            item.value,
            f"{item.value}://{host}{base}" if host else f"{item.value}://",
        )
        for item in node.items("schemes")
        if isinstance(item.value, str)
    ]
