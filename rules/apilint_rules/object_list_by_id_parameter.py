from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, InputSchema, Severity, rule, words
from apilint.concepts.scoping import uses_scopes

_IDS = ("id", "uuid", "guid", "gid")


@rule(
    "object-list-by-id-parameter",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.LOW,
    refs=("OWASP-API1:2023", "CWE-639"),
    gives_way_to=("oauth-scope-missing",),
)
def object_list_by_id_parameter(api: Api) -> Iterator[Flag]:
    """An operation takes a list of ids and asks for no scope, although others do.

    Each id in the list must be checked against the caller. Code that checks one object well often forgets the
    check in the loop, or checks the first only.

    Attack: a list with one id of one's own and a hundred of others.

    To fix: check each id, require a scope, and bound the list with `maxItems`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: order_ids
              in: query
              schema: {type: array, maxItems: 50, items: {type: string}}  # flagged
          security: [{key: []}]
          responses:
            "200": {description: The orders}
      /orders/{id}:
        get:
          parameters:
            - {name: id, in: path, required: true, schema: {type: string}}
          security: [{oauth: ["orders:read"]}]
          responses:
            "200": {description: The order}
    components:
      securitySchemes:
        key: {type: apiKey, in: header, name: X-API-Key}
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
          parameters:
            - name: order_ids
              in: query
              schema: {type: array, maxItems: 50, items: {type: string}}
          security: [{oauth: ["orders:read"]}]
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
    if not any(uses_scopes(one) for one in api.operations):
        return
    for schema in api.views(InputSchema, ("array",), (), _IDS):
        if words(schema.name)[-1:] == () or words(schema.name)[-1] not in _IDS or not schema.is_input:
            continue
        operations = [
            one
            for one in schema.operations
            if one.kind == "path" and not one.security.is_anonymous and not uses_scopes(one)
        ]
        if operations:
            message = f"{schema.label}: each id of the list must be checked against the caller"
            yield schema.flag(None, message, operations=operations)
