from __future__ import annotations

from collections.abc import Iterator, Sequence

from apilint.api import (
    Api,
    Confidence,
    Fix,
    Flag,
    Operation,
    SecurityRequirement,
    SecurityScheme,
    Severity,
    rule,
    words,
)
from apilint.concepts.mends import together
from apilint.concepts.scoping import granted_scopes

_SHORT = 6


@rule(
    "oauth-scope-undefined",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API5:2023", "CWE-863", "RFC-6749"),
    gives_way_to=("oauth-flow-scopes-empty",),
    needs=("oauth2",),
    fixable=True,
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
            fix=_fix(places, scope, list(known)),
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


def _fix(places: list[tuple[SecurityRequirement, tuple[str, int]]], scope: str, known: Sequence[str]) -> Fix | None:
    """Write the declared scope, if only one has nearly this name and another scope may not be meant."""
    near = [one for one in known[:200] if _is_near(one, scope)]
    if len(near) != 1:
        return None
    edits = []
    for one, (name, index) in places:
        has_it = near[0] in one.value[name]
        edits.append((one.child((name, index)), "remove" if has_it else "set", None if has_it else near[0]))
    return together(places[0][0], f"Write the scope `{near[0][:60]}`", edits)


def _is_near(one: str, other: str) -> bool:
    """Whether two names differ by case or signs alone, or by one letter of a word that is no short one."""
    if "".join(words(one)) == "".join(words(other)):
        return True
    if min(len(one), len(other)) < _SHORT or abs(len(one) - len(other)) > 1:
        return False
    start = next(
        (index for index, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    rests = (one[start:], other[start + 1 :]), (one[start + 1 :], other[start:]), (one[start + 1 :], other[start + 1 :])
    digit = any(sign.isdigit() for sign in (one[start : start + 1] + other[start : start + 1]))
    return not digit and any(a == b for a, b in rests)


def _suggestion(scope: str, known: dict[str, object] | object) -> str:
    from difflib import get_close_matches

    choices = list(known)[:200] if isinstance(known, dict) else []
    close = get_close_matches(scope[:100], [str(one)[:100] for one in choices], 1, 0.8)
    return f"; did you mean `{close[0]}`?" if close else ""
