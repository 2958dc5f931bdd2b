"""Security schemes whose definition changed: once at the scheme, whatever the number of operations that use it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from apilint.analysis.addresses import host_of, is_cleartext, is_loopback
from apilint.findings import Severity
from apilint.openapi.api import Api
from apilint.openapi.node import Node
from apilint.openapi.operation import Operation
from apilint.openapi.security import SecurityScheme
from apilint.regressions import regression_rules as rules
from apilint.regressions.causes import Seen
from apilint.regressions.gateways import compare_scheme
from apilint.regressions.guard_regression_rules import GATEWAY_GUARD_REMOVED
from apilint.regressions.hosts import domain
from apilint.regressions.model import Pair
from apilint.regressions.schemes import COOKIE_KEY, UNKNOWN, Schemes, asked, force, scheme_words

_WEAK_FLOWS = {"implicit": "access tokens in the URL", "password": "passwords given to the client"}
_DELEGATING = ("oauth2", "openIdConnect")
_SHORTENED = 60


def compare_definitions(base: Api, head: Api, pairs: Sequence[Pair], schemes: Schemes) -> Iterator[Seen]:
    """What became of the schemes that operations use."""
    named = {id(names): names for names in (asked(pair.head) for pair in pairs if pair.base is not None)}
    used = frozenset[str]().union(*named.values())
    hosts = _hosts(base), _hosts(head)
    for old, new in schemes.pairs:
        if new.name not in used or old.value == new.value:
            continue
        users = tuple(pair.head for pair in pairs if pair.base is not None and new.name in asked(pair.head))
        yield from _force(old, new, users)
        if old.type in _DELEGATING and new.type in _DELEGATING:
            yield from _flows(old, new, users, pairs)
            yield from _addresses(old, new, users, hosts)
        yield from _gateways(old, new, users)
    yield from _undeclared(base, head, pairs, used)


def _force(old: SecurityScheme, new: SecurityScheme, users: tuple[Operation, ...]) -> Iterator[Seen]:
    before, now = force(old), force(new)
    if UNKNOWN in (before, now) or before == now:
        return
    improves = now > before
    yield _at(
        new,
        old,
        rules.SCHEME_WEAKER.id,
        f"was {scheme_words(old, old.name)} and is now {scheme_words(new, new.name)}",
        # A cookie is as secret as a header, and sent without asking.
        Severity.HIGH if min(before, now) < COOKIE_KEY else Severity.MEDIUM,
        users,
        improves=improves,
    )


def _flows(
    old: SecurityScheme, new: SecurityScheme, users: tuple[Operation, ...], pairs: Sequence[Pair]
) -> Iterator[Seen]:
    """The weak flows that came or went. Swagger 2.0 has a scheme for each flow, so those of all alternatives count."""
    if old.type != "oauth2" or new.type != "oauth2":
        return
    known: dict[tuple[int, int], tuple[set[str], set[str]]] = {}
    came: dict[str, list[Operation]] = {}
    gone: dict[str, list[Operation]] = {}
    ids = {id(one) for one in users}
    for pair in pairs:
        if pair.base is None or id(pair.head) not in ids:
            continue
        key = id(pair.base.security), id(pair.head.security)
        if key not in known:
            known[key] = _accepted(pair.base), _accepted(pair.head)
        before, now = known[key]
        for flow in _WEAK_FLOWS:
            if flow in now - before and flow in _names(new):
                came.setdefault(flow, []).append(pair.head)
            if flow in before - now and flow in _names(old):
                gone.setdefault(flow, []).append(pair.head)
    for found, improves in ((came, False), (gone, True)):
        for flow, operations in found.items():
            place: Node = next((one for one in (old if improves else new).flows if one.name == flow), new)
            said = f"offers the {flow} flow now ({_WEAK_FLOWS[flow]})"
            said += f", and offered {_shown(old)}" if _names(old) else ""
            yield Seen(
                rules.OAUTH_FLOW_WEAKER.id,
                (flow, new.path),
                f"offers the {flow} flow no more ({_WEAK_FLOWS[flow]})" if improves else said,
                place if improves else next((one for one in old.flows if one.name not in _names(new)), old),
                new if improves else place,
                Severity.HIGH,
                tuple(operations),
                subject=_subject(new),
                improves=improves,
            )


def _names(scheme: SecurityScheme) -> set[str]:
    return {flow.name for flow in scheme.flows}


def _shown(scheme: SecurityScheme) -> str:
    return ", ".join(flow.name[:_SHORTENED] for flow in scheme.flows[:4])


def _accepted(operation: Operation) -> set[str]:
    """The flows by which the tokens may be had that an operation accepts."""
    return {
        name
        for alternative in operation.security.alternatives
        for scheme, _ in alternative.schemes.values()
        if scheme is not None
        for name in _names(scheme)
    }


def _addresses(
    old: SecurityScheme, new: SecurityScheme, users: tuple[Operation, ...], hosts: tuple[set[str], set[str]]
) -> Iterator[Seen]:
    olds, news = list(old.urls), list(new.urls)
    for before, now, improves in ((olds, news, False), (news, olds, True)):
        if any(is_cleartext(url) for _, _, url in before):
            continue
        open_ = [(place, key, url) for place, key, url in now if is_cleartext(url)]
        if open_:
            place, key, url = open_[0]
            keys = " and ".join(f"`{name}`" for name in dict.fromkeys(name for _, name, _ in open_))
            said = f"has an unencrypted {keys} now: `{url[:_SHORTENED]}`"
            yield Seen(
                rules.OAUTH_URL_CLEARTEXT.id,
                (new.path, key),
                f"had an unencrypted {keys}, and has none now" if improves else said,
                place if improves else old,
                new if improves else place,
                Severity.HIGH,
                users,
                None if improves else key,
                _subject(new),
                improves=improves,
            )
    known = {domain(host) for host in hosts[0]}
    for place, key, url in news:
        host = host_of(url.strip())
        if host and known and host not in hosts[0] and not is_loopback(host) and domain(host) not in known:
            yield Seen(
                rules.OAUTH_URL_HOST.id,
                (new.path, host),
                f"sends clients to another domain now: its `{key}` is at `{host[:_SHORTENED]}`",
                old,
                place,
                Severity.MEDIUM,
                users,
                key,
                _subject(new),
            )


def _hosts(api: Api) -> set[str]:
    """The hosts of all addresses of schemes, and those of the API itself: a login may move to where the API is."""
    found = {host_of(url.strip()) for one in api.security_schemes.values() for _, _, url in one.urls}
    own = {host_of(server.expansions[0][0]) for server in api.servers}
    return found - {""} | own - {""} if found - {""} else set()


def _gateways(old: SecurityScheme, new: SecurityScheme, users: tuple[Operation, ...]) -> Iterator[Seen]:
    for one, other, improves in ((old, new, False), (new, old, True)):
        for name in compare_scheme(one, other):
            lost = f"has no `{name}` any more, by which the gateway enforced it"
            yield _at(
                new,
                old,
                GATEWAY_GUARD_REMOVED.id,
                f"is enforced by the gateway now: `{name}`" if improves else lost,
                Severity.MEDIUM if name == "x-google-audiences" else Severity.HIGH,
                users,
                improves=improves,
            )


def _undeclared(base: Api, head: Api, pairs: Sequence[Pair], used: frozenset[str]) -> Iterator[Seen]:
    """The schemes that operations name still, although their definition is gone."""
    for name in sorted(used):
        old = base.security_schemes.get(name)
        if old is None or head.security_scheme(name) is not None:
            continue
        users = tuple(pair.head for pair in pairs if pair.base is not None and name in asked(pair.head))
        holder = head.get("components") if head.version != "2.0" else head.value
        inside = "securitySchemes" if head.version != "2.0" else "securityDefinitions"
        at = ("components", inside) if isinstance(holder, dict) and head.version != "2.0" else (inside,)
        there = isinstance(holder, dict) and inside in holder
        yield Seen(
            rules.SCHEME_WEAKER.id,
            name,
            f"was {scheme_words(old, name)} and is declared no more, though operations name it",
            old,
            head,
            Severity.HIGH,
            users,
            at if there else None,
            f"security scheme `{name[:_SHORTENED]}`",
        )


def _at(
    new: SecurityScheme,
    old: SecurityScheme,
    rule: str,
    said: str,
    severity: Severity,
    users: tuple[Operation, ...],
    *,
    improves: bool,
) -> Seen:
    return Seen(rule, new.path, said, old, new, severity, users, None, _subject(new), improves=improves)


def _subject(scheme: SecurityScheme) -> str:
    return f"security scheme `{scheme.name[:_SHORTENED]}`"
