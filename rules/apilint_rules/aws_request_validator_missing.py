from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apilint.api import Api, Confidence, Edit, Fix, Flag, Node, Operation, Severity, rule
from apilint.concepts.grouping import some_of
from apilint.concepts.mends import together

_ONE = "x-amazon-apigateway-request-validator"
_ALL = "x-amazon-apigateway-request-validators"
_INTEGRATION = "x-amazon-apigateway-integration"


@rule(
    "aws-request-validator-missing",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "OWASP-API4:2023", "CWE-20"),
    tags=("gateway",),
    needs=("x-amazon-apigateway",),
    fixable=True,
)
def aws_request_validator_missing(api: Api) -> Iterator[Flag]:
    """Amazon API Gateway passes request bodies on without checking them against their schemas.

    The gateway checks bodies only where a request validator with `validateRequestBody` is chosen, at the root or
    on the operation. Without one, the bounds in the schemas are decoration.

    Attack: the attacker sends bodies of any shape and size of fields, and the function behind the gateway gets them.

    To fix: declare a validator with `validateRequestBody: true` under `x-amazon-apigateway-request-validators`, and
    choose it with `x-amazon-apigateway-request-validator` at the root.

    ```yaml fail
    openapi: 3.0.1
    info: {title: Orders, version: "1"}
    paths:  # flagged
      /orders:
        post:
          requestBody:
            content:
              application/json: {schema: {type: object, maxProperties: 10}}
          responses:
            "201": {description: The new order}
          x-amazon-apigateway-integration: {type: aws_proxy, httpMethod: POST, uri: "arn:aws:apigateway:orders"}
    ```

    ```yaml fixed
    openapi: 3.0.1
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        post:
          requestBody:
            content:
              application/json: {schema: {type: object, maxProperties: 10}}
          responses:
            "201": {description: The new order}
          x-amazon-apigateway-integration: {type: aws_proxy, httpMethod: POST, uri: "arn:aws:apigateway:orders"}
    x-amazon-apigateway-request-validators:
      all:
        validateRequestBody: true
        validateRequestParameters: true
    x-amazon-apigateway-request-validator: all
    ```

    ```yaml pass
    openapi: 3.0.1
    info: {title: Orders, version: "1"}
    x-amazon-apigateway-request-validator: all
    x-amazon-apigateway-request-validators:
      all: {validateRequestBody: true, validateRequestParameters: true}
    paths:
      /orders:
        post:
          requestBody:
            content:
              application/json: {schema: {type: object, maxProperties: 10}}
          responses:
            "201": {description: The new order}
          x-amazon-apigateway-integration: {type: aws_proxy, httpMethod: POST, uri: "arn:aws:apigateway:orders"}
    ```
    """
    concerned = [one for one in api.operations if _INTEGRATION in one.extensions and _has_schema(one)]
    if not concerned or _is_http_api(api):
        return
    unchecked: dict[tuple[str, bool], list[Operation]] = {}
    for operation in concerned:
        own = operation.text(_ONE)
        name = own or api.text(_ONE)
        if not _checks_bodies(api, name):
            unchecked.setdefault((name, bool(own)), []).append(operation)
    for (name, is_own), operations in unchecked.items():
        place, key, what = _cause(api, operations[0], name, is_own)
        yield place.flag(
            key,
            f"{what}: {some_of(operations)}",
            related=tuple((one, "its body is not checked") for one in operations[:5]),
            operations=operations,
            fix=_fix(api, name, place),
        )


def _has_schema(operation: Operation) -> bool:
    body = operation.request_body
    return body is not None and any(root.schema is not None for one in body.content.values() for root in one.roots)


def _is_http_api(api: Api) -> bool:
    """Whether the document is for an HTTP API of AWS, which has no validators: only these have a payload format."""
    integrations = (operation.get(_INTEGRATION) for operation in api.operations)
    return any(isinstance(one, dict) and "payloadFormatVersion" in one for one in integrations)


def _checks_bodies(api: Api, name: str) -> bool:
    validator = _validator(api, name)
    return isinstance(validator, dict) and str(validator.get("validateRequestBody")).lower() == "true"


def _validator(api: Api, name: str) -> object:
    declared = api.get(_ALL)
    return declared.get(name) if isinstance(declared, dict) else None


def _cause(api: Api, first: Operation, name: str, is_own: bool) -> tuple[Node, str | tuple[str, ...], str]:
    if not name:
        return api, "paths", "no request validator is chosen, so API Gateway checks no bodies"
    if _validator(api, name) is None:
        return first if is_own else api, _ONE, f"request validator `{name}` is not declared, so nothing checks bodies"
    return api, (_ALL, name), f"request validator `{name}` does not check bodies"


def _fix(api: Api, name: str, place: Node) -> Fix | None:
    """Let the validator that is chosen, or a new one called `all`, check bodies."""
    validator = _validator(api, name)
    if name and isinstance(validator, dict):
        edit = Edit(api.child((_ALL, name, "validateRequestBody")).pointer, "set", True)
        return Fix("Write `validateRequestBody: true`", False, (edit,))
    declared = api.get(_ALL)
    chosen = name or "all"
    if place.document is not api.document or (isinstance(declared, dict) and chosen in declared):
        return None
    value = {"validateRequestBody": True, "validateRequestParameters": True}
    edits: list[tuple[Node, str, Any]] = [(api.child(_ALL), "set", {chosen: value})]
    if isinstance(declared, dict):
        edits = [(api.child((_ALL, chosen)), "set", value)]
    if not name:
        edits.append((api.child(_ONE), "set", chosen))
    return together(place, f"Let a request validator `{chosen}` check requests", edits)
