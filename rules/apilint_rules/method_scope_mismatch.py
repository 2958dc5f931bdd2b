from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apilint.analysis.scopes import is_standard
from apilint.api import Confidence, Flag, Operation, Severity, rule, words
from apilint.concepts.purpose import is_search
from apilint.concepts.scoping import scope_sets


class Options(NamedTuple):
    """The words of which a scope must have one, by what the method does; no words, no policy."""

    read: tuple[str, ...] = ("read", "view", "list", "get", "readonly", "search", "admin", "manage", "all")
    write: tuple[str, ...] = ("write", "create", "update", "edit", "add", "modify", "admin", "manage", "all")
    delete: tuple[str, ...] = ("delete", "remove", "write", "update", "admin", "manage", "all")


@rule(
    "method-scope-mismatch",
    on=Operation,
    severity=Severity.INFO,
    confidence=Confidence.LOW,
    refs=("OWASP-API5:2023", "CWE-863"),
    gives_way_to=("write-requires-read-scope-only", "destructive-op-shares-read-scope", "single-scope-api"),
    options=Options,
)
def method_scope_mismatch(operation: Operation, options: Options) -> Iterator[Flag]:
    """The scopes of an operation do not say what its method does.

    Scopes that are named by one policy can be reviewed at a glance; one that breaks it is a slip or a surprise.
    Only the preset `audit` shows this: names are a matter of taste, so set the words of your own policy.

    Attack: an application asks for `orders:create`, which a user grants without knowing that it deletes as well.

    To fix: require a scope that names the action.

    Options: a scope of operations that read, write or delete must have one of the words of `read` (read, view, list,
    get, readonly, search, admin, manage, all), `write` (write, create, update, edit, add, modify, admin, manage, all)
    or `delete` (delete, remove, write, update, admin, manage, all); an empty list switches the check off.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
        delete:
          security:  # flagged
            - oauth: ["orders:create"]
          responses:
            "204": {description: Gone}
    components:
      securitySchemes:
        oauth:
          type: oauth2
          flows:
            clientCredentials:
              tokenUrl: https://login.example.com/token
              scopes: {"orders:create": Create orders}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
        delete:
          security:
            - oauth: ["orders:delete"]
          responses:
            "204": {description: Gone}
    components:
      securitySchemes:
        oauth:
          type: oauth2
          flows:
            clientCredentials:
              tokenUrl: https://login.example.com/token
              scopes: {"orders:delete": Delete orders}
    ```
    """
    if operation.kind != "path" or operation.security.source != "operation":
        return
    reads = operation.is_safe or is_search(operation)
    wanted = options.read if reads else options.delete if operation.method == "DELETE" else options.write
    scopes = sorted({scope for one in scope_sets(operation) for scope in one if not is_standard(scope)})
    if wanted and scopes and not any(word in wanted for scope in scopes for word in words(scope)):
        some = ", ".join(f"`{scope[:40]}`" for scope in scopes[:3])
        yield operation.flag("security", f"{operation.name}: none of its scopes ({some}) says what it does")
