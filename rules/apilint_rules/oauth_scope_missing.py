from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apilint.analysis.scopes import is_standard
from apilint.api import Api, Confidence, Flag, Operation, SecurityRequirement, Severity, by_operation, rule, words
from apilint.concepts.grouping import some_of
from apilint.concepts.purpose import is_search, is_sign_in
from apilint.concepts.scoping import granted_scopes, is_delegated, uses_scopes


class Options(NamedTuple):
    """`oidc`: whether requirements of OpenID Connect schemes must name scopes too."""

    oidc: bool = False


@rule(
    "oauth-scope-missing",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API5:2023", "OWASP-API1:2023", "CWE-862", "RFC-6749"),
    options=Options,
    needs=("oauth2", "openidconnect"),
)
def oauth_scope_missing(api: Api, options: Options) -> Iterator[Flag]:
    """An operation accepts any OAuth token, whatever its scopes.

    The requirement names the scheme with an empty list. The declared scopes then do not matter here: a token that
    was issued for something harmless opens this operation too, and each object behind it.

    Attack: a third-party application that a user let read her profile calls the operation with that same token.

    To fix: list the scopes that the operation needs.

    Options: `oidc` (false): also ask for scopes of `openIdConnect` schemes, which do not declare theirs.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          security:
            - oauth: ["orders:read"]
          responses:
            "200": {description: The orders}
      /orders/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
        get:
          security:  # flagged
            - oauth: []
          responses:
            "200": {description: The order}
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
    security:
      - oauth: ["orders:read"]
    paths:
      /orders:
        get:
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
    severity = Severity.MEDIUM if any(uses_scopes(one) for one in api.operations) else Severity.LOW
    what = "any token will do, whatever its scopes"
    for name, (own, inherited) in _without_scopes(api, options.oidc).items():
        concerned = [one for one in api.security_schemes[name].operations if one.kind == "path"]
        for writes, lacking in _parts(own, concerned):
            yield from by_operation(
                api,
                lacking,
                concerned,
                "security",
                f"{what} (`{name}`)",
                severity=severity,
                confidence=_confidence(writes),
            )
        place = api.security.place if api.security is not None else None
        if inherited and place is not None:
            yield place.flag(
                None,
                f"{some_of(inherited)}: {what} (`{name}`)",
                severity=severity,
                confidence=_confidence(any(_changes(one) for one in inherited)),
                operations=inherited,
            )


def _confidence(writes: bool) -> Confidence:
    """What can be read with any token may be meant for all who have one; what can be changed hardly is."""
    return Confidence.HIGH if writes else Confidence.MEDIUM


def _changes(operation: Operation) -> bool:
    return operation.is_write and not is_search(operation)


def _parts(own: list[Operation], concerned: list[Operation]) -> list[tuple[bool, list[Operation]]]:
    """All together where they make one finding, else those that write and those that read."""
    if len(own) > 5 and 2 * len(own) > len(concerned):
        return [(any(_changes(one) for one in own), own)]
    return [(writes, [one for one in own if _changes(one) is writes]) for writes in (True, False)]


def _without_scopes(api: Api, oidc: bool) -> dict[str, tuple[list[Operation], list[Operation]]]:
    """By scheme the operations that take any of its tokens: those that say so, and those that inherit it."""
    found: dict[str, tuple[list[Operation], list[Operation]]] = {}
    for operation in api.operations:
        if not operation.expects_credentials or operation.security.is_anonymous or _is_about_tokens(operation):
            continue
        for name in {name: None for one in operation.security.alternatives for name in _open_schemes(one, oidc)}:
            found.setdefault(name, ([], []))[operation.security.source == "root"].append(operation)
    return found


def _is_about_tokens(operation: Operation) -> bool:
    """Whether an operation gets, renews or ends a token, which every holder of one may do."""
    last = words(operation.path_template.rstrip("/").rpartition("/")[2])
    return bool(is_sign_in(operation)) or "".join(last) in ("logout", "signout", "refreshtoken", "refresh")


def _open_schemes(requirement: SecurityRequirement, oidc: bool) -> Iterator[str]:
    # Scopes of another scheme that is needed too limit the caller as well.
    if any(required.scopes for required in requirement.schemes.values()):
        return
    for name, required in requirement.schemes.items():
        scheme = required.scheme
        if scheme is None or name not in requirement.api.security_schemes or not is_delegated(required):
            continue
        if oidc if scheme.type == "openIdConnect" else any(not is_standard(one) for one in granted_scopes(scheme)):
            yield name
