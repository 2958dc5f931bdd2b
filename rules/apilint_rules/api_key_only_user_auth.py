from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Operation, SecurityScheme, Severity, rule, words
from apilint.concepts.grouping import some_of

_SELF = frozenset(("me", "whoami", "myself"))
_USERS = frozenset(("user", "customer", "member", "patient", "employee"))
# Called a key, these are the tokens of single users; Swagger 2.0 has no other way to describe them.
_TOKENS = frozenset("token jwt bearer session authorization oauth user personal cookie".split())


@rule(
    "api-key-only-user-auth",
    on=SecurityScheme,
    severity=Severity.LOW,
    confidence=Confidence.LOW,
    refs=("OWASP-API2:2023", "CWE-1390"),
    gives_way_to=("credentials-over-cleartext", "api-key-in-query"),
)
def api_key_only_user_auth(scheme: SecurityScheme) -> Iterator[Flag]:
    """Data on single users is protected by an API key alone.

    An API key says which program calls, not for whom. Where the resource belongs to a user, the API has to believe
    the program's word about who that is, and one leaked key opens the data of all users.

    Attack: the attacker takes the key from the mobile app, and reads `/users/1`, `/users/2`, and so on.

    To fix: require a token of the user for these operations (`type: oauth2`, `openIdConnect`, or `http` with
    `scheme: bearer`), beside the key where you want both.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - key: []
    paths:
      /me:
        get:
          responses:
            "200": {description: The user}
    components:
      securitySchemes:
        key:  # flagged
          type: apiKey
          in: header
          name: X-API-Key
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - key: []
        login: []
    paths:
      /me:
        get:
          responses:
            "200": {description: The user}
    components:
      securitySchemes:
        key: {type: apiKey, in: header, name: X-API-Key}
        login: {type: http, scheme: bearer}
    ```
    """
    if scheme.type != "apiKey" or scheme.location == "cookie":
        return
    if _TOKENS & {*words(scheme.name), *words(scheme.parameter_name)}:
        return
    found = [one for one in scheme.operations if one.expects_credentials and _is_of_a_user(one) and _only(one, scheme)]
    if found:
        yield scheme.flag(
            None,
            f"API key `{scheme.name}` alone protects the data of single users: {some_of(found)}",
            related=tuple((one, "about one user") for one in found[:5]),
            operations=found,
        )


def _only(operation: Operation, scheme: SecurityScheme) -> bool:
    return all(list(one.schemes) == [scheme.name] for one in operation.security.alternatives)


def _is_of_a_user(operation: Operation) -> bool:
    segments = [one for one in operation.path_template.split("/") if one]
    for index, segment in enumerate(segments):
        name = "".join(words(segment)) if "{" not in segment else ""
        if name in _SELF and not (index + 1 < len(segments) and "{" in segments[index + 1]):
            return True
        if name in _USERS and index + 1 < len(segments) and "{" in segments[index + 1]:
            return True
    return False
