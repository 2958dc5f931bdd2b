from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.scopes import is_administrative as is_administrator
from apilint.analysis.scopes import is_wildcard
from apilint.api import Api, Confidence, Flag, Operation, Severity, rule
from apilint.concepts.grouping import some_of
from apilint.concepts.purpose import is_administrative
from apilint.concepts.scoping import granted_scopes


@rule(
    "oauth-wildcard-scope",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API5:2023", "CWE-250", "CWE-272"),
    gives_way_to=("single-scope-api",),
)
def oauth_wildcard_scope(api: Api) -> Iterator[Flag]:
    """An operation can only be called with a scope that allows everything.

    Applications must ask for the scope although they need a small part of it, and users must grant it.
    Whoever gets hold of such a token can do all that the API can.

    Attack: a token of a small integration leaks, and the attacker administers the account with it.

    To fix: require a scope for what the operation does, and keep the one for everything to administrators.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          security:
            - oauth: [full_access]
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        oauth:
          type: oauth2
          flows:
            clientCredentials:
              tokenUrl: https://login.example.com/token
              scopes:
                full_access: All of the API  # flagged
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          security:
            - oauth: ["orders:read"]
            - oauth: [full_access]
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        oauth:
          type: oauth2
          flows:
            clientCredentials:
              tokenUrl: https://login.example.com/token
              scopes: {"orders:read": Read the orders, full_access: All of the API}
    ```
    """
    for (name, scope), operations in _needed(api).items():
        # Where most operations do without, those that ask for an administrator mean one.
        if is_administrator(scope) and 2 * len(operations) <= len(api.operations):
            continue
        scheme = api.security_schemes.get(name)
        flow = granted_scopes(scheme).get(scope) if scheme is not None else None
        message = f"the scope `{scope[:60]}` allows everything, and {some_of(operations)} cannot be called without it"
        if flow is not None:
            yield flow.flag(("scopes", scope), message, operations=operations)
        else:
            yield operations[0].flag(
                "security" if "security" in operations[0].value else None, message, operations=operations
            )


def _needed(api: Api) -> dict[tuple[str, str], list[Operation]]:
    """The wildcard scopes without which an operation has no alternative, each with the operations."""
    found: dict[tuple[str, str], list[Operation]] = {}
    for operation in api.operations:
        if is_administrative(operation):
            continue
        wild = [
            [
                (name, scope)
                for name, required in one.schemes.items()
                # Beside a narrower one it is listed as a substitute by authors who take the list for "one of".
                if all(is_wildcard(scope) for scope in required.scopes)
                for scope in required.scopes
            ]
            for one in operation.security.alternatives
        ]
        if wild and all(wild):
            for key in dict.fromkeys(key for keys in wild for key in keys):
                found.setdefault(key, []).append(operation)
    return found
