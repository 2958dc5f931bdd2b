"""How hard a security requirement is to satisfy for somebody who should not: classes to compare, nothing finer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apilint.openapi.security import EffectiveSecurity, RequiredScheme, SecurityRequirement

UNKNOWN_STRENGTH = -1
NONE = 0
QUERY_KEY_STRENGTH = 1
PASSWORD = 2
KEY_STRENGTH = 3
TOKEN = 4
SCOPED_TOKEN = 5
BOUND_TOKEN = 6

_NAMES = {
    UNKNOWN_STRENGTH: "something undeclared",
    NONE: "nothing",
    QUERY_KEY_STRENGTH: "an API key in the URL",
    PASSWORD: "a password in each request",
    KEY_STRENGTH: "an API key",
    TOKEN: "a token without scopes",
    SCOPED_TOKEN: "a token with scopes",
    BOUND_TOKEN: "a client certificate and more",
}
_PASSWORDS = ("basic", "digest")


def strength(requirement: SecurityRequirement) -> int:
    """The class of one alternative, from `NONE` to `BOUND_TOKEN`; its schemes are needed together, so the best counts.

    `UNKNOWN_STRENGTH` where a scheme is not declared or of no known type: such alternatives compare with nothing.
    """
    if requirement.is_empty:
        return NONE
    classes = [_of(one) for one in requirement.schemes.values()]
    if UNKNOWN_STRENGTH in classes:
        return UNKNOWN_STRENGTH
    if len(classes) > 1 and any(one.scheme and one.scheme.type == "mutualTLS" for one in requirement.schemes.values()):
        return BOUND_TOKEN
    return max(classes)


def weakest(security: EffectiveSecurity) -> int:
    """The class of the alternative that lets callers in most easily: an attacker chooses.

    `NONE` where no `security` counts, `UNKNOWN_STRENGTH` as soon as one alternative is.
    """
    return min((strength(one) for one in security.alternatives), default=NONE)


def is_weaker(one: EffectiveSecurity, other: EffectiveSecurity) -> bool:
    """Whether the first is easier to satisfy than the second by a class at least; False where either is unknown."""
    first, second = weakest(one), weakest(other)
    return UNKNOWN_STRENGTH not in (first, second) and first < second


def implies(one: SecurityRequirement, other: SecurityRequirement) -> bool:
    """Whether all that satisfies the first satisfies the second: the same schemes with the same scopes, or more."""
    return all(
        name in one.schemes and set(required.scopes) <= set(one.schemes[name].scopes)
        for name, required in other.schemes.items()
    )


def security_key(security: EffectiveSecurity) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]:
    """The same value for lists of alternatives that ask for the same: to group operations by what they require."""
    return tuple(
        sorted(
            tuple(sorted((name, tuple(sorted(set(required.scopes)))) for name, required in one.schemes.items()))
            for one in security.alternatives
        )
    )


def strength_words(strength: int) -> str:
    """A class in words, for messages: "an API key in the URL"."""
    return _NAMES[strength]


def _of(required: RequiredScheme) -> int:
    scheme, scopes = required
    if scheme is None:
        return UNKNOWN_STRENGTH
    if scheme.type == "apiKey":
        return QUERY_KEY_STRENGTH if scheme.location == "query" else KEY_STRENGTH
    if scheme.type == "http" and scheme.scheme in _PASSWORDS:
        return PASSWORD
    if scheme.type == "mutualTLS":
        return SCOPED_TOKEN
    if scheme.type in ("http", "oauth2", "openIdConnect"):
        return SCOPED_TOKEN if scopes else TOKEN
    return UNKNOWN_STRENGTH
