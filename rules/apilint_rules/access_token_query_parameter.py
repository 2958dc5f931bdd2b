from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Fix, Flag, Operation, Parameter, Severity, rule, words
from apilint.concepts.grouping import some_of
from apilint.concepts.mends import without_parameters
from apilint.concepts.secrecy import is_choice, repeats_scheme

_HEADER = frozenset(("http", "oauth2", "openIdConnect"))
_TOKENS = frozenset("accesstoken idtoken authorization auth jwt bearer bearertoken".split())


@rule(
    "access-token-query-parameter",
    on=Api,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "CWE-598", "RFC-6750", "RFC-9700"),
    tags=("owasp",),
    fixable=True,
)
def access_token_query_parameter(api: Api) -> Iterator[Flag]:
    """A bearer token is sent as a query parameter.

    Whoever holds a bearer token is its user, and addresses are written down: in access logs, proxies, browser
    histories and `Referer` headers. RFC 6750 advised against it, RFC 9700 forbids it.

    Attack: an attacker who can read a log copies the address, and is signed in.

    To fix: declare `type: http` with `scheme: bearer`, so that the token travels in the `Authorization` header,
    and remove the parameter.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: access_token  # flagged
              in: query
              schema: {type: string}
          responses:
            "200": {description: The orders}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - login: []
    paths:
      /orders:
        get:
          parameters:
            - {name: auth, in: query, schema: {type: string, enum: [any, none]}}
            - {name: page_token, in: query, schema: {type: string}}
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```
    """
    groups: dict[str, list[Parameter]] = {}
    for parameter in api.parameters:
        if _is_token(parameter):
            groups.setdefault(parameter.name, []).append(parameter)
    for name, (first, *others) in groups.items():
        users = list({id(one): one for parameter in (first, *others) for one in parameter.operations}.values())
        what = f"parameter `{name}` in query" if others else first.label
        yield first.flag(
            "name",
            f"{what} carries a bearer token in the URL" + (f": {some_of(users)}" if others and users else ""),
            related=tuple((one, "here too") for one in others[:5]),
            fix=_fix([first, *others]),
        )


def _is_token(parameter: Parameter) -> bool:
    if parameter.location != "query" or "".join(words(parameter.name)) not in _TOKENS:
        return False
    return not repeats_scheme(parameter) and not is_choice(parameter)


def _fix(parameters: list[Parameter]) -> Fix | None:
    """Remove it where a scheme sends the token in a header already."""
    users = [operation for one in parameters for operation in one.operations]
    if not users or not all(_sends_header(operation) for operation in users):
        return None
    return without_parameters(parameters[0], parameters, "Remove the parameter: the token is sent in a header")


def _sends_header(operation: Operation) -> bool:
    alternatives = operation.security.alternatives
    return bool(alternatives) and all(
        any(scheme is not None and scheme.type in _HEADER for scheme, _ in one.schemes.values()) for one in alternatives
    )
