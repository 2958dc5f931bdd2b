from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, SecurityRequirement, Severity, rule
from apilint.concepts.mends import together
from apilint.concepts.scoping import is_delegated


@rule(
    "scopes-on-non-oauth-scheme",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API5:2023", "CWE-863"),
    fixable=True,
)
def scopes_on_non_oauth_scheme(api: Api) -> Iterator[Flag]:
    """A requirement lists scopes for a scheme that has none.

    Up to OpenAPI 3.0 only `oauth2` and `openIdConnect` schemes have scopes; for all others the list must be
    empty, and tools ignore what is in it. From 3.1 on it may hold names of roles.

    Attack: everybody reads that the operation needs a permission, nothing checks it, and any key opens it.

    To fix: empty the list, and describe the permission where the server checks it; or move the API to OAuth 2.0 or
    to OpenAPI 3.1.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          security:
            - login: ["orders:read"]  # flagged
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          security:
            - login: []
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```

    ```yaml pass
    openapi: 3.1.0
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          security:
            - login: [clerk]
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```
    """
    if api.version not in ("2.0", "3.0"):
        return
    for name, (places, operations) in _listed(api).items():
        first, *others = places
        kind = api.security_schemes[name].type
        yield first.flag(
            name,
            f"a scheme of type `{kind}` has no scopes, so tools ignore the list at `{name}`",
            related=tuple((one.child(name), "listed here too") for one in others[:5]),
            operations=operations,
            fix=together(first, "Empty the list", [(one.child(name), "set", []) for one in places], safe=True),
        )


def _listed(api: Api) -> dict[str, tuple[list[SecurityRequirement], list[Operation]]]:
    """For each scheme the requirements that list scopes for it, and the operations that they hold for."""
    found: dict[str, tuple[list[SecurityRequirement], list[Operation]]] = {}
    seen: set[tuple[int, str]] = set()
    holders: list[tuple[SecurityRequirement, Operation | None]] = []
    holders += [(one, None) for one in (api.security.alternatives if api.security else ())]
    holders += [(one, operation) for operation in api.all_operations for one in operation.security.alternatives]
    for one, operation in holders:
        for name, required in one.schemes.items():
            if required.scheme is None or is_delegated(required) or not required.scopes:
                continue
            if name not in api.security_schemes or not required.scheme.type:
                continue
            places, operations = found.setdefault(name, ([], []))
            if (id(one.value), name) not in seen:
                seen.add((id(one.value), name))
                places.append(one)
            if operation is not None:
                operations.append(operation)
    return found
