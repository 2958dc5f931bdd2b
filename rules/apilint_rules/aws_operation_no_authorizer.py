from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, SecurityScheme, Severity, rule
from apilint.concepts.grouping import some_of

_AUTH = "x-amazon-apigateway-auth"
_INTEGRATION = "x-amazon-apigateway-integration"
_ENFORCING = ("x-amazon-apigateway-authorizer", "x-amazon-apigateway-authtype")


@rule(
    "aws-operation-no-authorizer",
    on=Api,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "CWE-306", "CWE-1188"),
    tags=("gateway",),
    needs=("x-amazon-apigateway",),
)
def aws_operation_no_authorizer(api: Api) -> Iterator[Flag]:
    """Amazon API Gateway does not enforce the security that the document declares.

    On import, API Gateway reads a security scheme only where an extension says how to enforce it:
    `x-amazon-apigateway-authorizer`, or `x-amazon-apigateway-authtype: awsSigv4`. It ignores other schemes without
    a word, and `x-amazon-apigateway-auth` with the type `NONE` opens the method whatever `security` says.

    Attack: the attacker calls the deployed API without a token, and the backend trusts the gateway.

    To fix: add the authorizer to the scheme, or set the type of `x-amazon-apigateway-auth` to `AWS_IAM`.

    ```yaml fail
    openapi: 3.0.1
    info: {title: Orders, version: "1"}
    security:
      - login: []
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
          x-amazon-apigateway-integration: {type: aws_proxy, httpMethod: POST, uri: "arn:aws:apigateway:orders"}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}  # flagged
    ```

    ```yaml pass
    openapi: 3.0.1
    info: {title: Orders, version: "1"}
    security:
      - login: []
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
          x-amazon-apigateway-integration: {type: aws_proxy, httpMethod: POST, uri: "arn:aws:apigateway:orders"}
    components:
      securitySchemes:
        login:
          type: apiKey
          name: Authorization
          in: header
          x-amazon-apigateway-authtype: cognito_user_pools
          x-amazon-apigateway-authorizer: {type: cognito_user_pools, providerARNs: ["arn:aws:cognito-idp:pool"]}
    ```
    """
    ignored: dict[str, tuple[SecurityScheme, list[Operation]]] = {}
    for operation in api.operations:
        how = _auth_type(operation)
        if not how and operation.get(_INTEGRATION) is None:
            continue
        if not operation.expects_credentials or operation.security.is_anonymous:
            continue
        if how == "NONE" and not _asks_for_plan(operation):
            yield operation.flag(
                (_AUTH, "type"),
                f"`{operation.name}` declares security, but `{_AUTH}` opens it",
                operations=[operation],
            )
        elif not how:
            for scheme in _ignored(operation):
                ignored.setdefault(scheme.name, (scheme, []))[1].append(operation)
    for scheme, operations in ignored.values():
        yield scheme.flag(
            None,
            f"API Gateway ignores security scheme `{scheme.name}`, which has no authorizer: {some_of(operations)}",
            # What is published may lack the authorizers that the imported document has.
            confidence=Confidence.MEDIUM,
            related=tuple((one, "open after the import") for one in operations[:5]),
            operations=operations,
        )


def _auth_type(operation: Operation) -> str:
    auth = operation.get(_AUTH)
    found = auth.get("type") if isinstance(auth, dict) else None
    return found.upper() if isinstance(found, str) else ""


def _ignored(operation: Operation) -> list[SecurityScheme]:
    """The schemes of the operation if the gateway enforces none of them."""
    schemes = [scheme for one in operation.security.alternatives for scheme, _ in one.schemes.values()]
    known = [scheme for scheme in schemes if scheme is not None]
    return [] if len(known) < len(schemes) or any(map(_is_enforced, known)) else known


def _is_enforced(scheme: SecurityScheme) -> bool:
    return _is_plan(scheme) or any(name in scheme.extensions for name in _ENFORCING)


def _asks_for_plan(operation: Operation) -> bool:
    """Whether the gateway asks for the API key of a usage plan, whatever the type of authorization is."""
    schemes = [scheme for one in operation.security.alternatives for scheme, _ in one.schemes.values()]
    return all(scheme is not None and _is_plan(scheme) for scheme in schemes)


def _is_plan(scheme: SecurityScheme) -> bool:
    """Whether it is the API key of a usage plan: these need no extension, and travel in this header."""
    return scheme.type == "apiKey" and scheme.parameter_name.lower() == "x-api-key"
