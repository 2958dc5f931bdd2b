"""What the names of OAuth scopes say: which let a client read, which let it change, which let it do everything."""

from __future__ import annotations

from apilint.analysis.words import words

_READ = frozenset(
    "read view list get readonly reader viewer query search fetch browse ro download lookup show see".split()
)
_WRITE = frozenset(
    "write edit editor create creator update delete remove manage manager admin administer modify full all readwrite"
    " writer rw post put patch add send publish publisher execute exec invoke run upload own owner control assign"
    " approve cancel submit set grant revoke maintain push deploy trigger start stop contribute contributor access"
    " insert import move transfer pay charge refund change save store append commit merge invite restore reset"
    " purge destroy wipe schedule enable disable operate operator".split()
)
_EVERYTHING = frozenset(
    "* all full fullaccess full_access full-access root superuser super admin administrator .default *:* *.* **"
    " everything".split()
)
# Ends of names below which everything is allowed: `orders:*`, `https://graph.example/.default`.
_OPEN_ENDS = (":*", ".*", "/*", "/.default")
_STANDARD = frozenset("openid profile email address phone offline_access offline".split())


def action_words(scope: str) -> tuple[str, ...]:
    """The words of a scope that say what it lets a client do: `orders:read` reads; `read`, `list`, `write`, …

    A scope that is a URL is judged by its last part.
    """
    name = scope.rpartition("/")[2] if "://" in scope else scope
    found = words(name)
    actions = [word for word in found if word in _READ or word in _WRITE]
    # `read:all` reads everything, it does not write.
    if "read" in actions and "all" in actions:
        actions = [word for word in actions if word != "all"]
    return tuple(actions)


def is_read_only(scope: str) -> bool:
    """Whether a scope speaks of reading and of nothing else."""
    actions = action_words(scope)
    return bool(actions) and _WRITE.isdisjoint(actions)


def allows_writing(scope: str) -> bool:
    """Whether a scope speaks of changing something."""
    return not _WRITE.isdisjoint(action_words(scope))


def is_wildcard(scope: str) -> bool:
    """Whether a scope lets a client do everything: `*`, `full_access`, `orders:*`, `.default`."""
    name = scope.strip().lower()
    return name in _EVERYTHING or (name.endswith(_OPEN_ENDS) and not is_read_only(name))


def is_administrative(scope: str) -> bool:
    """Whether a scope is one for administrators: `users:admin`, `manage:users`."""
    return not {"admin", "administrator", "superuser", "root", "manage", "management", "staff"}.isdisjoint(words(scope))


def is_standard(scope: str) -> bool:
    """Whether OpenID Connect defines the scope, so that it is about the user who signs in, not about an operation."""
    return scope in _STANDARD
