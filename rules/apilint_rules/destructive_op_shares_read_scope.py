from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.scopes import allows_writing, is_wildcard
from apilint.api import Api, Confidence, Flag, Operation, Severity, by_operation, rule
from apilint.concepts.purpose import is_destructive
from apilint.concepts.scoping import asks_for_administrator, scope_sets, uses_scopes


@rule(
    "destructive-op-shares-read-scope",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API5:2023", "CWE-863"),
    gives_way_to=("write-requires-read-scope-only", "single-scope-api", "oauth-wildcard-scope"),
)
def destructive_op_shares_read_scope(api: Api) -> Iterator[Flag]:
    """Deleting asks for the same scopes as reading.

    A token that was issued for looking at something can then destroy it. Scopes should part what can be undone from
    what cannot.

    Attack: an application with access to the orders, given for its reports, deletes them all.

    To fix: require a scope for deleting, or at least for writing, and leave the other to the reading operations.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /users:
        get:
          security:
            - oauth: [users]
          responses:
            "200": {description: The users}
      /orders/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
        get:
          security:
            - oauth: [orders]
          responses:
            "200": {description: The order}
        delete:
          security:  # flagged
            - oauth: [orders]
          responses:
            "204": {description: Gone}
    components:
      securitySchemes:
        oauth:
          type: oauth2
          flows:
            clientCredentials:
              tokenUrl: https://login.example.com/token
              scopes: {orders: The orders, users: The users}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
        get:
          security:
            - oauth: ["orders:read"]
          responses:
            "200": {description: The order}
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
              scopes: {"orders:read": Read the orders, "orders:delete": Delete orders}
    ```
    """
    # Where all operations ask for the same, that is one defect of the whole, and `single-scope-api`'s.
    if len({frozenset(scope_sets(one)) for one in api.operations if uses_scopes(one)}) < 2:
        return
    destructive = [one for one in api.operations if is_destructive(one)]
    shared = [one for one in destructive if _shares(one)]
    yield from by_operation(api, shared, destructive, "security", "asks for the same scopes as reading the same thing")


def _shares(operation: Operation) -> bool:
    scopes = scope_sets(operation)
    if not scopes or not all(scopes) or asks_for_administrator(operation):
        return False
    # A scope for writing that reading asks for as well makes reading hard, not deleting easy.
    if any(allows_writing(scope) or is_wildcard(scope) for one in scopes for scope in one):
        return False
    return any(
        one.is_safe and one.method != "OPTIONS" and set(scope_sets(one)) == set(scopes)
        for one in operation.path_item.operations
    )
