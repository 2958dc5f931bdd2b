from __future__ import annotations

from collections.abc import Iterator, Sequence

from apilint.api import Api, Confidence, Fix, Flag, Operation, Parameter, Severity, rule
from apilint.concepts.grouping import some_of
from apilint.concepts.mends import without_parameters

_IGNORED = frozenset(("authorization", "accept", "content-type"))
_SENDS_HEADER = frozenset(("http", "oauth2", "openIdConnect"))


@rule(
    "authorization-header-parameter",
    on=Api,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "CWE-1059", "CWE-306", "RFC-9110"),
    fixable=True,
    tags=("owasp",),
)
def authorization_header_parameter(api: Api) -> Iterator[Flag]:
    """The `Authorization` header is described as a parameter.

    OpenAPI 3 says that header parameters called `Authorization`, `Accept` or `Content-Type` are ignored. Where no
    security scheme stands beside it, the document in truth declares no authentication: gateways, generators and
    tests treat the operation as open.

    Attack: a gateway set up from the document forwards requests without any credentials.

    To fix: remove the parameter, and declare a security scheme (`type: http`, `scheme: bearer`) that the
    operations require. The formats of bodies belong to `content`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: Authorization  # flagged
              in: header
              schema: {type: string}
          responses:
            "200": {description: The orders}
    ```

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - login: []
    paths:
      /orders:
        get:
          parameters:
            - {name: limit, in: query, schema: {type: integer}}
            - name: Authorization  # flagged
              in: header
              schema: {type: string}
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - login: []
    paths:
      /orders:
        get:
          parameters:
            - {name: limit, in: query, schema: {type: integer}}
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
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
            - {name: Accept-Language, in: header, schema: {type: string}}
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```
    """
    groups: dict[tuple[str, bool], list[Parameter]] = {}
    for parameter in api.parameters:
        name = parameter.name.lower()
        # Swagger 2.0 does not ignore them, but knows no other place for the formats of bodies either.
        counts = parameter.operations and (api.version != "2.0" or name == "authorization")
        if parameter.location == "header" and name in _IGNORED and counts:
            open_to_all = name == "authorization" and any(_is_open(one) for one in parameter.operations)
            groups.setdefault((name, open_to_all), []).append(parameter)
    for (name, open_to_all), parameters in groups.items():
        yield _flag(api, name, open_to_all, parameters)


def _flag(api: Api, name: str, open_to_all: bool, parameters: list[Parameter]) -> Flag:
    first, *others = parameters
    operations = list({id(one): one for parameter in parameters for one in parameter.operations}.values())
    severity = Severity.HIGH if open_to_all else Severity.LOW if name == "authorization" else Severity.INFO
    ignored = "is a header parameter" if api.version == "2.0" else "is a header parameter, which OpenAPI 3 ignores"
    if open_to_all:
        operations = [one for one in operations if _is_open(one)]
        ignored += ", and no security scheme stands in for it"
    elif api.version == "2.0":
        ignored += ", though a security scheme stands for it"
    return first.flag(
        "name",
        f"`{first.name}` {ignored}: {some_of(operations)}",
        severity=severity,
        related=tuple((one, "here too") for one in others[:5]),
        operations=operations,
        fix=_fix(parameters) if name == "authorization" and api.version != "2.0" else None,
    )


def _is_open(operation: Operation) -> bool:
    return operation.expects_credentials and operation.security.is_anonymous


def _fix(parameters: Sequence[Parameter]) -> Fix | None:
    """Remove the parameters that stand in operations and paths, where schemes describe the header already."""
    if not all(_is_declared(user) for one in parameters for user in one.operations):
        return None
    return without_parameters(parameters[0], parameters, "Remove the parameter, which is ignored", safe=True)


def _is_declared(operation: Operation) -> bool:
    return bool(operation.security.alternatives) and all(
        any(
            scheme is not None and (scheme.type in _SENDS_HEADER or scheme.parameter_name.lower() == "authorization")
            for scheme, _ in alternative.schemes.values()
        )
        for alternative in operation.security.alternatives
    )
