from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.scopes import is_read_only
from apilint.api import Api, Confidence, Flag, Severity, rule
from apilint.concepts.scoping import scope_sets

_FEWEST = 5


@rule(
    "single-scope-api",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API5:2023", "CWE-272"),
)
def single_scope_api(api: Api) -> Iterator[Flag]:
    """All operations, those that read and those that write, ask for the same scopes.

    Such a scope says no more than that the caller has a token. No application can be let in to look only.

    Attack: a token stolen from a dashboard that only reads is used to change and delete.

    To fix: part reading from writing at least, and give sensitive operations scopes of their own.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:  # flagged
      - oauth: [api]
    paths:
      /orders:
        get: {responses: {"200": {description: The orders}}}
        post: {responses: {"201": {description: The new order}}}
      /users:
        get: {responses: {"200": {description: The users}}}
        post: {responses: {"201": {description: The new user}}}
        delete: {responses: {"204": {description: All gone}}}
    components:
      securitySchemes:
        oauth:
          type: oauth2
          flows:
            clientCredentials:
              tokenUrl: https://login.example.com/token
              scopes: {api: All of the API}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - oauth: [read]
    paths:
      /orders:
        get: {responses: {"200": {description: The orders}}}
        post: {security: [{oauth: [write]}], responses: {"201": {description: The new order}}}
      /users:
        get: {responses: {"200": {description: The users}}}
        post: {security: [{oauth: [write]}], responses: {"201": {description: The new user}}}
        delete: {security: [{oauth: [write]}], responses: {"204": {description: All gone}}}
    components:
      securitySchemes:
        oauth:
          type: oauth2
          flows:
            clientCredentials:
              tokenUrl: https://login.example.com/token
              scopes: {read: Read, write: Change}
    ```
    """
    operations = [one for one in api.operations if one.expects_credentials and not one.security.is_anonymous]
    if len(operations) < _FEWEST or len({one.is_write for one in operations}) < 2:
        return
    found = {frozenset(scope_sets(one)) for one in operations}
    scopes = next(iter(found))
    if len(found) > 1 or not scopes or not all(scopes):
        return
    names = sorted({scope for one in scopes for scope in one})
    # That a scope for reading opens all that writes is a graver finding, and another rule's.
    if all(is_read_only(name) for name in names):
        return
    some = ", ".join(f"`{name[:40]}`" for name in names[:3])
    security = operations[0].security
    message = f"all {len(operations):,} operations ask for the same scopes ({some}), whether they read or write"
    if security.source == "root" and security.place is not None:
        yield security.place.flag(None, message, operations=operations)
    else:
        yield api.flag("paths", message, operations=operations)
