"""Operations that are meant to be public."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apilint.openapi.operation import Operation

EXTENSION = "x-apilint-public"
_HEALTH = frozenset(
    "health healthz healthcheck health-check readiness ready readyz liveness live livez alive ping heartbeat".split()
)
_DOCUMENTS = frozenset(
    "openapi openapi.json openapi.yaml openapi.yml swagger swagger.json swagger.yaml swagger.yml api-docs "
    "jwks jwks.json".split()
)
_ENTRY = frozenset(
    "login signin sign-in log-in token register registration signup sign-up password-reset reset-password "
    "forgot-password forgotten-password".split()
)
_TOKENS = frozenset(("jwt", "refresh", "refresh-token"))
# Ways in that some APIs offer by GET; a GET on tokens or registrations would list them.
_FORMS = frozenset("login signin sign-in log-in".split())
# What an operation knows of this once it was asked, each from the one before.
_WORKED_OUT = ("marked_public", "public", "expects_credentials")
_WITHOUT_CASE_CHANGE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def declared_public(operation: Operation) -> str | None:
    """Say why an operation is meant to be public, or None.

    Its author may say so with a reason (`x-apilint-public: "status page"`); beyond that, probes,
    key sets, API descriptions, and the ways in (login, token, registration, password reset), which
    callers must reach before they can authenticate.
    """
    if operation.marked_public:
        return operation.marked_public
    segments = [_normal(segment) for segment in operation.path_template.split("/") if segment]
    if not segments:
        return None
    last = segments[-1]
    if operation.is_safe:
        if last in _HEALTH or (len(segments) > 1 and segments[-2] in _HEALTH):
            return "health probe"
        if ".well-known" in segments:
            return "well-known URI (RFC 8615)"
        if last in _DOCUMENTS or (len(segments) > 1 and segments[-2] in _DOCUMENTS):
            return "API description or key set"
    is_entry = last in _ENTRY or segments[-2:] in (["password", "reset"], ["password", "forgot"])
    # The authorization endpoint of OAuth 2.0 answers GET (RFC 6749, 3.1).
    is_authorization = last == "authorize" and segments[-2:-1] in (["oauth"], ["oauth2"], ["connect"])
    # A token is had from something called `auth` under several names.
    is_token = last in _TOKENS and segments[-2:-1] in (["auth"], ["oauth"], ["authentication"])
    is_entry = is_entry or is_authorization or is_token
    may_enter = operation.method == "POST" or (operation.method == "GET" and (last in _FORMS or is_authorization))
    if is_entry and may_enter and "{" not in operation.path_template:
        return "way in: callers have no credentials yet"
    return None


def marked_public(operation: Operation) -> str:
    """The reason that the author of an operation gives for its being public; empty without one."""
    reason = operation.get(EXTENSION, operation.path_item.get(EXTENSION))
    return reason.strip() if isinstance(reason, str) else ""


def suppose(operation: Operation, name: str, reason: str) -> dict[str, object]:
    """Let an operation be taken for `public` or `marked_public` for a reason, an empty one for no, whatever it says.

    Gives what it had worked out about that before.
    """
    names = _WORKED_OUT[_WORKED_OUT.index(name) :]
    before = {one: operation.__dict__.pop(one) for one in names if one in operation.__dict__}
    operation.__dict__[name] = reason
    return before


@contextmanager
def supposing(operations: Sequence[Operation], name: str, reason: str) -> Iterator[None]:
    """As `suppose`, of several operations and for a while: so that rules can be asked what they would say then."""
    before = [(one, suppose(one, name, reason)) for one in operations]
    try:
        yield
    finally:
        for operation, known in before:
            for one in _WORKED_OUT[_WORKED_OUT.index(name) :]:
                operation.__dict__.pop(one, None)
            operation.__dict__.update(known)


def _normal(segment: str) -> str:
    return _WITHOUT_CASE_CHANGE.sub("-", segment).replace("_", "-").lower()
