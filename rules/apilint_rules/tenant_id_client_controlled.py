from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, InputSchema, Operation, Severity, rule, words
from apilint.concepts.inputs import input_location

_OWNERS = ("tenant", "org", "organization", "organisation", "account")
_REFERENCES = frozenset(("id", "uuid", "guid", "gid"))


@rule(
    "tenant-id-client-controlled",
    on=InputSchema,
    types=("string", "integer", "number"),
    named=_OWNERS,
    severity=Severity.LOW,
    confidence=Confidence.LOW,
    refs=("OWASP-API1:2023", "CWE-639", "CWE-807"),
)
def tenant_id_client_controlled(schema: InputSchema) -> Iterator[Flag]:
    """The client says on whose behalf it writes, besides the token that says who it is.

    A tenant or an account that comes from the request and not from the token must be compared with the token in
    every operation. Forgotten once, it lets one customer write into the data of another.

    Attack: a signed-in user puts the `tenant_id` of a competitor into the request.

    To fix: take the value from the token, or put it into the path, where gateways can check it.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security: [{login: []}]
    paths:
      /orders:
        post:
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  properties:
                    tenant_id: {type: string}  # flagged
          responses:
            "201": {description: The new order}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security: [{login: []}]
    paths:
      /tenants/{tenant_id}/orders:
        post:
          parameters:
            - {name: tenant_id, in: path, required: true, schema: {type: string}}
          responses:
            "201": {description: The new order}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```
    """
    if not _names_owner(schema.name) or input_location(schema) == "path" or not schema.is_input:
        return
    operations = [one for one in schema.operations if one.kind == "path" and one.is_write and _has_token(one)]
    if operations:
        yield schema.flag(
            None,
            f"{schema.label}: the client chooses for whom it writes",
            operations=operations,
        )


def _names_owner(name: str) -> bool:
    # Several are a filter or a list of things.
    found = () if name.lower().endswith("s") else words(name)
    if len(found) > 1 and found[0] == "x":
        found = found[1:]
    return found in {(owner,) for owner in _OWNERS[:1]} or (
        len(found) == 2 and found[0] in _OWNERS and found[1] in _REFERENCES
    )


def _has_token(operation: Operation) -> bool:
    """Whether a caller must present a token that says who it is."""
    alternatives = operation.security.alternatives
    return bool(alternatives) and all(
        any(
            required.scheme is not None
            and (
                required.scheme.type in ("oauth2", "openIdConnect")
                or (required.scheme.type == "http" and required.scheme.scheme == "bearer")
            )
            for required in one.schemes.values()
        )
        for one in alternatives
    )
