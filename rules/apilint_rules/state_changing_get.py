from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Operation, Severity, rule, words
from apilint.concepts.purpose import action, segments

_PLAIN = frozenset(
    "delete remove create revoke enable disable activate deactivate approve reject destroy terminate".split()
)
_CHANGES = _PLAIN | frozenset(("cancel", "send", "purge", "suspend"))
# Nouns as often as verbs: they count where something follows, or where they follow an object.
_AMBIGUOUS = frozenset("update set reset transfer add grant assign".split())
_READS = frozenset("get list retrieve return fetch find show check read search view query".split())


@rule(
    "state-changing-get",
    on=Operation,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API5:2023", "OWASP-API8:2023", "CWE-650", "CWE-352", "RFC-9110"),
)
def state_changing_get(operation: Operation) -> Iterator[Flag]:
    """A `GET` or `HEAD` operation changes something, by its name.

    Browsers, crawlers, link previews and caches send `GET` on their own and repeat it, as it is defined to be safe.
    Protection against forged requests leaves it out, and the whole request ends up in logs and histories.

    Attack: an image in a mail with the address `/users/1/delete` as its source deletes the user who looks at it.

    To fix: use `POST`, `PUT`, `PATCH` or `DELETE`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Users, version: "1"}
    paths:
      /users/{id}/delete:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
        get:  # flagged
          responses:
            "200": {description: Gone}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Users, version: "1"}
    paths:
      /users/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
        delete:
          responses:
            "204": {description: Gone}
      /transfers:
        get:
          operationId: transfers
          responses:
            "200": {description: The transfers}
    ```
    """
    if operation.kind != "path" or operation.method not in ("GET", "HEAD"):
        return
    # What the author says about it outweighs a name: `GET /send-events` "Lists the events sent".
    verb = "" if words(operation.summary)[:1] and words(operation.summary)[0] in _READS else _verb(operation)
    if verb:
        yield operation.flag(None, f"{operation.name} changes something, by its name: `{verb}`")


def _verb(operation: Operation) -> str:
    name = operation.operation_id.rpartition("/")[2].rpartition(".")[2]
    # `UpdateGroups_Get`: a group and a method.
    method = words(name.rpartition("_")[2])
    if (method and method[0] in _READS) or words(name)[:1] == ("get",):
        return ""
    found = method if method and method[0] in _CHANGES | _AMBIGUOUS else words(name)
    if found and found[0] in _CHANGES | _AMBIGUOUS and name.lower()[len(found[0]) :][:1] != "s":
        return found[0] if found[0] in _CHANGES or (len(found) > 1 and found[1] != "check") else ""
    if action(operation) not in _CHANGES | _AMBIGUOUS:
        return ""
    parts = segments(operation.path_template)
    last = words(parts[-1]) if parts and "{" not in parts[-1] else ()
    if not last or last[0] != action(operation) or not parts[-1].lower().lstrip(":").startswith(last[0]):
        return ""
    if len(last) > 1:
        return last[0] if last[0] in _PLAIN else ""
    return last[0] if last[0] in _CHANGES or "{" in parts[-2:][0] else ""
