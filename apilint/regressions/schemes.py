"""Security schemes of two states: which is which, whatever they are called, and how hard each is to get past."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence

from apilint.openapi.api import Api
from apilint.openapi.operation import Operation
from apilint.openapi.security import SecurityScheme
from apilint.regressions.model import Pair
from apilint.regressions.users import users

UNKNOWN, QUERY_KEY, PASSWORD, COOKIE_KEY, HEADER_KEY, TOKEN, CERTIFICATE = -1, 1, 2, 3, 4, 5, 6
_PASSWORDS = ("basic", "digest")
_TOKENS = ("bearer", "dpop", "gnap", "negotiate", "hoba", "privatetoken", "vapid", "oauth")
_DELEGATING = ("oauth2", "openIdConnect")
_KEYS = {"query": QUERY_KEY, "cookie": COOKIE_KEY, "header": HEADER_KEY}
_NOT_ALNUM = re.compile(r"[\W_]+")
_LONGEST_NAME = 60
_KNOWN = "regressions-asked"


class Schemes:
    """The security schemes of two states, and which of the head is which of the base.

    `pairs` are those that are the same, by name or by what they are; `base_ids` and `head_ids` give the two of a pair
    the same number, and each other scheme a number of its own; a name that only one state declares means the same in
    the other. `changed` are the numbers of those that are of another class now, so that their scopes do not compare.
    """

    def __init__(self, base: Api, head: Api, pairs: Sequence[Pair]) -> None:
        self.base_ids: dict[str, int] = {}
        self.head_ids: dict[str, int] = {}
        self.pairs: list[tuple[SecurityScheme, SecurityScheme]] = []
        both = [pair for pair in pairs if pair.base is not None]
        self._match(base, head, users([pair.base for pair in both], asked), users([pair.head for pair in both], asked))
        for ids, schemes in ((self.base_ids, base.security_schemes), (self.head_ids, head.security_schemes)):
            for name in schemes:
                if name not in ids:
                    ids[name] = -len(self.base_ids) - len(self.head_ids) - 1
        for name in base.security_schemes:
            if name not in head.security_schemes:
                self.head_ids.setdefault(name, self.base_ids[name])
        for name in head.security_schemes:
            if name not in base.security_schemes:
                self.base_ids.setdefault(name, self.head_ids[name])
        self.changed = {
            self.head_ids[new.name]
            for old, new in self.pairs
            if force(old) != force(new) and not (old.type in _DELEGATING and new.type in _DELEGATING)
        }

    def _match(self, base: Api, head: Api, olds: dict[str, int], news: dict[str, int]) -> None:
        steps: tuple[tuple[Callable[[SecurityScheme], Hashable], Callable[[SecurityScheme], Hashable]], ...] = (
            (_same_name_and_kind, _same_name_and_kind),
            (_alike_and_kind, _alike_and_kind),
            (
                lambda one: (olds[one.name], kind(one)) if one.name in olds else None,
                lambda one: (news[one.name], kind(one)) if one.name in news else None,
            ),
            (
                lambda one: None if one.name in head.security_schemes else kind(one),
                lambda one: None if one.name in base.security_schemes else kind(one),
            ),
            (lambda one: one.name, lambda one: one.name),
        )
        for old_key, new_key in steps:
            waiting: dict[Hashable, list[SecurityScheme]] = {}
            for old in base.security_schemes.values():
                if old.name not in self.base_ids and (key := old_key(old)) is not None:
                    waiting.setdefault(key, []).append(old)
            for new in head.security_schemes.values():
                found = waiting.get(new_key(new)) if new.name not in self.head_ids else None
                if found:
                    old = found.pop(0)
                    self.base_ids[old.name] = self.head_ids[new.name] = len(self.pairs)
                    self.pairs.append((old, new))


def asked(operation: Operation) -> frozenset[str]:
    """The names of all schemes that the alternatives of an operation name."""
    known: dict[int, frozenset[str]] = operation.api.known.setdefault(_KNOWN, {})
    security = operation.security
    names = known.get(id(security))
    if names is None:
        names = known[id(security)] = frozenset(name for one in security.alternatives for name in one.value)
    return names


def kind(scheme: SecurityScheme) -> tuple[str, ...]:
    """What a scheme is, without its name and its addresses: two of the same kind ask for the same sort of secret."""
    if scheme.type == "apiKey":
        name = scheme.parameter_name
        return scheme.type, scheme.location, name.lower() if scheme.location == "header" else name
    return (scheme.type, scheme.scheme) if scheme.type == "http" else (scheme.type,)


def force(scheme: SecurityScheme | None) -> int:
    """How hard a scheme is to get past for somebody who should not: a class to compare, `UNKNOWN` where none fits."""
    if scheme is None:
        return UNKNOWN
    if scheme.type == "apiKey":
        header = scheme.parameter_name.lower() if scheme.location == "header" else ""
        # What Swagger 2.0, which has no tokens and no cookies, writes for them.
        if header in ("authorization", "cookie"):
            return TOKEN if header == "authorization" else COOKIE_KEY
        return _KEYS.get(scheme.location, UNKNOWN)
    if scheme.type == "http":
        if scheme.scheme in _PASSWORDS:
            return PASSWORD
        return TOKEN if scheme.scheme in _TOKENS else UNKNOWN
    if scheme.type == "mutualTLS":
        return CERTIFICATE
    return TOKEN if scheme.type in _DELEGATING else UNKNOWN


def scheme_words(scheme: SecurityScheme | None, name: str) -> str:
    """A scheme as people would say it: "oauth2", "http basic", "an API key in header `X-Key`"."""
    if scheme is None:
        return f"the undeclared `{name[:_LONGEST_NAME]}`"
    if force(scheme) == UNKNOWN:
        return f"`{name[:_LONGEST_NAME]}`"
    if scheme.type == "apiKey":
        where = {"query": "the URL, as"}.get(scheme.location, scheme.location)
        return f"an API key in {where} `{scheme.parameter_name[:_LONGEST_NAME]}`"
    if scheme.type == "mutualTLS":
        return "a client certificate"
    return f"http {scheme.scheme}" if scheme.type == "http" else scheme.type


def _same_name_and_kind(scheme: SecurityScheme) -> Hashable:
    return scheme.name, kind(scheme)


def _alike_and_kind(scheme: SecurityScheme) -> Hashable:
    return _NOT_ALNUM.sub("", scheme.name).lower(), kind(scheme)
