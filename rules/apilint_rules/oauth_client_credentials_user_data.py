from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Operation, RequiredScheme, SecurityRequirement, SecurityScheme, Severity, rule
from apilint.concepts.grouping import some_of
from apilint.concepts.purpose import segments

_SELF = frozenset("me my self myself whoami userinfo current-user current_user currentuser".split())


@rule(
    "oauth-client-credentials-user-data",
    on=SecurityScheme,
    severity=Severity.LOW,
    confidence=Confidence.LOW,
    up_to=(Severity.LOW, Confidence.MEDIUM),
    refs=("OWASP-API1:2023", "OWASP-API2:2023", "CWE-862", "RFC-6749"),
    needs=("clientcredentials", "application"),
)
def oauth_client_credentials_user_data(scheme: SecurityScheme) -> Iterator[Flag]:
    """Operations about a user are reachable only with tokens that belong to no user.

    A token from the client credentials flow says which program calls, not for whom. Behind `/users/{id}` the API then
    has nothing to compare the id with, unless the caller sends the user along, and callers can write what they like.
    Surer for paths such as `/me`; an interface between machines may be meant this way.

    Attack: a program that may see one user's data changes the id, and sees everybody's.

    To fix: add a flow in which a user takes part (authorization code), and check that the token's user may see the
    object; or say with scopes that only trusted machines call here.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - machine: []
    paths:
      /me/orders:
        get:
          responses:
            "200": {description: The orders of the user}
    components:
      securitySchemes:
        machine:  # flagged
          type: oauth2
          flows:
            clientCredentials:
              tokenUrl: https://login.example.com/token
              scopes: {}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - login: []
    paths:
      /me/orders:
        get:
          responses:
            "200": {description: The orders of the user}
    components:
      securitySchemes:
        login:
          type: oauth2
          flows:
            authorizationCode:
              authorizationUrl: https://login.example.com/authorize
              tokenUrl: https://login.example.com/token
              scopes: {}
            clientCredentials:
              tokenUrl: https://login.example.com/token
              scopes: {}
    ```
    """
    if not _is_for_machines(scheme):
        return
    concerned = [
        one for one in scheme.operations if _user_part(one) and all(map(_lets_machines_in, one.security.alternatives))
    ]
    if concerned:
        sure = any(_user_part(one) in _SELF for one in concerned)
        yield scheme.flag(
            None,
            f"only tokens without a user, from `{scheme.name[:40]}`, open {some_of(concerned)}",
            confidence=Confidence.MEDIUM if sure else Confidence.LOW,
            related=tuple((one, "about a user") for one in concerned[:5]),
            operations=concerned,
        )


def _is_for_machines(scheme: SecurityScheme) -> bool:
    return bool(scheme.flows) and all(flow.name == "clientCredentials" for flow in scheme.flows)


def _lets_machines_in(alternative: SecurityRequirement) -> bool:
    """Whether all that an alternative asks for are tokens without a user."""
    return not alternative.is_empty and all(map(_is_machine, alternative.schemes.values()))


def _is_machine(required: RequiredScheme) -> bool:
    return required.scheme is not None and _is_for_machines(required.scheme)


def _user_part(operation: Operation) -> str:
    """The segment of the path that says that it is about one user, or an empty string."""
    parts = [part.lower() for part in segments(operation.path_template)]
    for part, following in zip(parts, [*parts[1:], ""], strict=True):
        if part in _SELF or (part in ("user", "users") and following.startswith("{")):
            return part
    # Elsewhere in a path an account is that of something else.
    own = [part for part in parts if part not in ("api", "rest") and not (part[0] == "v" and part[1:2].isdigit())]
    return own[0] if own in (["account"], ["profile"]) else ""
