from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, SecurityRequirement, Severity, rule


@rule(
    "security-scheme-reference-undefined",
    on=Api,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    up_to=(Severity.CRITICAL, Confidence.HIGH),
    refs=("OWASP-API2:2023", "CWE-306", "CWE-1188"),
    gives_way_to=(
        "security-schemes-undefined",
        "security-scheme-misplaced",
    ),
    tags=("owasp",),
)
def security_scheme_reference_undefined(api: Api) -> Iterator[Flag]:
    """A security requirement names a scheme that is not declared.

    A name without a declaration means nothing to generators, gateways and test tools: many of them skip it
    without a word, and the operation ends up open although the document looks as if it were protected.

    Attack: a gateway imports the document, does not know the name, and forwards requests that carry no credentials.

    To fix: declare the scheme under `components.securitySchemes` (`securityDefinitions` in Swagger 2.0), or
    correct the name.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - loign: []  # flagged
    paths:
      /orders:
        get:
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
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```
    """
    uses = _uses(api)
    for name, mentions in uses.items():
        operations = list({id(op): op for _, users in mentions for op in users}.values())
        unprotected = any(op.is_write and op.kind == "path" and _resolves_nowhere(op) for op in operations)
        (first, _), *others = mentions
        yield first.flag(
            name,
            f"security scheme `{name}` is not declared{_suggestion(name, api)}",
            severity=Severity.CRITICAL if unprotected else Severity.HIGH,
            related=tuple((one, "required here too") for one, _ in others[:5]),
            operations=operations,
        )


def _uses(api: Api) -> dict[str, list[tuple[SecurityRequirement, list[Operation]]]]:
    requirements: dict[int, tuple[SecurityRequirement, list[Operation]]] = {}
    if api.security is not None:
        requirements = {id(one): (one, []) for one in api.security.alternatives}
    for operation in api.all_operations:
        for one in operation.security.alternatives:
            requirements.setdefault(id(one), (one, []))[1].append(operation)
    uses: dict[str, list[tuple[SecurityRequirement, list[Operation]]]] = {}
    for requirement, operations in requirements.values():
        for name, (scheme, _) in requirement.schemes.items():
            if scheme is None and not _is_address(name, api):
                uses.setdefault(name, []).append((requirement, operations))
    return uses


def _is_address(name: str, api: Api) -> bool:
    """Whether the name may be the address of a scheme in another document, as 3.2 allows."""
    return api.version == "3.2" and (name.startswith(".") or any(sign in name for sign in "#/:"))


def _resolves_nowhere(operation: Operation) -> bool:
    return not any(
        one.is_empty or all(scheme is not None for scheme, _ in one.schemes.values())
        for one in operation.security.alternatives
    )


def _suggestion(name: str, api: Api) -> str:
    from difflib import get_close_matches

    known = {declared[:100].lower(): declared[:100] for declared in list(api.security_schemes)[:100]}
    close = get_close_matches(name[:100].lower(), known, 1)
    return f"; did you mean `{known[close[0]]}`?" if close else ""
