from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, SecurityRequirement, SecurityScheme, Severity, rule
from apilint.concepts.scoping import granted_scopes


@rule(
    "oauth-scope-undefined",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API5:2023", "CWE-863", "RFC-6749"),
    gives_way_to=("oauth-flow-scopes-empty",),
    needs=("oauth2",),
)
def oauth_scope_undefined(api: Api) -> Iterator[Flag]:
    """An operation requires a scope that no flow of the scheme declares.

    No client can ask for a scope that does not exist, so either nobody can call the operation, or, as is more
    common, the server does not check what the document says.

    Attack: the check for the misspelt scope was switched off to make things work, and any token is accepted.

    To fix: declare the scope in the flows that can grant it, or correct its name.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          security:
            - oauth: ["order:read"]  # flagged
          responses:
            "200": {description: The orders}
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
        get:
          security:
            - oauth: ["orders:read"]
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        oauth:
          type: oauth2
          flows:
            clientCredentials:
              tokenUrl: https://login.example.com/token
              scopes: {"orders:read": Read the orders}
    ```
    """
    for (scheme, scope), (places, operations) in _undefined(api).items():
        known = granted_scopes(api.security_schemes[scheme])
        place, at = places[0]
        yield place.flag(
            at,
            f"no flow of `{scheme}` declares the scope `{scope[:60]}`{_suggestion(scope, known)}",
            related=tuple((one.child(where), "required here too") for one, where in places[1:6]),
            operations=operations,
        )


_Uses = dict[tuple[str, str], tuple[list[tuple[SecurityRequirement, tuple[str, int]]], list[Operation]]]


def _undefined(api: Api) -> _Uses:
    found: _Uses = {}
    granted = {name: set(granted_scopes(scheme)) for name, scheme in api.security_schemes.items() if _declares(scheme)}
    seen: set[object] = set()
    for operation in api.all_operations:
        for one in operation.security.alternatives:
            for name, required in one.schemes.items():
                for scope in required.scopes if name in granted else ():
                    if scope in granted[name]:
                        continue
                    places, operations = found.setdefault((name, scope), ([], []))
                    operations.append(operation)
                    if (id(one.value), name, scope) not in seen:
                        seen.add((id(one.value), name, scope))
                        places.append((one, (name, one.value[name].index(scope))))
    return found


def _declares(scheme: SecurityScheme) -> bool:
    return scheme.type == "oauth2" and any(flow.scopes for flow in scheme.flows)


def _suggestion(scope: str, known: dict[str, object] | object) -> str:
    from difflib import get_close_matches

    choices = list(known)[:200] if isinstance(known, dict) else []
    close = get_close_matches(scope[:100], [str(one)[:100] for one in choices], 1, 0.8)
    return f"; did you mean `{close[0]}`?" if close else ""
