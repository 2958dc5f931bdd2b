"""Where requests go, and whether the way is encrypted: servers, their variables, and the URLs of callbacks."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

from apilint.analysis.addresses import host_of, is_cleartext, is_loopback, is_private
from apilint.findings import Severity
from apilint.openapi.api import Api
from apilint.openapi.node import Key, Node
from apilint.openapi.operation import Operation
from apilint.openapi.servers import Server
from apilint.regressions import regression_rules as rules
from apilint.regressions.causes import Seen
from apilint.regressions.hosts import domain
from apilint.regressions.model import Pair

_VARIABLE = re.compile(r"\{([^{}]*)\}")
_LONGEST = 80
_FEW = 3


class _Address(NamedTuple):
    """One URL that clients may use, and where it is written."""

    url: str
    host: str
    place: Node
    at: Key | None


class _Reach(NamedTuple):
    """All that the servers of an operation offer: `free` are the variables of hosts, True where one names the domain.

    `plain` are the addresses without encryption by host, `secure` the hosts of the others.
    """

    hosts: dict[str, _Address]
    plain: dict[str, _Address]
    secure: frozenset[str]
    free: dict[tuple[str, bool], _Address]


def compare_servers(base: Api, head: Api, pairs: Sequence[Pair]) -> Iterator[Seen]:
    """What became of the servers that operations use."""
    reaches: dict[Hashable, _Reach] = {}
    known: dict[Hashable, list[Seen]] = {}
    for before, now in pairs:
        if before is None or now.kind != "path":
            continue
        key = _key(base, before), _key(head, now)
        if key not in known:
            for one, operation in zip(key, (before, now), strict=True):
                if one not in reaches:
                    reaches[one] = _reach(operation.api, operation.servers)
            known[key] = list(_compared(reaches[key[0]], reaches[key[1]], head))
        for seen in known[key]:
            yield seen._replace(operations=(now,))


def _key(api: Api, operation: Operation) -> Hashable:
    """The same for servers that say the same, wherever they are written."""
    if operation.servers is api.servers:
        return id(api)
    return id(api), tuple((server.url, repr(server.get("variables"))) for server in operation.servers)


def _reach(api: Api, servers: Sequence[Server]) -> _Reach:
    hosts: dict[str, _Address] = {}
    plain: dict[str, _Address] = {}
    secure = set()
    free: dict[tuple[str, bool], _Address] = {}
    if api.version == "2.0" and (host := host_of(f"//{api.text('host')}")):
        hosts[host] = _Address(f"//{host}", host, api, "host")
    for server in servers:
        scheme = server.free_scheme_variable
        variables = list(_free(server))
        anywhere = any(decides for _, decides in variables)
        for url, _ in server.expansions:
            host = host_of(url)
            one = _Address(url, host, server, None if api.version == "2.0" else "url")
            if host and not anywhere and not set("{}") & set(host):
                hosts.setdefault(host, one)
            if is_cleartext(url) or (scheme and not is_loopback(host)):
                plain.setdefault(host, one)
            elif "://" in url:
                secure.add(host)
        for name, decides in variables:
            free.setdefault((name, decides), _Address(server.url, host_of(server.url), server, None))
    return _Reach(hosts, plain, frozenset(secure), free)


def _free(server: Server) -> Iterator[tuple[str, bool]]:
    """The variables of a server's host without a list of values, and whether one decides whose host it is."""
    if server.api.version == "2.0" or "{" not in server.url[:2_000]:
        return
    variables = server.variables
    host = host_of("//" + server.url[:2_000].partition("//")[2]) if "//" in server.url else server.url.partition("/")[0]
    names = {name.lower(): name for name in variables}
    labels = host.split(".")
    for position, label in enumerate(labels):
        for written in _VARIABLE.findall(label):
            name = names.get(written.lower(), written)
            variable = variables.get(name, {})
            # Some write the path into a variable, with the slash: `https://api.example.com{basePath}`.
            is_path = str(variable.get("default", "")).startswith("/")
            if not is_path and not any(variable.get(key) for key in ("enum", "pattern", "x-pattern")):
                yield name, position >= len(labels) - 2


def _compared(old: _Reach, new: _Reach, head: Api) -> Iterator[Seen]:
    yield from _cleartext(old, new, head, improves=False)
    yield from _cleartext(new, old, head, improves=True)
    yield from _hosts(old, new)
    yield from _variables(old, new)


def _cleartext(old: _Reach, new: _Reach, head: Api, *, improves: bool) -> Iterator[Seen]:
    """The hosts to which the way was encrypted, and is not any more."""
    for host, one in new.plain.items():
        if host in old.plain or (old.plain and host not in old.secure) or not (old.hosts or old.secure or old.plain):
            continue
        was = "was reached over an encrypted connection, and is unencrypted now" if host in old.secure else "is new"
        if improves:
            was = "is only reached over an encrypted connection now" if host in old.secure else "is gone"
            was += ", and could be reached without encryption"
        elif host not in old.secure:
            was += ", and not encrypted"
        other = _same(old, host)
        yield Seen(
            rules.SERVER_CLEARTEXT.id,
            ("cleartext", one.url),
            f"{was}: `{one.url[:_LONGEST]}`",
            one.place if improves else other,
            (other if other is not None and other.api is head else head) if improves else one.place,
            Severity.LOW if is_private(host) else Severity.HIGH,
            at=None if improves else one.at,
            subject=f"the server `{host[:_LONGEST]}`",
            improves=improves,
        )


def _same(reach: _Reach, host: str) -> Node | None:
    """The server of a host, or another one where it has none."""
    found = reach.hosts.get(host) or next(iter(reach.hosts.values()), None)
    return found.place if found else None


def _hosts(old: _Reach, new: _Reach) -> Iterator[Seen]:
    come = {host: one for host, one in new.hosts.items() if host not in old.hosts and not is_loopback(host)}
    if not come or not old.hosts or all(map(is_loopback, old.hosts)):
        return
    domains = {domain(host) for host in old.hosts}
    places: dict[tuple[int, bool], list[_Address]] = {}
    for host, one in come.items():
        is_own = domain(host) in domains
        if not is_own or not old.free:  # else it was one of those that a variable gave already
            places.setdefault((id(one.place.value), is_own), []).append(one)
    before = ", ".join(f"`{host[:_LONGEST]}`" for host in list(old.hosts)[:_FEW])
    for (_, is_own), addresses in places.items():
        first = addresses[0]
        shown = ", ".join(f"`{one.host[:_LONGEST]}`" for one in addresses[:_FEW])
        shown += f" and {len(addresses) - _FEW:,} more" if len(addresses) > _FEW else ""
        what = "another host of the same domain" if is_own else "another domain"
        yield Seen(
            rules.SERVER_HOST_NEW.id,
            ("host", tuple(one.host for one in addresses)),
            f"is {what} than {before}: requests go there with their credentials",
            _same(old, first.host),
            first.place,
            Severity.LOW if is_own else Severity.MEDIUM,
            at=first.at,
            subject=f"the new server host {shown}",
        )


def _variables(old: _Reach, new: _Reach) -> Iterator[Seen]:
    for one, other, improves in ((old, new, False), (new, old, True)):
        for (name, decides), address in other.free.items():
            if any(is_as_free >= decides for _, is_as_free in one.free) or not one.hosts:
                continue
            whose = "the whole host" if decides else "a part of the host"
            place = _same(one, "")
            yield Seen(
                rules.SERVER_VARIABLE_FREED.id,
                ("variable", address.url, name),
                "could be any value, and is fixed now" if improves else f"lets clients choose {whose}, which was fixed",
                address.place if improves else place,
                (place or address.place) if improves else address.place,
                Severity.MEDIUM if decides else Severity.LOW,
                at=None if improves or name not in _declared(address.place) else ("variables", name),
                subject=f"server variable `{name[:_LONGEST]}` of `{address.url[:_LONGEST]}`",
                improves=improves,
            )


def _declared(place: Node) -> dict[str, object]:
    variables = place.get("variables")
    return variables if isinstance(variables, dict) else {}


def compare_callback_urls(before: Operation, now: Operation) -> Iterator[Seen]:
    """The URLs of callbacks that callers may choose now, or that are unencrypted now; callbacks pair by their names."""
    olds = dict(callbacks_of(before))
    for name, new in callbacks_of(now):
        old = olds.get(name)
        if old is None:
            continue
        for one, other, improves in ((old, new, False), (new, old, True)):
            freed = [url for url in _urls(other) if _is_free(url)]
            if freed and _urls(one) and not any(map(_is_free, _urls(one))):
                was = f"`{_urls(one)[0][:_LONGEST]}`"
                yield Seen(
                    rules.CALLBACK_URL_FREED.id,
                    ("freed", id(new.value)),
                    f"goes to {was} only now, and went wherever the caller said"
                    if improves
                    else f"goes wherever the caller says (`{freed[0][:_LONGEST]}`), and went to {was} only",
                    old,
                    new,
                    Severity.HIGH,
                    (now,),
                    None if improves else freed[0],
                    f"callback `{name[:_LONGEST]}`",
                    improves=improves,
                )
            plain = [url for url in _urls(other) if is_cleartext(url)]
            if plain and _urls(one) and not any(map(is_cleartext, _urls(one))):
                yield Seen(
                    rules.SERVER_CLEARTEXT.id,
                    ("callback", id(new.value)),
                    "is encrypted now" if improves else f"is unencrypted now: `{plain[0][:_LONGEST]}`",
                    old,
                    new,
                    Severity.HIGH,
                    (now,),
                    None if improves else plain[0],
                    f"callback `{name[:_LONGEST]}`",
                    improves=improves,
                )


def callbacks_of(operation: Operation) -> Iterator[tuple[str, Node]]:
    """The callbacks of an operation: their names, and where they are written."""
    if operation.api.version == "2.0" or "callbacks" not in operation.value:
        return
    for member in operation.members("callbacks"):
        target = operation.api.follow(member)
        if target is not None and isinstance(target.value, dict):
            yield str(member.key[-1] if isinstance(member.key, tuple) else member.key), target


def _urls(callback: Node) -> list[str]:
    return [url for url in callback.value if isinstance(url, str) and not url.startswith("x-")]


def _is_free(url: str) -> bool:
    """Whether the request of a caller decides about the host."""
    return url.startswith("{$") or "{$" in host_of(url) or "{$" in url.partition("//")[2].partition("/")[0]
