"""Addresses: what host a URL names, and what kind of host that is. Nothing is ever looked up."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

    from publicsuffixlist import PublicSuffixList

_CLEARTEXT = ("http", "ws")
_LONGEST_HOST = 253  # RFC 1035, 2.3.4
# Never delegated in the public DNS: RFC 6762 (local), RFC 8375 (home.arpa), ICANN 2018 (home, corp) and 2024
# (internal), and what clusters and routers use.
_INTERNAL = frozenset("internal local localdomain lan corp home intranet private cluster.local home.arpa".split())
# RFC 2606 and 6761, and the address of every tutorial.
_RESERVED = frozenset("example test invalid example.com example.net example.org swagger.io".split())
_STAND_INS = frozenset(
    "yourdomain yourcompany yourhost yourhostname yourserver yourapi yourapp yoursite yourtenant yourorg"
    " yourorganization yourinstance yoursubdomain youraccount mydomain mycompany myserver myhost hostname domainname"
    " changeme placeholder foo foobar".split()
)
_BARE = frozenset("host domain server example api".split())  # stand-ins where they are the whole host
_ENVIRONMENTS = {
    "production": "prod production prd live",
    "staging": "staging stage stg preprod preproduction preprd prelive acceptance",
    "test": "test testing tst qa uat sit",
    "development": "dev devel develop development nightly",
    "sandbox": "sandbox sbx sbox playground mock demo",
    "preview": "beta alpha canary preview",
    "local": "local localhost",
}
_BLOCKS = {
    "private": "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10 169.254.0.0/16 fe80::/10 fc00::/7",
    "documentation": "192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 2001:db8::/32",  # RFC 5737, 3849
}
_NEGATIONS = frozenset(("non", "pre", "not"))


def is_cleartext(url: str) -> bool:
    """Whether a URL sends data unencrypted to another machine: http or ws, and no loopback host (RFC 6761, 6.3)."""
    scheme, separator, _ = url.partition("://")
    return bool(separator) and scheme.strip().lower() in _CLEARTEXT and not is_loopback(host_of(url))


def host_of(url: str) -> str:
    """The lower-case host of a URL, without user, port or brackets; an empty string for one without a host."""
    scheme, separator, authority = url.partition("//")
    if not separator or (scheme and not scheme.endswith(":")):
        return ""
    for end in "/?#\\":
        authority = authority.partition(end)[0]
    host = authority.rpartition("@")[2].strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def is_loopback(host: str) -> bool:
    """Whether a host name or address stays on the machine."""
    name = host.rstrip(".")
    if name in ("localhost", "::1") or name.endswith(".localhost"):
        return True
    numbers = name.split(".")
    return len(numbers) == 4 and numbers[0] == "127" and all(number.isdigit() for number in numbers)


def is_unspecified(host: str) -> bool:
    """Whether a host is the address that stands for all of a machine's: a server listens there, nobody calls it."""
    return host in ("0.0.0.0", "::")  # noqa: S104 - recognised, not listened on


def is_address(host: str) -> bool:
    """Whether a host is an IP address and no name."""
    return _parsed(host) is not None


def is_private(host: str) -> bool:
    """Whether a host is an address that no one can reach from outside.

    These are the private (RFC 1918), shared (RFC 6598), link-local (RFC 3927, 4291) and unique local ones
    (RFC 4193). Loopback addresses are `is_loopback`'s, addresses for documentation `is_placeholder`'s.
    """
    parsed = _parsed(host)
    return parsed is not None and any(parsed in network for network in _networks("private"))


def is_internal_name(host: str) -> bool:
    """Whether a host is a name that only resolves inside a network: `db.internal`, `api.svc.cluster.local`."""
    labels = host.lower().rstrip(".").split(".")
    return len(labels) > 1 and (labels[-1] in _INTERNAL or ".".join(labels[-2:]) in _INTERNAL)


def is_placeholder(host: str) -> bool:
    """Whether a host stands for one still to be filled in: `api.example.com`, `your-domain.com`, `192.0.2.1`."""
    name = host.lower().rstrip(".")
    parsed = _parsed(name)
    if parsed is not None:
        return any(parsed in network for network in _networks("documentation"))
    labels = name.split(".")
    if labels[-1] in _RESERVED or ".".join(labels[-2:]) in _RESERVED:
        # Of swagger.io the one server that generators leave behind.
        return labels[-2:] != ["swagger", "io"] or labels[0].startswith("petstore")
    return (len(labels) == 1 and name in _BARE) or any(_is_stand_in(label) for label in labels)


def registrable(host: str) -> str:
    """The part of a host that someone registered, after the Public Suffix List: `a.co.uk` of `api.a.co.uk`.

    An address, a name of one label, and a suffix itself give the host as it is.
    """
    name = host.lower().rstrip(".")
    if not name or len(name) > _LONGEST_HOST or "." not in name or is_address(name):
        return name
    return str(_suffixes().privatesuffix(name) or name)


def environment(text: str) -> str:
    """The environment that a host or a description of a server names, or an empty string.

    One of production, staging, test, development, sandbox, preview and local, decided by whole words:
    `latest` is no test, and `non-production` is `staging`.
    """
    tokens = _tokens(text)
    known = _environments()
    found = ""
    for position, token in enumerate(tokens):
        one = known.get(token, "")
        if one == "production" and position and tokens[position - 1] in _NEGATIONS:
            one = "staging"
        if one and one != "production":
            return one
        found = found or one
    return found


def _is_stand_in(label: str) -> bool:
    if label in _STAND_INS or label.startswith("<") or label.endswith(">"):
        return True
    parts = label.replace("_", "-").split("-")
    return any(f"{one}{other}" in _STAND_INS for one, other in pairwise(parts))


def _tokens(text: str) -> list[str]:
    """The words in lower case, without the digits that number them: `QA2` is `qa`."""
    plain = "".join(sign if sign.isalnum() else " " for sign in text[:2_000])
    return [word.lower().rstrip("0123456789") or word for word in plain.split()]


@cache
def _environments() -> dict[str, str]:
    return {word: name for name, words in _ENVIRONMENTS.items() for word in words.split()}


def _parsed(host: str) -> IPv4Address | IPv6Address | None:
    """The host as an address, or None; an IPv4 address inside an IPv6 one is the IPv4 address."""
    if not host or not (host[0].isdigit() or ":" in host):
        return None
    import ipaddress

    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return (found.version == 6 and found.ipv4_mapped) or found


@cache
def _networks(kind: str) -> tuple[IPv4Network | IPv6Network, ...]:
    import ipaddress

    return tuple(ipaddress.ip_network(block) for block in _BLOCKS[kind].split())


@cache
def _suffixes() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()
