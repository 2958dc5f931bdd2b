"""An order of strength on the alternatives of `security`: whether one asks for at least as much as another."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import NamedTuple

from apilint.analysis import scopes as names
from apilint.openapi.security import EffectiveSecurity
from apilint.regressions.schemes import UNKNOWN, force, scheme_words

_MOST_WORDS = 3


class Key(NamedTuple):
    """One scheme of an alternative: `identity` is the same number in both states, or the name of an undeclared one."""

    identity: int | str
    scopes: frozenset[str]
    force: int
    words: str
    name: str

    @property
    def is_administrative(self) -> bool:
        """Whether the scheme is one for administrators, by its name."""
        return names.is_administrative(self.name)

    @property
    def same(self) -> tuple[int | str, frozenset[str]]:
        """What two keys share that ask for the same."""
        return self.identity, self.scopes


Lock = tuple[Key, ...]  # one alternative: all of its keys are needed together; an empty one lets anybody in


def locks_of(
    security: EffectiveSecurity, ids: Mapping[str, int], renamed: Mapping[str, str], unscoped: Container[int | str] = ()
) -> tuple[Lock, ...]:
    """The alternatives of `security`, each once; `renamed` gives new names to scopes, `unscoped` ids have none."""
    found: dict[frozenset[tuple[int | str, frozenset[str]]], Lock] = {}
    for alternative in security.alternatives:
        keys = []
        for name, (scheme, scopes) in alternative.schemes.items():
            identity = ids.get(name, name)
            counts = () if identity in unscoped else scopes
            asked = frozenset(renamed.get(one, one) for one in counts if not names.is_standard(one))
            keys.append(Key(identity, asked, force(scheme), scheme_words(scheme, name), name))
        found.setdefault(same(keys), tuple(keys))
    return tuple(found.values())


def same(lock: Iterable[Key]) -> frozenset[tuple[int | str, frozenset[str]]]:
    """What two alternatives share that ask for the same."""
    return frozenset(key.same for key in lock)


def is_at_least(one: Lock, other: Lock) -> bool:
    """Whether an alternative asks for as much as another or more; True also where that cannot be told."""
    if not other:
        return True
    if not one:
        return False
    mine, rest = {key.identity: key for key in one}, []
    for key in other:
        match = mine.pop(key.identity, None)
        if match is None:
            rest.append(key)
        elif missing(match, key):
            return False
    if not rest:
        return True
    if not mine:
        return False
    unknown = [key for key in (*rest, *mine.values()) if key.force == UNKNOWN]
    if unknown:
        # A name that nobody declared opens nothing for certain, and where all were declared it is a way in.
        return not any(isinstance(key.identity, str) for key in mine.values()) or any(key in rest for key in unknown)
    left = sorted(mine.values(), key=lambda key: -key.force)
    rest.sort(key=lambda key: -key.force)
    if max(key.force for key in one) > max(key.force for key in other):
        return True
    return len(left) >= len(rest) and all(map(_stands_in, left, rest))


def _stands_in(one: Key, other: Key) -> bool:
    """Whether a scheme is as good as another that it replaces."""
    if one.force != other.force:
        return one.force > other.force
    return not missing(one, other) and (one.is_administrative or not other.is_administrative)


def missing(one: Key, other: Key) -> frozenset[str]:
    """The scopes of the second that the first does without; none where it asks for greater ones instead."""
    gone = other.scopes - one.scopes
    come = one.scopes - other.scopes
    if not gone or not come or any(map(is_wide, come)):
        return gone
    return frozenset() if rank(come) > rank(gone) or all(map(is_wide, gone)) else gone


def is_wide(scope: str) -> bool:
    """Whether a scope lets a client do everything, without being one for administrators."""
    return names.is_wildcard(scope) and not names.is_administrative(scope)


def rank(scopes: Iterable[str]) -> int:
    """How much the greatest of some scopes allows, by its words: 3 for administrators, 2 to change, 1 the rest."""
    found = 0
    for scope in scopes:
        found = max(found, 3 if names.is_administrative(scope) else 2 if names.allows_writing(scope) else 1)
    return found


def nearest(lock: Lock, others: Sequence[Lock]) -> Lock:
    """The alternative that an alternative has most in common with."""
    ids = {key.identity for key in lock}
    return max(others, key=lambda other: (len(ids & {key.identity for key in other}), -len(other)))


def lock_words(lock: Lock, *, named: bool = False) -> str:
    """An alternative in words: "oauth2 (admin) together with http basic"; `named` with the names of the schemes."""
    parts = []
    for key in lock[:_MOST_WORDS]:
        scopes = scope_words(key.scopes, "")
        name = f" `{key.name[:60]}`" if named else ""
        parts.append(f"{key.words}{name} ({scopes})" if scopes else f"{key.words}{name}")
    return " together with ".join(parts) + (" and more" if len(lock) > _MOST_WORDS else "")


def words(locks: Sequence[Lock], *, named: bool = False) -> str:
    """Alternatives in words: "oauth2 (admin) or http basic"."""
    shown = " or ".join(dict.fromkeys(lock_words(lock, named=named) for lock in locks[:_MOST_WORDS]))
    return shown + (f" or one of {len(locks) - _MOST_WORDS:,} more" if len(locks) > _MOST_WORDS else "")


def scope_words(scopes: Iterable[str], quote: str = "`") -> str:
    """Scopes in words, the first of them in the order of the alphabet."""
    ordered = sorted(scopes)
    shown = ", ".join(f"{quote}{one[:60]}{quote}" for one in ordered[:_MOST_WORDS])
    return shown + (f" and {len(ordered) - _MOST_WORDS:,} more" if len(ordered) > _MOST_WORDS else "")
