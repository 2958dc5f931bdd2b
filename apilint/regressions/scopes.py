"""Scopes that go by another name in the head: everywhere, and for nothing greater."""

from __future__ import annotations

from collections.abc import Sequence

from apilint.concepts.scoping import granted_scopes
from apilint.openapi.api import Api
from apilint.openapi.operation import Operation
from apilint.regressions.alternatives import is_wide, rank
from apilint.regressions.model import Pair
from apilint.regressions.users import users


def renamed_scopes(base: Api, head: Api, pairs: Sequence[Pair]) -> dict[str, str]:
    """The head's names of scopes that the base calls otherwise.

    A scope is renamed where the head has it no more, the base had the other not yet, exactly the same operations ask
    for either, and no other pair of scopes answers to that. One that allows more or less by its words is another scope.
    """
    old = users([pair.base for pair in pairs], _asked)
    new = users([pair.head for pair in pairs], _asked)
    gone = old.keys() - new.keys() - _granted(head)
    come = new.keys() - old.keys() - _granted(base)
    if not gone or not come:
        return {}
    by_users: dict[int, list[str]] = {}
    for scope in come:
        by_users.setdefault(new[scope], []).append(scope)
    alike: dict[int, int] = {}
    for scope in gone:
        alike[old[scope]] = alike.get(old[scope], 0) + 1
    found = {}
    for scope in gone:
        others = by_users.get(old[scope], [])
        if len(others) == alike[old[scope]] == 1 and _is_alike(others[0], scope):
            found[scope] = others[0]
    return found


def _is_alike(one: str, other: str) -> bool:
    return rank((one,)) == rank((other,)) and is_wide(one) == is_wide(other)


def _asked(operation: Operation) -> set[str]:
    return {scope for one in operation.security.alternatives for _, scopes in one.schemes.values() for scope in scopes}


def _granted(api: Api) -> set[str]:
    return {scope for scheme in api.security_schemes.values() for scope in granted_scopes(scheme)}
