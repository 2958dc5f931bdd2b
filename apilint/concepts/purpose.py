"""What an operation is for, as far as its method, path and operationId tell: rules share these readings.

Names are compared by whole words. An answer is a guess with good odds, so rules that rest on one alone are not sure.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apilint.analysis.words import words

if TYPE_CHECKING:
    from apilint.openapi.operation import Operation

_READING = frozenset(
    "get list read fetch find retrieve search show view describe query lookup head count check browse download"
    " preview validate calculate estimate compare inspect introspect poll watch".split()
)
_CHANGING = frozenset(
    "create delete update patch add remove edit modify destroy insert upsert replace put post save write mark".split()
)
# Many of these are nouns as well, so they count only where no plainer verb stands.
_ACTING = frozenset(
    "accept activate approve archive assign attach authorize block cancel charge chat clear clone close commit"
    " complete confirm connect convert copy deactivate deploy detach disable disconnect dismiss drop duplicate embed"
    " enable erase execute exec export finalize fork generate grant import install invite invoke issue kill launch"
    " link lock login logout merge move notify pause pay promote provision publish purge reboot recycle redeem"
    " redeliver refund regenerate register reject release rename render renew reopen rerank reset resend restart"
    " restore resume revert revoke rollback rotate run schedule send set share shutdown sign start stop submit"
    " subscribe summarize suspend swap sync terminate tokenize transcode transcribe transfer translate trigger"
    " truncate unassign unblock uninstall unlink unlock unpublish unsubscribe unsuspend upgrade upload verify void"
    " wipe withdraw".split()
)
_VERBS = _READING | _CHANGING | _ACTING
_DESTROYING = frozenset(
    "delete destroy drop erase purge remove revoke terminate truncate uninstall wipe disable kill".split()
)
_ADMINISTRATIVE = frozenset(("admin", "superuser", "sysadmin", "backoffice", "back-office"))
# Elsewhere in a path these name parts of an object: `/clients/{id}/management/permissions`.
_ADMINISTRATIVE_FIRST = frozenset(("administration", "administrator", "management", "internal"))
_SEARCHES = frozenset(("search", "query", "graphql", "lookup", "find", "filter", "aggregate"))
_WAYS_IN = frozenset(
    "login logon signin signup register registration otp totp mfa oauth authenticate authentication passwordless"
    " passcode".split()
)
_WAYS_IN_OF_TWO = frozenset(
    (
        *(("log", "in"), ("sign", "in"), ("sign", "up"), ("log", "on")),
        *(("password", "reset"), ("reset", "password"), ("forgot", "password"), ("forgotten", "password")),
        *(("password", "forgot"), ("password", "recovery"), ("recover", "password"), ("recover", "account")),
        *(("account", "recovery"), ("magic", "link"), ("verify", "otp"), ("verify", "mfa"), ("verify", "code")),
        *(("otp", "verify"), ("mfa", "verify"), ("fa", "verify"), ("mfa", "challenge"), ("verification", "code")),
        *(("accept", "invite"), ("accept", "invitation"), ("sms", "code")),
    )
)
_SETTINGS = frozenset(("config", "configuration", "configurations", "settings"))
_TOKENS = frozenset(("token", "access-token", "refresh-token", "auth-token"))
_COSTLY_VERBS = frozenset(
    "broadcast chat convert crawl embed export generate import notify render rerank resend scrape send summarize"
    " synthesize transcode transcribe translate".split()
)
_COSTLY_READS = frozenset(("convert", "export", "generate", "render", "search"))
_COSTLY_THINGS = frozenset(
    "bulk chat completion email embedding export generation import notification render report search sms speech"
    " summarization transcode transcription translation upload".split()
)
_OWNERS = frozenset(("user", "users", "me", "account", "accounts", "profile", "contact", "contacts"))
_NOT_OBJECTS = frozenset(
    "version locale lang language format ext extension date day month year week page limit offset cursor currency"
    " country region zone city type kind state status field metric period interval symbol ticker proxy path query"
    " term keyword lat lon lng latitude longitude basehead range unit from to start end".split()
)
_REFERENCES = frozenset(
    "id gid uid uuid guid ulid oid pk slug handle username login number no ref reference name key hash sha arn urn"
    " email identifier code".split()
)


def segments(template: str) -> tuple[str, ...]:
    """The segments of a path template; a custom method is one of its own: `/users/{id}:lock` ends in `:lock`."""
    parts = [part for part in template.partition("?")[0].split("/") if part]
    if parts:
        before, colon, after = parts[-1].rpartition(":")
        if colon and before and after.isalpha():
            parts[-1:] = [before, colon + after]
    return tuple(parts)


def is_variable(segment: str) -> bool:
    """Whether a segment of a path template is one parameter as a whole."""
    return segment.startswith("{") and segment.endswith("}") and segment.count("{") == 1


def action(operation: Operation) -> str:
    """The verb that says what an operation does, in lower case, or an empty string.

    That is the verb of the operationId (`repos/delete-branch`, `OrdersController_cancel`), a plain one
    before one that is often a noun (`transfer_get` gets); else that of the path's end.
    """
    return _verb(operation.operation_id) or path_action(operation)


def path_action(operation: Operation) -> str:
    """The verb with which the path ends (`/orders/{id}/cancel`, `/deleteUser`, `:batchGet`), or an empty string."""
    parts = segments(operation.path_template)
    if not parts or "{" in parts[-1]:
        return ""
    found = _spelt(parts[-1])
    if len(found) > 1 and found[0] in ("batch", "bulk"):
        found = found[1:]
    return found[0] if found and found[0] in _VERBS else ""


def _verb(operation_id: str) -> str:
    group, slash, name = operation_id.rpartition("/")
    for text in (name, group) if slash else (operation_id,):
        verbs = [word for word in _spelt(text) if word in _VERBS]
        plain = [word for word in verbs if word not in _ACTING]
        if verbs:
            return (plain or verbs)[0]
    return ""


def _spelt(identifier: str) -> list[str]:
    """The words as they are spelt, so that `transfers` is not taken for the verb `transfer`."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", identifier[:200])]


def is_administrative(operation: Operation) -> bool:
    """Whether a whole segment of the path says that the operation is for administrators or insiders."""
    parts = [_plain(part) for part in segments(operation.path_template)]
    own = next((position for position, part in enumerate(parts) if not _is_prefix(part)), len(parts))
    if parts[own : own + 1] == ["admin"] or not _ADMINISTRATIVE.isdisjoint(parts[:-1]):
        return True
    # At the end it is a thing: `/detectors/{id}/admin`.
    return len(parts) > own + 1 and parts[own] in _ADMINISTRATIVE_FIRST


def _is_prefix(part: str) -> bool:
    """Whether a segment stands before what a path is about: `api`, `v2`, `rest`."""
    return part in ("api", "rest", "public") or (part[:1] == "v" and part[1:2].isdigit())


def is_sign_in(operation: Operation) -> str:
    """The words that make an operation a way in, where credentials can be guessed; empty for others.

    Login, registration, one-time codes, password reset, tokens by OAuth. Reading operations are none.
    """
    if operation.kind != "path" or operation.method not in ("POST", "PUT", "PATCH"):
        return ""
    parts = segments(operation.path_template)
    literal = [part for part in parts if "{" not in part]
    if not _SETTINGS.isdisjoint(literal):
        return ""
    for part in reversed(literal[-2:]):
        found = words(part)
        if found[-1:] and found[-1] in _WAYS_IN:
            return found[-1]
        if found[:2] in _WAYS_IN_OF_TWO or found[-2:] in _WAYS_IN_OF_TWO:
            return " ".join(found)
    if words(" ".join(literal[-2:])) in _WAYS_IN_OF_TWO:
        return " ".join(literal[-2:])
    # A token below something else, such as `/applications/{id}/token`, is a thing and no way in.
    if parts and _plain(parts[-1]) in _TOKENS and not any("{" in part for part in parts[-2:]):
        return "token"
    named = words(operation.operation_id)
    if named and named[-1] in ("login", "signin", "signup", "logon", "authenticate"):
        return named[-1]
    return " ".join(named[-2:]) if named[-2:] in _WAYS_IN_OF_TWO else ""


def is_costly(operation: Operation) -> str:
    """The word that says that a call costs time, money or messages (`send`, `export`, `sms`), or an empty string."""
    parts = segments(operation.path_template)
    if not parts or operation.kind != "path" or operation.method not in ("POST", "PUT", "GET", "QUERY"):
        return ""
    reads = operation.is_safe
    verb = path_action(operation)
    if verb in (_COSTLY_READS if reads else _COSTLY_VERBS) and (verb != "import" or operation.method == "POST"):
        return verb
    last = words(parts[-1]) if "{" not in parts[-1] else ()
    if last and reads and "search" in (last[-1], *(_plain(part) for part in parts[:-1])):
        return "search"
    if last and operation.method == "POST" and last[-1] in _COSTLY_THINGS:
        # An address that is added to a user sends nothing.
        is_sent = last[-1] != "email" or not (len(parts) > 1 and (parts[-2] in _OWNERS or "{" in parts[-2]))
        return last[-1] if is_sent else ""
    verb = _verb(operation.operation_id)
    return verb if verb in _COSTLY_VERBS and operation.method == "POST" else ""


def is_destructive(operation: Operation) -> bool:
    """Whether a call deletes something, or takes it away: DELETE, or a write whose verb says so."""
    if operation.method == "DELETE":
        return True
    return operation.is_write and action(operation) in _DESTROYING


def is_search(operation: Operation) -> bool:
    """Whether an operation only reads although its method may write: `POST /orders/search`, `:batchGet`, GraphQL."""
    if operation.method not in ("POST", "GET", "QUERY"):
        return False
    parts = segments(operation.path_template)
    last = next((words(part) for part in reversed(parts) if "{" not in part), ())
    if last and not _SEARCHES.isdisjoint(last):
        return True
    verb = action(operation)
    if verb in ("", "post"):
        # `post_assets_names` says nothing, its summary "Get the names of assets" does.
        told = words(operation.summary)[:1]
        return bool(told) and (told[0] in _READING or told[0] in ("return", "resolve"))
    return verb in _READING


def names_object(parameter: str, before: str) -> bool:
    """Whether a path parameter names one object: by its last word, or because a plural or a parameter stands before."""
    found = words(parameter.strip("+*"))
    if not found or found[-1] in _NOT_OBJECTS:
        return False
    if found[-1] in _REFERENCES:
        return not (len(found) > 1 and found[-1] in ("code", "key", "name") and found[-2] in _NOT_OBJECTS)
    around = words(before)
    return is_variable(before) or _is_plural(before) or before == "people" or (found[-1] in around)


def _is_plural(segment: str) -> bool:
    found = words(segment)
    return bool(found) and segment[-1:].isalpha() and not segment.lower().endswith(found[-1])


def _plain(segment: str) -> str:
    return segment.lower().strip("_").replace("_", "-")
