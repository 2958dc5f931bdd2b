from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.scopes import allows_writing, is_read_only
from apilint.api import Api, Confidence, Flag, Operation, Severity, by_operation, rule
from apilint.concepts.grouping import some_of
from apilint.concepts.purpose import is_search
from apilint.concepts.scoping import granted_scopes, scope_sets


@rule(
    "write-requires-read-scope-only",
    on=Api,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API5:2023", "CWE-863", "CWE-862"),
)
def write_requires_read_scope_only(api: Api) -> Iterator[Flag]:
    """An operation that changes data asks for a scope that is for reading.

    Users and applications rely on what a scope is called. Who grants `orders:read` does not expect that the token can
    change an order.

    Attack: an application that was allowed to look deletes what it sees.

    To fix: require a scope for writing. Operations that only read although they use `POST`, such as a search,
    are not flagged.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        post:
          security:  # flagged
            - oauth: ["orders:read"]
          responses:
            "201": {description: The new order}
    components:
      securitySchemes:
        oauth:
          type: oauth2
          flows:
            clientCredentials:
              tokenUrl: https://login.example.com/token
              scopes: {"orders:read": Read the orders}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        post:
          security:
            - oauth: ["orders:read", "orders:write"]
          responses:
            "201": {description: The new order}
      /orders/search:
        post:
          security:
            - oauth: ["orders:read"]
          responses:
            "200": {description: The orders found}
    components:
      securitySchemes:
        oauth:
          type: oauth2
          flows:
            clientCredentials:
              tokenUrl: https://login.example.com/token
              scopes: {"orders:read": Read the orders, "orders:write": Change the orders}
    ```
    """
    told = _described_as_writing(api)
    writes = [one for one in api.operations if one.is_write and not is_search(one)]
    wrong = [one for one in writes if _reads_only(one, told)]
    own = [one for one in wrong if one.security.source == "operation"]
    yield from by_operation(api, own, writes, "security", "changes data, but asks for a scope for reading only")
    inherited = [one for one in wrong if one.security.source == "root"]
    place = api.security.place if api.security is not None else None
    if inherited and place is not None:
        message = f"this asks for a scope for reading only, and holds for {some_of(inherited)}"
        yield place.flag(None, message, operations=inherited)


def _reads_only(operation: Operation, told: frozenset[str]) -> bool:
    alternatives = scope_sets(operation)
    return bool(alternatives) and all(
        any(is_read_only(scope) for scope in scopes)
        and all(is_read_only(scope) and scope not in told for scope in scopes)
        for scopes in alternatives
    )


def _described_as_writing(api: Api) -> frozenset[str]:
    """The scopes whose descriptions speak of more than reading, whatever they are called."""
    found = set()
    for scheme in api.security_schemes.values():
        for scope, flow in granted_scopes(scheme).items():
            description = flow.value["scopes"][scope]
            if isinstance(description, str) and allows_writing(description[:200]):
                found.add(scope)
    return frozenset(found)
