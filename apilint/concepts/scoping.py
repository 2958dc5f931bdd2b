"""OAuth scopes across an API: what operations require, and what the flows of a scheme can grant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apilint.analysis import scopes as names

if TYPE_CHECKING:
    from apilint.openapi.operation import Operation
    from apilint.openapi.security import OAuthFlow, RequiredScheme, SecurityScheme

_DELEGATING = ("oauth2", "openIdConnect")


def scope_sets(operation: Operation) -> tuple[frozenset[str], ...]:
    """The scopes (from 3.1 on, also the roles) of each alternative; no set at all where nothing is required."""
    return tuple(
        frozenset(scope for required in one.schemes.values() for scope in required.scopes)
        for one in operation.security.alternatives
    )


def is_delegated(required: RequiredScheme) -> bool:
    """Whether a required scheme is one whose tokens carry scopes: OAuth 2.0 or OpenID Connect."""
    return required.scheme is not None and required.scheme.type in _DELEGATING


def granted_scopes(scheme: SecurityScheme) -> dict[str, OAuthFlow]:
    """The scopes that the flows of a scheme can grant, each with the first flow that does."""
    found: dict[str, OAuthFlow] = {}
    for flow in scheme.flows:
        for scope in flow.scopes:
            found.setdefault(scope, flow)
    return found


def asks_for_administrator(operation: Operation) -> bool:
    """Whether every alternative has a scope, or a scheme by its name, that is for administrators."""
    alternatives = operation.security.alternatives
    return bool(alternatives) and all(
        any(
            names.is_administrative(name) or any(names.is_administrative(scope) for scope in required.scopes)
            for name, required in one.schemes.items()
        )
        for one in alternatives
    )


def uses_scopes(operation: Operation) -> bool:
    """Whether some alternative names a scope that is about the API and not about who signs in (`openid`, `email`)."""
    return any(not names.is_standard(scope) for scopes in scope_sets(operation) for scope in scopes)
