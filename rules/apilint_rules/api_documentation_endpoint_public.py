from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Severity, rule

_DOCUMENTATION = frozenset(
    "swagger swagger.json swagger.yaml swagger.yml swagger-ui swagger-ui.html swagger-resources openapi openapi.json"
    " openapi.yaml openapi.yml api-docs redoc rapidoc graphiql graphql-playground".split()
)


@rule(
    "api-documentation-endpoint-public",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API9:2023", "CWE-538"),
    tags=("missing-authentication",),
)
def api_documentation_endpoint_public(api: Api) -> Iterator[Flag]:
    """The description of a protected API is open to everybody.

    It tells how each operation is called, those without a link anywhere included. For a public API that is
    meant so; for others it saves an attacker the search.

    Attack: an attacker opens `/swagger-ui`, and tries all operations from the list.

    To fix: require the credentials of the API for its description, too, or say that it is meant to be public
    (`x-apilint-public: "our customers read it"`).

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - login: []
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
      /openapi.json:
        get:  # flagged
          security: []
          responses:
            "200": {description: This document}
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
          responses:
            "200": {description: The orders}
      /openapi.json:
        get:
          responses:
            "200": {description: This document}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```
    """
    if all(operation.security.is_anonymous for operation in api.operations):
        return
    for operation in api.operations:
        is_open = operation.is_safe and operation.method != "OPTIONS" and operation.security.is_anonymous
        if (
            is_open
            and not operation.marked_public
            and _is_documentation(operation.path_template.lower().strip("/").split("/"))
        ):
            yield operation.flag(None, f"{operation.name}: anybody may read the description of the API")


def _is_documentation(segments: list[str]) -> bool:
    """Whether the path ends in a well-known name, or in one and the name of a group; of the API and no object of it."""
    return any(
        segment in _DOCUMENTATION and not any("{" in before for before in segments[:position])
        for position, segment in enumerate(segments)
        if position >= len(segments) - 2
    )
